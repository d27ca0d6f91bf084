"""One gateway's day with canaries: every path, in an order that makes each of them happen, and what was seen of it."""

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

from gateway.bootstrap import build
from gateway.config.clock import utc_now
from gateway.config.settings import Settings
from gateway.demo.server import free_port, running
from gateway.demo.setting import DEMO_PEOPLE, demo_environment, fresh_partners
from gateway.model.partner import SealProfile
from tests.canaries import birds, dossiers, inbox_visits, opened, page_visits, program_visits, terminal
from tests.canaries.birds import Names
from tests.canaries.places import Exchange, digests, dump, execute, files, postgres_folder, processes
from tests.canaries.search import NOBODY, Channel
from tests.canaries.team_visits import Submitted, Team
from tests.canaries.terminal import Terminal
from tests.canaries.visitor import API, CONNECTIONS, TIMEOUT, Visitor
from tests.notices.servers import mail_server, receiver
from tests.web.request.checking import shown_on

TOKEN = "a1b2c3d4" * 8
BROKEN = "a broken database"
"""The place of requests while the test has broken the database: only there may the server fail."""


@dataclass
class Journey:
    """What was seen, by kind of place; `reads` goes by message id, `waiting` and `boxes` by request id.

    `erased` are pieces of all that was stored of the case that was erased.
    """

    home: Path
    database: str
    kept: list[Exchange] = field(default_factory=list)
    terminal: list[Channel] = field(default_factory=list)
    read_by_kit: list[Channel] = field(default_factory=list)
    at_work: list[Channel] = field(default_factory=list)
    at_rest: list[Channel] = field(default_factory=list)
    metrics: list[Channel] = field(default_factory=list)
    told: list[Channel] = field(default_factory=list)  # e-mails and events, as they arrived
    details: list[Channel] = field(default_factory=list)
    leaves: list[Channel] = field(default_factory=list)
    boxes: dict[str, bytes] = field(default_factory=dict)
    messages: dict[str, bytes] = field(default_factory=dict)
    reads: dict[str, Names] = field(default_factory=dict)
    waiting: dict[str, Names] = field(default_factory=dict)
    erased: tuple[bytes, ...] = ()
    erased_found: int = 0  # pieces of what was erased that were found in the places before


