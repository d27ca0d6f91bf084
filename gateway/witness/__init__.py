"""The privacy officer's own witness (C2SP tlog-witness): it signs only what continues what it signed before."""
