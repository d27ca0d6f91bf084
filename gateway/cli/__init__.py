"""The command `gateway`: one group per subject, each in its own file. Exit 0 done, 1 a check failed, 2 wrong use."""

import sys

import click

from gateway.cli.on_demand import OnDemand
from gateway.errors import GatewayError

COMMANDS = {
    "demo": ("gateway.cli.demo", "Do the main job with invented cases; check every step."),
    "serve": ("gateway.cli.serve", "Run the gateway's server until Ctrl-C."),
    "policy": ("gateway.cli.policy", "Ask, prove, test, compare and activate the policy."),
    "log": ("gateway.cli.log", "Read and verify the disclosure log."),
    "witness": ("gateway.cli.witness", "Watch a disclosure log from a machine of your own."),
    "audit": ("gateway.cli.audit", "Look into what was decided, without naming anybody."),
    "partner": ("gateway.cli.partner", "As a partner: fetch, verify, open, acknowledge."),
    "partners": ("gateway.cli.partners", "Add partners, and let their keys count or end."),
    "keys": ("gateway.cli.keys", "Make, list and replace the gateway's own keys."),
    "holdings": ("gateway.cli.holdings", "Tell which dwellings a partner owns."),
    "letter": ("gateway.cli.letter", "Make the letter to a private person."),
    "screen": ("gateway.cli.screen", "Show what free text would be refused for."),
    "bench": ("gateway.cli.bench", "Measure what it costs beside what it must cost."),
    "backup": ("gateway.cli.backup", "Write an encrypted backup of the database."),
    "restore": ("gateway.cli.backup", "Put a backup back into an empty database."),
    "accept-loss": ("gateway.cli.backup", "Go on with a log that lost entries, for the record."),
    "rights": ("gateway.cli.rights", "Answer what people ask about their own data."),
    "retention": ("gateway.cli.retention", "Delete what was kept long enough."),
    "openapi": ("gateway.cli.openapi", "Print the document of the API."),
    "receipts": ("gateway.cli.receipts", "Show the receipts that partners owe."),
}


@click.group(cls=OnDemand, elsewhere=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
def gateway() -> None:
    """Decide, minimise, seal and prove every disclosure."""


def main() -> None:
    """Run the command line; any error becomes two plain lines and exit code 2."""
    try:
        gateway(prog_name="gateway")
    except GatewayError as error:
        click.echo(f"gateway: {error.message}", err=True)
        if error.hint:
            click.echo(f"  what to do: {error.hint}", err=True)
        sys.exit(2)
    except Exception as error:  # noqa: BLE001  # the outermost loop: a trace would show the text of the error
        # Loaded only here, since the partner's kit does not need it.
        from gateway.telemetry import places  # noqa: PLC0415

        click.echo(f"gateway: an unforeseen error ({type(error).__name__} at {places(error)})", err=True)
        click.echo("  what to do: tell the maintainers this line; it holds nothing of your files", err=True)
        sys.exit(2)