class Traveller:
    """Does the whole day; `work` is a folder for everything that is no state of the gateway."""

    def __init__(self, home: Path, work: Path, database: str) -> None:
        """Make the folders and the settings."""
        self.seen = Journey(home, database)
        self._work = work
        self._served = database.startswith("postgresql")
        self._known: frozenset[bytes] = frozenset()
        self._on: dt.date = utc_now().date()
        for folder in ("tmp", "csv", "asked", "kit", "log"):
            (work / folder).mkdir(parents=True)
        for name in ("metrics.token", "backup.passphrase"):
            (work / name).write_text(TOKEN)
        self._environ = {
            "GATEWAY_HOME": str(home),
            "GATEWAY_DATABASE_URL": database,
            "GATEWAY_PARTNERS": str(fresh_partners(work, self._on)),
            "GATEWAY_LOG_LEVEL": "debug",
            "GATEWAY_RATE_LIMIT": "100000 per minute",
            "GATEWAY_METRICS_TOKEN_FILE": str(work / "metrics.token"),
            "GATEWAY_BACKUP_PASSPHRASE_FILE": str(work / "backup.passphrase"),
        }
        self._port = free_port()
        self._environ |= demo_environment(self._environ, url=f"http://127.0.0.1:{self._port}")
        self._environ |= {
            "GATEWAY_MAIL_FROM": "gateway@hilversum.example",
            "GATEWAY_TEAM_EMAIL": "team@hilversum.example",
            "GATEWAY_APPROVERS_EMAIL": "managers@hilversum.example",
            "GATEWAY_EVENT_SOURCE": "urn:nld:oin:00000099000000000000:systeem:verstrekkingen",
        }
        self._kit = Terminal({}, self.seen.terminal)  # partners know none of our settings

    def travel(self) -> Journey:
        """Go everywhere."""
        with mail_server() as box, receiver() as events:
            self._environ["GATEWAY_SMTP"] = f"smtp://127.0.0.1:{box.port}"
            self._wish_events(f"http://127.0.0.1:{events.port}/events")
            self._office = Terminal(self._environ, self.seen.terminal)
            seen = self._travel()
            seen.told = [Channel(f"e-mail {n}", mail) for n, mail in enumerate(box.mails)]
            for path, fields, body in events.requests:
                lines = "\n".join(f"{name}: {value}" for name, value in fields.items())
                seen.told.append(Channel("event", f"POST {path}\n{lines}\n".encode() + body))
        return seen

    def _wish_events(self, url: str) -> None:
        """Let every partner wish for events too."""
        path = self._work / "partners.yaml"
        listed = path.read_text()
        wishes = f'    notices: {{webhook: "{url}"}}\n  - id: '
        path.write_text(listed.replace("  - id: ", wishes).replace(wishes, "  - id: ", 1))

    def _travel(self) -> Journey:
        seen = self.seen
        environ = {**os.environ, **self._environ, "TMPDIR": str(self._work / "tmp")}
        with closing(self._kit), closing(self._office):
            with running(seen.home, port=self._port, environ=environ) as url:
                page = self._work_day(url)
                seen.metrics = [_metrics(url)]
                seen.at_work = [*processes(seen.home), *self._places()]
            with running(seen.home, port=self._port, environ=environ) as url:
                Visitor(url, seen.kept).go("GET", page, place="a stranger after a restart")
            self._office.run_all(terminal.log(self._work / "log"))
        CONNECTIONS.close()
        if self._served:
            execute(seen.database, "CHECKPOINT")
        seen.at_rest = [*self._places(), *files(self._work / "log")]
        self._open()
        return seen

    def _work_day(self, url: str) -> str:
        seen, on = self.seen, self._on
        if self._served:
            self._known = digests(postgres_folder(seen.database))
        self._office.run_all(terminal.holdings(self._work / "csv"))
        self._office.run_all(terminal.questions(self._work / "asked"))
        team = Team(url, seen.kept, on, seen.reads, seen.waiting)
        team.approve_and_refuse()
        team.by_letter(Settings.from_env(self._environ).issuer)
        seen.messages |= team.by_link
        self._deliver("dudok-wonen", "juridische-handhaving")
        consent, signal = team.hand_over()
        gone = team.to_be_erased()
        self._deliver("avim", "belle")
        page = page_visits.by_hand(url, seen.kept, on)
        page_visits.wrong_turns(url, seen.kept, page)
        program_visits.staff(url, seen.kept, dossiers.urgent(on, 15))
        letters = (seen.home / "partners" / "belle" / "inbox").glob("*.json")
        belle = program_visits.PartnerProgram(url, seen.kept, seen.home, "belle")
        belle.misbehave(Settings.from_env(self._environ).issuer, [letter.stem for letter in letters])
        own = (seen.home / "partners" / "avim" / "inbox").glob("*.json")
        inbox_visits.people(url, seen.kept, sorted(letter.stem for letter in own))
        self._kit.run_all(terminal.partner(seen.home, "belle", self._work / "kit"))
        team.take_back(consent, signal)
        self._deliver("avim", "belle")
        self._accidents(url, consent.id)
        self._office.run_all(terminal.backup(self._work / "log", self._work / "asked"))
        self._erase(gone)
        for visitor in (team.sanne, team.bram, team.fleur, team.otto):
            for path in (gone.page, "/", "/logboek"):
                visitor.go("GET", path, place="after an erasure")
        return page

    def _erase(self, gone: Submitted) -> None:
        """Erase a case beside the server; the partner that has its message can still verify it."""
        seen, settings = self.seen, Settings.from_env(self._environ)
        case, *_ = dossiers.of_erased()
        seen.erased = opened.pieces(settings, case)
        if self._served:
            execute(seen.database, "CHECKPOINT")
        places = [place.data for place in self._places()]
        seen.erased_found = sum(any(piece in data for data in places) for piece in seen.erased)
        (self._work / "asked" / "case").write_text(case)
        words = ("--case", str(self._work / "asked" / "case"), "--basis", "objection", "--decision", "FG 2026-044")
        done = self._office.run("rights", "erase", *words, "--yes")
        assert done.code == 0, done.err
        own = seen.home / "partners" / "belle"
        letters = [letter for letter in (own / "inbox").glob("*.json") if letter.stem.encode() in seen.erased]
        assert len(letters) == 1, gone.id
        assert self._kit.run("partner", "verify", str(letters[0]), "--trust", str(own / "trust.policy")).code == 0
        seen.reads.pop(letters[0].stem)

    def _places(self) -> Iterator[Channel]:
        yield from files(self.seen.home)
        yield from files(self._work / "tmp")
        yield dump(self.seen.database)
        if self._served:
            yield from files(postgres_folder(self.seen.database), known=self._known)

    def _deliver(self, *partner_ids: str) -> None:
        """Let partners fetch, verify, open and acknowledge with the kit."""
        for partner_id in partner_ids:
            own = self.seen.home / "partners" / partner_id
            config, key = str(own / "partner.yaml"), str(own / f"{partner_id}.keys.json")
            self._kit.run("partner", "fetch", "--config", config, "--out", str(own / "inbox"))
            letters = sorted((own / "inbox").glob("*.json"))
            assert letters, partner_id
            for letter in letters:
                self._kit.run("partner", "verify", str(letter), "--trust", str(own / "trust.policy"))
                shown = self._kit.run("partner", "open", str(letter), "--key", key, keep=False)
                assert shown.code == 0, shown.err
                may = self.seen.reads.get(letter.stem, dossiers.ANYTHING_READ)
                self.seen.read_by_kit.append(Channel(f"opened by {partner_id}", shown.channel().data, may))
                self._kit.run("partner", "receipt", str(letter), "--state", "opened", "--config", config)

    def _accidents(self, url: str, disclosure_id: str) -> None:
        """Break the database under the server: a table that is gone, and a row that an error would quote."""
        sanne = Visitor(url, self.seen.kept, DEMO_PEOPLE[0])
        body = dossiers.help_wanted(self._on, 16).body
        draft = page_visits.begin(sanne)
        page_visits.answer_all(sanne, draft, self._on)
        page = sanne.go("GET", f"{draft}/controle", place="own check page", may=page_visits.TYPED_BY_HAND)
        shown = {"shown": shown_on(page.text)}
        with self._changed("ALTER TABLE outbox RENAME TO outbox_gone", "ALTER TABLE outbox_gone RENAME TO outbox"):
            assert sanne.api("", body, place=BROKEN)["status"] == 503
            assert sanne.post(f"{draft}/indienen", shown, place=BROKEN).status_code == 503
        change = f"UPDATE disclosure SET outcome = '%s' WHERE id = '{disclosure_id}'"  # noqa: S608  # our own id
        with self._changed(change % birds.CRASH.value, change % "permit_reduced"):
            for path in (f"/verstrekkingen/{disclosure_id}", f"{API}/{disclosure_id}", "/"):
                answer = sanne.go("GET", path, place=BROKEN)
                assert answer.status_code == 500, (path, answer.status_code)

    @contextmanager
    def _changed(self, statement: str, back: str) -> Iterator[None]:
        execute(self.seen.database, statement)
        try:
            yield
        finally:
            execute(self.seen.database, back)

    def _open(self) -> None:
        seen = self.seen
        gateway = build(Settings.from_env(self._environ))
        with closing(gateway.tools.store):
            seen.details, seen.leaves = opened.details(gateway), opened.leaves(gateway)
            seen.boxes = opened.boxes(gateway)
            # What went by a link was opened by whoever has the letter: no key here can.
            with_keys = [one.id for one in gateway.tools.partners.values() if one.profile is not SealProfile.LINK]
            for partner_id in with_keys:
                seen.messages |= opened.messages(gateway, seen.home, partner_id)


def _metrics(url: str) -> Channel:
    answer = requests.get(f"{url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=TIMEOUT)
    answer.raise_for_status()
    return Channel("metrics", answer.content, NOBODY)
