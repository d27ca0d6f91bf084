"""The page's modules say of every envelope what the gateway's own code says: one corpus, two programs."""

import json
from collections.abc import Callable, Mapping, Sequence

import pytest

from gateway.crypto.canonical import canonical
from gateway.crypto.commitments import commit, digest
from gateway.crypto.disclosure import read_disclosure
from gateway.crypto.encoding import b64, b64url, unb64url
from gateway.crypto.jwk import generate_encryption_key, generate_signing_key, to_jwks
from gateway.crypto.jws import sign
from gateway.crypto.notes import ED25519, write_vkey
from gateway.crypto.profiles import PROFILES
from gateway.errors import GatewayError
from gateway.log.checkpoint import Checkpoint
from gateway.log.leaf import encode
from gateway.log.merkle import leaf_hash
from gateway.log.proof import Proof
from gateway.model.leaf import Leaf, LeafType
from gateway.model.partner import SealProfile
from gateway.model.terms import Json
from tests.kit.samples import IN_ORDER, TRUST, Sample, flipped, gateways
from tests.kit.test_verify_disclosure import POLICIES, REFUSALS
from tests.log.sample_log import NOW, RECIPIENT
from tests.page.verdicts import Case, verdicts, words
from tests.partner.envelopes import ISSUER, ME, RECALL_ID, SALT, World, a_world, claims_of, recall_of
from tests.partner.envelopes import NOW as SEALED

GOOD = Sample()
EVERY = [pytest.param(1, marks=pytest.mark.stress), 19]  # bits: all of them, and a part that reaches every byte
pytestmark = [pytest.mark.node, pytest.mark.control("DPIA-11")]


def _case(envelope: str, trust: str = TRUST, me: str | None = None) -> Case:
    return {"envelope": envelope, "trust": trust, "me": me, "now": int(NOW.timestamp())}


def _compare(cases: Sequence[tuple[str, str]], me: str | None = None) -> list[str]:
    """Return what both say; fail where they differ."""
    page = words(verdicts([_case(envelope, trust, me) for envelope, trust in cases]))
    gateway = [gateways(envelope, trust, me=me) for envelope, trust in cases]
    assert [case for case, one, other in zip(cases, page, gateway, strict=True) if one != other] == []
    return page


