"""Makes the page one file that holds all it needs, so that it works from a disk without a network.

The modules in `src` are joined in the order of their imports, each in a function of its own. The file's own security
policy names the hash of that script and of the style, and allows no address at all: nothing can be loaded or sent.
"""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gateway.errors import ConfigError
from gateway.model.terms import Json

ROOM = Path(__file__).parent
IMPORT = re.compile(r"^import \{([^}]+)\} from '\./(\w+)\.mjs'\n", re.MULTILINE)
EXPORT = re.compile(r"^export ((?:async )?function|const|class) (\w+)", re.MULTILINE)
MODULE_WORD = re.compile(r"^\s*(?:import|export)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """The file, and its security policy (CSP) for whoever serves it: `html` states the same policy itself."""

    html: bytes
    policy: str


@cache
def join_modules(*entries: str) -> str:
    """Return one script of modules in `src` and all that they import; each is an object named `$` and its name.

    :raises ConfigError: a module is not written in the plain form that this can join.
    """
    joined: dict[str, str] = {}
    for entry in entries:
        _join(entry, joined, ())
    return "".join(joined.values())


def _join(name: str, joined: dict[str, str], importing: tuple[str, ...]) -> None:
    if name in joined:
        return
    if name in importing:
        raise ConfigError(f"the module `{name}` of the page imports itself", hint="take the circle out")
    source = (ROOM / "src" / f"{name}.mjs").read_text(encoding="utf-8")
    for _, other in IMPORT.findall(source):
        _join(other, joined, (*importing, name))
    bound = IMPORT.sub(lambda found: f"const {{{found[1].replace(' as ', ': ')}}} = ${found[2]}\n", source)
    names = [exported for _, exported in EXPORT.findall(bound)]
    body = EXPORT.sub(r"\1 \2", bound)
    if MODULE_WORD.search(body) or "</" in body or "<!--" in body:
        raise ConfigError(
            f"the module `{name}` of the page cannot be joined",
            hint="import as `import { a } from './b.mjs'`, export where you declare, write no end tag",
        )
    joined[name] = f"const ${name} = (() => {{\n{body}return {{ {', '.join(names)} }}\n}})()\n"


def build_page(labels: Mapping[str, Json], *, envelope: str | None = None, entry: str = "page") -> Page:
    """Return the page with these labels; `envelope` (JSON text) is handed over in it, so that no request is needed.

    :raises ConfigError: a module of the page is not as it should be.
    """
    style, script = (ROOM / f"{entry}.css").read_text(encoding="utf-8"), join_modules(entry)
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; connect-src 'none'; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )
    parts = {
        "policy": policy,
        "style": style,
        "labels": island(json.dumps(labels, ensure_ascii=False, sort_keys=True, separators=(",", ":"))),
        "envelope": island(envelope or ""),
        "script": script,
    }
    html = (ROOM / f"{entry}.html").read_text(encoding="utf-8")
    # One pass: what stands in a part is never taken for a place.
    filled = re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], html)
    return Page(filled.encode(), policy)


def island(text: str) -> str:
    """Return JSON text so that no part of it ends the element that it stands in."""
    return text.replace("<", "\\u003c")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
