"""The pages of partners' own people: their organisation's messages, signals, and who looks while a desk is away."""
