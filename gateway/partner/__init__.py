"""The partner's kit: another organisation's program, which trusts nothing that it did not check."""
