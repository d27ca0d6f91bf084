"""What people may ask about their own data, and what the gateway then does: one verb per file."""
