"""What approvers sign: golden bytes, two different people, and each way in which a signature does not count."""

from collections.abc import Callable, Mapping

import pytest

from gateway.crypto.notes import NoteSigner, NoteVerifier, merge_notes
from gateway.errors import ConfigError, NotActivatedError
from gateway.policy.statement import Statement, check_signed, read_approvers

ANNA, BAS, CARLA = (NoteSigner.generate(name) for name in ("anna", "bas", "carla"))
APPROVERS = read_approvers(f"# who may\n\n{ANNA.vkey}\n{BAS.vkey}\n")
STATEMENT = Statement("gateway.example", 3, "sha256:" + "1" * 64, "sha256:" + "2" * 64)
TEXT = STATEMENT.text()


def by_first(text: str) -> list[str]:
    """Return a note over this text by Anna, and a good one by Bas."""
    return [ANNA.sign(text), BAS.sign(TEXT)]


def refused(notes: list[str], approvers: Mapping[str, NoteVerifier] = APPROVERS) -> str:
    """Return why these notes do not count."""
    with pytest.raises(NotActivatedError) as caught:
        check_signed(STATEMENT, notes, approvers)
    assert caught.value.hint
    return caught.value.message


@pytest.mark.parametrize(
    ("notes", "why"),
    [
        ([], "nobody has signed this policy as number 3"),
        ([ANNA.sign(TEXT)], "only `anna` has"),
        ([ANNA.sign(TEXT), ANNA.sign(TEXT)], "only `anna` has"),
        ([merge_notes([ANNA.sign(TEXT)]), ANNA.sign(TEXT)], "only `anna` has"),
        ([ANNA.sign(TEXT), CARLA.sign(TEXT)], "`carla` signed, but is not among the approvers"),
        ([ANNA.sign(TEXT), NoteSigner.generate("bas").sign(TEXT)], "not signed by the trusted key"),
        ([ANNA.sign(TEXT), BAS.sign(TEXT).replace("\u2014 bas", "\u2014 anna")], "does not count"),
        (by_first(TEXT.replace("sequence 3", "sequence 2")), "says `sequence 2`, and what comes next is `sequence 3`"),
        (by_first(TEXT.replace("1" * 64, "3" * 64)), "changed after it was signed"),
        (by_first(TEXT.replace("2" * 64, "3" * 64)), "another policy came before"),
        (by_first(TEXT.replace("gateway.example", "elsewhere.example")), "is for another gateway"),
        (by_first(TEXT.replace("/v1", "/v2")), "no policy"),
        (by_first("gateway.example/log\n3\nAAAA\n"), "no policy"),
        (["no note", BAS.sign(TEXT)], "this is not a signed note"),
    ],
)
def test_what_is_not_signed_by_two_approvers_is_refused(notes: list[str], why: str) -> None:
    """One signature, the same person twice, a stranger, a swapped name, another number, bundle, gateway or text."""
    assert why in refused(notes)


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.replace("sequence 3", "sequence 4"),
        lambda note: note.replace("1" * 64, "4" * 64),
        lambda note: note.replace("\u2014 anna ", "\u2014 anna A"),
        lambda note: note[:-1],
    ],
)
def test_an_altered_note_is_refused(change: Callable[[str], str]) -> None:
    """Not one character of it may change."""
    refused([change(ANNA.sign(TEXT)), BAS.sign(TEXT)])


def test_somebody_who_left_counts_no_more() -> None:
    """Whoever is taken from the list has not signed."""
    assert "`bas`" in refused([ANNA.sign(TEXT), BAS.sign(TEXT)], read_approvers(ANNA.vkey))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("anna", "line 1"),
        (f"{ANNA.vkey}\n{ANNA.vkey}", "line 2"),
        (f"{ANNA.vkey}\n# x\n{NoteSigner.generate('anna').vkey}", "line 3"),
        (f"{BAS.vkey}\n{ANNA.vkey} extra", "line 2"),
    ],
)
def test_a_list_that_counts_one_person_twice_is_refused(text: str, line: str) -> None:
    """A name or key that stands there twice could be two approvers."""
    with pytest.raises(ConfigError, match=line) as caught:
        read_approvers(text)
    assert caught.value.hint


def test_one_key_under_two_names_is_one_approver() -> None:
    """Renaming a key makes nobody a second person."""
    other = NoteSigner("bob", ANNA._key)  # noqa: SLF001  # the same secret under another name
    with pytest.raises(ConfigError, match="line 2"):
        read_approvers(f"{ANNA.vkey}\n{other.vkey}")


def test_the_signed_text_is_the_agreed_one() -> None:
    """Golden bytes: who signs must see exactly this, for ever."""
    assert TEXT.encode() == (
        b"gateway-policy-activation/v1\n"
        b"gateway.example\n"
        b"sequence 3\n"
        b"bundle sha256:1111111111111111111111111111111111111111111111111111111111111111\n"
        b"previous sha256:2222222222222222222222222222222222222222222222222222222222222222\n"
    )
    assert Statement("gateway.example", 1, "sha256:00", "").text().endswith("\nprevious none\n")


def test_a_signature_of_a_known_key_verifies() -> None:
    """Golden signature: Ed25519 (RFC 8032) of the key whose secret is 32 zero bytes, over the text above."""
    signer = NoteSigner.from_text("PRIVATE+KEY+anna+2d41acf2+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    signature = "LUGs8kklRKcZ8Xs1S8yzI8SpT/DbYd3GEacIrullnM3m/mY2g9GfS4BDVTAd04CwiUrc5BlHsERxwPg/CmfcQzBfUgc="
    assert signer.sign(TEXT) == f"{TEXT}\n\u2014 anna {signature}\n"


def test_two_different_approvers_are_enough() -> None:
    """In one note or in two, in any order."""
    notes = [BAS.sign(TEXT), ANNA.sign(TEXT)]
    assert check_signed(STATEMENT, notes, APPROVERS) == ("anna", "bas")
    assert check_signed(STATEMENT, [merge_notes(notes)], APPROVERS) == ("anna", "bas")
