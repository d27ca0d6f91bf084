"""Runs a test on SQLite and on a real PostgreSQL: the same rules hold on both."""

import pytest

SQLITE, POSTGRESQL = "sqlite", "postgresql"

on_both = pytest.mark.parametrize("database", [SQLITE, POSTGRESQL], indirect=True)
"""Marks a test or module whose rules hold on either database; without it, `database` is SQLite."""
