"""Everything the steps need, made once by `gateway.bootstrap` and handed over finished."""

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from gateway.crypto.jwk import PrivateJwk, public_key
from gateway.crypto.lookup import LookupKey
from gateway.crypto.profiles import PROFILES, key_for
from gateway.decide.engine import Policy
from gateway.errors import KeyUnavailableError, UnknownPartnerError
from gateway.log.checkpoint import Checkpoint
from gateway.log.recorder import Recorder
from gateway.log.witnessed import Witnessed
from gateway.metrics import Metrics
from gateway.model.notices import Channels
from gateway.model.partner import Partner, PublicKey, SealProfile
from gateway.receipt.overdue import Patience
from gateway.store.ports import Store, Unit

Clock = Callable[[], dt.datetime]
LIFETIME = dt.timedelta(days=30)
"""How long a message may be opened."""
ONE_TIME = "one-time-key"
"""Stands in an approval's digest for the key id of a recipient without keys (decision 0018)."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The finished objects.

    `lifetime` is how long a message may be opened; `issuer` names this gateway in it; `seen` returns the checkpoint
    that is remembered outside the database; `witnessed` knows how far the witnesses have seen the log; `channels` are
    the ways of notices, and `patience` is how long a receipt may take.
    """

    store: Store
    policy: Policy
    partners: Mapping[str, Partner]
    recorder: Recorder
    lookup: LookupKey = field(repr=False)
    issuer_key: PrivateJwk = field(repr=False)
    issuer: str
    log_vkeys: Sequence[str]
    seen: Callable[[], Checkpoint | None]
    clock: Clock
    lifetime: dt.timedelta = LIFETIME
    body_limit: int = 65536
    metrics: Metrics = field(default_factory=Metrics, repr=False)
    witnessed: Witnessed = field(default_factory=Witnessed, repr=False)
    nlgov_key: PrivateJwk | None = field(default=None, repr=False)
    channels: Channels = field(default_factory=Channels)
    patience: Patience = field(default_factory=Patience)

    @property
    def log_vkey(self) -> str:
        """Return the verifier key of the log's first volume."""
        return self.log_vkeys[0]

    def is_urgent(self, ground: str) -> bool:
        """Say whether a hand-over on this ground waits for nobody: an approver, a witness or a proven fork."""
        known = self.policy.bundle.vocabulary.grounds.get(ground)
        return known is not None and known.urgent

    def refuse_unwitnessed(self, ground: str, at: dt.datetime) -> None:
        """Refuse to seal on this ground while the witnesses have not seen the log for too long, or saw another one.

        What is committed is looked at again in its own transaction (`record_release`): no race can pass that.

        :raises UnwitnessedError: the log is too far ahead of its witnesses.
        :raises LogForkError: a witness has shown that it is forked.
        """
        if self.is_urgent(ground):
            return
        self.witnessed.refuse_fork(urgent=False)
        if self.witnessed.asks:
            with self.store.read() as unit:
                self.witnessed.refuse_ahead(unit, unit.book.size(), at)

    def partner(self, partner_id: str) -> Partner:
        """Return a partner of partners.yaml; raise UnknownPartnerError otherwise."""
        found = self.partners.get(partner_id)
        if found is None:
            raise UnknownPartnerError("there is no such partner", hint="choose one from partners.yaml")
        return found

    def recipient_key_id(self, partner: Partner) -> str:
        """Return the id of the key that an approver binds to; the one-time key of a link is made only at sealing."""
        return ONE_TIME if partner.profile is SealProfile.LINK else self.sealing_key(partner).kid

    def signing_key(self, partner: Partner) -> PrivateJwk:
        """Return the key that signs messages for a partner: what its profile asks for, and nothing else uses the other.

        :raises KeyUnavailableError: there is no key for the profile `nlgov`.
        """
        wanted = PROFILES[partner.profile].signature
        if self.issuer_key.alg == wanted:
            return self.issuer_key
        if self.nlgov_key is None:
            raise KeyUnavailableError(
                f"there is no key to sign with for partner `{partner.id}`, so nothing can be sealed for it",
                hint="in an emergency hand over by phone and record it afterwards; run `gateway keys add-nlgov`",
            )
        return self.nlgov_key

    def partner_at(self, unit: Unit, partner_id: str, at: dt.datetime) -> Partner:
        """Return a partner with the keys that count at this moment, newest first: whoever seals or verifies asks here.

        The store has them, so a revocation works at once, in every process. What `partners` itself holds are the key
        files of a demo: they count as long as the store does not know the key. Every change of a key raises the
        revision of the circumstances, so nothing is committed that was sealed to a key revoked meanwhile.

        :raises UnknownPartnerError: partners.yaml has no such partner.
        """
        partner = self.partner(partner_id)
        return replace(partner, keys=keys_at(unit, partner, at))

    def sealing_key(self, partner: Partner) -> PublicKey:
        """Return the key to seal to: the first of those that count; without one nothing can leave.

        A new key stands first, and the old one counts after it for as long as a message may be opened
        (`gateway.pipeline.enrol`). What waits for approval then has another digest, so it must be looked at again. A
        message that was sealed to a key which is revoked afterwards is not handed over (`gateway.pipeline.revoke`).
        """
        key = key_for(partner.profile, partner.keys)
        if key is None:
            raise KeyUnavailableError(
                f"partner `{partner.id}` has no key that counts, so nothing can be sealed for it",
                hint="in an emergency hand over by phone and record it afterwards; ask the partner to enrol its key",
            )
        return key


def keys_at(unit: Unit, partner: Partner, at: dt.datetime) -> tuple[PublicKey, ...]:
    """Return the partner's keys that count at this moment, newest first; `partner.keys` are those of a demo's files."""
    kept = unit.partner_keys.of_partner(partner.id)
    counting = [_read_key(key.jwk) for key in kept if key.counts(at)]
    known = {key.kid for key in kept}
    return (*counting, *(key for key in partner.keys if key.kid not in known))


@lru_cache(maxsize=256)
def _read_key(jwk: str) -> PublicKey:
    return public_key(json.loads(jwk))
