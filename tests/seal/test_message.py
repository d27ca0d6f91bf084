"""The sealed message: what never leaves, the claims of the contract, the padding."""

import datetime as dt
import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.crypto.disclosure import read_disclosure
from gateway.crypto.encoding import unb64url
from gateway.crypto.jwk import PrivateJwk, generate_encryption_key, generate_signing_key
from gateway.crypto.profiles import PROFILES
from gateway.errors import CannotOpenError, KeyUnavailableError, MinimisationError
from gateway.model.partner import PublicKey, SealProfile
from gateway.model.payload import Obligations, Payload, ReleasedSubject, SealedPayload
from gateway.model.terms import Json
from gateway.seal.message import pad, seal

NOON = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
ISSUER, MESSAGE = "https://gateway.example", "a" * 32
SIGNER, KEY = generate_signing_key(), generate_encryption_key()
JOSE = PROFILES[SealProfile.JOSE]
PAYLOAD = Payload(
    disclosure_id="d-1",
    recipient="dudok-wonen",
    recipient_key_id=KEY.kid,
    ground="overtreding woonregels",
    purpose="prevent_recurrence",
    legal_basis=("WC-1",),
    obligations=Obligations("2027-11-24"),
    bundle="sha256:" + "0" * 64,
    approval_digest="sha256:" + "1" * 64,
    subjects=(
        ReleasedSubject("s1", "facilitator", {"name": "Invented Name"}),
        ReleasedSubject("s2", None, {"dwelling_address": {"postcode": "1211AB", "number": 12}}),
    ),
)


def _seal(payload: Payload = PAYLOAD, *, to: PublicKey = KEY.public(), signer: PrivateJwk = SIGNER) -> SealedPayload:  # noqa: B008
    return seal(
        payload,
        message_id=MESSAGE,
        issuer=ISSUER,
        signer=signer,
        to=to,
        profile=JOSE,
        at=NOON,
        lifetime=dt.timedelta(days=30),
    )


def test_a_message_without_data_is_never_sealed() -> None:
    """No subject, or a subject with nothing, would only tell that a case exists."""
    for subjects in (
        (),
        (ReleasedSubject("s1", "facilitator", {}),),
        (*PAYLOAD.subjects, ReleasedSubject("s3", None, {})),
    ):
        with pytest.raises(MinimisationError):
            _seal(replace(PAYLOAD, subjects=subjects))


def test_a_message_approved_for_another_key_is_never_sealed() -> None:
    """The approval covers the recipient's key."""
    with pytest.raises(MinimisationError, match="another key"):
        _seal(to=generate_encryption_key().public())


def test_keys_of_the_wrong_use_seal_nothing() -> None:
    """Signing keys sign, encryption keys receive."""
    with pytest.raises(KeyUnavailableError):
        _seal(signer=KEY)
    with pytest.raises(KeyUnavailableError):
        _seal(replace(PAYLOAD, recipient_key_id=SIGNER.kid), to=SIGNER.public())


def test_the_gateway_cannot_open_what_it_sealed() -> None:
    """Nothing of the content stands in the clear, and only the recipient's key opens it."""
    sealed = _seal()
    clear = "".join(map(str, [unb64url(part) for part in sealed.message.split(".")]))
    assert "Invented" not in sealed.message + clear
    with pytest.raises(CannotOpenError):
        JOSE.decrypt(sealed.message, key=generate_encryption_key())


def test_the_recipient_reads_exactly_the_claims_of_the_contract() -> None:
    """Each claim, and no other; a role only where it may be read."""
    claims = read_disclosure(
        _seal().message,
        profile=JOSE,
        key=KEY,
        issuer_keys=[SIGNER.public()],
        issuer=ISSUER,
        me="dudok-wonen",
        now=NOON,
    )
    noise, padding = claims.pop("rnd"), claims.pop("pad")
    assert len(unb64url(str(noise))) == 16
    assert set(str(padding)) <= {"0"}
    moment = int(NOON.timestamp())
    assert claims == {
        "iss": ISSUER,
        "aud": "dudok-wonen",
        "rkid": KEY.kid,
        "jti": MESSAGE,
        "iat": moment,
        "nbf": moment,
        "exp": moment + 30 * 86400,
        "sub": "d-1",
        "ground": "overtreding woonregels",
        "purpose": "prevent_recurrence",
        "legal_basis": ["WC-1"],
        "obligations": {"onward_disclosure": "forbidden", "destroy_by": "2027-11-24"},
        "bundle": "sha256:" + "0" * 64,
        "approval_digest": "sha256:" + "1" * 64,
        "subjects": [
            {"ref": "s1", "role": "facilitator", "data": {"name": "Invented Name"}},
            {"ref": "s2", "data": {"dwelling_address": {"postcode": "1211AB", "number": 12}}},
        ],
    }


def test_the_digest_is_that_of_the_message() -> None:
    """It stands in the leaf."""
    sealed = _seal()
    assert sealed.message_id == MESSAGE
    assert sealed.digest == "sha256:" + hashlib.sha256(sealed.message.encode()).hexdigest()


def test_the_size_does_not_tell_how_much_is_known() -> None:
    """A short and a longer name give messages of one length; the signed JSON is a whole number of KiB."""
    longer = replace(PAYLOAD, subjects=(ReleasedSubject("s1", "facilitator", {"name": "Invented " * 10}),))
    assert len(_seal(longer).message) == len(_seal().message)
    for payload in (PAYLOAD, longer):
        inner = JOSE.decrypt(_seal(payload).message, key=KEY).split(".")[1]
        assert len(unb64url(inner)) == 1024


def test_two_messages_with_the_same_content_differ_in_what_is_signed() -> None:
    """The random member makes the signed text unguessable."""
    first, second = (JOSE.decrypt(_seal().message, key=KEY) for _ in range(2))
    assert first != second


def test_the_bytes_of_padding_are_pinned() -> None:
    """Canonical JSON with zeros in `pad`; a text that fits exactly gets none."""
    assert pad({"a": 1}) == b'{"a":1,"pad":"' + b"0" * 1008 + b'"}'
    assert pad({"a": "x" * (1024 - len(b'{"a":"","pad":""}'))}).endswith(b'"pad":""}')


@given(st.dictionaries(st.sampled_from(["a", "z", "rnd"]), st.text(max_size=1500).filter(str.isprintable)))
def test_every_padded_text_is_a_whole_number_of_steps(claims: dict[str, Json]) -> None:
    """In bytes, not characters, and never more than one step more than needed."""
    padded = pad(claims)
    assert len(padded) % 1024 == 0
    read = json.loads(padded)
    assert len(read.pop("pad")) < 1024
    assert read == claims
