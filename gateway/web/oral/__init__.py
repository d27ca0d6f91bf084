"""Calls that are entered afterwards: three questions, judged by the policy of that moment, seen by a second person."""
