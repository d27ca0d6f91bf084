"""Intake: reads a disclosure request strictly, checks it against the policy's vocabulary and screens its free text."""
