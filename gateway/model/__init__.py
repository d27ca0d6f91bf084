"""Frozen vocabulary of the field; standard library only."""
