"""Each partner gets its own profile from the whole gateway, and the log's detail says what it is worth."""

import json

import pytest

from gateway.bootstrap import Gateway, build
from gateway.crypto.disclosure import read_disclosure
from gateway.crypto.encoding import unb64url
from gateway.crypto.jwk import PrivateJwk, algorithm, parse_jwks
from gateway.crypto.jws import verify
from gateway.crypto.keyring import ISSUER_KEYS
from gateway.crypto.profiles import PROFILES, profile_of
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import KeyUnavailableError
from gateway.model.leaf import LeafType
from gateway.model.partner import PublicKey
from gateway.model.terms import Json
from gateway.opening import keyring_file
from gateway.pipeline.rotate import add_nlgov_key
from tests.conftest import NOON
from tests.pipeline.known_cases import make

SANNE, BRAM, *_ = DEMO_PEOPLE
CASES: dict[str, dict[str, Json]] = {
    "avim": cases.urgent(NOON.date(), 1, "protect_victim"),
    "dudok-wonen": cases.landlord(NOON.date(), 2),
    "arbeidsinspectie": make(
        "labour",
        NOON.date(),
        number=3,
        recipient="arbeidsinspectie",
        place="A",
        consent="consent CNS-2026-1",
        key="one-and-only-key",
    ).body,
}
WORTH = {"avim": ("hpke9", True), "dudok-wonen": ("jose", False), "arbeidsinspectie": ("nlgov", False)}


def _release(gateway: Gateway, partner: str) -> str:
    """Ask for a hand-over, approve what waits, and return the message as the partner fetches it."""
    view = gateway.team.submit(json.dumps(CASES[partner]).encode(), SANNE)
    part = next(part for part in view.parts)
    if part.message_id is None:
        part = gateway.team.approve(view.id, part.id, part.digest, BRAM).parts[0]
    assert part.message_id is not None
    return gateway.partners.envelope(partner, part.message_id, now=NOON).message


def _own_key(gateway: Gateway, partner: str) -> PrivateJwk:
    kept = json.loads((gateway.settings.home / "partners" / partner / f"{partner}.keys.json").read_text())["keys"]
    return next(key for key in map(PrivateJwk.from_json, kept) if key.use == "enc")


def _issuer_keys(gateway: Gateway) -> tuple[PublicKey, ...]:
    return parse_jwks((gateway.settings.keys / ISSUER_KEYS).read_bytes())


def test_without_its_key_nothing_is_signed_for_nlgov_and_the_others_are_not_stopped(gateway: Gateway) -> None:
    """A keyring of before that profile: the refusal says what to do, and the command makes the key."""
    file = keyring_file(gateway.settings)
    with file.held():
        before = file.load()
        file.replace(type(before)(*(getattr(before, name) for name in list(before.__slots__)[:8])))
    gateway.tools.store.close()
    lacking = build(gateway.settings, clock=gateway.tools.clock)
    assert _release(lacking, "avim")
    with pytest.raises(KeyUnavailableError) as caught:
        _release(lacking, "arbeidsinspectie")
    assert "add-nlgov" in caught.value.hint
    kid, index = add_nlgov_key(lacking.tools, file, by="os:test", at=NOON)
    assert add_nlgov_key(lacking.tools, file, by="os:test", at=NOON)[0] == kid
    with lacking.tools.store.read() as unit:
        leaf, detail, _ = lacking.tools.recorder.read(unit, index)
    assert (leaf.type, detail["use"], detail["next"]) == (LeafType.KEY, "issuer_nlgov", kid)
    lacking.tools.store.close()
    again = build(gateway.settings, clock=gateway.tools.clock)
    assert kid in {key.kid for key in _issuer_keys(again)}
    assert again.tools.nlgov_key is not None
    again.tools.store.close()


@pytest.mark.parametrize("partner", CASES)
def test_a_partner_opens_what_was_sealed_in_its_profile(gateway: Gateway, partner: str) -> None:
    """Signed with the key of that profile and no other; the entry tells whether it is closed to a quantum computer."""
    message, key = _release(gateway, partner), _own_key(gateway, partner)
    room = PROFILES[profile_of(key)]
    claims = read_disclosure(
        message,
        profile=room,
        key=key,
        issuer_keys=_issuer_keys(gateway),
        issuer=gateway.settings.issuer,
        me=partner,
        now=NOON,
    )
    assert claims["rkid"] == key.kid
    signed = [one for one in _issuer_keys(gateway) if algorithm(one) == room.signature]
    assert verify(room.decrypt(message, key=key), typ="disclosure+jwt", keys=signed) == claims
    assert len(unb64url(room.decrypt(message, key=key).split(".")[1])) % 1024 == 0
    with gateway.tools.store.read() as unit:
        entries = [gateway.tools.recorder.read(unit, index) for index in range(unit.log.head().size)]
    (detail,) = [detail for leaf, detail, _ in entries if leaf.type is LeafType.RELEASE]
    assert (detail["profile"], detail["post_quantum"]) == WORTH[partner]
