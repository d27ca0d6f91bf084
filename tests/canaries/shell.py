"""Runs many gateway commands in one process, as from a terminal: words in JSON, a line each; what was shown likewise.

Only to save the start of an interpreter for each; an error that escapes is shown as the interpreter would show it.
"""

import contextlib
import io
import json
import sys
import traceback

from gateway.cli import main


def run(words: list[str]) -> dict[str, object]:
    """Return the exit code and everything that this command wrote."""
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    sys.argv = ["gateway", *words]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as exit_:
            code = exit_.code
        except BaseException:  # noqa: BLE001  # as the interpreter: show it, and exit with 1
            traceback.print_exc()
            code = 1
    return {"words": words, "code": code, "out": out.getvalue(), "err": err.getvalue()}


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(f"{json.dumps(run(json.loads(line)))}\n")
        sys.stdout.flush()
