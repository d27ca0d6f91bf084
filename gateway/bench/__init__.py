"""Measures what the gateway costs, each figure beside a floor that was measured in the same rounds."""
