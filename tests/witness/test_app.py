"""The protocol (C2SP tlog-witness), through real HTTP: a table of what is sent and what must be answered."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import requests

from gateway.crypto.cosignatures import CosignatureVerifier, Cosigner
from gateway.crypto.notes import NoteSigner
from gateway.log.policy import TrustPolicy
from gateway.witness.app import create_app
from gateway.witness.cosigning import Witness
from gateway.witness.submission import LARGEST, LONGEST, Submission
from tests.conftest import NOON, SetClock
from tests.log.sample_log import ORIGIN, OTHER, SIGNER, VKEY
from tests.witness.histories import FORKED, HONEST, History, entries, request_body

KNOWN = 8  # what the witness of the table has cosigned
STRANGER = History(entries(9), signer=NoteSigner.generate("example.com/another"))
IMPOSTOR = History(entries(9), signer=OTHER)  # the log's name, another key
TRUE = HONEST.tree.consistency(KNOWN, 9)


def _with_more_lines(note: str) -> str:
    """Return the note with lines of other keys, one of them in the log's own name, before and after its own."""
    text, _, line = note.partition("\n\n")
    others = [signer.sign(f"{text}\n").partition("\n\n")[2] for signer in (OTHER, NoteSigner.generate("x.example"))]
    return f"{text}\n\n{others[0]}{line}{others[1]}"


@dataclass(frozen=True)
class Row:
    """What is sent, and the status that must come back; `body` where the specification fixes it."""

    what: str
    sent: str
    status: int
    body: str | None = None


TABLE = [
    Row("not a request", "hello", 400),
    Row("nothing", "", 400),
    Row("no old line", f"{HONEST.note(9)}", 400),
    Row("a leading zero", request_body("08", TRUE, HONEST.note(9)), 400),
    Row("a negative size", request_body("-8", TRUE, HONEST.note(9)), 400),
    Row("two spaces", request_body(" 8", TRUE, HONEST.note(9)), 400),
    Row("carriage returns", HONEST.body(KNOWN, 9).replace("\n", "\r\n"), 400),
    Row("a hash of 31 bytes", request_body(KNOWN, [bytes(31)], HONEST.note(9)), 400),
    Row("a hash in another spelling", HONEST.body(KNOWN, 9).replace("=", "", 1), 400),
    Row("64 hashes", request_body(KNOWN, [bytes(32)] * (LONGEST + 1), HONEST.note(9)), 400),
    Row("a proof from nothing", request_body(0, TRUE, HONEST.note(9)), 400),
    Row("no signature", HONEST.body(KNOWN, 9).rpartition("\u2014")[0], 400),
    Row("a cut signature line", HONEST.body(KNOWN, 9)[:-1], 400),
    Row("no empty line before the note", HONEST.body(KNOWN, 9).replace("\n\n", "\n", 1), 400),
    Row("a fourth line in the checkpoint", request_body(KNOWN, TRUE, SIGNER.sign(f"{ORIGIN}\n9\nAA==\nx\n")), 400),
    Row("too long", HONEST.body(KNOWN, 9) + "x" * LARGEST, 400),
    Row("old larger than new", request_body(9, [], HONEST.note(KNOWN)), 400),
    Row("a log that is not watched", STRANGER.body(0, 9), 404),
    Row("the log's name with another key", IMPOSTOR.body(KNOWN, 9), 403),
    Row("a signature over another text", request_body(KNOWN, TRUE, HONEST.note(9).replace("\n9\n", "\n7\n")), 403),
    Row("old is behind", HONEST.body(7, 9), 409, "8\n"),
    Row("old is ahead", HONEST.body(9, 10), 409, "8\n"),
    Row("old is nothing", HONEST.body(0, 9), 409, "8\n"),
    Row("an older checkpoint", HONEST.body(5, 7), 409, "8\n"),
    Row("another tree of the same size", request_body(KNOWN, [], FORKED.note(KNOWN)), 409),
    Row("a proof for the same size", request_body(KNOWN, [bytes(32)], HONEST.note(KNOWN)), 422),
    Row("no proof", request_body(KNOWN, [], HONEST.note(9)), 422),
    Row("63 hashes that prove nothing", request_body(KNOWN, [bytes(32)] * LONGEST, HONEST.note(9)), 422),
    Row("a true proof with one hash more", request_body(KNOWN, [*TRUE, bytes(32)], HONEST.note(9)), 422),
    Row("another history", FORKED.body(KNOWN, 9), 422),
    Row("what continues", HONEST.body(KNOWN, 9), 200),
    Row("what continues, far on", HONEST.body(KNOWN, 40), 200),
    Row("the same again", HONEST.body(KNOWN, KNOWN), 200),
    Row("lines of unknown keys beside it", request_body(KNOWN, TRUE, _with_more_lines(HONEST.note(9))), 200),
]


@pytest.fixture
def url(witness: Witness, serve: Callable[[Witness], str]) -> str:
    """Return the address of a witness that has cosigned eight entries."""
    assert witness.add_checkpoint(HONEST.body(0, KNOWN).encode()).status == 200
    return serve(witness)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.what)