@pytest.mark.parametrize("every", EVERY)
def test_every_flipped_bit_of_an_envelope_is_refused(every: int) -> None:
    """No bit of the message, entry, proof, checkpoint, signatures or opening is free."""
    texts = flipped(GOOD.envelope().encode(), every)
    for what in ("leaf", "proof"):  # one layer down, where base64 and JSON are in order and the content is not
        content = GOOD.leaf(GOOD.index) if what == "leaf" else GOOD.proof().encode()
        for bit in range(0, len(content) * 8, every):
            data = bytearray(content)
            data[bit // 8] ^= 1 << bit % 8
            value = b64(bytes(data)) if what == "leaf" else data.decode("utf-8", "replace")
            texts = [*texts, GOOD.envelope(**{what: value})]
    assert len(texts) > 15000 / every
    assert set(_compare([(text, TRUST) for text in texts])) == {"refused"}


@pytest.mark.parametrize("every", EVERY)
def test_of_every_flipped_bit_of_a_trust_policy_both_say_the_same(every: int) -> None:
    """Nearly all are refused; the names that an officer chose for witnesses that count for nothing are free."""
    said = _compare([(GOOD.envelope(), text) for text in flipped(TRUST.encode(), every)])
    assert said.count(IN_ORDER) < len(said) / 20


def test_what_is_not_in_order_is_refused() -> None:
    """Each fault that one could think of, alone; canonical base64 and exact literals included."""
    names = [name for name in REFUSALS if "\ud800" not in REFUSALS[name]]
    assert set(_compare([(REFUSALS[name], TRUST) for name in names])) == {"refused"}


def test_of_a_trust_policy_both_say_the_same() -> None:
    """C2SP tlog-policy, line by line."""
    cases = [(GOOD.envelope(), "\n".join([*lines, ""])) for lines, _ in POLICIES.values()]
    assert _compare(cases) == [said for _, said in POLICIES.values()]


@pytest.mark.parametrize("me", [None, RECIPIENT])
def test_what_is_in_order_is_accepted(me: str | None) -> None:
    """Sizes, places, witnesses and times at their limits; and nobody else's message is."""
    samples = [GOOD, Sample(size=1, index=0), Sample(size=13, index=12), Sample(size=13, index=5), Sample(minutes=5)]
    samples += [Sample(seen=((0, 5), (1, -6), (2, -1))), Sample(seen=((0, 0), (0, 1))), Sample(seen=((0, 6), (0, 0)))]
    cases = [(sample.envelope(), TRUST) for sample in samples]
    assert set(_compare(cases, me)) == {IN_ORDER}
    assert set(_compare(cases, "other-wonen")) == {"refused"}


def test_a_key_of_small_order_signs_nothing() -> None:
    """Under such a key one signature fits every text: the browser takes it, so the page must refuse it first."""
    neutral = b"\x01" + bytes(31)
    name = "small.example"
    vkey = write_vkey(name, neutral, ED25519)
    envelope = GOOD.envelope(proof=_under(vkey, neutral + bytes(32)))
    trust = f"log {vkey}\nquorum none\n"
    assert _compare([(envelope, trust)]) == ["refused"]
    assert verdicts([_case(envelope, trust)]) == ["refused log"]  # and not for another reason


def _under(vkey: str, signature: bytes) -> str:
    name, identity, _ = vkey.split("+", 2)
    head, _, note = GOOD.proof().partition("\n\n")
    text = note.partition("\n\n")[0].replace(note.partition("\n")[0], name)
    return f"{head}\n\n{text}\n\n\u2014 {name} {b64(bytes.fromhex(identity) + signature)}\n"


WORLD = a_world()


def _logged(message: str) -> str:
    """Return a message in a log of its own, of one entry."""
    leaf = encode(
        Leaf(
            type=LeafType.RELEASE,
            id="ef" * 16,
            time="2026-11-24T12:00Z",
            outcome="permit",
            bundle=digest(b"bundle"),
            detail=digest(b"detail"),
            payload=digest(message.encode()),
            recipient=commit("recipient", SALT, ME),
        )
    )
    note = Checkpoint(WORLD.log.name, 1, leaf_hash(leaf)).sign(WORLD.log)
    opening = {"recipient": {"salt": b64(SALT), "value": ME}}
    told = {"message": message, "leaf": b64(leaf), "proof": Proof(0, (), note).to_text(), "opening": opening}
    return json.dumps(told)


def opening(message: str, world: World = WORLD) -> Case:
    """Return the case of a message that is in order in a log, to be opened with the keys of a world."""
    return {
        "envelope": _logged(message),
        "trust": f"log {WORLD.log.vkey}\nquorum none\n",
        "me": ME,
        "now": int(SEALED.timestamp()),
        "keys": json.dumps({"keys": [world.encryption.to_json(), world.signing.to_json()]}),
        "issuer_keys": to_jwks([WORLD.issuer.public()]).decode(),
        "issuer": ISSUER,
    }


def _kit(message: str, profile: SealProfile) -> str:
    """Return what the kit says of a message that is in order in the log."""
    try:
        claims = read_disclosure(
            message,
            profile=PROFILES[profile],
            key=WORLD.encryption,
            issuer_keys=[WORLD.issuer.public()],
            issuer=ISSUER,
            me=ME,
            now=SEALED,
            recalls=True,
        )
    except GatewayError:
        return "refused"
    return f"opened {claims['jti']}"


def _both(messages: Sequence[str], profile: SealProfile = SealProfile.JOSE) -> list[str]:
    page = verdicts([opening(message) for message in messages])
    page = [word.split()[0] if word.startswith("refused") else word for word in page]
    kit = [_kit(message, profile) for message in messages]
    assert [at for at, (one, other) in enumerate(zip(page, kit, strict=True)) if one != other] == []
    return page


def _sealed(token: str, profile: SealProfile = SealProfile.JOSE) -> str:
    return PROFILES[profile].encrypt(token, to=WORLD.encryption.public())


def _token(claims: Mapping[str, Json] | None = None, typ: str = "disclosure+jwt", /, **changes: Json) -> str:
    told = dict(claims_of(WORLD) if claims is None else claims) | changes
    return sign(canonical(told), typ=typ, key=WORLD.issuer)


TOKEN = _token()
MESSAGE = _sealed(TOKEN)


@pytest.mark.parametrize("every", [EVERY[0], 53])
def test_every_flipped_bit_of_a_message_that_was_logged_so_is_refused(every: int) -> None:
    """The log says only that it is the same message; encryption and signature say that it is the sender's."""
    messages = list(flipped(MESSAGE.encode(), every)) + [_sealed(text) for text in flipped(TOKEN.encode(), every)]
    messages = [message for message in messages if message.isprintable()]
    assert len(messages) > 15000 / every
    assert set(_both(messages)) == {"refused"}


NOON = int(SEALED.timestamp())
WRONG: Mapping[str, dict[str, Json]] = {
    "another audience": {"aud": "dudok-wonen"},
    "a list of audiences": {"aud": [ME]},
    "another key": {"rkid": generate_encryption_key().kid},
    "another sender": {"iss": "evil.example"},
    "expired": {"exp": NOON},
    "of the future": {"nbf": NOON + 61, "iat": NOON + 61},
    "issued later than it holds": {"iat": NOON + 1},
    "ending before it begins": {"nbf": NOON + 30, "exp": NOON + 30},
    "a true time": {"iat": True},
    "a time in words": {"exp": str(NOON + 60)},
    "no subjects": {"subjects": []},
    "a subject more": {"subjects": [{"ref": "s1", "data": {}, "x": 1}]},
    "a subject without data": {"subjects": [{"ref": "s1"}]},
    "an id of another form": {"jti": "AB" * 16},
    "an empty ground": {"ground": ""},
    "obligations cut": {"obligations": {"destroy_by": "2027-01-01"}},
    "a bundle of another form": {"bundle": "sha256:x"},
    "a basis that is no text": {"legal_basis": [1]},
}
RIGHT: Mapping[str, dict[str, Json]] = {
    "a minute ahead": {"nbf": NOON + 60, "iat": NOON + 60},
    "a second left": {"exp": NOON + 1},
    "a member more": {"more": {"deep": [1, True, "é"]}},
    "a role": {"subjects": [{"ref": "s1", "role": "tenant", "data": {}}]},
}


def test_claims_are_judged_alike() -> None:
    """Audience, key, sender, times and form; the forwarded message of another partner among them."""
    said = _both([_sealed(_token(**changes)) for changes in WRONG.values()])
    assert dict(zip(WRONG, said, strict=True)) == dict.fromkeys(WRONG, "refused")
    assert set(_both([_sealed(_token(**changes)) for changes in RIGHT.values()])) == {f"opened {'ab' * 16}"}
    lacking = [_token({name: value for name, value in claims_of(WORLD).items() if name != left}) for left in
               claims_of(WORLD) if left not in {"rnd", "pad"}]  # fmt: skip
    assert set(_both([_sealed(token) for token in lacking])) == {"refused"}


def test_recalls_are_judged_alike() -> None:
    """What is taken back is named by an id and nothing else; a recall is none under the type of a disclosure."""
    typ, good = "recall+jwt", recall_of(WORLD)
    own = {"aud", "rkid", "iss", "exp", "nbf", "iat", "jti"}
    faults: list[dict[str, Json]] = [changes for changes in WRONG.values() if changes.keys() <= own]
    faults += [{"recalls": "../x"}, {"asks": "keep"}]
    wrong = [_token({**good, **changes}, typ) for changes in faults]
    wrong += [_token(good), _token(None, typ), sign(canonical(good), typ=typ, key=generate_signing_key())]
    assert set(_both([_sealed(token) for token in wrong])) == {"refused"}
    assert _both([_sealed(_token(good, typ))]) == [f"opened {RECALL_ID}"]


def _headed(change: Callable[[dict[str, Json]], object], *, of: str) -> str:
    """Return a text with another header; its signature or encryption no longer fits where that counts."""
    head, rest = of.split(".", 1)
    members = json.loads(unb64url(head))
    change(members)
    return f"{b64url(json.dumps(members).encode())}.{rest}"


CONFUSED: Mapping[str, Callable[[dict[str, Json]], object]] = {
    "none": lambda head: head.update(alg="none"),
    "the older name": lambda head: head.update(alg="EdDSA"),
    "a shared secret": lambda head: head.update(alg="HS256"),
    "an empty crit": lambda head: head.update(crit=[]),
    "b64": lambda head: head.update(b64=False, crit=["b64"]),
    "a key along": lambda head: head.update(jwk=dict(generate_signing_key().public().jwk)),
    "compressed": lambda head: head.update(zip="DEF"),
    "no kid": lambda head: head.pop("kid"),
    "another kid": lambda head: head.update(kid="x"),
}


def test_headers_of_other_forms_are_refused() -> None:
    """Algorithm confusion, crit, b64, an embedded key, compression: none of it is of our profile."""
    signed = [_sealed(_headed(change, of=TOKEN)) for change in CONFUSED.values()]
    encrypted = [_headed(change, of=MESSAGE) for change in CONFUSED.values()]
    assert set(_both([*signed, *encrypted, _sealed(TOKEN + "."), MESSAGE + ".", MESSAGE + "="])) == {"refused"}


@pytest.mark.parametrize("point", [bytes(32), b"\x01" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f", b"\xff" * 32])
def test_a_one_time_key_of_small_order_is_refused(point: bytes) -> None:
    """The shared secret would be the same for everyone (RFC 7748 section 6.1)."""
    altered = _headed(lambda head: head.update(epk={"kty": "OKP", "crv": "X25519", "x": b64url(point)}), of=MESSAGE)
    assert _both([altered]) == ["refused"]


def test_a_forwarded_message_is_refused_by_audience_and_key() -> None:
    """Another partner opens its own message and encrypts the sender's signed text again to us: surreptitious."""
    theirs = generate_encryption_key()
    for claims in (claims_of(WORLD, aud="dudok-wonen", rkid=theirs.kid), claims_of(WORLD, rkid=theirs.kid)):
        assert verdicts([opening(_sealed(_token(claims)))]) == ["refused audience"]


def test_keys_that_are_not_as_agreed_are_unreadable() -> None:
    """A private half in a key set, halves that do not belong together, small points, a name that is no thumbprint."""
    good = dict(WORLD.issuer.public().jwk)
    sets: list[Json] = [{**good, "d": "x"}, {**good, "kid": "x"}, {**good, "x": b64url(b"\x01" + bytes(31))},
                        {**good, "crv": "Ed448"}, {**good, "more": "x"}, {**good, "alg": "ES256"}]  # fmt: skip
    cases = [{**opening(MESSAGE), "issuer_keys": json.dumps({"keys": [jwk]})} for jwk in sets]
    swapped = {**WORLD.encryption.to_json(), "d": generate_encryption_key().secret["d"]}
    pairs: list[list[Json]] = [[swapped, WORLD.signing.to_json()], [WORLD.encryption.to_json()] * 2, []]
    cases += [{**opening(MESSAGE), "keys": json.dumps({"keys": keys})} for keys in pairs]
    assert {said.split()[0] for said in verdicts(cases)} == {"unreadable"}
    assert verdicts([opening(MESSAGE)]) == [f"opened {'ab' * 16}"]
