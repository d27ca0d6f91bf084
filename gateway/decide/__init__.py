"""Decide: which fields may go to this recipient, on which rule. Pure: policy, facts and date are arguments."""
