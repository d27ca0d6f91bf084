"""Reads the places where something could leak, as they are on disk, on the wire and in the process table."""

import hashlib
import json
import re
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from gateway.crypto.encoding import unb64url
from gateway.demo.postgres import find_postgres
from gateway.store.engine import open_engine
from tests.canaries.birds import Names
from tests.canaries.search import NOBODY, Channel, unpacked

TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.DOTALL)
LINK = re.compile(r'(?:href|action|src|content)="([^"]*)"')


def digests(folder: Path) -> frozenset[bytes]:
    """Return the digest of every file, to tell afterwards which ones are new or changed."""
    return frozenset(hashlib.sha256(data).digest() for _, data in _files(folder))


def files(folder: Path, *, known: frozenset[bytes] = frozenset(), may: Names = NOBODY) -> Iterator[Channel]:
    """Give each file that is not known, and the names of all."""
    names = []
    for path, data in _files(folder):
        names.append(str(path.relative_to(folder)))
        if hashlib.sha256(data).digest() not in known:
            yield Channel(f"file {folder.name}/{names[-1]}", data, may)
    yield Channel(f"file names in {folder.name}", "\n".join(names).encode())


def _files(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            try:
                yield path, path.read_bytes()
            except FileNotFoundError:
                continue  # the server at work removed it


def dump(database: str) -> Channel:
    """Return every row of the database as text: what a value compressed inside a page would hide."""
    if database.startswith("sqlite"):
        with closing(sqlite3.connect(f"file:{make_url(database).database}?mode=ro", uri=True)) as connection:
            return Channel("rows of the database", "\n".join(connection.iterdump()).encode())
    programs = find_postgres()
    assert programs is not None
    command = [str(programs / "pg_dump"), "--inserts", "--dbname", database]
    return Channel("rows of the database", subprocess.run(command, check=True, capture_output=True).stdout)


def execute(database: str, statement: str, **values: str) -> None:
    """Run one statement, as an administrator or an accident would."""
    with _connected(database) as connection:
        connection.execute(text(statement), values)


def postgres_folder(database: str) -> Path:
    """Return the folder of the server's data and messages."""
    with _connected(database) as connection:
        return Path(str(connection.execute(text("SHOW data_directory")).scalar())).parent


@contextmanager
def _connected(database: str) -> Iterator[Connection]:
    engine = open_engine(database)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def processes(home: Path) -> list[Channel]:
    """Return what anyone on the machine sees of the processes that work on this state: arguments and environment."""
    told = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            arguments, environment = ((folder / name).read_bytes() for name in ("cmdline", "environ"))
        except OSError:
            continue
        if f"GATEWAY_HOME={home}".encode() in environment or str(home).encode() in arguments:
            told.append(Channel(f"process {folder.name}", arguments + b"\n" + environment))
    return told


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer. `may` names the canaries that this person may read in this body, and nowhere else."""

    place: str
    url: str = field(repr=False)
    answer: requests.Response = field(repr=False)
    may: Names = NOBODY

    def channels(self) -> Iterator[Channel]:
        """Give body, title, links, headers and cookies of the answer."""
        answer, name = self.answer, f"{self.answer.status_code} {self.place}"
        yield Channel(f"body of {name}", answer.content, self.may)
        # Some older programs show headers as Latin-1; the bytes are the same.
        yield Channel(f"headers of {name}", _lines(answer.headers))
        for cookie in answer.cookies.values():
            yield Channel(f"cookie of {name}", _cookie(str(cookie)))
        if "html" in answer.headers.get("Content-Type", ""):
            page = answer.text
            yield Channel(f"title of {name}", "\n".join(TITLE.findall(page)).encode())
            yield Channel(f"links of {name}", "\n".join(LINK.findall(page)).encode())


def _lines(headers: Mapping[str, str]) -> bytes:
    return "\n".join(f"{name}: {value}" for name, value in headers.items()).encode("latin-1", "replace")


def _cookie(value: str) -> bytes:
    """Return a cookie with what its parts hold once they are decoded."""
    decoded = [_decoded(part) for part in value.split(".")]
    return b"\n".join([value.encode(), *decoded, *(content for part in decoded for content in unpacked(part))])


def _decoded(part: str) -> bytes:
    try:
        return unb64url(part)
    except Exception as exc:  # noqa: BLE001  # a part that is no base64url is looked at as it is
        return str(type(exc)).encode()


def as_bytes(value: object) -> bytes:
    """Return a decoded value as JSON text, with its letters as they are."""
    return json.dumps(value, ensure_ascii=False, default=str).encode()
