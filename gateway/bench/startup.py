"""How long a start takes until the first answer, how much memory the server holds then, and which imports cost most.

The state is made before: a keyring as production has it (argon2id over 256 MiB, which is most of the time that must be
spent) and one as the demo has it (64 MiB), partners' keys, and tables that are up to date. The first start is not
measured; it leaves compiled Python files behind, as any later start finds them.
"""

import http.client
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from functools import partial
from http import HTTPStatus
from pathlib import Path

from gateway.bench.findings import Findings, Row, row
from gateway.bench.processes import cpu_seconds, family, memory, together
from gateway.bench.rounds import CPU, WALL, Case, Measured, Reading, measure
from gateway.bench.task import Task
from gateway.bootstrap import generate_keys
from gateway.config.policy_files import read_policy_files
from gateway.config.settings import Settings
from gateway.config.signature_files import FOLDER, write_signature
from gateway.crypto.notes import NoteSigner
from gateway.demo.server import free_port
from gateway.demo.setting import demo_environment, prepare
from gateway.errors import TemporaryDeliveryError
from gateway.opening import open_view
from gateway.policy.activation import next_statement
from gateway.upkeep import activate_policy

DEAREST = 10  # packages shown
IMPORTS = "imports"
PATIENCE = 60.0  # seconds until a start counts as failed
SERVER = "gateway.wsgi"  # what the serving process imports
IMPORTED = re.compile(r"^import time:\s*(\d+) \|\s*\d+ \|\s*(\S+)$", re.MULTILINE)
METHOD = f"""\
`gateway serve` on SQLite with a production keyring, from the start of the process to the first answer of /readyz, asked
every 5 ms; `start_demo` is the same with the demo's weaker keyring. `memory` is what its processes hold together then,
each page that they share counted once, whatever else runs; `memory_serving` is the resident set of the largest.
Floors: Python alone, and Python with flask. `import_*` is the time that the {DEAREST} dearest packages spend in their
own modules when `{SERVER}` is imported (`python -X importtime`, which slows all of it down)."""


def bench_startup(task: Task) -> Findings:
    """Measure starts of a server, of Python, and of its imports."""
    with ExitStack() as stack:
        homes = {
            name: Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gateway-bench-")))
            for name in ("start", "start_demo")
        }
        states = {name: _state(home, strong=name == "start") for name, home in homes.items()}
        for environ in states.values():
            _start(environ)
        cases = [Case(name, partial(_start, environ)) for name, environ in states.items()]
        cases += [
            Case("python", partial(_run, "pass")),
            Case("python_flask", partial(_run, "import flask")),
            Case("python_server", partial(_run, f"import {SERVER}")),
            Case(IMPORTS, _imports),
        ]
        packages = list(_imports())
        measured = measure(cases, rounds=task.rounds, tell=task.tell)
    seconds = partial(row, measured, unit="s")
    rows = [
        seconds("start", floor="python_flask"),
        seconds("start_demo", floor="python_flask"),
        seconds("python_server", floor="python_flask"),
        seconds("python_flask", floor="python"),
        seconds("python"),
        row(measured, "start", "memory", name="memory", unit="MB", floor="python_flask"),
        row(
            measured,
            "start",
            "memory_serving",
            name="memory_serving",
            unit="MB",
            floor="python_flask",
            floor_quantity="memory",
        ),
        row(measured, "python_flask", "memory", name="memory_flask", unit="MB"),
        *_dearest(measured, packages),
    ]
    return Findings(tuple(rows))


def _state(home: Path, *, strong: bool) -> Mapping[str, str]:
    """Make a state in the folder; return the settings under which a server starts on it."""
    given = {"GATEWAY_HOME": str(home)}
    environ = {**given, **demo_environment(given, url="http://127.0.0.1:9")}
    if strong:
        del environ["GATEWAY_DEMO"]
        Path(environ["GATEWAY_PASSPHRASE_FILE"]).write_text("invented for the bench", encoding="utf-8")
        generate_keys(Settings.from_env(environ))
    prepare(Settings.from_env({**environ, "GATEWAY_DEMO": "1"}))
    if strong:
        environ["GATEWAY_POLICIES"] = str(_sign_policy(Settings.from_env(environ)))
    return environ


def _sign_policy(settings: Settings) -> Path:
    """Activate a copy of the policy, signed by two approvers of the bench's own; return its folder."""
    folder = settings.home / "policies"
    shutil.copytree(settings.policies, folder, ignore=shutil.ignore_patterns(FOLDER))
    with open_view(settings) as unit:
        newest = unit.bundles.newest()
    files = read_policy_files(folder, municipality=settings.municipality)
    text = next_statement(settings.issuer, files, newest).text()
    signers = [NoteSigner.generate(name) for name in ("bench-1", "bench-2")]
    settings.policy_approvers.write_text("".join(f"{signer.vkey}\n" for signer in signers), encoding="utf-8")
    for signer in signers:
        write_signature(folder, signer.name, signer.sign(text))
    activate_policy(settings, folder, by="bench")
    return folder


def _start(environ: Mapping[str, str]) -> Reading:
    port = free_port()
    command = [sys.executable, "-m", "gateway", "serve", "--port", str(port)]
    began = time.perf_counter()
    with (Path(environ["GATEWAY_HOME"]) / "server.log").open("ab") as messages:
        process = subprocess.Popen(command, env=environ, stdout=messages, stderr=messages)  # noqa: S603  # our own program
        try:
            _first_answer(port, process)
            seconds = time.perf_counter() - began
            processes = family(process.pid)
            held, serving = together(processes), max(map(memory, processes))
            spent = cpu_seconds(process.pid)
        finally:
            process.terminate()
            process.wait()
    return {WALL: seconds, CPU: spent * 1e6, "memory": held, "memory_serving": serving}


def _first_answer(port: int, process: subprocess.Popen[bytes]) -> None:
    """Ask for /readyz every 5 ms until it is answered."""
    until = time.perf_counter() + PATIENCE
    while time.perf_counter() < until and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == HTTPStatus.OK:
                return
        except ConnectionError:
            pass  # it does not listen yet
        finally:
            connection.close()
        time.sleep(0.005)
    raise TemporaryDeliveryError("the server did not start", hint="start it by hand and read its messages")


def _run(code: str) -> Reading:
    """Run Python on this code, until it is done and waits for us to look at it."""
    began = time.perf_counter()
    with subprocess.Popen(  # noqa: S603  # Python itself, on code of ours
        [sys.executable, "-c", f"{code}\nprint(flush=True)\ninput()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        if process.stdout is None or not process.stdout.readline():
            raise TemporaryDeliveryError("Python did not run", hint=f"try: python -c '{code}'")
        seconds = time.perf_counter() - began
        held, spent = memory(process.pid), cpu_seconds(process.pid)
        process.communicate("\n")
    return {WALL: seconds, CPU: spent * 1e6, "memory": held}


def _imports() -> Reading:
    """Return, by package, the milliseconds that its own modules took while the server's module was imported."""
    command = [sys.executable, "-X", "importtime", "-c", f"import {SERVER}"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stderr  # noqa: S603  # Python itself
    spent: Counter[str] = Counter()
    for microseconds, module in IMPORTED.findall(told):
        spent[module.split(".")[0]] += int(microseconds)
    return {package: own / 1e3 for package, own in spent.items()}


def _dearest(measured: Measured, packages: Iterable[str]) -> list[Row]:
    rows = [row(measured, IMPORTS, package, name=f"import_{package}", unit="ms") for package in packages]
    return sorted(rows, key=lambda one: one.median, reverse=True)[:DEAREST]
