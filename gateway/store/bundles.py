"""Every policy that was ever active (`ports.Bundles`). Rows are only ever added."""

from collections.abc import Sequence

from sqlalchemy import bindparam, insert, select

from gateway.errors import DuplicateRequestError
from gateway.store.cells import blob, moment, number, text, to_moment
from gateway.store.records import StoredBundle
from gateway.store.schema import policy_bundle
from gateway.store.session import Row, Session, Statement, StatementError

COLUMNS = select(
    policy_bundle.c.sequence,
    policy_bundle.c.digest,
    policy_bundle.c.previous,
    policy_bundle.c.files,
    policy_bundle.c.signatures,
    policy_bundle.c.activated_at,
    policy_bundle.c.leaf_index,
)
NEWEST_FIRST = COLUMNS.order_by(policy_bundle.c.sequence.desc()).limit(1)
NEWEST = Statement(NEWEST_FIRST)
BY_DIGEST = Statement(NEWEST_FIRST.where(policy_bundle.c.digest == bindparam("digest")))
SEQUENCES = Statement(select(policy_bundle.c.sequence, policy_bundle.c.digest).order_by(policy_bundle.c.sequence))
ADD = Statement(insert(policy_bundle))


class SqlBundles:
    """Policies on one open session."""

    def __init__(self, session: Session) -> None:
        """Work inside the session's transaction."""
        self._session = session

    def newest(self) -> StoredBundle | None:
        """Return the bundle with the highest sequence number, if any was ever active."""
        row = self._session.row(NEWEST, {})
        return None if row is None else _bundle(row)

    def by_digest(self, digest: str) -> StoredBundle | None:
        """Return the bundle with this digest; when it was active more than once, its newest row."""
        row = self._session.row(BY_DIGEST, {"digest": digest})
        return None if row is None else _bundle(row)

    def sequences(self) -> Sequence[tuple[int, str]]:
        """Return (sequence number, digest) of every bundle, oldest first."""
        return [(number(row[0]), text(row[1])) for row in self._session.rows(SEQUENCES, {})]

    def add(self, bundle: StoredBundle) -> None:
        """Keep a bundle; raise DuplicateRequestError when its sequence number is taken."""
        try:
            self._session.run(
                ADD,
                {
                    "sequence": bundle.sequence,
                    "digest": bundle.digest,
                    "previous": bundle.previous,
                    "files": bundle.files,
                    "signatures": bundle.signatures,
                    "activated_at": to_moment(bundle.activated_at),
                    "leaf_index": bundle.leaf_index,
                },
            )
        except StatementError as exc:
            if not exc.double:
                raise
            raise DuplicateRequestError(
                f"a policy with sequence number {bundle.sequence} is stored already", hint="look which one is active"
            ) from exc


def _bundle(row: Row) -> StoredBundle:
    sequence, digest, previous, files, signatures, activated_at, leaf_index = row
    return StoredBundle(
        sequence=number(sequence),
        digest=text(digest),
        previous=text(previous),
        files=blob(files),
        signatures=text(signatures),
        activated_at=moment(activated_at),
        leaf_index=number(leaf_index),
    )
