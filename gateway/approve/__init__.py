"""Separation of duties: who may approve, advise on and review what, by identity."""
