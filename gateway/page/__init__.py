"""The offline page: one HTML file in which a recipient checks and opens a message, and which sends nothing."""
