"""Messages of each profile, opened by the page's modules: what the kit opens, they open, and nothing else."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import pytest

from gateway.crypto.canonical import canonical
from gateway.crypto.disclosure import read_disclosure
from gateway.crypto.encoding import b64url, unb64url
from gateway.crypto.jwk import PrivateJwk, generate_key, to_jwks
from gateway.crypto.jws import sign
from gateway.crypto.profiles import PROFILES
from gateway.errors import GatewayError
from gateway.model.partner import SealProfile
from gateway.model.terms import Json
from gateway.page.build import ROOM
from tests.kit.samples import flipped
from tests.page.test_verdicts import WORLD, opening
from tests.page.verdicts import verdicts
from tests.partner.envelopes import ISSUER, ME, claims_of
from tests.partner.envelopes import NOW as SEALED

OPENED = [SealProfile.HPKE9, SealProfile.JOSE, SealProfile.NLGOV]
STEP = {SealProfile.HPKE9: 199, SealProfile.JOSE: 101, SealProfile.NLGOV: 331}  # one bit in so many is flipped
pytestmark = [pytest.mark.node, pytest.mark.control("DPIA-11")]


@dataclass(frozen=True)
class Sealed:
    """Keys for a profile, and a good message of it."""

    profile: SealProfile
    issuer: PrivateJwk
    encryption: PrivateJwk
    signing: PrivateJwk

    def message(self, **changes: Json) -> str:
        """Return a message with these claims changed."""
        claims = {**claims_of(replace(WORLD, encryption=self.encryption)), **changes}
        token = sign(canonical(claims), typ="disclosure+jwt", key=self.issuer)
        return PROFILES[self.profile].encrypt(token, to=self.encryption.public())

    def page(self, messages: Sequence[str], keys: Sequence[Json] | None = None) -> list[str]:
        """Return what the page says of messages."""
        pairs = [self.encryption.to_json(), self.signing.to_json()] if keys is None else list(keys)
        own = {"keys": json.dumps({"keys": pairs}), "issuer_keys": to_jwks([self.issuer.public()]).decode()}
        return verdicts([{**opening(message), **own} for message in messages])

    def kit(self, message: str) -> str:
        """Return what the kit says of a message."""
        try:
            claims = read_disclosure(
                message,
                profile=PROFILES[self.profile],
                key=self.encryption,
                issuer_keys=[self.issuer.public()],
                issuer=ISSUER,
                me=ME,
                now=SEALED,
            )
        except GatewayError:
            return "refused"
        return f"opened {claims['jti']}"


@cache
def sealed(profile: SealProfile) -> Sealed:
    """Return keys for a profile, made once."""
    terms = PROFILES[profile]
    keys = (generate_key(alg) for alg in (terms.signature, terms.key_algorithm, terms.signature))
    return Sealed(profile, *keys)


@pytest.mark.parametrize("profile", OPENED)
def test_what_was_altered_is_refused_by_both(profile: SealProfile) -> None:
    """Every part of the message: header, encapsulated key, content key, text and tag; and the wrong reader."""
    world = sealed(profile)
    message = world.message()
    altered = [text for text in flipped(message.encode(), STEP[profile]) if text.isprintable()]
    assert len(altered) > 40
    altered += [message + "=", message + ".", message.rsplit(".", 1)[0], f"{message}A"]
    altered += [world.message(aud="dudok-wonen"), world.message(rkid="x"), world.message(exp=int(SEALED.timestamp()))]
    assert {word.split()[0] for word in world.page(altered)} == {"refused"}
    assert {world.kit(text) for text in altered} == {"refused"}


@pytest.mark.parametrize("profile", OPENED)
def test_the_profile_follows_from_the_readers_key_and_never_from_the_message(profile: SealProfile) -> None:
    """A message of another profile is refused, whatever its header says."""
    others = [sealed(other).message() for other in OPENED if other is not profile]
    assert {word.split()[0] for word in sealed(profile).page(others)} == {"refused"}


@pytest.mark.parametrize("profile", OPENED)
def test_a_good_message_is_opened_by_both(profile: SealProfile) -> None:
    """The same key, the same claims."""
    world = sealed(profile)
    message = world.message()
    assert world.page([message]) == [world.kit(message)] == [f"opened {'ab' * 16}"]


def _with(point: bytes) -> str:
    world = sealed(SealProfile.HPKE9)
    head, rest = world.message().split(".", 1)
    header = json.loads(unb64url(head))
    header["ek"] = b64url(unb64url(header["ek"])[:-32] + point)
    return f"{b64url(canonical(header))}.{rest}"


def test_an_encapsulated_key_of_small_order_or_of_another_length_is_refused() -> None:
    """The classical half must not become nothing, nor the key be cut."""
    messages = [_with(bytes(32)), _with(b"\x01" + bytes(31)), _with(b"\xff" * 32), _with(b"")]
    assert set(sealed(SealProfile.HPKE9).page(messages)) == {"refused open"}


def test_keys_of_the_other_kinds_are_read_as_strictly() -> None:
    """A number beyond the modulus of ML-KEM, a short RSA key, halves of two keys, a private member too many."""
    world, short = sealed(SealProfile.HPKE9), sealed(SealProfile.NLGOV)
    good, signing = world.encryption.to_json(), world.signing.to_json()
    pub = unb64url(str(good["pub"]))
    wrong: list[dict[str, Json]] = [
        {**good, "pub": b64url(b"\xff\xff" + pub[2:])},
        {**good, "pub": b64url(pub[:-1])},
        {**good, "pub": b64url(pub[:-32] + bytes(32))},
        {**good, "priv": generate_key("HPKE-9-KE").to_json()["priv"]},
        {**good, "alg": "HPKE-8-KE"},
        {**good, "d": "AA"},
        {**short.encryption.to_json(), "e": "Aw"},
        {**short.encryption.to_json(), "d": short.signing.to_json()["d"]},
        {**short.encryption.to_json(), "n": b64url(unb64url(str(short.encryption.to_json()["n"]))[:-1])},
    ]
    message = world.message()
    said = [world.page([message], [jwk, signing])[0].split()[0] for jwk in wrong]
    assert said == ["unreadable"] * len(wrong)


VENDORED = {
    "noble-hashes/_assert.js": "7c117dddc4080aac00f9f8d59cc7ed1147de971d5507cc8dbf1b5221c3e3cd08",
    "noble-hashes/_u64.js": "8bba589151908d3d62e092bb11acbfee47aace998cb8902cc672d12dd26776bc",
    "noble-hashes/crypto.js": "9211d026c5d21e60e0126dd6f01150d87da5ba7261b8f468215c1264372ff5a5",
    "noble-hashes/sha3.js": "08f0992d877ebb165d036d4c388ab336c764117e6fe44f49129c5c55e5ae225c",
    "noble-hashes/utils.js": "34bb58d7d3c605fb0fe4960b71629b1d1cec85447557ca54ba6b13b593df1857",
    "noble-post-quantum/_crystals.js": "d831616d6decd8bc304eabd285d0cddce6705865f36a7454b6d00af8002b0548",
    "noble-post-quantum/ml-kem.js": "09e2657224194e3b66aa5df1386d3e9a872634a3369ee62559dd23013ab168d7",
    "noble-post-quantum/utils.js": "8d966e66eb7df35c3a015cd337fce3a21d97950397b74c22c838b57ec40cebf5",
}


def test_other_peoples_code_is_what_they_published() -> None:
    """Byte for byte as in the packages that vendor/README.md names, and nothing besides."""
    folder = ROOM / "vendor"
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.js")}
    assert {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in found.items()} == VENDORED
    assert all((folder / package / "LICENSE").exists() for package in ("noble-hashes", "noble-post-quantum"))
