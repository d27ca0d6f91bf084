"""Ends a conversation that takes too long: a peer that sends one byte at a time passes every timeout of a socket."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Timer


@contextmanager
def deadline(seconds: float, current: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Shut the socket that `current` gives after so many seconds, unless the block is left before."""

    def cut() -> None:
        with suppress(OSError):
            found = current()
            if found is not None:
                found.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
