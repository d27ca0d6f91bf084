"""Opening a message: only its own recipient, from its own sender, in time, and whole."""

import datetime as dt
import json
from dataclasses import dataclass, field

import pytest

from gateway.crypto.disclosure import read_disclosure
from gateway.crypto.jwk import PrivateJwk, generate_encryption_key, generate_signing_key
from gateway.crypto.jws import sign
from gateway.crypto.profiles import PROFILES
from gateway.errors import CannotOpenError, GatewayError, SignatureInvalidError
from gateway.model.partner import SealProfile
from gateway.model.terms import Json

NOW = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
JOSE = PROFILES[SealProfile.JOSE]
ISSUER = "https://gateway.example"
GATEWAY, OURS, THEIRS = generate_signing_key(), generate_encryption_key(), generate_encryption_key()


def _claims(**change: Json) -> dict[str, Json]:
    moment = int(NOW.timestamp())
    claims: dict[str, Json] = {
        "iss": ISSUER,
        "aud": "dudok-wonen",
        "rkid": OURS.kid,
        "jti": "0" * 32,
        "iat": moment,
        "nbf": moment,
        "exp": moment + 3600,
        "sub": "d-1",
        "ground": "woonfraude",
        "purpose": "prevent_recurrence",
        "legal_basis": ["WC-1"],
        "obligations": {"onward_disclosure": "forbidden", "destroy_by": "2027-11-24"},
        "bundle": "sha256:" + "0" * 64,
        "approval_digest": "sha256:" + "1" * 64,
        "subjects": [{"ref": "s1", "data": {"finding_code": "GEB-1"}}],
        "rnd": "AA",
        "pad": "",
    }
    return {**claims, **change}


@dataclass(frozen=True, slots=True)
class Sent:
    """A message with valid claims, one thing changed by a test."""

    claims: dict[str, Json] = field(default_factory=_claims)
    signer: PrivateJwk = GATEWAY
    typ: str = "disclosure+jwt"

    def read(self, *, key: PrivateJwk = OURS, me: str = "dudok-wonen", now: dt.datetime = NOW) -> dict[str, Json]:
        """Seal it to `key` and open it again as `me`."""
        token = sign(json.dumps(self.claims).encode(), typ=self.typ, key=self.signer)
        return _read(JOSE.encrypt(token, to=key.public()), key=key, me=me, now=now)


def _read(message: str, *, key: PrivateJwk, me: str, now: dt.datetime = NOW) -> dict[str, Json]:
    return read_disclosure(
        message, profile=JOSE, key=key, issuer_keys=[GATEWAY.public()], issuer=ISSUER, me=me, now=now
    )


def test_a_text_that_another_partner_encrypts_to_us_again_is_refused() -> None:
    """Surreptitious forwarding: the gateway's signature is good, but it was made for someone else."""
    token = sign(json.dumps(_claims(aud="avim", rkid=THEIRS.kid)).encode(), typ="disclosure+jwt", key=GATEWAY)
    first = JOSE.encrypt(token, to=THEIRS.public())
    assert _read(first, key=THEIRS, me="avim")["aud"] == "avim"
    forwarded = JOSE.encrypt(JOSE.decrypt(first, key=THEIRS), to=OURS.public())
    with pytest.raises(SignatureInvalidError, match="another recipient"):
        _read(forwarded, key=OURS, me="dudok-wonen")


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "avim"},
        {"aud": ["dudok-wonen"]},
        {"aud": ["dudok-wonen", "avim"]},
        {"aud": None},
        {"aud": "Dudok-wonen"},
        {"rkid": THEIRS.kid},
        {"rkid": None},
        {"rkid": [OURS.kid]},
    ],
)
def test_a_message_for_another_recipient_or_several_is_refused(change: dict[str, Json]) -> None:
    """Audience and key id are checked both, and each is exactly one string."""
    with pytest.raises(SignatureInvalidError, match="another recipient") as caught:
        Sent(_claims(**change)).read()
    assert "not_for_us" in caught.value.hint


@pytest.mark.parametrize("issuer", ["https://gateway.example/", "https://other.example", None, [ISSUER]])
def test_a_message_from_another_sender_is_refused(issuer: Json) -> None:
    """The sender's name is pinned."""
    with pytest.raises(SignatureInvalidError, match="another sender"):
        Sent(_claims(iss=issuer)).read()


def test_a_message_that_the_gateway_did_not_sign_is_refused() -> None:
    """Anyone can encrypt to us."""
    with pytest.raises(SignatureInvalidError, match="not trusted"):
        Sent(signer=generate_signing_key()).read()


def test_another_signed_text_of_the_gateway_is_no_disclosure() -> None:
    """The type is checked, so a receipt or token cannot stand in for a message."""
    with pytest.raises(SignatureInvalidError, match="type"):
        Sent(typ="disclosure-receipt+jwt").read()


def test_a_message_for_another_key_cannot_be_opened() -> None:
    """The error says what to do."""
    token = sign(json.dumps(_claims()).encode(), typ="disclosure+jwt", key=GATEWAY)
    with pytest.raises(CannotOpenError) as caught:
        _read(JOSE.encrypt(token, to=THEIRS.public()), key=OURS, me="dudok-wonen")
    assert caught.value.hint


