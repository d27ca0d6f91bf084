"""The disclosure gateway: decide, minimise, seal and prove every disclosure of personal data."""
