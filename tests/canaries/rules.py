"""What must hold after a day full of canaries: none is found outside what is encrypted or meant for the reader.

Memory and core dumps are out of scope: what a process holds while it works is protected by who may attach to it.
"""

from collections.abc import Callable, Iterator

from tests.canaries import birds, dossiers
from tests.canaries.birds import CRASH, EVERY, names
from tests.canaries.journey import BROKEN, Journey
from tests.canaries.search import Channel, Searcher

REFUSALS = {400, 401, 403, 404, 405, 409, 413, 415, 500, 503}
IN_DETAILS = names(birds.CASE, birds.REPORT, birds.CONSENT)
"""On purpose, for the officer: which case, on which findings report and on which consent. No field of any request."""

OF_OTHERS = ("/messages", "file names in home")
"""The server's own messages, and names of files, which in the demo are also those of the partners' letters."""

Rule = Callable[[Journey, Searcher], Iterator[str]]


def answers(seen: Journey, searcher: Searcher) -> Iterator[str]:
    """Bodies, titles, links, headers and cookies hold only what this person may read, and only in the body."""
    yield from searcher.leaks([channel for exchange in seen.kept for channel in exchange.channels()])


def allowances(seen: Journey, searcher: Searcher) -> Iterator[str]:
    """Each place that may show something does show something, else it is no allowance but a hole in this test."""
    shown: dict[str, set[str]] = {}
    for exchange in seen.kept:
        if exchange.may and exchange.answer.status_code < 500:
            shown.setdefault(exchange.place, set()).update(searcher.found(exchange.answer.content))
    yield from (f"{place}: nothing is shown" for place, found in shown.items() if not found)


def refusals(seen: Journey, _searcher: Searcher) -> Iterator[str]:
    """Every kind of refusal happened, and the server failed only where the test had broken the database."""
    statuses = {exchange.answer.status_code for exchange in seen.kept}
    yield from (f"no answer {status}" for status in REFUSALS - statuses)
    for exchange in seen.kept:
        if exchange.answer.status_code >= 500 and exchange.place != BROKEN:
            yield f"{exchange.answer.status_code} {exchange.place}"


def terminal(seen: Journey, searcher: Searcher) -> Iterator[str]:
    """No command shows anything of a file that it was given, and none ends in a trace."""
    yield from searcher.leaks(seen.terminal)
    yield from (channel.name for channel in seen.terminal if b"Traceback" in channel.data)


def kit(seen: Journey, searcher: Searcher) -> Iterator[str]:
    """A partner's own terminal shows the opened message, and nothing that this partner may not read."""
    yield from searcher.leaks(seen.read_by_kit)


def figures(seen: Journey, searcher: Searcher) -> Iterator[str]:
    """No label of /metrics repeats anything that was sent."""
    yield from searcher.leaks(seen.metrics)


def told(seen: Journey, searcher: Searcher) -> Iterator[str]:
    """No e-mail or event tells anything: both arrived, all e-mails have the same words, all events the same members."""
    yield from searcher.leaks(seen.told)
    mails = [channel.data for channel in seen.told if channel.name.startswith("e-mail")]
    if not mails or len(mails) == len(seen.told):
        yield f"{len(mails)} e-mails and {len(seen.told) - len(mails)} events were seen"
    bodies = {mail.partition(b"\r\n\r\n")[2] for mail in mails}
    if len(bodies) > 1:
        yield "e-mails differ in their words"


def at_work(seen: Journey, stored: Searcher) -> Iterator[str]:
    """While it runs: every file and file name, the database with its journal, logs, and the process table."""
    yield from stored.leaks(seen.at_work)
    if not any(channel.name.startswith("process ") for channel in seen.at_work):
        yield "the server's process was not seen"
    if not any(
        channel.name.endswith("server.log") and b'"event": "request"' in channel.data for channel in seen.at_work
    ):
        yield "the server's log was not seen"


def at_rest(seen: Journey, stored: Searcher) -> Iterator[str]:
    """After it stopped: the same, the log's export and the backup."""
    yield from stored.leaks(seen.at_rest)
    for kind in ("/tile/", "good.backup", "gateway.sqlite" if seen.database.startswith("sqlite") else "/data/base/"):
        if not any(kind in channel.name for channel in seen.at_rest):
            yield f"no {kind} was seen"


def leaves(seen: Journey, searcher: Searcher) -> Iterator[str]:
    """The leaves hold nothing, not even what their details hold."""
    yield from searcher.leaks(seen.leaves)


def details(seen: Journey, searcher: Searcher) -> Iterator[str]:
    """After sealing not even the encrypted details hold a datum: case number, report and consent record alone."""
    may = [Channel(channel.name, channel.data, IN_DETAILS) for channel in seen.details]
    yield from searcher.leaks(may)
    found = {name for channel in seen.details for name in searcher.found(channel.data)}
    yield from (f"no detail holds the {name}" for name in IN_DETAILS - found)


def boxes(seen: Journey, searcher: Searcher) -> Iterator[str]:
    """Only requests that wait are kept, encrypted, and of them only what could leave."""
    yield from (f"{request} is not kept" for request in seen.waiting.keys() - seen.boxes.keys())
    for request, content in seen.boxes.items():
        found, expected = set(searcher.found(content)), seen.waiting.get(request, frozenset())
        yield from (f"request {request}: {name}" for name in found ^ expected)


def messages(seen: Journey, searcher: Searcher) -> Iterator[str]:
    """What each recipient reads is exactly what its rule releases of what was filled in."""
    yield from (f"message {message} was not queued" for message in seen.reads.keys() - seen.messages.keys())
    for message, content in seen.messages.items():
        found = set(searcher.found(content))
        wrong = found ^ seen.reads[message] if message in seen.reads else found - dossiers.ANYTHING_READ
        yield from (f"message {message}: {name}" for name in wrong)


def erased(seen: Journey, _searcher: Searcher) -> Iterator[str]:
    """Nothing of the erased case is anywhere, not even sealed or as a keyed hash, nor inside an opened detail.

    Not looked at is what others keep: the partner's own folder, and the messages of a server that writes all down.
    """
    if not seen.erased or seen.erased_found != len(seen.erased):
        yield f"{seen.erased_found} of {len(seen.erased)} pieces were found before"
    pieces = [*seen.erased, *(word.encode() for word in dossiers.of_erased())]
    for channel in [*seen.at_rest, *seen.details, *seen.leaves, *seen.metrics]:
        if "/partners/" in channel.name or channel.name.endswith(OF_OTHERS):
            continue
        # The random id of the case stays in one file, to notice a restored backup (decision 0014): nothing else of it.
        looked_for = pieces[1:] if channel.name.endswith("erased.cases") else pieces
        yield from (f"a piece of what was erased in {channel.name}" for piece in looked_for if piece in channel.data)


RULES: tuple[Rule, ...] = (
    answers,
    allowances,
    refusals,
    terminal,
    kit,
    figures,
    told,
    leaves,
    details,
    boxes,
    messages,
    erased,
)
STORED: tuple[Rule, ...] = (at_work, at_rest)
"""The journey itself writes one canary into the database, to make an error quote it: there it is not looked for."""


def broken(seen: Journey) -> dict[str, list[str]]:
    """Return the rules that do not hold, with what was found."""
    searcher, stored = Searcher(EVERY), Searcher([canary for canary in EVERY if canary is not CRASH])
    found = {rule.__name__: sorted(rule(seen, searcher)) for rule in RULES}
    found |= {rule.__name__: sorted(rule(seen, stored)) for rule in STORED}
    return {name: lines for name, lines in found.items() if lines}
