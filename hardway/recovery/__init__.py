"""What an update that was cut off leaves behind, and how the next one goes on from there."""
