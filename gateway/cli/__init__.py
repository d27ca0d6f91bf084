"""The command `gateway`: one group per subject, each in its own file. Exit 0 done, 1 a check failed, 2 wrong use."""

import gc
import sys
from collections.abc import Mapping
from importlib import import_module

import click

from gateway.errors import GatewayError

COMMANDS: Mapping[str, str] = {
    "demo": "gateway.cli.demo",
    "serve": "gateway.cli.serve",
    "policy": "gateway.cli.policy",
    "log": "gateway.cli.log",
    "witness": "gateway.cli.witness",
    "audit": "gateway.cli.audit",
    "partner": "gateway.cli.partner",
    "partners": "gateway.cli.partners",
    "keys": "gateway.cli.keys",
    "holdings": "gateway.cli.holdings",
    "letter": "gateway.cli.letter",
    "screen": "gateway.cli.screen",
    "bench": "gateway.cli.bench",
    "backup": "gateway.cli.backup",
    "restore": "gateway.cli.backup",
    "accept-loss": "gateway.cli.backup",
    "rights": "gateway.cli.rights",
    "retention": "gateway.cli.retention",
    "openapi": "gateway.cli.openapi",
    "receipts": "gateway.cli.receipts",
}


class _OnDemand(click.Group):
    """Imports a command's file when it is asked for: a partner's kit need not load the gateway's server."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        # What is imported stays: looking for garbage in it, over and over, took a fifth of a server's start.
        gc.disable()
        command = getattr(import_module(COMMANDS[cmd_name]), cmd_name.replace("-", "_"))
        gc.enable()
        if not isinstance(command, click.Command):
            raise TypeError(f"`{cmd_name}` is not a command")
        return command


@click.group(cls=_OnDemand, context_settings={"help_option_names": ["-h", "--help"]})
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
