"""Settings and files that the gateway reads at start: strictly, so that a typing error stops it."""
