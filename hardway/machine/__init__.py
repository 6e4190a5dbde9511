"""What a machine boots: every file of it, rendered from the configuration. No clock, no network, no state."""
