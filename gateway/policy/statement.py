"""What an approver of a policy signs, and who has signed it. Another form would need another first line.

The text of a C2SP signed note (https://c2sp.org/signed-note), five lines, each ended by a newline:

    gateway-policy-activation/v1
    <issuer: the gateway it is for>
    sequence <number, from 1>
    bundle sha256:<hex over the packed files, gateway.config.packed_policy>
    previous sha256:<hex of the bundle with the number before>, or the word none

The first line keeps a signature over it from standing for anything else: no checkpoint or message begins so. Two
different approvers must sign the same five lines.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.crypto.notes import NoteVerifier, signers_of
from gateway.errors import ConfigError, NotActivatedError, SignatureInvalidError

CONTEXT = "gateway-policy-activation/v1"
ENOUGH = 2  # different approvers
LARGEST = 64 * 1024  # characters of a file of approvers, or of a note


@dataclass(frozen=True, slots=True)
class Statement:
    """The bundle with this digest becomes number `sequence` at this issuer, after `previous` ("" for the first)."""

    issuer: str
    sequence: int
    digest: str
    previous: str

    def text(self) -> str:
        """Return the exact text that is signed."""
        lines = (
            CONTEXT,
            self.issuer,
            f"sequence {self.sequence}",
            f"bundle {self.digest}",
            f"previous {self.previous or 'none'}",
        )
        return "".join(f"{line}\n" for line in lines)


def read_approvers(text: str) -> Mapping[str, NoteVerifier]:
    """Return the approvers by name: one verifier key (C2SP vkey) on a line; empty lines and # comments are passed over.

    :raises ConfigError: a line is not a verifier key, or a name or a key stands twice.
    """
    found: dict[str, NoteVerifier] = {}
    for number, line in enumerate(text[:LARGEST].splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            key = NoteVerifier.from_text(line.strip())
        except SignatureInvalidError as exc:
            raise ConfigError(
                f"approvers, line {number}: this is not a verifier key",
                hint="copy what `gateway policy keygen` printed",
            ) from exc
        if key.name in found or key.public in {known.public for known in found.values()}:
            # One person with two lines could be two approvers.
            raise ConfigError(
                f"approvers, line {number}: this name or key stands there already", hint="one line for each approver"
            )
        found[key.name] = key
    return found


def check_signed(statement: Statement, notes: Sequence[str], approvers: Mapping[str, NoteVerifier]) -> tuple[str, ...]:
    """Return the names of the approvers who signed this statement, sorted.

    :raises NotActivatedError: fewer than two different approvers did, or a note is about something else, by somebody
        else, or altered; the message says which.
    """
    expected, signed = statement.text(), set[str]()
    for note in notes:
        try:
            text, signers = signers_of(note)
            if text != expected:
                raise _about_another(text, expected)
            for name, _ in signers:
                if name not in approvers:
                    raise NotActivatedError(
                        f"`{name}` signed, but is not among the approvers",
                        hint="an approver signs; GATEWAY_POLICY_APPROVERS names who they are",
                    )
                approvers[name].verify(note)
                signed.add(name)
        except SignatureInvalidError as exc:
            raise NotActivatedError(
                f"a signature does not count: {exc.message}",
                hint="let that approver sign again with `gateway policy sign`",
            ) from exc
    if len(signed) < ENOUGH:
        told = f"only `{min(signed)}` has" if signed else "nobody has"
        raise NotActivatedError(
            f"{told} signed this policy as number {statement.sequence}, and two different approvers must",
            hint=f"let an approver run `gateway policy sign DIR --key FILE --sequence {statement.sequence}`",
        )
    return tuple(sorted(signed))


def _about_another(text: str, expected: str) -> NotActivatedError:
    told, wanted = text.split("\n"), expected.split("\n")
    if len(told) != len(wanted) or told[0] != CONTEXT:
        return NotActivatedError("a signature is over something that is no policy", hint="take its file away")
    reasons = (
        "is over something else",
        "is for another gateway",
        f"says `{told[2]}`, and what comes next is `{wanted[2]}`",
        "is over other files: the policy was changed after it was signed",
        "says that another policy came before it",
    )
    place = next(place for place in range(1, len(reasons)) if told[place] != wanted[place])
    return NotActivatedError(
        f"a signature {reasons[place]}", hint="take its file out of signatures/ and let both approvers sign again"
    )
