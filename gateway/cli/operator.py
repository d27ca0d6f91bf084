"""Who runs a command, as the encrypted detail of an entry names them."""

import os
import pwd


def operator() -> str:
    """Name the account that runs this command; it goes into the encrypted detail only."""
    try:
        return f"os:{pwd.getpwuid(os.getuid()).pw_name}"
    except KeyError:  # a container may run under a number without a name
        return f"os:{os.getuid()}"
