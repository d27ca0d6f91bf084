"""A process that sends one notice, and may be killed while it does: `python -m tests.notices.doomed URL PORT NOW`."""

import datetime as dt
import sys

from gateway.metrics import Metrics
from gateway.notices.mail import MailSender, MailServer
from gateway.notices.worker import Courier
from gateway.store.engine import open_engine
from gateway.store.notice_ports import StoredNotice
from gateway.store.writer import SqlStore
from tests.store.conftest import CountingBatch


class ByMail:
    """Sends every notice by e-mail to one address."""

    def __init__(self, port: int) -> None:
        """Know the server."""
        self._mail = MailSender(MailServer("127.0.0.1", port, "none"), "gateway@hilversum.example")

    def send(self, notice: StoredNotice) -> None:
        """Send it."""
        self._mail.send(notice.id, notice.created_at, "balie@partner.example")


def main(url: str, port: str, now: str) -> None:
    """Send what is due at this moment, and end."""
    moment = dt.datetime.fromisoformat(now)
    courier = Courier(
        SqlStore(open_engine(url), CountingBatch),
        ByMail(int(port)),
        clock=lambda: moment,
        metrics=Metrics(),
        sweep=lambda: None,
        given_up=lambda _unit, _notice: None,
    )
    while courier.send_one():
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