@pytest.mark.parametrize(
    ("late", "match"),
    [
        (dt.timedelta(seconds=-61), "future"),
        (dt.timedelta(seconds=3600), "expired"),
        (dt.timedelta(days=400), "expired"),
    ],
)
def test_a_message_out_of_its_time_is_refused(late: dt.timedelta, match: str) -> None:
    """No leniency at the end; one minute at the beginning for clocks that differ."""
    with pytest.raises(SignatureInvalidError, match=match):
        Sent().read(now=NOW + late)


@pytest.mark.parametrize("late", [dt.timedelta(seconds=-60), dt.timedelta(seconds=3599)])
def test_a_message_is_read_up_to_the_last_second(late: dt.timedelta) -> None:
    """The twins of the refusals above."""
    assert Sent().read(now=NOW + late)["jti"] == "0" * 32


@pytest.mark.parametrize(
    "change",
    [
        {"iat": None},
        {"nbf": "0"},
        {"exp": True},
        {"exp": None},
        {"exp": int(NOW.timestamp())},
        {"nbf": int(NOW.timestamp()) + 3600},
        {"iat": int(NOW.timestamp()) + 1},
    ],
)
def test_times_that_are_missing_or_contradict_each_other_are_refused(change: dict[str, Json]) -> None:
    """A message without an end would be valid for ever."""
    with pytest.raises(SignatureInvalidError):
        Sent(_claims(**change)).read()


@pytest.mark.parametrize(
    "change",
    [
        {"jti": "x"},
        {"jti": None},
        {"jti": "../../etc/passwd"},
        {"sub": ""},
        {"ground": None},
        {"purpose": 1},
        {"legal_basis": "WC-1"},
        {"legal_basis": [1]},
        {"obligations": {}},
        {"bundle": "0" * 64},
        {"approval_digest": None},
        {"subjects": []},
        {"subjects": ["s1"]},
        {"subjects": [{"ref": "s1"}]},
        {"subjects": [{"ref": "s1", "data": {}, "note": "x"}]},
    ],
)
def test_a_message_of_another_form_is_refused(change: dict[str, Json]) -> None:
    """And the error names the claim, never its value."""
    name = next(iter(change))
    with pytest.raises(SignatureInvalidError, match=f"`{name}`") as caught:
        Sent(_claims(**change)).read()
    assert "passwd" not in str(caught.value)


@pytest.mark.parametrize("name", [name for name in _claims() if name not in {"rnd", "pad"}])
def test_a_message_without_one_of_its_claims_is_refused(name: str) -> None:
    """Nothing is assumed; every error has a hint."""
    with pytest.raises(GatewayError) as caught:
        Sent({claim: value for claim, value in _claims().items() if claim != name}).read()
    assert caught.value.hint


def test_its_recipient_reads_the_claims() -> None:
    """The releasing twin of all the above."""
    assert Sent().read() == _claims()


def _recall(**change: Json) -> dict[str, Json]:
    kept = {
        name: value for name, value in _claims().items() if name in {"iss", "aud", "rkid", "jti", "iat", "nbf", "exp"}
    }
    return {**kept, "recalls": "ab" * 16, "asks": "destroy", **change}


def _read_any(token: str) -> dict[str, Json]:
    return read_disclosure(
        JOSE.encrypt(token, to=OURS.public()),
        profile=JOSE,
        key=OURS,
        issuer_keys=[GATEWAY.public()],
        issuer=ISSUER,
        me="dudok-wonen",
        now=NOW,
        recalls=True,
    )


@pytest.mark.parametrize(
    ("claims", "typ"),
    [
        (_recall(recalls="../x"), "recall+jwt"),
        (_recall(asks="keep"), "recall+jwt"),
        (_recall(aud="avim"), "recall+jwt"),
        (_recall(), "disclosure+jwt"),
        (_claims(), "recall+jwt"),
    ],
)
def test_a_recall_of_another_form_is_refused(claims: dict[str, Json], typ: str) -> None:
    """It names one message by its id and asks one thing; nothing else passes for one, nor it for something else."""
    with pytest.raises(SignatureInvalidError):
        _read_any(sign(json.dumps(claims).encode(), typ=typ, key=GATEWAY))


@pytest.mark.parametrize("token", ["no token at all", "e30.e30.e30", "bm8.e30.e30"])
def test_what_is_no_token_is_no_recall(token: str) -> None:
    """Whether it is one is asked before its signature is, of bytes that may be anything."""
    with pytest.raises(SignatureInvalidError):
        _read_any(token)


def test_only_who_expects_recalls_reads_one() -> None:
    """Both kinds are read then, each in its own form."""
    token = sign(json.dumps(_recall()).encode(), typ="recall+jwt", key=GATEWAY)
    assert _read_any(token) == _recall()
    assert _read_any(sign(json.dumps(_claims()).encode(), typ="disclosure+jwt", key=GATEWAY)) == _claims()
    with pytest.raises(SignatureInvalidError):
        _read(JOSE.encrypt(token, to=OURS.public()), key=OURS, me="dudok-wonen")
