"""Hands a sealed message over, only after its leaf is durable and the decision still stands."""
