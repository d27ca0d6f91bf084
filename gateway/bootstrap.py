"""The composition root: reads files, keys and settings once, and hands finished objects to everything else."""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from gateway.config.clock import utc_now
from gateway.config.metrics_token import read_metrics_token
from gateway.config.packed_policy import pack
from gateway.config.partner_profiles import named_profiles
from gateway.config.partners import load_partners
from gateway.config.settings import Settings
from gateway.cosign.push import Pusher
from gateway.cosign.start import Told, ask_all, refuse_contradicted
from gateway.cosign.trust import read_witnesses, require_named
from gateway.crypto.commitments import digest as digest_of
from gateway.crypto.keyring import ISSUER_KEYS, KEYRING, Keyring
from gateway.crypto.lookup import LookupKey
from gateway.crypto.notes import NoteSigner, NoteVerifier
from gateway.decide.engine import Policy
from gateway.errors import ConfigError, SignatureInvalidError
from gateway.log.appender import Log
from gateway.log.checkpoint import Checkpoint
from gateway.log.origin import belongs_to, origin_of
from gateway.log.recorder import Recorder
from gateway.log.seen import SEEN, LastSeen, older
from gateway.log.witnessed import Limit, Witnessed
from gateway.metrics import Metrics
from gateway.model.partner import Partner, SealProfile
from gateway.model.terms import Json
from gateway.notices.senders import channels_of
from gateway.opening import last_seen, load_policy, passphrase, policy_files, verifier_keys
from gateway.pipeline.desk import PartnerDesk, TeamDesk
from gateway.pipeline.tools import Clock, Tools
from gateway.policy.shelf import Shelf, check_place
from gateway.receipt.overdue import Patience
from gateway.store.engine import Database, has_years, is_new, migrate, open_engine
from gateway.store.writer import SqlStore


@dataclass(frozen=True, slots=True)
class Gateway:
    """Everything that a process needs to serve people and partners."""

    settings: Settings
    tools: Tools
    team: TeamDesk
    partners: PartnerDesk
    pusher: Pusher
    metrics_token: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Materials:
    """What was read of files: keys, policy and partners. That takes half a second; opening the store takes none."""

    keyring: Keyring = field(repr=False)
    policy: Policy
    partners: Mapping[str, Partner]


def log_of(settings: Settings, keyring: Keyring, *, begins: NoteSigner | None = None) -> Log:
    """Return the log with its keys, one for each volume; what a volume is called is the name of its key.

    `begins` is the key of a volume that may be begun with it.

    :raises SignatureInvalidError: a key is of another issuer's log.
    """
    first, *later = keyring.log_signers()
    if not all(belongs_to(signer.name, settings.issuer) for signer in (first, *later)):
        raise SignatureInvalidError(
            "the log's signing key carries another name than the log",
            hint="set GATEWAY_ISSUER back to what it was when the keys were generated",
        )
    return Log(first, first.name, later=later, begins=begins)


def generate_keys(settings: Settings, *, clock: Clock = utc_now) -> None:
    """Make the gateway's keys, sealed under the passphrase; refuse to replace any.

    The RSA key for the profile `nlgov` is made only where partners.yaml names that profile.
    """
    at = clock()
    keyring = Keyring.generate(origin_of(settings.issuer, at.year), at=at)
    if SealProfile.NLGOV in named_profiles(settings.partners).values():
        keyring = keyring.add_nlgov()
    settings.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    keyring.save(settings.keys / KEYRING, passphrase(settings), strong=not settings.demo)
    for name, document in keyring.public_documents().items():
        (settings.keys / name).write_bytes(document)


def read_materials(settings: Settings, *, policy: Policy | None = None) -> Materials:
    """Read keys, policy and partners. `policy` spares reading one again that `load_policy` gave for these settings.

    :raises ConfigError: something that the gateway needs is missing; the hint says what to do.
    """
    # Stretching the passphrase is slow on purpose, and leaves the interpreter free for reading and proving the policy.
    with ThreadPoolExecutor(1) as aside:
        opening = aside.submit(Keyring.load, settings.keys / KEYRING, passphrase(settings))
        policy = policy or load_policy(settings)
        keyring = opening.result()
    folder = settings.keys / "partners"
    # Only a demo takes partners' keys from files: elsewhere two people confirmed each of them (`pipeline.enrol`).
    found = sorted(folder.glob("*.jwks.json")) if settings.demo else ()
    key_files = {path.name: path.read_bytes() for path in found}
    partners = load_partners(settings.partners.read_bytes(), keys=key_files, vocabulary=policy.bundle.vocabulary)
    return Materials(keyring, policy, partners)


