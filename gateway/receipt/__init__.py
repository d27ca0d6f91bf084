"""Checks what partners sign about the messages they received."""
