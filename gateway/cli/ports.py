"""What a server does when the port that was asked for is in use: take the next one, or not start."""

import socket

import click

from gateway.errors import ConfigError

TRIES = 50  # ports to try after the asked one


def free_port(host: str, first: int) -> int:
    """Return the first port from `first` on that nobody listens on."""
    for port in range(first, first + TRIES):
        with socket.socket() as probe:
            if probe.connect_ex((host, port)) != 0:
                return port
    raise click.ClickException(f"no free port from {first} on; choose one with --port")


def refuse_taken(host: str, port: int) -> None:
    """Raise ConfigError when somebody listens on a port that others were told: a service does not move away."""
    with socket.socket() as probe:
        if probe.connect_ex((host, port)) == 0:
            raise ConfigError(
                f"port {port} of {host} is taken, perhaps by this same program",
                hint="stop that one, or choose another with --port and tell whoever asks here",
            )
