"""Keeping the state: encrypted backups, putting one back, and what to do when entries are lost for good."""
