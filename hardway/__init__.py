"""Hardway's plain Python: configuration, machine rendering, artifacts, reports and the command line."""
