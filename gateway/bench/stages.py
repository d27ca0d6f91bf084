"""What each stage of one disclosure costs, beside the least that its work can cost with the same libraries.

The request is about two people. Intake takes the whole request; decide and minimise are for its first subject; sealing
and opening are for the message to its one recipient; a record is one entry with its encrypted detail.
"""

import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import chain

from gateway.bench import primitives
from gateway.bench.findings import Findings, row
from gateway.bench.rounds import CPU, WALL, Case, Reading, measure, repeated
from gateway.bench.scene import NOON, Scene, scene
from gateway.bench.task import Task
from gateway.crypto.canonical import canonical
from gateway.crypto.commitments import digest
from gateway.crypto.disclosure import read_disclosure
from gateway.crypto.encoding import unb64url
from gateway.crypto.jwk import generate_key
from gateway.crypto.nonces import new_seed
from gateway.crypto.profiles import PROFILES, profile_of
from gateway.crypto.receipts import ReceiptState
from gateway.decide.table import Table
from gateway.demo.setting import DEMO_PEOPLE
from gateway.intake.schema import read_request
from gateway.intake.screening import screen_request
from gateway.intake.strict_json import parse_json
from gateway.log.leaf import decode, encode
from gateway.log.merkle import leaf_hash
from gateway.log.recorder import Entry
from gateway.minimise.project import project
from gateway.model.decision import Query
from gateway.model.leaf import LeafType
from gateway.partner.opening import open_envelope, receipt_for
from gateway.pipeline.disclose import Assessment, assess, intake
from gateway.policy.sample import just_enough
from gateway.receipt.verify import verify_receipt
from gateway.seal.message import seal
from gateway.store.ports import Unit

RECORDS = 50  # recorded in one transaction of a bout
METHOD = (
    "An urgent request about two people, with a narrative, in a real gateway on SQLite. Floors: the standard library's "
    "JSON parser for intake; the compiled masks without reasons for decide; a dictionary of the released fields for "
    "minimise; for sealing and opening the profile's own signature, key agreement and AES-256-GCM called directly on "
    "as many bytes, and Ed25519 for receipts; json.dumps for a leaf's bytes; the hashes, one encryption and bare SQL "
    "inserts for `record`, without COMMIT on either side. `peer_sealedbox` is a signature in PyNaCl's SealedBox; "
    "`open_envelope` is the whole of the kit's `open`, with the log's proof."
)
FLOORS: Mapping[str, str | None] = {
    "intake": "floor_json",
    "intake_parse": "floor_json",
    "intake_schema": None,
    "intake_screen": None,
    "decide": "floor_masks",
    "minimise": "floor_dictionary",
    **{f"seal_{profile.value}": f"floor_seal_{profile.value}" for profile in PROFILES},
    "peer_sealedbox": "floor_seal_jose",
    "leaf_encode": "floor_dumps",
    "leaf_hash": "floor_sha256",
    "record": "floor_inserts",
    **{f"open_{profile.value}": f"floor_open_{profile.value}" for profile in PROFILES},
    "open_envelope": "floor_open_hpke9",
    "receipt_verify": "floor_verify",
}
"""The rows in their order, each with the case that bounds it."""


Operations = Iterator[tuple[str, Callable[[], object]]]


def bench_stages(task: Task) -> Findings:
    """Measure every stage on one request."""
    with scene() as played, closing(sqlite3.connect(played.folder / "floor.sqlite", isolation_level=None)) as bare:
        operations = chain(_intake(played), _decide(played), _seal(played), _leaf(played), _partner(played))
        cases = [repeated(name, operation) for name, operation in operations]
        cases += [Case("record", partial(_record, played)), Case("floor_inserts", _inserts(played, bare))]
        measured = measure(cases, rounds=task.rounds, tell=task.tell)
    return Findings(tuple(row(measured, name, floor=floor) for name, floor in FLOORS.items()))


