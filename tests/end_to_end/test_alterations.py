"""Whoever alters what is stored is found out, and is told what is wrong and what to do."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gateway.bootstrap import Gateway
from gateway.config.settings import Settings
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import GatewayError
from gateway.log.policy import TrustPolicy
from gateway.log.verify import verify_message
from gateway.model.views import DisclosureView
from tests.conftest import NOON

SANNE = DEMO_PEOPLE[0]


@pytest.fixture
def released(gateway: Gateway) -> DisclosureView:
    """Release one message to Belle."""
    body = json.dumps(cases.help_with_consent(NOON.date(), 1, "offer_help")).encode()
    return gateway.team.submit(body, SANNE)


def alter(settings: Settings, *statements: str) -> None:
    """Change rows as an administrator could who first removes the triggers."""
    with closing(sqlite3.connect(settings.home / "gateway.sqlite", isolation_level=None)) as connection:
        for table in ("leaf", "node", "checkpoint"):
            for verb in ("update", "delete"):
                connection.execute(f"DROP TRIGGER {table}_no_{verb}")
        for statement in statements:
            connection.execute(statement)


@pytest.mark.control("DPIA-11")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE leaf SET entry = replace(CAST(entry AS TEXT), 'permit', 'denied') WHERE idx = 0",
        "DELETE FROM leaf WHERE idx = 0",
        "UPDATE leaf SET entry = (SELECT entry FROM leaf WHERE idx = 0) WHERE idx = 1",
        "UPDATE node SET hash = zeroblob(32) WHERE level = 1",
        "UPDATE head SET size = 1",
        "UPDATE head SET checkpoint = replace(checkpoint, 'hilversum', 'elsewhere')",
        "UPDATE checkpoint SET note = replace(note, 'hilversum', 'elsewhere')",
    ],
)
@pytest.mark.usefixtures("released")
def test_an_altered_log_does_not_verify(gateway: Gateway, settings: Settings, statement: str) -> None:
    """An altered, removed or swapped row of the log is found by full verification, and the problem is told."""
    assert gateway.team.verify_log().ok
    alter(settings, statement)
    report = gateway.team.verify_log()
    assert not report.ok
    assert report.problem


def test_an_altered_detail_is_not_shown(gateway: Gateway, settings: Settings, released: DisclosureView) -> None:
    """The encrypted detail is bound to its leaf: another entry's detail does not open there."""
    alter(settings, "UPDATE detail SET box = (SELECT box FROM detail WHERE idx = 2) WHERE idx = 1")
    with pytest.raises(GatewayError) as caught:
        gateway.team.follow(released.id, SANNE)
    assert caught.value.hint


def test_an_altered_message_is_refused_by_the_partner(
    gateway: Gateway, settings: Settings, released: DisclosureView
) -> None:
    """What the outbox holds is covered by the leaf's payload hash."""
    alter(settings, "UPDATE outbox SET message = message || 'A'")
    message = released.parts[0].message_id
    assert message is not None
    envelope = gateway.partners.envelope("belle", message, now=NOON)
    trust = TrustPolicy.from_text(f"log {gateway.tools.log_vkey}\nquorum none\n")
    with pytest.raises(GatewayError) as caught:
        verify_message(envelope, trust, recipient="belle", now=NOON)
    assert caught.value.hint


@pytest.mark.control("DPIA-03")
@pytest.mark.parametrize(
    "narrative",
    [
        "zij noemde nummer 111222333",
        "bel 06-12345678",
        "zie www.voorbeeld.example/advertentie",
        "de auto KR-482-N",
        "mail naar iemand@voorbeeld.example",
        "betaald op NL91 ABNA 0417 1643 00",
        "Dirk Verzonnen stond aan de deur",
    ],
)
def test_a_narrative_with_an_identifier_is_blocked_and_never_repeated(gateway: Gateway, narrative: str) -> None:
    """A BSN, phone number, URL, plate, e-mail, IBAN or a name from the request stops the submission."""
    request = cases.urgent(NOON.date(), 1, "protect_victim")
    subjects = request["subjects"]
    assert isinstance(subjects, list)
    for subject in subjects:
        assert isinstance(subject, dict)
        assert isinstance(subject["data"], dict)
        subject["data"]["indicator_narrative"] = narrative
    with pytest.raises(GatewayError) as caught:
        gateway.team.submit(json.dumps(request).encode(), SANNE)
    told = f"{caught.value} {caught.value.hint} {vars(caught.value)}"
    assert not [word for word in narrative.split() if any(c.isdigit() or c == "@" for c in word) and word in told]
    assert "Dirk" not in told
    assert [line.type for line in gateway.team.log_entries(0, 9)] == ["policy"]


def test_the_database_file_holds_no_name_after_sealing(
    gateway: Gateway, settings: Settings, released: DisclosureView
) -> None:
    """Neither the database nor its write-ahead log holds what was sealed, in clear."""
    assert released.parts
    files: list[Path] = sorted(settings.home.glob("gateway.sqlite*"))
    assert files
    everything = b"".join(path.read_bytes() for path in files)
    for canary in (b"Demo Alias", b"+31612345678", b"Z-2026-1"):
        assert canary not in everything
