"""Asks the log's witnesses for their word, keeps it, and stops the log when one of them has seen another."""
