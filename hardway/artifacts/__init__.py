"""Every binary, package and seed image that machines run: locked, built or downloaded, cached by content."""
