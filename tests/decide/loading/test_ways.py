"""The ways forward are read as strictly as the rules: a way that is half written is refused with the rest."""

import pytest

from gateway.config.policy_files import read_policy_files
from gateway.decide.loader import load_bundle
from gateway.errors import PolicyUnreadableError
from gateway.model.terms import Truth
from tests.decide.shorthand import DAY, ROOT, SHIPPED
from tests.refusals import refused

FILES = read_policy_files(ROOT / "policies")
V, B = "vocabulary.yaml", "blueprint/2023-01-01.yaml"

# id -> file, text to replace, replacement, what the message must name
FAULTS: dict[str, tuple[str, str, str, str]] = {
    "an answer that does not exist": (
        V,
        '      "no": {nl: "Voeg',
        '      no1: {nl: "Voeg',
        "unknown key `no1`",
    ),
    "a bare no": (V, '      "no": {nl: "Voeg', '      no: {nl: "Voeg', "bare `no`"),
    "a fact's way in one language": (V, '{nl: "Zoek in het Kadaster', '{de: "Zoek in het Kadaster', "unknown key `de`"),
    "a ground's way that leads to nobody": (
        V,
        "may go to {recipients}.",
        "may go.",
        "way: the recipients are not named",
    ),
    "a ground's way in one language": (V, 'way: {nl: "Cijfers', 'way: {en: "Cijfers', "duplicate key `en`"),
    "a guard's blank way": (B, '      nl: "Wacht tot', '      nl: " "\n      de: "Wacht tot', "unknown key `de`"),
    "a row's other way in one language": (B, "    instead:\n      nl:", "    instead:\n      de:", "unknown key `de`"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_way_that_is_half_written_refuses_the_policy(fault: str) -> None:
    """With the file, and what is wrong there."""
    name, old, new, told = FAULTS[fault]
    text = FILES[name].decode()
    assert old in text
    with refused(PolicyUnreadableError, told):
        load_bundle({**FILES, name: text.replace(old, new, 1).encode()})


def test_a_fact_ground_guard_and_row_may_do_without_a_way() -> None:
    """Then the FG can be asked; nothing else is offered."""
    words, edition = SHIPPED.bundle.vocabulary, SHIPPED.bundle.on(DAY)
    assert Truth.YES not in words.facts["fg_advice"].ways
    assert words.grounds["enforcement"].way is None
    assert any(row.instead is None for row in edition.rows)
    text = FILES[B].decode()
    start = text.index("    way:\n", text.index("id: F-WPG"))
    without = text[:start] + text[text.index("  - id:", start) :]
    bundle = load_bundle({**FILES, B: without.encode()})
    assert bundle.on(DAY).forbids[0].way is None


def test_each_way_arrives_in_its_place() -> None:
    """In both languages."""
    words, edition = SHIPPED.bundle.vocabulary, SHIPPED.bundle.on(DAY)
    owned = words.facts["owned_by_recipient"].ways
    assert owned.keys() == {Truth.UNKNOWN, Truth.NO}
    assert owned[Truth.UNKNOWN].nl == "Zoek in het Kadaster op wie de eigenaar van de woning is."
    assert owned[Truth.UNKNOWN].en == "Look up in the land register who owns the dwelling."
    hold = next(forbid for forbid in edition.forbids if forbid.id == "F-HOLD").way
    landlord = next(row for row in edition.rows if row.id == "WC-1").instead
    figures = words.grounds["statistics"].way
    assert hold is not None
    assert landlord is not None
    assert figures is not None
    assert (hold.nl[:20], hold.en[:20]) == ("Wacht tot AVIM het v", "Wait until AVIM lift")
    assert (landlord.nl[:17], landlord.en[:19]) == ("Is er een besluit", "Is there a decision")
    assert figures.en == "Figures in which nobody can be recognised may go to {recipients}."
