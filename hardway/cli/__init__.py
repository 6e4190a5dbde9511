"""The `./hw` commands: they drive the real engine and the region, and know nothing that a plain CLI would not."""
