"""Measurements: run by hand on a quiet computer, kept with date and versions in results/."""
