"""The worker is killed with SIGKILL while the mail server has its e-mail: it is sent again, and known by its id."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

from gateway.notices.worker import LEASE
from gateway.store.engine import migrate, open_engine
from gateway.store.notice_ports import NoticeState
from gateway.store.ports import Unit
from gateway.store.writer import SqlStore
from tests.house_rules.tree import PROJECT
from tests.notices.servers import mail_server
from tests.store.conftest import CountingBatch
from tests.store.rows import AT, DISCLOSURE, MESSAGE, NOTICE, PART


def add(unit: Unit) -> None:
    """Queue a message with its notice."""
    unit.append(b"leaf")
    unit.disclosures.add(DISCLOSURE)
    unit.disclosures.add_part(PART)
    unit.outbox.add(MESSAGE)
    unit.notices.add(NOTICE)


def test_a_notice_survives_the_death_of_its_sender_and_keeps_its_id(tmp_path: Path) -> None:
    """Killed before the server's answer; nobody else sends it while the lease lasts; then it is sent once more."""
    url = f"sqlite:///{tmp_path / 'gateway.sqlite'}"
    engine = open_engine(url)
    migrate(engine)
    store = SqlStore(engine, CountingBatch)
    store.write(add)

    def state() -> dict[NoticeState, int]:
        with store.read() as unit:
            return {kept: often for kept, often in unit.notices.counts().items() if often}

    with mail_server() as box:

        def start(now: dt.datetime) -> subprocess.Popen[bytes]:
            command = [sys.executable, "-m", "tests.notices.doomed", url, str(box.port), now.isoformat()]
            return subprocess.Popen(command, cwd=PROJECT)

        first = start(AT)
        box.on_mail = first.kill  # SIGKILL, while the sender waits for our answer
        assert first.wait() == -9
        box.on_mail = None
        assert (len(box.mails), state()) == (1, {NoticeState.WAITING: 1})
        assert start(AT + LEASE / 2).wait() == 0
        assert (len(box.mails), state()) == (1, {NoticeState.WAITING: 1})
        assert start(AT + LEASE).wait() == 0
        assert (len(box.mails), state()) == (2, {NoticeState.SENT: 1})
        assert len({mail["Message-ID"] for mail in box.parsed()}) == 1
    store.close()
