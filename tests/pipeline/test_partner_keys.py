"""A partner enrols new keys while something waits for it, or was sealed to the old one."""

import json
from collections.abc import Callable

import pytest

from gateway.bootstrap import Gateway, build, read_materials
from gateway.crypto.disclosure import read_disclosure
from gateway.crypto.jwk import PrivateJwk, generate_encryption_key, generate_signing_key, parse_jwks, to_jwks
from gateway.crypto.profiles import PROFILES
from gateway.crypto.receipts import ReceiptState, make_receipt
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import CannotOpenError, DuplicateRequestError, ReceiptInvalidError
from gateway.log.leaf import decode
from gateway.model.partner import SealProfile
from gateway.model.views import DisclosureView, PartState
from tests.conftest import NOON

SANNE, BRAM = DEMO_PEOPLE[:2]
WHO = "dudok-wonen"

Keys = dict[str, PrivateJwk]


def old_keys(gateway: Gateway) -> Keys:
    """Return the keys that the demo made for the partner, by use."""
    kept = json.loads((gateway.settings.home / "partners" / WHO / f"{WHO}.keys.json").read_text())["keys"]
    return {key.use: key for key in map(PrivateJwk.from_json, kept)}


def enrol(gateway: Gateway, *sets: Keys) -> Gateway:
    """Put these keys in the partner's set, in this order, and start again."""
    public = [key.public() for keys in sets for key in keys.values()]
    (gateway.settings.keys / "partners" / f"{WHO}.jwks.json").write_bytes(to_jwks(public))
    gateway.tools.store.close()
    return build(
        gateway.settings,
        clock=gateway.tools.clock,
        materials=read_materials(gateway.settings, policy=gateway.tools.policy),
    )


def submit(gateway: Gateway, number: int) -> DisclosureView:
    """Ask for a hand-over to the partner; it waits for a second person."""
    return gateway.team.submit(json.dumps(cases.landlord(NOON.date(), number)).encode(), SANNE)


def approve(gateway: Gateway, view: DisclosureView) -> str:
    """Approve what waits as it stands now; return the message's id."""
    seen = gateway.team.follow(view.id, BRAM).parts[0]
    message = gateway.team.approve(view.id, seen.id, seen.digest, BRAM).parts[0].message_id
    assert message is not None
    return message


def opener(gateway: Gateway, message_id: str) -> Callable[[PrivateJwk], dict[str, object]]:
    """Fetch the message, and return what opens it with a key."""
    message = gateway.partners.envelope(WHO, message_id, now=NOON).message
    issuer_keys = parse_jwks(json.dumps(gateway.partners.issuer_jwks()).encode())

    def read(key: PrivateJwk) -> dict[str, object]:
        claims = read_disclosure(
            message,
            profile=PROFILES[SealProfile.JOSE],
            key=key,
            issuer_keys=issuer_keys,
            issuer=gateway.settings.issuer,
            me=WHO,
            now=NOON,
        )
        return dict(claims)

    return read


@pytest.fixture
def new() -> Keys:
    """Return the partner's new keys."""
    return {"enc": generate_encryption_key(), "sig": generate_signing_key()}


@pytest.mark.control("DPIA-10")
def test_an_approval_for_the_old_key_releases_nothing_to_the_new_one(gateway: Gateway, new: Keys) -> None:
    """The digest names the recipient's key: the approver looks again, then it is sealed to the new key only."""
    view = submit(gateway, 1)
    old = old_keys(gateway)
    again = enrol(gateway, new)
    with pytest.raises(DuplicateRequestError):
        again.team.approve(view.id, view.parts[0].id, view.parts[0].digest, BRAM)
    read = opener(again, approve(again, view))
    with pytest.raises(CannotOpenError):
        read(old["enc"])
    assert read(new["enc"])["rkid"] == new["enc"].kid
    again.tools.store.close()


@pytest.mark.parametrize("overlap", [False, True])
def test_what_was_sealed_to_the_old_key_is_still_handed_over(gateway: Gateway, new: Keys, overlap: bool) -> None:
    """The partner still has its old key; only that one opens it."""
    message = approve(gateway, submit(gateway, 1))
    old = old_keys(gateway)
    again = enrol(gateway, new, old) if overlap else enrol(gateway, new)
    read = opener(again, message)
    assert read(old["enc"])["rkid"] == old["enc"].kid
    with pytest.raises(CannotOpenError):
        read(new["enc"])
    assert opener(again, approve(again, submit(again, 2)))(new["enc"])["rkid"] == new["enc"].kid
    again.tools.store.close()


@pytest.mark.parametrize("overlap", [False, True])
def test_a_receipt_counts_while_its_key_is_enrolled(gateway: Gateway, new: Keys, overlap: bool) -> None:
    """With the old key gone from the set, what it signs proves nothing any more."""
    message = approve(gateway, submit(gateway, 1))
    envelope = gateway.partners.envelope(WHO, message, now=NOON)
    digest = decode(envelope.leaf).payload
    assert digest is not None
    old = old_keys(gateway)
    again = enrol(gateway, new, old) if overlap else enrol(gateway, new)

    def receipt(key: PrivateJwk) -> str:
        return make_receipt(
            key=key,
            partner_id=WHO,
            audience=again.settings.issuer,
            message_id=message,
            payload_digest=digest,
            state=ReceiptState.OPENED,
            at=NOON,
        )

    if not overlap:
        with pytest.raises(ReceiptInvalidError):
            again.partners.acknowledge(WHO, message, receipt(old["sig"]), now=NOON)
    else:
        again.partners.acknowledge(WHO, message, receipt(old["sig"]), now=NOON)
    again.partners.acknowledge(WHO, message, receipt(new["sig"]), now=NOON)
    view = again.team.lines(SANNE)[0]
    assert view.states == (PartState.DELIVERED,)
    again.tools.store.close()
