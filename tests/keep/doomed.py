"""A process that makes or restores a backup and is killed in the midst of it: `python -m tests.keep.doomed`."""

import os
import signal
import sys
from pathlib import Path

from gateway.config.settings import Settings
from gateway.upkeep import make_backup, restore_backup


def main(job: str, stage: str, file: Path) -> None:
    """Do the job, and end without any cleaning up as soon as this stage has something done."""

    def progress(what: str, done: int, _total: int) -> None:
        if what == stage and done > 0:
            os.kill(os.getpid(), signal.SIGKILL)

    settings = Settings.from_env(os.environ)
    if job == "backup":
        make_backup(settings, file, progress)
    else:
        restore_backup(settings, file, progress, decision=None)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