def build(settings: Settings, *, clock: Clock = utc_now, materials: Materials | None = None) -> Gateway:
    """Read what was not read yet, open the store, and return the finished gateway.

    :raises ConfigError: something that it needs is missing; the hint says what to do.
    """
    if materials is None and not settings.demo:
        bring_up_to_date(settings, clock=clock)  # the policy is in there
    given = materials or read_materials(settings)
    vkeys = [signer.vkey for signer in given.keyring.log_signers()]
    seen = LastSeen(settings.home / SEEN, *vkeys)
    metrics = Metrics()
    witnessed = Witnessed(read_witnesses(settings.witnesses, vkeys), Limit.from_text(settings.max_unwitnessed))
    log = log_of(settings, given.keyring)
    store = open_store(settings, log, seen, metrics, witnessed, clock=clock)
    recorder, lookup = Recorder(given.keyring.kek, witnessed), LookupKey(given.keyring.lookup_key)
    if settings.demo:
        _shelve_policy(
            settings, store, Shelf(recorder, lookup.own_affairs(), "start", clock()), given.policy.bundle.digest
        )
    tools = Tools(
        store=store,
        seen=seen.read,
        policy=given.policy,
        partners=given.partners,
        recorder=recorder,
        lookup=lookup,
        issuer_key=given.keyring.issuer_key,
        nlgov_key=given.keyring.nlgov_key,
        issuer=settings.issuer,
        log_vkeys=vkeys,
        clock=clock,
        body_limit=settings.body_limit,
        metrics=metrics,
        witnessed=witnessed,
        channels=channels_of(settings, given.partners),
        patience=Patience.from_text(settings.notices.receipts_due),
    )
    issuer_keys: Json = json.loads(given.keyring.public_documents()[ISSUER_KEYS])
    pusher = Pusher(store, witnessed, clock=clock, metrics=metrics)
    return Gateway(
        settings,
        tools,
        TeamDesk(tools),
        PartnerDesk(tools, issuer_keys),
        pusher,
        read_metrics_token(settings.metrics_token_file),
    )


def ask_witnesses(settings: Settings, database: Database, clock: Clock) -> Sequence[Told]:
    """Return what the witnesses of GATEWAY_WITNESSES have seen of the volume that stands here, and of later ones."""
    vkeys = verifier_keys(settings)
    trust = read_witnesses(settings.witnesses, vkeys)
    if trust is None:
        return ()
    note = ""
    if not is_new(database):
        with SqlStore(database, None, years=has_years(database)).read() as unit:
            note = unit.log.head().checkpoint
    origins = [NoteVerifier.from_text(vkey).name for vkey in vkeys]
    newest = Checkpoint.from_note(note).origin if note else origins[0]
    at = origins.index(newest) if newest in origins else len(origins)
    if at < len(origins):
        require_named(trust, vkeys[at])
    # Also of volumes that are not here: a witness that has seen one knows that this copy is older.
    return [told for origin in (newest, *origins[at + 1 :]) for told in ask_all(trust, origin, clock)]


def _refuse_fork(settings: Settings, database: Database, seen: LastSeen, clock: Clock) -> None:
    # First: what is remembered or was seen was committed before, so a view opened now must have it.
    remembered, told = seen.read(), ask_witnesses(settings, database, clock)
    if is_new(database):
        if remembered is not None:
            raise older(0, remembered.size)
        refuse_contradicted(told, None)
        return
    with SqlStore(database, None, years=has_years(database)).read() as unit:
        seen.check_book(remembered, unit.book)
        refuse_contradicted(told, unit.book)


def _shelve_policy(settings: Settings, store: SqlStore, shelf: Shelf, digest: str) -> None:
    """Keep the demo's unsigned bundle, so that every decision's digest can be found back, with its files."""
    with store.read() as unit:
        newest = unit.bundles.newest()
        if newest is not None:
            check_place(unit, newest)
    if newest is not None and newest.digest == digest:
        return
    files = policy_files(settings)
    if digest_of(pack(files)) != digest:
        raise ConfigError("the policy's files changed during the start", hint="start again")
    store.write(lambda unit: shelf.place_unsigned(unit, files))


def bring_up_to_date(settings: Settings, *, clock: Clock = utc_now) -> None:
    """Make the tables, or bring older ones up to date.

    :raises LogForkError: an older or another database than this gateway signed, or a witness has seen, stands here.
    """
    database = open_engine(settings.database_url)
    try:
        _refuse_fork(settings, database, last_seen(settings), clock)  # before anything is written
        migrate(database)
    finally:
        database.dispose()


def open_store(
    settings: Settings,
    log: Log,
    seen: LastSeen,
    metrics: Metrics | None = None,
    witnessed: Witnessed | None = None,
    *,
    clock: Clock = utc_now,
) -> SqlStore:
    """Open the store for writing, brought up to date.

    :raises LogForkError: an older or another database than this gateway signed, or a witness has seen, stands here.
    """
    database = open_engine(settings.database_url)
    try:
        _refuse_fork(settings, database, seen, clock)  # before anything is written, also by a migration
        migrate(database)
    except BaseException:
        database.dispose()
        raise
    store = SqlStore(database, log.open_batch, seen, *([] if witnessed is None else [witnessed]), metrics=metrics)
    with store.read() as unit:
        seen.catch_up(unit.log)
    return store
