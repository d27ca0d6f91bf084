"""The urgent hand-over: three questions, sealed and delivered at once, and the telephone beside every step."""
