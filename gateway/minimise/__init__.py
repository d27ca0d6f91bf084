"""What leaves: the projection of data on decisions."""
