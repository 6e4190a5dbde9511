"""Gates between a preview and an update: what is held back until somebody releases it by name."""
