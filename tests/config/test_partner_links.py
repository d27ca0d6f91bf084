"""Who may get a link that opens once: a private person without keys, and nobody to whom anything urgent goes."""

import pytest

from gateway.bootstrap import Materials
from gateway.config.partner_links import PERSONS, fault_of_link
from gateway.crypto.jwk import generate_signing_key
from gateway.model.partner import SealProfile


@pytest.mark.parametrize("kind", ["housing_corporation", "avim", "police", "belle", ""])
def test_a_link_is_refused_for_everybody_but_private_persons(kind: str) -> None:
    """An organisation enrols keys; AVIM must never wait for the post."""
    assert "private landlord" in (fault_of_link(SealProfile.LINK, kind=kind, keys=()) or "")


def test_who_has_keys_gets_no_link() -> None:
    """Two ways to seal for one partner would be one too many."""
    key = generate_signing_key().public()
    assert "has no keys" in (fault_of_link(SealProfile.LINK, kind="private_landlord", keys=[key]) or "")
    assert fault_of_link(SealProfile.JOSE, kind="avim", keys=[key]) is None
    assert fault_of_link(SealProfile.LINK, kind="private_landlord", keys=()) is None


def test_nothing_urgent_ever_goes_to_a_private_person(materials: Materials) -> None:
    """No row of any epoch, past or coming, sends one anything on an urgent ground."""
    bundle = materials.policy.bundle
    urgent = {name for name, ground in bundle.vocabulary.grounds.items() if ground.urgent}
    rows = [row for edition in bundle.editions for row in edition.rows]
    assert urgent
    assert [row.id for row in rows if row.recipients & PERSONS and row.grounds & urgent] == []
    assert [row.id for row in rows if row.recipients & PERSONS and not row.approval.before_release] == []
