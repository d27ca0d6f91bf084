"""Append, checkpoint, prove, cosign, erase and restart, in any order, beside the tree as RFC 9162 writes it."""

import datetime as dt
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.crypto.cosignatures import Cosigner
from gateway.errors import NotFoundError
from gateway.log.appender import Log
from gateway.log.audit import prove, verify_log
from gateway.log.checkpoint import Checkpoint
from gateway.log.merkle import consistency_proof, verify_consistency
from gateway.log.policy import TrustPolicy
from gateway.log.proof import Proof
from gateway.log.recorder import Entry, Recorder
from gateway.log.verify import read_stapled, verify_stapled
from gateway.model.leaf import LeafType
from gateway.store.engine import migrate, open_engine
from gateway.store.ports import Unit
from gateway.store.writer import SqlStore
from tests.log.sample_log import NOW, ORIGIN, SIGNER, VKEY
from tests.refusals import refused
from tests.stress.naive_tree import NaiveTree

FG = Cosigner.generate("fg.example/witness")
TRUST = TrustPolicy((VKEY,), (("fg", FG.vkey),), quorum="fg")
CASES = ("first", "second", "third")
BUNDLE = "sha256:" + "1" * 64


class AnyOrder(RuleBasedStateMachine):
    """One log on SQLite with its recorder, a witness that follows it, and the naive tree."""

    def __init__(self) -> None:
        """Begin an empty log."""
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.url = f"sqlite:///{Path(self.folder.name) / 'log.sqlite'}"
        database = open_engine(self.url)
        migrate(database)
        database.dispose()
        self.naive = NaiveTree()
        self.entries: list[bytes] = []
        self.of: list[str] = []  # the case of each entry
        self.erased: set[int] = set()
        self.notes: list[str] = []  # every checkpoint that was ever signed
        self.seen: Checkpoint | None = None  # the witness's memory
        self.lines: dict[int, str] = {}  # its cosignature, by size
        self.open()

    def open(self) -> None:
        """Start: nothing is kept in memory but the keys."""
        self.store = SqlStore(open_engine(self.url), Log(SIGNER, ORIGIN).open_batch)
        self.recorder = Recorder(bytes(32))

    @rule()
    def restart(self) -> None:
        """Stop and start again."""
        self.store.close()
        self.open()

    @rule(cases=st.lists(st.sampled_from(CASES), min_size=1, max_size=9))
    def append(self, cases: list[str]) -> None:
        """Record entries in one transaction, under one checkpoint."""

        def job(unit: Unit) -> None:
            for case in cases:
                case_id, key = self.recorder.case(unit, tag=case)
                entry = Entry(LeafType.DECISION, "permit", BUNDLE, {"kind": "decision", "n": len(self.of)})
                index = self.recorder.record(unit, entry, case_id=case_id, case_key=key, at=NOW)
                assert index == len(self.of)
                self.of.append(case)

        self.store.write(job)
        with self.store.read() as unit:
            added = list(unit.log.leaves(len(self.entries), len(self.of)))
            self.notes.append(unit.log.head().checkpoint)
        self.entries += added
        self.naive.extend(added)

    @precondition(lambda self: self.notes)
    @rule()
    def cosign(self) -> None:
        """Let the witness see the newest checkpoint; it signs what continues the one that it saw before."""
        newest = Checkpoint.verify(self.notes[-1], VKEY)
        if self.seen is not None:
            with self.store.read() as unit:
                proof = consistency_proof(self.seen.size, newest.size, unit.log.nodes)
            verify_consistency(self.seen.size, newest.size, proof, self.seen.root, newest.root)
        self.seen = newest
        self.lines[newest.size] = FG.cosign(newest.to_text(), NOW)

    @precondition(lambda self: self.entries)
    @rule(at=st.integers(0, 10**6))
    def prove(self, at: int) -> None:
        """Prove an entry, erased or not: its path is the one of the RFC, and only a witnessed one is enough."""
        index = at % len(self.entries)
        with self.store.read() as unit:
            text = prove(unit.log, index)
        proof = Proof.from_text(text)
        size = len(self.entries)
        assert list(proof.hashes) == self.naive.path(index, size)
        leaf, line = self.entries[index], self.lines.get(size)
        told = read_stapled(leaf, text + (line or ""), TRUST, now=NOW)
        assert (told.index, told.checkpoint.size, told.checkpoint.root) == (index, size, self.naive.root(size))
        assert (told.unwitnessed is None) == (line is not None)
        if line is not None:
            assert verify_stapled(leaf, text + line, TRUST, now=NOW + dt.timedelta(days=400)) == told

    @precondition(lambda self: self.entries)
    @rule(case=st.sampled_from(CASES))
    def erase(self, case: str) -> None:
        """Destroy a case: nothing of it opens any more, and everything of the others does."""

        def job(unit: Unit) -> None:
            kept = unit.cases.key(tag=case)
            if kept is not None:
                unit.cases.destroy(kept.case_id)

        self.store.write(job)
        self.erased |= {index for index, of in enumerate(self.of) if of == case}

    @invariant()
    def details_open_unless_erased(self) -> None:
        """What was erased is gone for ever; what was not says what it said."""
        with self.store.read() as unit:
            for index in range(max(0, len(self.of) - 12), len(self.of)):
                if index in self.erased:
                    with refused(NotFoundError):
                        self.recorder.read(unit, index)
                else:
                    assert self.recorder.read(unit, index)[1]["n"] == index

    @invariant()
    def every_checkpoint_is_of_this_log(self) -> None:
        """Each root is that of the naive tree, and the newest extends every earlier one."""
        size = len(self.entries)
        for note in self.notes[-3:]:
            checkpoint = Checkpoint.verify(note, VKEY)
            assert checkpoint.root == self.naive.root(checkpoint.size)
            with self.store.read() as unit:
                proof = consistency_proof(checkpoint.size, size, unit.log.nodes)
            verify_consistency(checkpoint.size, size, proof, checkpoint.root, self.naive.root(size))

    def teardown(self) -> None:
        """Verify the whole log once, and every entry under the last checkpoint."""
        with self.store.read() as unit:
            report = verify_log(unit.log, vkey=VKEY)
            paths = [Proof.from_text(prove(unit.log, index)).hashes for index in range(len(self.entries))]
        self.store.close()
        self.folder.cleanup()
        assert (report.problem, report.entries, report.root) == (
            None,
            len(self.entries),
            self.naive.root(len(self.entries)).hex(),
        )
        assert [list(path) for path in paths] == [self.naive.path(at, len(paths)) for at in range(len(paths))]


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=15, stateful_step_count=25)
