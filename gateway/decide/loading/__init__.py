"""Reads the files of a policy: each part of a bundle in a room of its own, every complaint with file and line."""
