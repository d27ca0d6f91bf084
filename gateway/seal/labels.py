"""What a recipient reads besides the data: the ground's label, the legal basis and its obligations."""

import datetime as dt
from collections.abc import Sequence

from gateway.errors import MinimisationError
from gateway.model.bundle import Bundle, Edition
from gateway.model.partner import LANDLORDS, Partner
from gateway.model.payload import Obligations


def ground_label(edition: Edition, row_ids: Sequence[str]) -> str:
    """Return the Dutch label of the rows under which data leaves, different labels joined by "; ", in this order.

    :raises MinimisationError: no row, or one that the edition does not have: then there is no ground to name.
    """
    rows = {row.id: row for row in edition.rows}
    if not row_ids or not set(row_ids) <= rows.keys():
        raise MinimisationError("data would leave without a row that permits it", hint="call the privacy officer")
    return "; ".join(dict.fromkeys(rows[row_id].label.nl for row_id in row_ids))


def shown_legal_basis(bundle: Bundle, ids: Sequence[str], *, partner_kind: str) -> tuple[str, ...]:
    """Return the ids of the articles that this kind of partner may read.

    A landlord never reads one that says something special about a person by being named.

    :raises MinimisationError: the vocabulary does not know an id, so nobody knows what it reveals.
    """
    legal = bundle.vocabulary.legal
    if not set(ids) <= legal.keys():
        raise MinimisationError("a legal basis is not in the vocabulary", hint="correct the policy bundle")
    return tuple(dict.fromkeys(basis for basis in ids if partner_kind not in LANDLORDS or not legal[basis].reveals))


def obligations(partner: Partner, on: dt.date) -> Obligations:
    """Return what the partner owes for data handed over on this day."""
    return Obligations((on + dt.timedelta(days=partner.retention_days)).isoformat())
