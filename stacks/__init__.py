"""The stack programs, one per kind, and the stack files beside them."""
