"""What a recipient reads besides the data."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import pytest

from gateway.errors import MinimisationError
from gateway.model.bundle import NOTHING, Bundle, LegalBasis, Row, Vocabulary
from gateway.model.decision import Approval
from gateway.model.terms import Text
from gateway.seal.labels import ground_label, obligations, shown_legal_basis
from tests.builders import PARTNER, a_basis

LEGAL: Mapping[str, LegalBasis] = {
    "neutral": a_basis("neutral"),
    "telling": a_basis("telling", reveals=True),
}


def _row(row_id: str, label: str) -> Row:
    some = frozenset({"x"})
    return Row(
        id=row_id,
        recipients=some,
        grounds=some,
        roles=some,
        when={},
        skip=frozenset(),
        approval=Approval.NONE,
        fields=some,
        legal_basis=(),
        label=Text(label, "english"),
        shows_roles=frozenset(),
        valid_from=dt.date(2026, 1, 1),
        valid_until=None,
        note=Text("", ""),
    )


BUNDLE = Bundle(
    digest="sha256:" + "0" * 64,
    vocabulary=Vocabulary({}, frozenset(), {}, {}, {}, {}, {}, {}, LEGAL),
    editions=(),
    blueprint=(),
)
EDITION = replace(
    NOTHING,
    rows=(
        _row("A-1", "overtreding woonregels"),
        _row("A-2", "overtreding woonregels"),
        _row("B-1", "ernstige overlast"),
    ),
)


@pytest.mark.parametrize("rows", [[], ["C-9"], ["A-1", "C-9"]])
def test_data_without_a_row_has_no_ground(rows: list[str]) -> None:
    """No row or an unknown row stops the message."""
    with pytest.raises(MinimisationError):
        ground_label(EDITION, rows)


def test_the_label_is_the_rows_own_in_dutch() -> None:
    """The same label is said once, several in the rows' order."""
    assert ground_label(EDITION, ["A-1"]) == "overtreding woonregels"
    assert ground_label(EDITION, ["A-1", "A-2"]) == "overtreding woonregels"
    assert ground_label(EDITION, ["B-1", "A-1"]) == "ernstige overlast; overtreding woonregels"


def test_an_unknown_legal_basis_stops_the_message() -> None:
    """Nobody knows what it would reveal."""
    with pytest.raises(MinimisationError):
        shown_legal_basis(BUNDLE, ["neutral", "other"], partner_kind="avim")


@pytest.mark.parametrize("kind", ["housing_corporation", "private_landlord"])
def test_a_landlord_never_reads_an_article_that_tells_something_special(kind: str) -> None:
    """Naming the article would say what the neutral label hides."""
    assert shown_legal_basis(BUNDLE, ["telling", "neutral"], partner_kind=kind) == ("neutral",)
    assert shown_legal_basis(BUNDLE, ["telling"], partner_kind=kind) == ()


def test_others_read_every_article() -> None:
    """In order and once."""
    assert shown_legal_basis(BUNDLE, ["telling", "neutral", "telling"], partner_kind="avim") == ("telling", "neutral")


@pytest.mark.parametrize(("days", "until"), [(0, "2026-11-24"), (30, "2026-12-24"), (365, "2027-11-24")])
def test_data_is_destroyed_by_the_partners_own_term(days: int, until: str) -> None:
    """Counted from the day of the hand-over; onward disclosure is always forbidden."""
    owed = obligations(replace(PARTNER, retention_days=days), dt.date(2026, 11, 24))
    assert owed.to_json() == {"onward_disclosure": "forbidden", "destroy_by": until}
