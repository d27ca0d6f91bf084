"""A control day: one incident with several subjects, from which requests are begun without typing it again."""