def _assessed(played: Scene) -> Assessment:
    tools = played.gateway.tools
    with tools.store.read() as unit:
        return assess(tools, unit, intake(tools, played.body, NOON)[0], DEMO_PEOPLE[0], NOON, seed=new_seed())


def _intake(played: Scene) -> Operations:
    tools = played.gateway.tools
    vocabulary = tools.policy.bundle.vocabulary
    parsed = parse_json(played.body, limit=tools.body_limit)
    request = read_request(parsed, vocabulary, today=NOON.date())
    yield "intake", lambda: intake(tools, played.body, NOON)
    yield "intake_parse", lambda: parse_json(played.body, limit=tools.body_limit)
    yield "intake_schema", lambda: read_request(parsed, vocabulary, today=NOON.date())
    yield "intake_screen", lambda: screen_request(request, vocabulary)
    yield "floor_json", lambda: json.loads(played.body)


def _decide(played: Scene) -> Operations:
    """Decide about the first subject again, with the facts under which it was released."""
    policy, assessed = played.gateway.tools.policy, _assessed(played)
    subject = assessed.request.subjects[0]
    ((origin, decision),) = assessed.now[subject.ref].items()
    (rule,) = decision.rules
    edition = policy.bundle.on(NOON.date())
    facts = just_enough(edition, next(one for one in edition.rows if one.id == rule))
    kind = assessed.setting.partner.kind
    query = Query(kind, assessed.request.ground, subject.role, facts, tuple(subject.data), NOON.date())
    if policy.decide(query) != decision:
        raise ValueError("the bench asks another question than the pipeline did")
    yield "decide", lambda: policy.decide(query)
    table = policy.table(query.date)
    yield "floor_masks", lambda: _masks(table, query)
    yield "minimise", lambda: project(subject, {origin: decision}, shows_role=True)
    yield "floor_dictionary", lambda: {name: subject.data[name] for name in decision.released}


def _masks(table: Table, query: Query) -> int:
    """Return the fields that leave as a mask, and nothing else of a decision: no reasons, no approval, no words."""
    known = table.known(query.facts)
    if any(one.fires(known) for one in table.forbids(query.recipient, query.ground)):
        return 0
    rows = table.rows((query.recipient, query.ground, query.role))
    offered = 0
    for one in rows:
        offered |= one.fields if one.applies(known) else 0
    return offered & table.fields_mask(query.fields) & ~table.never


def _seal(played: Scene) -> Operations:
    tools = played.gateway.tools
    (draft,) = _assessed(played).drafts
    opened = PROFILES[profile_of(played.keys.encryption)].decrypt(played.envelope.message, key=played.keys.encryption)
    message = bytes(len(unb64url(opened.split(".")[1])))  # as long as the padded claims
    for name, profile in PROFILES.items():
        signer, ours = generate_key(profile.signature), generate_key(profile.key_algorithm)
        sealing = partial(
            seal,
            replace(draft.payload, recipient_key_id=ours.kid),
            message_id=played.message_id,
            issuer=tools.issuer,
            signer=signer,
            to=ours.public(),
            profile=profile,
            at=NOON,
            lifetime=tools.lifetime,
        )
        yield f"seal_{name.value}", sealing
        yield f"floor_seal_{name.value}", primitives.SEALING[name.value](message)
        yield (
            f"open_{name.value}",
            partial(
                read_disclosure,
                sealing().message,
                profile=profile,
                key=ours,
                issuer_keys=[signer.public()],
                issuer=tools.issuer,
                me=draft.payload.recipient,
                now=NOON,
            ),
        )
        yield f"floor_open_{name.value}", primitives.OPENING[name.value](message)
    yield "peer_sealedbox", primitives.sealed_box(message)


def _leaf(played: Scene) -> Operations:
    entry = played.envelope.leaf
    leaf, members = decode(entry), json.loads(entry)
    yield "leaf_encode", lambda: encode(leaf)
    yield "floor_dumps", lambda: json.dumps(members, sort_keys=True, separators=(",", ":")).encode()
    yield "leaf_hash", lambda: leaf_hash(entry)
    yield "floor_sha256", lambda: hashlib.sha256(b"\x00" + entry).digest()


