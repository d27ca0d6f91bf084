"""The pages of a refusal: why, which law, what can be done instead, and the question to the privacy officer."""
