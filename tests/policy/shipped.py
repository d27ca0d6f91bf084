"""The shipped policy and what is written down about it, read once for the tests of `gateway.policy`."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

from gateway.config.policy_files import read_example_files, read_policy_files
from gateway.decide.engine import Policy
from gateway.decide.loader import load_bundle
from gateway.model.bundle import Edition, Row

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "policies"
DAY = dt.date(2026, 11, 24)
SHIPPED = Policy(load_bundle(read_policy_files(FOLDER)))
EDITION = SHIPPED.bundle.on(DAY)
FILES = read_example_files(FOLDER / "examples")


def with_edition(changed: Edition) -> Policy:
    """Return the shipped policy with another edition for the same days."""
    editions = tuple(changed if one.begins == changed.begins else one for one in SHIPPED.bundle.editions)
    return Policy(replace(SHIPPED.bundle, editions=editions))


def with_row(changed: Row) -> Policy:
    """Return the shipped policy with another row under the same id, in today's edition."""
    rows = tuple(changed if row.id == changed.id else row for row in EDITION.rows)
    return with_edition(replace(EDITION, rows=rows))


def the_row(name: str) -> Row:
    """Return the row with this id in today's edition."""
    return next(row for row in EDITION.rows if row.id == name)
