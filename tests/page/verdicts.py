"""What the offline page's modules say of many cases, asked of Node in one go."""

import json
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from gateway.model.terms import Json
from gateway.page.build import join_modules
from tests.kit.samples import IN_ORDER, REFUSED
from tests.machine import need

MODULES = ("disclosure", "envelope", "jwk", "refusal", "trust")
Case = Mapping[str, Json]


def verdicts(cases: Sequence[Case]) -> list[str]:
    """Return for each case what the page says of it, with the code of a refusal."""
    need("node")
    told = "".join(f"{json.dumps(case)}\n" for case in cases)
    with tempfile.TemporaryDirectory() as folder:
        joined = Path(folder) / "joined.mjs"
        joined.write_text(f"{join_modules(*MODULES)}export {{ {', '.join(f'${name}' for name in MODULES)} }}\n")
        command = ["node", "--no-warnings", str(Path(__file__).parent / "verdicts.mjs"), str(joined)]
        done = subprocess.run(command, input=told, capture_output=True, text=True, check=False)
    said = done.stdout.splitlines()
    assert (done.returncode, len(said)) == (0, len(cases)), done.stderr[-2000:]
    return said


def words(said: Sequence[str]) -> list[str]:
    """Return the same without codes, as the two Python programs say it: what too few have seen is refused."""
    return [IN_ORDER if word == IN_ORDER else REFUSED if word == "unwitnessed" else word.split()[0] for word in said]
