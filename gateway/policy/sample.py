"""A sample of queries that meets every row and every guard of an edition, and the near misses of each.

For the guards: each recipient and ground, once with every guard known to hold and once with nothing known. For a row:
the fewest facts under which it releases; then with one thing otherwise: each other recipient, ground and role, each
fact the other way or unknown, and the days just outside the edition. Every query asks for all fields.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

from gateway.model.bundle import Bundle, Edition, Row, Vocabulary
from gateway.model.decision import Query
from gateway.model.terms import Truth
from gateway.policy.cedar import APPROVALS

OTHER = {Truth.YES: Truth.NO, Truth.NO: Truth.YES, Truth.UNKNOWN: Truth.UNKNOWN}


def sample(bundle: Bundle, on: dt.date) -> Iterator[tuple[Row | None, Query]]:
    """Yield the queries for this day, each with the row that it is about; None for those about the guards."""
    words, edition = bundle.vocabulary, bundle.on(on)
    fields, roles = tuple(words.fields), tuple(words.roles)
    stopped = {name: truth for forbid in edition.forbids for name, truth in forbid.when.items()}
    for place, (recipient, ground) in enumerate(product(words.recipients, words.grounds)):
        for facts in (stopped, {}):
            yield None, Query(recipient, ground, roles[place % len(roles)], facts, fields, on)
    for row in edition.rows:
        enough = just_enough(edition, row)
        base = Query(min(row.recipients), min(row.grounds), min(row.roles), enough, fields, on)
        yield row, base
        for query in _near(edition, words, base):
            yield row, query


def just_enough(edition: Edition, row: Row) -> Mapping[str, Truth]:
    """Return the facts under which a row releases: no guard holds, its conditions do, and its approval is given."""
    guards = {name: OTHER[truth] for forbid in edition.forbids for name, truth in forbid.when.items()}
    general = {name: truth for name, truth in edition.require.items() if name not in row.skip}
    return {**guards, **general, **row.when, **dict.fromkeys(APPROVALS[row.approval], Truth.YES)}


def _near(edition: Edition, words: Vocabulary, base: Query) -> Iterator[Query]:
    for name, truth in base.facts.items():
        for changed in (OTHER[truth], Truth.UNKNOWN):
            yield replace(base, facts={**base.facts, name: changed})
    yield replace(base, date=edition.begins - dt.timedelta(days=1))
    if edition.ends is not None:
        yield replace(base, date=edition.ends)
    yield from (replace(base, recipient=name) for name in words.recipients if name != base.recipient)
    yield from (replace(base, ground=name) for name in words.grounds if name != base.ground)
    yield from (replace(base, role=name) for name in words.roles if name != base.role)
