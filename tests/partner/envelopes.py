"""A message as the gateway would make it, in a log of five entries, with the partner's folder beside it."""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

from gateway.crypto.canonical import canonical
from gateway.crypto.commitments import commit, digest
from gateway.crypto.jwk import PrivateJwk, generate_encryption_key, generate_signing_key, to_jwks
from gateway.crypto.jws import sign
from gateway.crypto.notes import NoteSigner
from gateway.crypto.profiles import PROFILES
from gateway.log.checkpoint import Checkpoint
from gateway.log.envelope import Envelope
from gateway.log.leaf import encode
from gateway.log.merkle import append, inclusion_proof, leaf_hash, root_of
from gateway.log.proof import Proof
from gateway.model.leaf import Leaf, LeafType
from gateway.model.partner import SealProfile
from gateway.model.terms import Json

NOW = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
ISSUER, ME, MESSAGE = "disclosure-gateway.hilversum.example", "avim", "ab" * 16
ORIGIN = f"{ISSUER}/log"
SALT, INDEX, SIZE = b"s" * 32, 2, 5
PLAIN = "GEB-1"


@dataclass(frozen=True, slots=True)
class World:
    """The keys of everyone in these tests."""

    issuer: PrivateJwk
    encryption: PrivateJwk
    signing: PrivateJwk
    log: NoteSigner


def a_world() -> World:
    """Return new keys."""
    return World(generate_signing_key(), generate_encryption_key(), generate_signing_key(), NoteSigner.generate(ORIGIN))


def claims_of(world: World, *, now: dt.datetime = NOW, **changes: Json) -> dict[str, Json]:
    """Return the claims of a good message, with changes."""
    moment = int(now.timestamp())
    claims: dict[str, Json] = {
        "iss": ISSUER,
        "aud": ME,
        "rkid": world.encryption.kid,
        "jti": MESSAGE,
        "iat": moment,
        "nbf": moment,
        "exp": moment + 86400,
        "sub": "cd" * 16,
        "ground": "illegal_sex_work",
        "purpose": "prevent_recurrence",
        "legal_basis": ["AVG 6"],
        "obligations": {"onward_disclosure": "forbidden", "destroy_by": "2027-01-01"},
        "bundle": digest(b"bundle"),
        "approval_digest": digest(b"approval"),
        "subjects": [{"ref": "s1", "data": {"finding_code": PLAIN}}],
        "rnd": "random",
        "pad": "000",
    }
    return {**claims, **changes}


RECALL_ID = "12" * 16


def recall_of(world: World, *, now: dt.datetime = NOW, **changes: Json) -> dict[str, Json]:
    """Return the claims of a good recall of MESSAGE, with changes."""
    moment = int(now.timestamp())
    claims: dict[str, Json] = {
        "iss": ISSUER,
        "aud": ME,
        "rkid": world.encryption.kid,
        "jti": RECALL_ID,
        "iat": moment,
        "nbf": moment,
        "exp": moment + 86400,
        "recalls": MESSAGE,
        "asks": "destroy",
        "rnd": "random",
        "pad": "000",
    }
    return {**claims, **changes}


def an_envelope(
    world: World,
    claims: dict[str, Json] | None = None,
    *,
    signer: PrivateJwk | None = None,
    recipient: str = ME,
    log: NoteSigner | None = None,
    typ: str = "disclosure+jwt",
) -> Envelope:
    """Return the sealed claims, logged as entry 2 of 5; by default everything is right."""
    token = sign(canonical(claims or claims_of(world)), typ=typ, key=signer or world.issuer)
    message = PROFILES[SealProfile.JOSE].encrypt(token, to=world.encryption.public())
    leaf = encode(
        Leaf(
            type=LeafType.RELEASE,
            id="ef" * 16,
            time="2026-11-24T12:00Z",
            outcome="permit",
            bundle=digest(b"bundle"),
            detail=digest(b"detail"),
            payload=digest(message.encode()),
            recipient=commit("recipient", SALT, recipient),
            prev=1,
        )
    )
    frontier: tuple[bytes, ...] = ()
    nodes: dict[tuple[int, int], bytes] = {}
    for index in range(SIZE):
        entry = leaf if index == INDEX else b"entry %d" % index
        frontier, made = append(frontier, index, leaf_hash(entry))
        nodes.update({(level, place): value for level, place, value in made})
    path = inclusion_proof(INDEX, SIZE, lambda places: {place: nodes[place] for place in places})
    note = Checkpoint(ORIGIN, SIZE, root_of(frontier)).sign(log or world.log)
    return Envelope(message, leaf, Proof(INDEX, tuple(path), note).to_text(), SALT, recipient)


def altered(message: str) -> str:
    """Return a compact JWE with one character of its tag changed, whichever stands there."""
    return f"{message[:-9]}{'B' if message[-9] == 'A' else 'A'}{message[-8:]}"


def write_folder(world: World, folder: Path, *, gateway: str = "http://127.0.0.1:9") -> Path:
    """Write the partner's folder as the demo does; return the key file."""
    keys = folder / f"{ME}.keys.json"
    keys.write_text(json.dumps({"keys": [world.encryption.to_json(), world.signing.to_json()]}))
    (folder / "issuer.jwks.json").write_bytes(to_jwks([world.issuer.public()]))
    (folder / "trust.policy").write_text(f"log {world.log.vkey}\nquorum none\n")
    (folder / "partner.yaml").write_text(
        f"id: {ME}\ngateway: {gateway}\nissuer: {ISSUER}\nkeys: {keys.name}\n"
        "trust: trust.policy\nissuer_keys: issuer.jwks.json\n"
    )
    return keys
