"""Gets the witnesses' word on one checkpoint at once, for what may not go on without it."""

from gateway import telemetry
from gateway.cosign.client import WitnessClient
from gateway.cosign.push import Clock, Pusher
from gateway.errors import GatewayError, LogForkError, NotWitnessedError
from gateway.log.checkpoint import Checkpoint
from gateway.log.witnessed import Witnessed
from gateway.log.years import volume_named
from gateway.metrics import Metrics
from gateway.store.ports import Store


def get_quorum(store: Store, witnessed: Witnessed, note: str, *, clock: Clock) -> None:
    """Push this checkpoint to every witness and keep what they sign; without a quorum to ask for nothing happens.

    :raises NotWitnessedError: too few of them signed it.
    :raises LogForkError: one of them has seen another log.
    """
    if not witnessed.asks:
        return
    pusher = Pusher(store, witnessed, clock=clock, metrics=Metrics())
    for name, url in witnessed.trust.addresses:
        client = WitnessClient(name, url)
        try:
            pusher.push(client, note, 0)
        except LogForkError:
            raise
        except GatewayError as exc:
            telemetry.failure("not_pushed", exc)
        finally:
            client.close()
    signed = Checkpoint.from_note(note)
    with store.read() as unit:
        size = volume_named(unit.book, signed.origin).first + signed.size
        if not witnessed.has_quorum(unit, size, clock()):
            raise NotWitnessedError(
                "too few witnesses have seen the end of the log, so the new year's log was not begun",
                hint="the old one goes on; ask the witnesses' keepers whether they run and know the new log's key, "
                "and run `gateway log new-year` again",
            )
