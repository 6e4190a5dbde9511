"""What runs inside an environment's cluster."""