def _record(played: Scene) -> Reading:
    """Record entries as large as the request's own in one transaction; neither BEGIN nor COMMIT is in the reading."""
    tools = played.gateway.tools

    def job(unit: Unit) -> Reading:
        leaf, detail, _ = tools.recorder.read(unit, 0)
        case_id, case_key = tools.recorder.case(unit, tag="bench")
        entry = Entry(LeafType.DECISION, leaf.outcome, leaf.bundle, detail)
        began, spent = time.perf_counter(), time.process_time()
        for _ in range(RECORDS):
            tools.recorder.record(unit, entry, case_id=case_id, case_key=case_key, at=NOON)
        wall, cpu = time.perf_counter() - began, time.process_time() - spent
        return {WALL: wall / RECORDS * 1e6, CPU: cpu / RECORDS * 1e6}

    return tools.store.write(job)


def _inserts(played: Scene, bare: sqlite3.Connection) -> Callable[[], Reading]:
    """Return a bout of the same work without our program: hashes, one encryption and the rows of leaf and detail."""
    with played.gateway.tools.store.read() as unit:
        _, detail, kept = played.gateway.tools.recorder.read(unit, 0)
    entry = played.envelope.leaf
    encrypt, hashes = primitives.box_raw(canonical(detail)), primitives.hash_leaf_raw(entry)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("CREATE TABLE leaf (idx INTEGER PRIMARY KEY, entry BLOB)")
    bare.execute("CREATE TABLE node (level INTEGER, idx INTEGER, hash BLOB, PRIMARY KEY (level, idx)) WITHOUT ROWID")
    bare.execute("CREATE TABLE detail (idx INTEGER PRIMARY KEY, case_id TEXT, salt BLOB, box BLOB)")
    bare.execute("CREATE INDEX by_case ON detail (case_id)")

    def bout() -> Reading:
        bare.execute("BEGIN IMMEDIATE")
        (first,) = bare.execute("SELECT coalesce(max(idx) + 1, 0) FROM leaf").fetchone()
        began, spent = time.perf_counter(), time.process_time()
        for index in range(first, first + RECORDS):
            digest = hashes()
            bare.execute("INSERT INTO leaf VALUES (?, ?)", (index, entry))
            bare.execute("INSERT INTO node VALUES (0, ?, ?)", (index, digest))
            if index % 2:  # in a growing tree there is one inner node for each leaf but the first
                bare.execute("INSERT INTO node VALUES (1, ?, ?)", (index, digest))
                bare.execute("INSERT INTO node VALUES (2, ?, ?)", (index, digest))
            bare.execute("INSERT INTO detail VALUES (?, ?, ?, ?)", (index, kept.case_id, kept.salt, encrypt()))
        wall, cpu = time.perf_counter() - began, time.process_time() - spent
        bare.execute("COMMIT")
        return {WALL: wall / RECORDS * 1e6, CPU: cpu / RECORDS * 1e6}

    return bout


def _partner(played: Scene) -> Operations:
    tools, opened = played.gateway.tools, played.envelope
    yield (
        "open_envelope",
        lambda: open_envelope(opened, key=played.keys.encryption, recipient=played.recipient, now=NOON),
    )
    receipt = receipt_for(
        opened,
        key=played.keys.signing,
        partner_id=played.recipient.id,
        issuer=tools.issuer,
        message_id=played.message_id,
        state=ReceiptState.OPENED,
        at=NOON,
    )
    yield (
        "receipt_verify",
        lambda: verify_receipt(
            receipt,
            partner=tools.partners[played.recipient.id],
            issuer=tools.issuer,
            message_id=played.message_id,
            payload_digest=digest(opened.message.encode()),
            now=NOON,
        ),
    )
    yield "floor_verify", primitives.verify_raw(receipt.encode())
