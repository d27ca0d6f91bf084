"""The folder of a witness: who it is, which logs it watches, its two keys, what it signed, and its evidence."""

import fcntl
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from gateway.crypto import sealed_file
from gateway.crypto.canonical import canonical, parse_canonical
from gateway.crypto.cosignatures import CosignatureVerifier
from gateway.crypto.notes import NoteVerifier, merge_notes, signed_by
from gateway.crypto.witness_key import WitnessKey, make_witness_key
from gateway.errors import (
    ConfigError,
    GatewayError,
    KeyUnavailableError,
    LogTamperedError,
    SignatureInvalidError,
    WitnessStateError,
)
from gateway.log.checkpoint import Checkpoint
from gateway.log.policy import TrustPolicy
from gateway.witness.memory import AGAIN, Memory, short_of

FORMAT = "gateway-witness-home/1"
FACTS, AUTOMATIC_KEY, REVIEWED_KEY = "witness.json", "witness.key", "reviewed.key"
REVIEWED = "/reviewed"  # ends the name of the key with which a person says "I have read up to here"


@dataclass(frozen=True, slots=True)
class Home:
    """A witness's folder, and the verifier keys (C2SP vkeys) of its two keys and of the logs it watches."""

    path: Path
    witness: str
    reviewed: str
    logs: tuple[str, ...]

    @classmethod
    def make(
        cls,
        path: Path,
        name: str,
        logs: Sequence[str],
        *,
        passphrase: bytes,
        review_passphrase: bytes,
        strong: bool = True,
    ) -> "Home":
        """Make a new folder with two new keys; return it.

        :raises ConfigError: the folder holds something, a log's key is none, or the two passphrases are one.
        :raises KeyUnavailableError: the name or a passphrase cannot be used.
        """
        if passphrase == review_passphrase:
            raise ConfigError(
                "the two passphrases are the same",
                hint="the first may stand in a file beside the running witness; the second is only ever typed",
            )
        names = _names(logs)
        if not names:
            raise ConfigError("a witness without a log watches nothing", hint="give --log with the line of log.vkey")
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
            if any(path.iterdir()):
                raise ConfigError("the folder of the witness is not empty", hint="choose a new one with --home")
        except OSError as exc:
            raise ConfigError("the folder of the witness cannot be made", hint="look at --home") from exc
        witness = make_witness_key(path / AUTOMATIC_KEY, name, passphrase, use=WitnessKey.AUTOMATIC, strong=strong)
        reviewed = make_witness_key(
            path / REVIEWED_KEY, name + REVIEWED, review_passphrase, use=WitnessKey.REVIEWED, strong=strong
        )
        home = cls(path, witness, reviewed, tuple(logs))
        for origin in home.origins():
            home._begin(origin)
        home.write()  # last: a folder without it is no witness's
        return home

    @classmethod
    def read(cls, path: Path) -> "Home":
        """Return the witness of a folder; raise ConfigError when there is none, or its facts were altered."""
        try:
            kept = parse_canonical((path / FACTS).read_bytes().removesuffix(b"\n"))
            if not isinstance(kept, dict) or set(kept) != {"format", "witness", "reviewed", "logs"}:
                raise _no_home()
            logs = kept["logs"]
            if kept["format"] != FORMAT or not isinstance(logs, list):
                raise _no_home()
            home = cls(path, str(kept["witness"]), str(kept["reviewed"]), tuple(map(str, logs)))
            for vkey in (home.witness, home.reviewed):
                CosignatureVerifier.from_text(vkey)
            _names(home.logs)
        except (OSError, LogTamperedError, SignatureInvalidError) as exc:
            raise _no_home() from exc
        return home

    def add_log(self, vkey: str) -> "Home":
        """Watch one more log, or a known log's next key; raise ConfigError when that key is watched already."""
        (origin,) = _names([vkey])
        if vkey in self.logs:
            raise ConfigError("this key of a log is watched already", hint="nothing needs to be done")
        with self.claim():
            if origin not in self.origins():
                self._begin(origin)
            home = replace(self, logs=(*self.logs, vkey))
            home.write()
        return home

    def origins(self) -> Sequence[str]:
        """Return the names of the logs."""
        return list(dict.fromkeys(_names(self.logs)))

    def keys_of(self, origin: str) -> tuple[str, ...]:
        """Return the verifier keys of one log."""
        return tuple(vkey for vkey, name in zip(self.logs, _names(self.logs), strict=True) if name == origin)

    def trust(self) -> TrustPolicy:
        """Return the logs as a trust policy."""
        return TrustPolicy(self.logs)

    def stripped(self, note: str) -> str:
        """Return a checkpoint's note with the lines of its log's watched keys only: other lines are anybody's words."""
        verifiers = [NoteVerifier.from_text(vkey) for vkey in self.keys_of(Checkpoint.from_note(note).origin)]
        return merge_notes([kept for verifier in verifiers if (kept := signed_by(note, verifier)) is not None])

    def for_partners(self) -> TrustPolicy:
        """Return the trust policy to hand to partners: the logs, and this witness as the quorum."""
        name = CosignatureVerifier.from_text(self.witness).name
        return TrustPolicy(self.logs, ((name, self.witness),), quorum=name)

    def memory_file(self, origin: str) -> Path:
        """Return the file of what was cosigned of a log."""
        return self.path / f"log-{short_of(origin)}.json"

    def review_file(self, origin: str) -> Path:
        """Return the file of what was last reviewed of a log."""
        return self.path / f"reviewed-{short_of(origin)}.json"

    def evidence_folder(self, origin: str) -> Path:
        """Return the folder of the evidence against a log."""
        return self.path / "evidence" / short_of(origin)

    def claim(self) -> IO[bytes]:
        """Hold the folder for as long as the returned file stays open; the system frees it when the process ends.

        :raises ConfigError: a witness works on it already.
        """
        try:
            held = (self.path / ".lock").open("ab")
        except OSError as exc:
            raise ConfigError("the folder of the witness cannot be written", hint="look at --home") from exc
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            held.close()
            raise ConfigError(
                "a witness works on this folder already",
                hint="stop the other one first; two at once could sign two histories",
            ) from exc
        return held

    def _begin(self, origin: str) -> None:
        """Write down that nothing of this log was cosigned yet; what stands there already is never replaced."""
        try:
            sealed_file.create(self.memory_file(origin), Memory(origin).to_bytes())
        except KeyUnavailableError as exc:
            raise WitnessStateError(
                f"the memory of the log `{origin}` cannot begin here: there is one, or the folder cannot be written",
                hint=AGAIN,
            ) from exc

    def write(self) -> None:
        """Write down who the witness is and which logs it watches; raise ConfigError when that cannot be."""
        facts = canonical(
            {"format": FORMAT, "witness": self.witness, "reviewed": self.reviewed, "logs": list(self.logs)}
        )
        try:
            sealed_file.replace(self.path / FACTS, facts + b"\n")
        except KeyUnavailableError as exc:
            raise ConfigError("the folder of the witness cannot be written", hint="look at --home") from exc


def _names(logs: Sequence[str]) -> list[str]:
    try:
        return [NoteVerifier.from_text(vkey).name for vkey in logs]
    except GatewayError as exc:
        raise ConfigError(
            "a log's key is not a verifier key", hint="take the line of log.vkey, or of `gateway log checkpoint`"
        ) from exc


def _no_home() -> ConfigError:
    return ConfigError(
        "the folder holds no witness, or its witness.json was altered",
        hint="look at --home, or run `init` in a new one",
    )