def test_every_request_has_the_answer_of_the_specification(row: Row, url: str, cosigner: Cosigner) -> None:
    """Golden: the status, the body where the specification fixes it, and a cosignature only where it says so."""
    answer = requests.post(f"{url}/add-checkpoint", data=row.sent.encode(), timeout=30)
    assert answer.status_code == row.status
    if row.body is not None:
        assert (answer.text, answer.headers["Content-Type"]) == (row.body, "text/x.tlog.size")
    if row.status == 200:
        note = row.sent.partition("\n\n")[2] + answer.text
        assert CosignatureVerifier.from_text(cosigner.vkey).seen_at(note) == NOON
    else:
        assert "\u2014" not in answer.text


@pytest.mark.parametrize("row", [row for row in TABLE if row.status != 200], ids=lambda row: row.what)
def test_what_is_refused_changes_nothing(row: Row, url: str) -> None:
    """After every refusal the witness stands where it stood, and signs what continues."""
    requests.post(f"{url}/add-checkpoint", data=row.sent.encode(), timeout=30)
    assert requests.post(f"{url}/add-checkpoint", data=HONEST.body(KNOWN, 9), timeout=30).status_code == 200


def test_the_size_is_told_to_whoever_asks_with_nothing(url: str) -> None:
    """A log that does not know what was cosigned asks with `old 0`; its two answers lead to a cosignature."""
    told = requests.post(f"{url}/add-checkpoint", data=HONEST.body(0, 12), timeout=30)
    assert told.status_code == 409
    again = requests.post(f"{url}/add-checkpoint", data=HONEST.body(int(told.text), 12), timeout=30)
    assert again.status_code == 200


def _short(origin: str) -> str:
    return hashlib.sha256(origin.encode()).hexdigest()[:16]


@pytest.mark.parametrize(
    "name", ["", "0" * 16, _short(ORIGIN)[:15], _short(ORIGIN) + "/", _short("x"), "../witness.key"]
)
def test_an_unknown_log_has_no_latest_checkpoint(name: str, url: str) -> None:
    """Nothing else is at these addresses, and no answer tells which logs are known."""
    assert requests.get(f"{url}/latest-checkpoint/{name}", timeout=30).status_code == 404


def test_a_log_of_which_nothing_was_cosigned_has_no_latest_checkpoint(
    witness: Witness, serve: Callable[[Witness], str]
) -> None:
    """It is answered as an unknown one is."""
    answer = requests.get(f"{serve(witness)}/latest-checkpoint/{_short(ORIGIN)}", timeout=30)
    assert (answer.status_code, answer.text) == (404, "there is no such checkpoint\n")


def test_the_latest_checkpoint_is_a_note_that_log_and_witness_signed(url: str, cosigner: Cosigner) -> None:
    """What a gateway asks at its start: verified with the keys of a trust policy, like any note."""
    answer = requests.get(f"{url}/latest-checkpoint/{_short(ORIGIN)}", timeout=30)
    trust = TrustPolicy((VKEY,), (("fg", cosigner.vkey),), quorum="fg")
    checkpoint = trust.verify(answer.text, now=NOON)
    assert (checkpoint.size, checkpoint.root) == (KNOWN, HONEST.tree.root(KNOWN))
    assert requests.head(f"{url}/latest-checkpoint/{_short(ORIGIN)}", timeout=30).text == ""


def test_the_latest_checkpoint_has_no_lines_of_strangers(url: str) -> None:
    """What others wrote under a checkpoint is not passed on as if the witness vouched for it."""
    sent = request_body(KNOWN, TRUE, _with_more_lines(HONEST.note(9)))
    assert requests.post(f"{url}/add-checkpoint", data=sent.encode(), timeout=30).status_code == 200
    latest = requests.get(f"{url}/latest-checkpoint/{_short(ORIGIN)}", timeout=30)
    assert latest.text.count("\u2014") == 2


@pytest.mark.parametrize(("method", "path"), [("GET", "/add-checkpoint"), ("POST", "/"), ("GET", "/"), ("PUT", "/x")])
def test_nothing_else_is_served(method: str, path: str, url: str) -> None:
    """Two addresses, one method each."""
    assert requests.request(method, f"{url}{path}", timeout=30).status_code == 404


def test_a_clock_that_went_back_signs_nothing(url: str, clock: SetClock) -> None:
    """A later signature with an earlier time would say that the log shrank."""
    clock.now = NOON.replace(hour=11)
    answer = requests.post(f"{url}/add-checkpoint", data=HONEST.body(KNOWN, 9), timeout=30)
    assert (answer.status_code, "clock" in answer.text) == (503, True)


@pytest.mark.parametrize(("ends", "status"), [(True, 200), (False, 400)])
def test_a_body_without_a_length_is_read_only_where_the_server_ends_it(
    ends: bool, status: int, witness: Witness
) -> None:
    """A chunked request is one; elsewhere reading on would wait for ever."""
    sent = HONEST.body(0, KNOWN).encode()
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/add-checkpoint", "wsgi.input": io.BytesIO(sent)}
    heard: list[str] = []
    list(create_app(witness)({**environ, "wsgi.input_terminated": ends}, lambda line, _: heard.append(line)))  # type: ignore[arg-type]
    assert heard[0].startswith(str(status))


@pytest.mark.parametrize("row", [row for row in TABLE if row.status == 200], ids=lambda row: row.what)
def test_a_request_reads_back_as_it_was_written(row: Row) -> None:
    """One spelling, byte for byte."""
    assert Submission.from_bytes(row.sent.encode()).to_text() == row.sent
