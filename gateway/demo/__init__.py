"""Invented Hilversum-like cases and identities, and the main job from end to end over HTTP."""
