"""Which port a server takes when the asked one is in use."""

import socket

import click

TRIES = 50  # ports to try after the asked one


def free_port(host: str, first: int) -> int:
    """Return the first port from `first` on that nobody listens on."""
    for port in range(first, first + TRIES):
        with socket.socket() as probe:
            if probe.connect_ex((host, port)) != 0:
                return port
    raise click.ClickException(f"no free port from {first} on; choose one with --port")
