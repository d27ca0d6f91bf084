"""Takes logged decisions again, so that nobody has to believe the gateway. Prints no personal data."""
