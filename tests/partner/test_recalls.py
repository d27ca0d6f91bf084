"""A recall in the kit: what it asks stands in plain words, and only a signed one, made for us, asks anything."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.partner import partner
from gateway.config.clock import utc_now
from gateway.crypto.jwk import generate_signing_key
from gateway.model.terms import Json
from tests.partner.envelopes import (
    ME,
    MESSAGE,
    RECALL_ID,
    World,
    a_world,
    an_envelope,
    claims_of,
    recall_of,
    write_folder,
)


def recall(world: World, **changes: Json) -> dict[str, Json]:
    """Return the claims of a recall of now."""
    return recall_of(world, now=utc_now(), **changes)


@pytest.fixture
def world() -> World:
    """Return new keys."""
    return a_world()


def opened(folder: Path, *more: str) -> Result:
    """Open the recall in this folder."""
    words = ["open", str(folder / f"{RECALL_ID}.json"), "--key", str(folder / f"{ME}.keys.json"), *more]
    return CliRunner().invoke(partner, words)


@pytest.mark.parametrize(
    "changes",
    [
        {"recalls": "../../etc/passwd"},
        {"recalls": MESSAGE.upper()},
        {"recalls": 7},
        {"asks": "keep"},
        {"aud": "belle"},
        {"rkid": "another"},
        {"iss": "another.example"},
        {"exp": 1},
    ],
)
def test_a_recall_that_is_not_in_order_deletes_nothing(world: World, tmp_path: Path, changes: dict[str, Json]) -> None:
    """Not of the form, for another, from another, or out of date: and an id is never a path."""
    write_folder(world, tmp_path)
    envelope = an_envelope(world, recall(world, **changes), typ="recall+jwt")
    (tmp_path / f"{RECALL_ID}.json").write_text(envelope.to_json())
    (tmp_path / f"{MESSAGE}.json").write_text("{}")
    assert opened(tmp_path, "--destroy").exit_code == 1
    assert (tmp_path / f"{MESSAGE}.json").exists()


def test_a_recall_that_somebody_else_signed_deletes_nothing(world: World, tmp_path: Path) -> None:
    """Or everybody could have messages destroyed."""
    write_folder(world, tmp_path)
    envelope = an_envelope(world, recall(world), typ="recall+jwt", signer=generate_signing_key())
    (tmp_path / f"{RECALL_ID}.json").write_text(envelope.to_json())
    (tmp_path / f"{MESSAGE}.json").write_text("{}")
    assert opened(tmp_path, "--destroy").exit_code == 1
    assert (tmp_path / f"{MESSAGE}.json").exists()


def test_a_disclosure_under_the_type_of_a_recall_is_refused_and_the_reverse(world: World, tmp_path: Path) -> None:
    """Each has claims of its own: none is taken for the other."""
    write_folder(world, tmp_path)
    for claims, typ in ((claims_of(world, now=utc_now()), "recall+jwt"), (recall(world), "disclosure+jwt")):
        (tmp_path / f"{RECALL_ID}.json").write_text(an_envelope(world, claims, typ=typ).to_json())
        assert opened(tmp_path).exit_code == 1


@pytest.mark.control("DPIA-09")
def test_a_recall_says_what_to_do_and_deletes_the_file_when_asked(world: World, tmp_path: Path) -> None:
    """First told, then deleted; the words say to acknowledge it."""
    write_folder(world, tmp_path)
    (tmp_path / f"{RECALL_ID}.json").write_text(an_envelope(world, recall(world), typ="recall+jwt").to_json())
    kept = tmp_path / f"{MESSAGE}.json"
    kept.write_text("{}")
    told = opened(tmp_path)
    assert told.exit_code == 0
    assert f"THIS IS A RECALL of message {MESSAGE}: destroy it" in told.output
    assert f"its file is here: {kept}" in told.output
    assert "--state destroyed" in told.output
    assert kept.exists()
    done = opened(tmp_path, "--destroy", "--format", "json")
    assert (json.loads(done.output)["recalls"], json.loads(done.output)["destroyed"]) == (MESSAGE, str(kept))
    assert not kept.exists()
    assert "its file" not in opened(tmp_path).output


def test_a_correction_names_what_it_corrects(world: World, tmp_path: Path) -> None:
    """It is a disclosure like any other, with one claim more."""
    write_folder(world, tmp_path)
    claims = claims_of(world, now=utc_now(), corrects=MESSAGE, jti=RECALL_ID)
    (tmp_path / f"{RECALL_ID}.json").write_text(an_envelope(world, claims).to_json())
    assert f"THIS CORRECTS message {MESSAGE}" in opened(tmp_path).output
