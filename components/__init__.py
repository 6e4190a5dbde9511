"""Pulumi components: one owned thing a file, built from plain configuration and earlier layers' handles."""
