"""The command line at work on files full of canaries: what each command shows, and what the partner's kit opens."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.canaries import birds
from tests.canaries.search import Channel

PROJECT = Path(__file__).parents[2]
SHELL = Path(__file__).with_name("shell.py")
HEAD = "postcode,number,addition,bag_id"
NAME = birds.NAME.value


@dataclass(frozen=True, slots=True)
class Shown:
    """What a command showed, and its exit code."""

    words: list[str]
    code: int
    out: str
    err: str

    def channel(self) -> Channel:
        """Return what stood on the terminal."""
        return Channel(f"terminal: {' '.join(self.words[:2])}", f"{self.out}\n{self.err}".encode())


class Terminal:
    """A shell that stays open, with these settings and no other GATEWAY_* variable."""

    def __init__(self, environ: dict[str, str], kept: list[Channel]) -> None:
        """Start it; what is shown there is kept."""
        clean = {key: value for key, value in os.environ.items() if not key.startswith("GATEWAY_")}
        self._kept = kept
        self._shell = subprocess.Popen(
            [sys.executable, str(SHELL)],
            env={**clean, "PYTHONPATH": str(PROJECT), **environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, keep: bool = True) -> Shown:
        """Run one command."""
        assert self._shell.stdin is not None
        assert self._shell.stdout is not None
        self._shell.stdin.write(f"{json.dumps(words)}\n")
        self._shell.stdin.flush()
        shown = Shown(**json.loads(self._shell.stdout.readline()))
        if keep:
            self._kept.append(shown.channel())
        return shown

    def run_all(self, commands: list[list[str]]) -> None:
        """Run one command after another."""
        for words in commands:
            self.run(*words)

    def close(self) -> None:
        """Leave the shell."""
        self._shell.communicate()


def holdings(folder: Path) -> list[list[str]]:
    """Return imports of dwellings: files that are broken in every way, then a good one."""
    row = f"{birds.POSTCODE.value},84213,{birds.ADDITION.value},{birds.BAG.value}"
    texts = {
        "headless": row,
        "short": f"{HEAD}\n{birds.POSTCODE.value}",
        "long": f"{HEAD}\n{row},{NAME},{birds.BSN.value}",
        "number": f"{HEAD}\n{birds.POSTCODE.value},{NAME},,",
        "superscript": f"{HEAD}\n{birds.POSTCODE.value},²,{birds.ADDITION.value},",
        "huge": f"{HEAD}\n{birds.POSTCODE.value},{'9' * 5000},{birds.ADDITION.value},",
        "nul": f"{HEAD}\n{birds.POSTCODE.value},84213,\0{birds.ADDITION.value},",
        "quote": f'{HEAD}\n"{birds.POSTCODE.value},84213,{birds.ADDITION.value},\n{NAME}',
        "field": f"{HEAD}\n{birds.POSTCODE.value},84213,{NAME * 10_000},",
        "empty": "",
    }
    words = []
    for name, content in texts.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
        words.append(["holdings", "import", str(folder / f"{name}.csv"), "--partner", "verhuurder-1"])
    (folder / "latin.csv").write_bytes(f"{HEAD}\n{row},Żó".encode("iso8859-2"))
    words.append(["holdings", "import", str(folder / "latin.csv"), "--partner", "verhuurder-1"])
    (folder / "good.csv").write_text(f"{HEAD}\n{row}\n", encoding="utf-8")
    words.append(["holdings", "import", str(folder / "good.csv"), "--partner", birds.CLIENT.value])
    for partner in ("dudok-wonen", "verhuurder-1"):
        words.append(["holdings", "import", str(folder / "good.csv"), "--partner", partner])
    return words


def questions(folder: Path) -> list[list[str]]:
    """Return what-if questions and texts to screen, with canaries where none belongs."""
    query = {"recipient": "belle", "ground": "care_consent", "subject_role": "sex_worker", "fields": ["alias"]}
    asked: dict[str, str] = {
        "key.json": json.dumps({**query, NAME: birds.BSN.value}),
        "word.json": json.dumps({**query, "recipient": NAME}),
        "field.json": json.dumps({**query, "fields": [birds.KEY.value]}),
        "fact.json": json.dumps({**query, "facts": {birds.KEY.value: NAME}}),
        "date.json": json.dumps({**query, "date": NAME}),
        "list.json": json.dumps([query, {**query, "ground": NAME}]),
        "twice.json": f'{{"{birds.KEY.value}": "{NAME}", "{birds.KEY.value}": "{birds.BSN.value}"}}',
        "cut.json": f'{{"recipient": "{NAME}',
        "twice.yaml": f"{birds.KEY.value}: {NAME}\n{birds.KEY.value}: {birds.BSN.value}\n",
        "broken.yaml": f"recipient: [{NAME}\n  {birds.BSN.value}: : :",
        "alias.yaml": f"recipient: &{birds.KEY.value} {NAME}\nground: *{birds.KEY.value}\n",
        "tag.yaml": f"recipient: !{birds.KEY.value} {NAME}\n",
        "plain.yaml": f"{NAME} {birds.BSN.value}\n",
    }
    words = []
    for name, content in asked.items():
        (folder / name).write_text(content, encoding="utf-8")
        words.append(["policy", "decide", "--input", str(folder / name)])
    texts = {
        "text.txt": f"{NAME}, {birds.PHONE.value}, {birds.BSN.value}, {birds.IBAN.value}, {birds.NARRATIVE.value}",
        "list.yaml": f'- {{id: 1, text: "{birds.PHONE.value} {NAME}"}}\n- {{id: b, text: "{birds.BSN.value}"}}\n',
        "wrong.yaml": f"- {{id: 1, {birds.KEY.value}: {NAME}}}\n",
        "cut.yaml": f"- {{id: 1, text: {NAME}",
    }
    for name, content in texts.items():
        (folder / f"screen-{name}").write_text(content, encoding="utf-8")
        words += [["screen", str(folder / f"screen-{name}"), *form] for form in ([], ["--format", "json"])]
    (folder / "screen-latin.txt").write_bytes(f"{NAME} {birds.BSN.value}".encode("iso8859-2"))
    words.append(["screen", str(folder / "screen-latin.txt")])
    return words


def partner(home: Path, partner_id: str, folder: Path) -> list[list[str]]:
    """Return the kit's commands on its own, on altered and on foreign files; it opens nothing here."""
    own, kit = home / "partners" / partner_id, ["partner"]
    files = {
        "word.json": f'{{"{birds.KEY.value}": "{NAME}"}}',
        "cut.json": f'{{"message": "{NAME}',
        "envelope.json": json.dumps({"message": NAME, "leaf": NAME, "proof": NAME, "opening": {"recipient": NAME}}),
        "trust.policy": f"log {birds.KEY.value}\n{NAME}\nquorum {birds.KEY.value}\n",
        "partner.yaml": f"id: {NAME}\n{birds.KEY.value}: {birds.BSN.value}\n",
        "twice.yaml": f"id: {NAME}\nid: {birds.BSN.value}\n",
        "cut.yaml": f"id: [{NAME}",
        "url.yaml": (own / "partner.yaml")
        .read_text()
        .replace("http://", f"http://{birds.KEY.value}:{birds.BSN.value}@"),
        "who.yaml": (own / "partner.yaml").read_text().replace(f"id: {partner_id}", f'id: "{NAME}"'),
    }
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    words = [
        [*kit, "fetch", "--config", str(folder / f"{name}.yaml"), "--out", str(folder / "in")]
        for name in ("partner", "twice", "cut", "url", "who")
    ]
    for name in ("word", "cut", "envelope"):
        words.append([*kit, "verify", str(folder / f"{name}.json"), "--trust", str(own / "trust.policy")])
        words.append([*kit, "verify", str(folder / f"{name}.json"), "--trust", str(folder / "trust.policy")])
        words.append([*kit, "open", str(folder / f"{name}.json"), "--key", str(own / f"{partner_id}.keys.json")])
        words.append([*kit, "open", str(folder / f"{name}.json"), "--key", str(folder / "word.json")])
        words.append(
            [*kit, "receipt", str(folder / f"{name}.json"), "--state", "opened", "--config", str(own / "partner.yaml")]
        )
    return words


def log(folder: Path) -> list[list[str]]:
    """Return the commands of the log, the last ones on an export in which somebody wrote a name."""
    tiles = str(folder / "tiles")
    return [
        ["log", "verify"],
        ["log", "checkpoint"],
        ["log", "prove", "0"],
        ["log", "prove", "99999"],
        ["log", "export", tiles],
        ["log", "fsck", tiles],
        ["log", "fsck", tiles, "--vkey", NAME],
        ["accept-loss", "--decision", NAME],
    ]


def backup(folder: Path, elsewhere: Path) -> list[list[str]]:
    """Return a backup, checks of it and of a foreign file, and a decision that is a name instead of a number."""
    good, foreign = folder / "good.backup", elsewhere / "foreign.backup"
    foreign.write_text(f"{NAME}\n{birds.BSN.value}\n")
    checked = [
        ["restore", str(file), "--check", *form] for file in (good, foreign) for form in ([], ["--format", "json"])
    ]
    return [["backup", str(good)], ["backup", str(foreign)], *checked, ["accept-loss", "--decision", NAME]]
