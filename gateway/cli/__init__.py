"""The command `gateway`: one group per subject, each in its own file. Exit 0 done, 1 a check failed, 2 wrong use."""

import sys

import click

from gateway.cli.bench import bench
from gateway.cli.demo import demo
from gateway.cli.keys import holdings, keys
from gateway.cli.log import log
from gateway.cli.partner import partner
from gateway.cli.policy import policy
from gateway.cli.screen import screen
from gateway.cli.serve import serve
from gateway.errors import GatewayError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def gateway() -> None:
    """Decide, minimise, seal and prove every disclosure."""


for command in (demo, serve, policy, log, partner, keys, holdings, screen, bench):
    gateway.add_command(command)


def main() -> None:
    """Run the command line; an error raised on purpose becomes two plain lines and exit code 2."""
    try:
        gateway(prog_name="gateway")
    except GatewayError as error:
        click.echo(f"gateway: {error.message}", err=True)
        if error.hint:
            click.echo(f"  what to do: {error.hint}", err=True)
        sys.exit(2)
