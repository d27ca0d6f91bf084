"""The letter with the link of a message: one page of paper that says nothing of anybody."""
