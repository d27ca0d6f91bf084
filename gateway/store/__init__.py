"""Tables, the one writer and its group commit; the only room that knows SQL."""
