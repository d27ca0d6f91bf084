"""`gateway policy`: asks the policy what it would decide. Needs no keys, passphrase or running gateway."""

import datetime as dt
import json
from pathlib import Path

import click

from gateway.cli.form import FORMAT
from gateway.cli.on_demand import OnDemand
from gateway.config.clock import utc_now
from gateway.config.policy_files import read_policy_files
from gateway.config.strict_yaml import load
from gateway.decide.query import parse_query
from gateway.errors import GatewayError, InvalidRequestError, UnknownTermError
from gateway.intake.strict_json import parse_json
from gateway.model.bundle import Vocabulary
from gateway.model.decision import Approval, Decision, Query
from gateway.model.terms import Json
from gateway.policy.load import load_policy

POLICIES = Path(__file__).resolve().parents[2] / "policies"
LIMIT = 10_000_000  # bytes of JSON: some ten thousand queries
FOLDER = click.option(
    "--policies",
    envvar="GATEWAY_POLICIES",
    default=POLICIES,
    show_envvar=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder with the policy bundle.",
)
WHOSE = click.option(
    "--municipality",
    envvar="GATEWAY_MUNICIPALITY",
    default="hilversum",
    show_default=True,
    show_envvar=True,
    help="Whose own rules restrict the policy.",
)


class UnusableInput(click.ClickException):
    """Wrong use or unreadable input: two plain lines on stderr and exit code 2."""

    exit_code = 2

    def __init__(self, error: GatewayError) -> None:
        """Take over the message and the hint, which hold no personal value."""
        hint = f"\n  what to do: {error.hint}" if error.hint else ""
        super().__init__(error.message + hint)


LARGER = {
    "activate": ("gateway.cli.policy_activation", "Make a signed policy the active one."),
    "diff": ("gateway.cli.policy_diff", "Say what another edition gives otherwise."),
    "explain": ("gateway.cli.policy_explain", "Explain a rule, such as WC-1."),
    "keygen": ("gateway.cli.policy_activation", "Make your own key as an approver."),
    "prove": ("gateway.cli.policy_prove", "Prove the invariants for every case there can be."),
    "sign": ("gateway.cli.policy_activation", "Sign a policy as an approver."),
    "simulate": ("gateway.cli.policy_simulate", "Show what a draft would have decided before."),
    "test": ("gateway.cli.policy_test", "Run the examples, and look for those that lack."),
}


@click.group(cls=OnDemand, elsewhere=LARGER)
def policy() -> None:
    """Ask the policy what it would decide, prove and test it, and make a signed one the active one."""


@policy.command()
@click.option(
    "--input",
    "source",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A query, or a list of queries, in YAML or JSON.",
)
@FOLDER
@WHOSE
@FORMAT
def decide(source: Path, policies: Path, municipality: str, form: str) -> None:
    """Decide about what FILE asks. A what-if with the facts as given: nothing is computed, stored or released."""
    try:
        compiled = load_policy(read_policy_files(policies, municipality=municipality))
        asked = _asked(source)
        queries = read_queries(asked, compiled.bundle.vocabulary, today=utc_now().date())
    except GatewayError as error:
        raise UnusableInput(error) from error
    decisions = [compiled.decide(query) for query in queries]
    if form == "json":
        answers = [decision.to_json() for decision in decisions]
        click.echo(json.dumps(answers if isinstance(asked, list) else answers[0], ensure_ascii=False, indent=2))
    else:
        click.echo("\n\n".join(map(_readable, queries, decisions)))


def read_queries(asked: Json, vocabulary: Vocabulary, *, today: dt.date) -> list[Query]:
    """Return one query, or each of a list in its order; an error says which one it is about.

    :raises InvalidRequestError: a query has not the agreed form.
    :raises UnknownTermError: a query uses a word that the vocabulary lacks.
    """
    if not isinstance(asked, list):
        return [parse_query(asked, vocabulary, today=today)]
    queries = []
    for place, one in enumerate(asked, start=1):
        try:
            queries.append(parse_query(one, vocabulary, today=today))
        except (InvalidRequestError, UnknownTermError) as error:
            raise type(error)(f"query {place}: {error.message}", hint=error.hint) from error
    return queries


def _asked(source: Path) -> Json:
    try:
        data = source.read_bytes()
    except OSError as error:
        raise InvalidRequestError("the input cannot be read", hint="look at the file and its permissions") from error
    if source.suffix == ".json":  # JSON may be indented with tabs, which YAML forbids
        return parse_json(data, limit=LIMIT)
    return load(data, name="input", quotes_keys=False)


def _readable(query: Query, decision: Decision) -> str:
    lines = [f"{query.recipient}, {query.ground}, {query.role}, {query.date}: {decision.outcome.value.upper()}"]
    told = (decision.explanation.nl, decision.explanation.en)
    lines += [f"  {line}" for text in told for line in text.split("\n")]
    if decision.approval is not Approval.NONE:
        lines.append(f"  approval: {decision.approval.value}")
    lines += [
        f"  {word}: {', '.join(names)}"
        for word, names in (
            ("released", decision.released),
            ("pending", decision.pending),
            ("rules", decision.rules),
            ("legal basis", decision.legal_basis),
        )
        if names
    ]
    for withheld in decision.withheld:
        lines.append(f"  withheld: {withheld.field} ({', '.join(withheld.rules)})")
        lines += [f"    {sentence}" for sentence in (withheld.reason.nl, withheld.reason.en)]
    lines.append(f"  bundle: {decision.bundle}")
    return "\n".join(lines)
