"""What outlives the clusters that it serves."""
