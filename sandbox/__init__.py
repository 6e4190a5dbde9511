"""An AWS region in a box: the same program and user data, proven without a cloud account."""
