"""Everything the steps need, made once by `gateway.bootstrap` and handed over finished."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.crypto.jwk import PrivateJwk
from gateway.crypto.lookup import LookupKey
from gateway.decide.engine import Policy
from gateway.errors import KeyUnavailableError, UnknownPartnerError
from gateway.log.checkpoint import Checkpoint
from gateway.log.recorder import Recorder
from gateway.log.witnessed import Witnessed
from gateway.metrics import Metrics
from gateway.model.partner import Partner, PublicKey
from gateway.store.ports import Store

Clock = Callable[[], dt.datetime]
LIFETIME = dt.timedelta(days=30)
"""How long a message may be opened."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The finished objects.

    `lifetime` is how long a message may be opened; `issuer` names this gateway in it; `seen` returns the checkpoint
    that is remembered outside the database; `witnessed` knows how far the witnesses have seen the log.
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

    def sealing_key(self, partner: Partner) -> PublicKey:
        """Return the key to seal to: the first of the partner's set; without one nothing can leave.

        When a partner enrols a new key it stands first, and the old one stays after it while both are used. What waits
        for approval then has another digest, so it must be looked at again. What was sealed to the old key is still
        handed over: the partner has that key, and nobody here can seal it again. A key that leaves the set is therefore
        retired, not revoked. When a partner's key is stolen, set `active: false` until a new one is enrolled: nothing
        is handed over meanwhile, and what is asked for is voided.
        """
        key = partner.key("enc")
        if key is None:
            raise KeyUnavailableError(
                f"partner `{partner.id}` has not enrolled a key, so nothing can be sealed for it",
                hint="in an emergency hand over by phone and record it afterwards; ask the partner to enrol its key",
            )
        return key
