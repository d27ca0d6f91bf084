"""Puts the room `rights` together with settings, keys and the database: access, erasing, cleaning, and erasing again.

Erasing again: a restored backup brings back what was erased since it was made, and is noticed by `erased.cases`.
"""

from dataclasses import replace

from gateway.bootstrap import log_of, open_store
from gateway.config.clock import utc_now
from gateway.config.packed_policy import unpack
from gateway.config.settings import Settings
from gateway.crypto.keyring import Keyring
from gateway.crypto.lookup import LookupKey
from gateway.decide.loader import load_bundle
from gateway.errors import ConfigError
from gateway.keep.cleanup import Cleanup, clean_database
from gateway.keep.retention import Purged, purge
from gateway.log.recorder import Recorder
from gateway.log.seen import SEEN, LastSeen
from gateway.opening import keyring_file, open_present, open_view
from gateway.pipeline.tools import LIFETIME, Clock
from gateway.rights.access import Access, give_access
from gateway.rights.basis import Basis
from gateway.rights.erase import Erasure, Order, Refusal, erase, look
from gateway.rights.erased_cases import ERASED_CASES, ErasedCases
from gateway.rights.holding import Means
from gateway.store.ports import Unit
from gateway.store.writer import SqlStore


def preview_erasure(settings: Settings, reference: str, *, withdraw: bool, clock: Clock = utc_now) -> Erasure | Refusal:
    """Return what erasing this case would destroy, or why it may not be done now; nothing is changed."""
    keyring = keyring_file(settings).load()
    store = SqlStore(open_present(settings), None)
    try:
        with store.read() as unit:
            means, _ = _means(unit, Recorder(keyring.kek))
            tag = LookupKey(keyring.lookup_key).case(reference)
            return look(unit, means, tag=tag, withdraw=withdraw, at=clock())
    finally:
        store.close()


def erase_case(
    settings: Settings,
    reference: str,
    *,
    basis: Basis,
    decision: str,
    by: str,
    withdraw: bool,
    large: bool,
    clock: Clock = utc_now,
) -> tuple[Erasure | Refusal, Cleanup]:
    """Erase a case in one transaction, then have the database overwrite the freed bytes, and look for them.

    The gateway may work meanwhile. Also when nothing is erased the database is cleaned, so that running the command
    again finishes what an interrupted one left.

    :raises InvalidRequestError: the decision's reference has not the form of one; nothing was changed.
    """
    keyring = keyring_file(settings).load()
    order = Order(LookupKey(keyring.lookup_key).case(reference), basis, decision, by, withdraw)
    done, remembered = _erase(settings, keyring, order, clock)
    cleanup = clean_database(settings, done.traces if isinstance(done, Erasure) else (), large=large)
    return done, replace(cleanup, remembered=remembered)


def erase_again(
    settings: Settings, *, decision: str, by: str, withdraw: bool, large: bool, clock: Clock = utc_now
) -> tuple[list[Erasure | Refusal], Cleanup]:
    """Erase every case that was erased before and came back with a restored backup, each on its basis of then.

    :raises InvalidRequestError: the decision's reference has not the form of one; nothing was changed.
    """
    back = cases_back(settings)
    keyring = keyring_file(settings).load()
    outcomes, traces = [], list[bytes]()
    for tag, basis in back.items():
        done, _ = _erase(settings, keyring, Order(tag, basis, decision, by, withdraw), clock)
        outcomes.append(done)
        traces += done.traces if isinstance(done, Erasure) else ()
    return outcomes, clean_database(settings, tuple(traces), large=large)


def cases_back(settings: Settings) -> dict[str, Basis]:
    """Return the cases that were erased and are in the database all the same: tag and basis. Needs no passphrase."""
    known = _erased_cases(settings).read()
    with open_view(settings) as unit:
        keys = ((unit.cases.key_of(case_id), basis) for case_id, basis in known.items())
        return {key.tag: basis for key, basis in keys if key is not None}


def _erased_cases(settings: Settings) -> ErasedCases:
    return ErasedCases(settings.home / ERASED_CASES)


def _erase(settings: Settings, keyring: Keyring, order: Order, clock: Clock) -> tuple[Erasure | Refusal, bool]:
    """Erase in one transaction, then remember it outside the database; return whether that could be done."""
    lookup, recorder = LookupKey(keyring.lookup_key), Recorder(keyring.kek)
    vkeys = [signer.vkey for signer in keyring.log_signers()]
    store = open_store(settings, log_of(settings, keyring), LastSeen(settings.home / SEEN, *vkeys))

    def job(unit: Unit) -> Erasure | Refusal:
        means, bundle = _means(unit, recorder)
        return erase(unit, means, lookup, order, bundle=bundle, at=clock())

    try:
        done = store.write(job)
    finally:
        store.close()
    return done, isinstance(done, Refusal) or _erased_cases(settings).add(done.case_id, order.basis)


def access_case(settings: Settings, reference: str, *, decision: str, by: str, clock: Clock = utc_now) -> Access | None:
    """Log that all about a case is read, then return it; None when there is nothing."""
    keyring = keyring_file(settings).load()
    tag, recorder = LookupKey(keyring.lookup_key).case(reference), Recorder(keyring.kek)
    vkeys = [signer.vkey for signer in keyring.log_signers()]
    store = open_store(settings, log_of(settings, keyring), LastSeen(settings.home / SEEN, *vkeys))

    def job(unit: Unit) -> Access | None:
        _, bundle = _means(unit, recorder)
        return give_access(unit, recorder, tag=tag, by=by, decision=decision, bundle=bundle, at=clock())

    try:
        return store.write(job)
    finally:
        store.close()


def run_retention(settings: Settings, *, large: bool, clock: Clock = utc_now) -> tuple[Purged, Cleanup]:
    """Delete what was kept long enough, have its bytes overwritten, and look for them; return how much it was."""
    keyring = keyring_file(settings).load()
    vkeys = [signer.vkey for signer in keyring.log_signers()]
    store = open_store(settings, log_of(settings, keyring), LastSeen(settings.home / SEEN, *vkeys))
    try:
        purged = purge(store, clock())
    finally:
        store.close()
    return purged, clean_database(settings, purged.traces, large=large)


def _means(unit: Unit, recorder: Recorder) -> tuple[Means, str]:
    """Return what it takes to read a case, and the digest of the policy in force, which every entry names."""
    newest = unit.bundles.newest()
    if newest is None:
        raise ConfigError("no policy was ever active here, so there is no case", hint="look at GATEWAY_DATABASE_URL")
    grounds = load_bundle(unpack(newest.files)).vocabulary.grounds
    urgent = frozenset(name for name, ground in grounds.items() if ground.urgent)
    return Means(recorder, urgent, LIFETIME), newest.digest
