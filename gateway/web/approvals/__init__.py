"""Approvals: what waits, why somebody says no, what is asked back, advice, and who acts in whose place."""
