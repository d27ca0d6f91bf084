"""One request followed by its people: what happened with it, what they may say of it, and how it is taken back."""
