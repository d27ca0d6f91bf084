"""Tells people and programs that something waits, and never what. One worker sends; a notice is a row until then."""
