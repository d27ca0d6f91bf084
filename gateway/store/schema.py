"""The tables, in SQLAlchemy Core. What a column may hold is part of the DPIA: no name, address or case number in clear.

`box` columns are ciphertext under a case key (`gateway.crypto.casebox`); `tag` columns are keyed hashes
(`gateway.crypto.lookup`). Erasing a case means deleting its row in `case_key`: nothing of it can be opened after that.
"""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from gateway.store.draft_tables import abandoned, draft
from gateway.store.gap_tables import figures, gap, gap_ask
from gateway.store.incident_tables import incident, ownership_doubt
from gateway.store.metadata import metadata
from gateway.store.people_tables import absence, deputy, sign_in, signal
from gateway.store.pickup_tables import pickup, pickup_refusals

REVISION = "0021"
"""The newest migration: the one that brings a database to exactly these tables."""

__all__ = [
    "abandoned",
    "absence",
    "deputy",
    "draft",
    "figures",
    "gap",
    "gap_ask",
    "incident",
    "metadata",
    "ownership_doubt",
    "pickup",
    "pickup_refusals",
    "sign_in",
    "signal",
]  # made elsewhere, and part of the whole


# -- the log: rows are only ever added ------------------------------------------------------------------------------
leaf = Table(
    "leaf",
    metadata,
    # Never a SEQUENCE: a sequence leaves gaps and follows start order, not commit order (DESIGN section 8).
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("entry", LargeBinary, nullable=False),
)
node = Table(
    "node",
    metadata,
    Column("level", Integer, nullable=False),
    Column("idx", Integer, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("level", "idx"),
    sqlite_with_rowid=False,
)
head = Table(
    "head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("checkpoint", Text, nullable=False),
)
checkpoint = Table(
    "checkpoint",
    metadata,
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
)
volume = Table(
    "volume",
    metadata,
    # The index of its first entry. The log's first volume begins at 0 and has no row.
    Column("first", Integer, primary_key=True, autoincrement=False),
    Column("origin", Text, nullable=False, unique=True),
    # How the volume before it ended, as `head` has it of the newest one.
    Column("frontier", LargeBinary, nullable=False),
    Column("checkpoint", Text, nullable=False),
)
cosignature = Table(
    "cosignature",
    metadata,
    Column("size", Integer, ForeignKey("checkpoint.size"), nullable=False),
    Column("witness", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("at", String(32), nullable=False),
    PrimaryKeyConstraint("size", "witness"),
)
detail = Table(
    "detail",
    metadata,
    Column("idx", Integer, ForeignKey("leaf.idx"), primary_key=True, autoincrement=False),
    Column("case_id", String(32), nullable=False, index=True),
    Column("salt", LargeBinary, nullable=False),
    Column("recipient_salt", LargeBinary),
    Column("box", LargeBinary, nullable=False),
)

# -- cases and what waits -------------------------------------------------------------------------------------------
case_key = Table(
    "case_key",
    metadata,
    Column("case_id", String(32), primary_key=True),
    Column("tag", String(64), nullable=False, unique=True),
    Column("wrapped", LargeBinary, nullable=False),
)
disclosure = Table(
    "disclosure",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("case_id", String(32), nullable=False),
    Column("requester", String(128), nullable=False),
    Column("recipient", String(64), nullable=False),
    Column("submitted_at", String(32), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("idempotency_tag", String(64), nullable=False, unique=True),
    Column("body_tag", String(64), nullable=False),
    Column("leaf_index", Integer, ForeignKey("leaf.idx"), nullable=False),
    # The request itself, while a part of it waits for an approval; NULL once nothing waits.
    Column("box", LargeBinary),
    # 1 when it changes something after a refusal on its case; what, stands in the encrypted detail of its decision.
    Column("after_refusal", Integer, nullable=False, server_default="0"),
)
Index("disclosure_by_time", disclosure.c.submitted_at)
Index("disclosure_of_requester", disclosure.c.requester, disclosure.c.submitted_at)
Index("disclosure_of_case", disclosure.c.case_id, disclosure.c.leaf_index)
Index(
    "disclosure_after_refusal",
    disclosure.c.submitted_at,
    sqlite_where=disclosure.c.after_refusal
    == 1,  # PostgreSQL's too, in its migration: named here, it loads its dialect
)
part = Table(
    "part",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("disclosure_id", String(32), ForeignKey("disclosure.id"), nullable=False, index=True),
    Column("approval", String(16), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    # Sealed under the case key: whoever held it and the digest could guess an address until the digest fits.
    Column("nonce", LargeBinary, nullable=False),
    Column("digest", String(80), nullable=False),
    Column("message_id", String(32), unique=True),
    Column("leaf_index", Integer, ForeignKey("leaf.idx")),
    Column("review_due", String(32)),
    # What its message is (`gateway.model.notices.MessageKind`), and the id of the message that it recalls or corrects.
    Column("kind", String(16), nullable=False, server_default="disclosure"),
    Column("about", String(32)),
)
Index("part_review", part.c.review_due, sqlite_where=part.c.review_due.is_not(None))  # PostgreSQL's: its migration
Index("part_oral", part.c.disclosure_id, sqlite_where=part.c.kind == "oral")
judgement = Table(
    "judgement",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("part_id", String(32), ForeignKey("part.id"), nullable=False, index=True),
    Column("person", String(128), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("digest", String(80), nullable=False),
    Column("at", String(32), nullable=False),
    Column("leaf_index", Integer, ForeignKey("leaf.idx"), nullable=False),
    # In whose place a deputy said it; and 1 for a decision that differs from the FG's advice.
    Column("instead_of", String(128)),
    Column("against", Integer, nullable=False, server_default="0"),
)

# -- every policy that was ever active: rows are only ever added ------------------------------------------------------
policy_bundle = Table(
    "policy_bundle",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("digest", String(80), nullable=False, index=True),
    Column("previous", String(80), nullable=False),
    # `digest` is the SHA-256 of exactly these bytes (`gateway.config.packed_policy`).
    Column("files", LargeBinary, nullable=False),
    Column("signatures", Text, nullable=False),
    Column("activated_at", String(32), nullable=False),
    Column("leaf_index", Integer, ForeignKey("leaf.idx"), nullable=False),
)

# -- counts of erased decisions: no case, partner, entry or order ----------------------------------------------------
tally = Table(
    "tally",
    metadata,
    Column("tag", String(64), primary_key=True),
    # What is counted, under the key of the gateway's own affairs: whoever has the database alone reads nothing in it.
    Column("box", LargeBinary, nullable=False),
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# -- which entries erasures explain: one row, so that it never tells which of them belonged together ------------------
erased = Table(
    "erased",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    # The newest erasure, whose detail commits to `bits` with `salt`; the salts before it are destroyed.
    Column("leaf_index", Integer, ForeignKey("leaf.idx"), nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("bits", LargeBinary, nullable=False),
)

# -- what left ------------------------------------------------------------------------------------------------------
outbox = Table(
    "outbox",
    metadata,
    Column("leaf_index", Integer, ForeignKey("leaf.idx"), primary_key=True, autoincrement=False),
    Column("message_id", String(32), nullable=False, unique=True),
    Column("part_id", String(32), ForeignKey("part.id"), nullable=False, unique=True),
    Column("partner", String(64), nullable=False, index=True),
    Column("message", Text, nullable=False),
    Column("sent_at", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    # When receipts are owed: soon or in days, and the ISO date after which `destroyed` is.
    Column("urgent", Integer, nullable=False, server_default="0"),
    Column("destroy_by", String(10)),
    Column("fetched_at", String(32)),  # when its recipient first fetched it, by a program or by a person
)
receipt = Table(
    "receipt",
    metadata,
    Column("leaf_index", Integer, ForeignKey("leaf.idx"), primary_key=True, autoincrement=False),
    Column("message_id", String(32), ForeignKey("outbox.message_id"), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("at", String(32), nullable=False),
    Column("token", Text, nullable=False),
    UniqueConstraint("message_id", "token"),
)

# -- who is to be told that something waits: never what ---------------------------------------------------------------
notice = Table(
    "notice",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("channel", String(8), nullable=False),
    Column("recipient", String(64), nullable=False),
    Column("message_id", String(32), ForeignKey("outbox.message_id"), index=True),
    Column("urgent", Integer, nullable=False),
    Column("created_at", String(32), nullable=False),
    # When it may be tried (again); whoever tries it moves this ahead first, so that no other does.
    Column("due_at", String(32), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("state", String(8), nullable=False),
)
Index("notice_due", notice.c.state, notice.c.due_at)

# -- circumstances that can change under a waiting disclosure -------------------------------------------------------
revision = Table(
    "revision",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("value", Integer, nullable=False),
)
holding = Table(
    "holding",
    metadata,
    Column("partner", String(64), nullable=False),
    Column("tag", String(64), nullable=False),
    PrimaryKeyConstraint("partner", "tag"),
)
hold = Table(
    "hold",
    metadata,
    Column("tag", String(64), nullable=False),
    Column("disclosure_id", String(32), nullable=False),
    Column("opened_at", String(32), nullable=False),
    PrimaryKeyConstraint("tag", "disclosure_id"),
)
withdrawal = Table(
    "withdrawal",
    metadata,
    Column("tag", String(64), primary_key=True),
    Column("at", String(32), nullable=False),
)

# -- partners at the door -------------------------------------------------------------------------------------------
assertion = Table(
    "assertion",
    metadata,
    Column("tag", String(64), primary_key=True),
    Column("expires", String(32), nullable=False, index=True),
)
access_token = Table(
    "access_token",
    metadata,
    Column("digest", String(80), primary_key=True),
    Column("partner", String(64), nullable=False),
    Column("scopes", String(128), nullable=False),
    # The kind of key that its sender must prove to hold, and that key's thumbprint.
    Column("binding", String(8), nullable=False),
    Column("bound_to", String(64), nullable=False),
    Column("expires", String(32), nullable=False, index=True),
)

# -- partners' public keys: a key's row is never deleted, so what was revoked is never enrolled again -----------------
partner_key = Table(
    "partner_key",
    metadata,
    Column("kid", String(64), primary_key=True),
    Column("partner", String(64), nullable=False),
    Column("use", String(8), nullable=False),
    Column("jwk", Text, nullable=False),
    Column("since", String(32), nullable=False),
    Column("until", String(32)),  # counts up to, not including, this moment; NULL: no end is set
    Column("revoked", String(32)),
    Column("leaf_index", Integer, ForeignKey("leaf.idx"), nullable=False),
)
Index("partner_key_by_partner", partner_key.c.partner)
enrolment = Table(
    "enrolment",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("partner", String(64), nullable=False),
    Column("digest", String(80), nullable=False, unique=True),  # of the request: none is taken twice
    Column("keys", Text, nullable=False),
    Column("proof", String(80), nullable=False),  # the hash of the number that is read out
    Column("state", String(16), nullable=False),
    Column("at", String(32), nullable=False),
    Column("leaf_index", Integer, ForeignKey("leaf.idx"), nullable=False),
)
confirmation = Table(
    "confirmation",
    metadata,
    Column("enrolment", String(32), ForeignKey("enrolment.id"), nullable=False),
    Column("person", String(128), nullable=False),
    Column("at", String(32), nullable=False),
    Column("leaf_index", Integer, ForeignKey("leaf.idx"), nullable=False),
    PrimaryKeyConstraint("enrolment", "person"),
)
