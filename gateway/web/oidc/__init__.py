"""Signing in with an identity provider (OpenID Connect): staff, and partners' employees, through the same door."""
