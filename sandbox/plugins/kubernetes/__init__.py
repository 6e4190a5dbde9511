"""A stand-in for the kubernetes plugin: server-side apply against a real API server."""
