"""The disclosure log: an RFC 9162 tree, C2SP checkpoints and proofs, and leaves that name nobody."""
