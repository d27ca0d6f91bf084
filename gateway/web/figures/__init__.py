"""The page with figures: what was shared and what was not, in counts in which nobody can be recognised."""
