"""The command `disclosure-kit`: the partner's commands alone, as a partner installs them without the gateway."""

import sys

import click

from gateway.cli.partner import partner
from gateway.errors import GatewayError

WRONG_USE = 2


def main() -> None:
    """Run the command line; any error becomes two plain lines and exit code 2, as in `gateway`."""
    try:
        partner(prog_name="disclosure-kit")
    except GatewayError as error:
        click.echo(f"disclosure-kit: {error.message}", err=True)
        if error.hint:
            click.echo(f"  what to do: {error.hint}", err=True)
        sys.exit(WRONG_USE)
    except Exception as error:  # noqa: BLE001  # the outermost loop: a trace would show the text of the error
        click.echo(f"disclosure-kit: an unforeseen error ({type(error).__name__})", err=True)
        click.echo("  what to do: tell the municipality this line; it holds nothing of your files", err=True)
        sys.exit(WRONG_USE)


if __name__ == "__main__":
    main()
