"""The typed configuration: what a stack file may say, and what follows from it."""
