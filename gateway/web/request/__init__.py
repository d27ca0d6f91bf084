"""The pages on which a request is made: a choice, a page for each group of questions, and a check."""
