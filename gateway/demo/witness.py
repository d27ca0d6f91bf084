"""The demo's witness: the privacy officer's real program in a process and a folder of its own, on this machine.

In life it stands on another machine, which the gateway's administrator cannot reach.
"""

import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from gateway.config.settings import Settings
from gateway.demo.server import answering, free_port, stop
from gateway.log.policy import TrustPolicy
from gateway.opening import verifier_keys
from gateway.witness.home import Home

FOLDER, PASSPHRASE, POLICY = "witness", "witness.passphrase", "witnesses.policy"
NAME = "fg.hilversum.example/witness"


class DemoWitness:
    """A witness that can be stopped and started again, at one address."""

    def __init__(self, settings: Settings) -> None:
        """Make its folder unless it is there, and the trust policy with which the gateway finds it.

        The log's keys MUST be there.
        """
        self._home = settings.home
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.policy = settings.home / POLICY
        folder = settings.home / FOLDER
        if not folder.exists():
            passphrase = secrets.token_hex(32)
            (settings.home / PASSPHRASE).write_text(passphrase, encoding="utf-8")
            (settings.home / PASSPHRASE).chmod(0o600)
            Home.make(
                folder,
                NAME,
                verifier_keys(settings),
                passphrase=passphrase.encode(),
                review_passphrase=secrets.token_bytes(32),  # nobody reviews a demo
                strong=False,
            )
        trust = Home.read(folder).for_partners()
        address = f"http://127.0.0.1:{self._port}"
        reached = TrustPolicy(trust.logs, trust.witnesses, trust.groups, trust.quorum, ((trust.quorum, address),))
        self.policy.write_text(reached.to_text(), encoding="utf-8")

    def start(self) -> None:
        """Run it; return when it answers.

        :raises TemporaryDeliveryError: it does not; its messages are in the demo's `witness.log`.
        """
        command = [
            *(sys.executable, "-m", "gateway", "witness", "serve", "--home", str(self._home / FOLDER)),
            *("--port", str(self._port), "--passphrase-file", str(self._home / PASSPHRASE)),
        ]
        with (self._home / "witness.log").open("ab") as messages:
            self._process = subprocess.Popen(command, stdout=messages, stderr=messages)  # noqa: S603  # our own program
        answering(f"http://127.0.0.1:{self._port}/", self._process, self._home / "witness.log", status=404)

    def stop(self) -> None:
        """Stop it, as when the officer's machine is off."""
        if self._process is not None:
            stop(self._process)
        self._process = None


@contextmanager
def witnessing(settings: Settings) -> Iterator[DemoWitness]:
    """Run the demo's witness until the end."""
    witness = DemoWitness(settings)
    try:
        witness.start()
        yield witness
    finally:
        witness.stop()
