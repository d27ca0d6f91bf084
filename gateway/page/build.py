"""Makes the page one file that holds all it needs, so that it works from a disk without a network.

The modules in `src` are joined in the order of their imports, each in a function of its own. The file's own security
policy names the hash of that script and of the style, and allows no address at all: nothing can be loaded or sent.
"""

import base64
import hashlib
import json
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gateway.errors import ConfigError
from gateway.model.terms import Json

ROOM = Path(__file__).parent
IMPORT = re.compile(r"^import \{([^}]+)\} from ['\"]([^'\"]+)['\"];?\n", re.MULTILINE)
EXPORT = re.compile(r"^export ((?:async )?function|const|class) (\w+)", re.MULTILINE)
LISTED = re.compile(r"^export \{([^}]+)\};\n", re.MULTILINE)
DROPPED = re.compile(r"^(?:export default \w+;|//# sourceMappingURL=.*)$\n?", re.MULTILINE)
MODULE_WORD = re.compile(r"^\s*(?:import|export)\b", re.MULTILINE)
PACKAGES = {"@noble/hashes": "vendor/noble-hashes"}
"""How vendored modules name each other, and where they stand here."""


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
    path = _place(name)
    if not path.is_file():
        raise _not_plain(name)
    source = path.read_text(encoding="utf-8")
    for _, other in IMPORT.findall(source):
        _join(_resolved(other, name), joined, (*importing, name))
    bound = IMPORT.sub(
        lambda found: f"const {{{found[1].replace(' as ', ': ')}}} = {_variable(_resolved(found[2], name))}\n", source
    )
    names = [exported for _, exported in EXPORT.findall(bound)]
    for listed in LISTED.findall(bound):
        pairs = [entry.split(" as ") for entry in map(str.strip, listed.split(",")) if entry]
        names += [f"{pair[-1]}: {pair[0]}" for pair in pairs]
    body = EXPORT.sub(r"\1 \2", DROPPED.sub("", LISTED.sub("", bound)))
    if MODULE_WORD.search(body) or "</" in body or "<!--" in body:
        raise _not_plain(name)
    joined[name] = f"const {_variable(name)} = (() => {{\n{body}\nreturn {{ {', '.join(names)} }}\n}})()\n"


def _resolved(named: str, by: str) -> str:
    """Return which module an import names: a place below this folder, without its ending."""
    package, _, rest = named.rpartition("/")
    if package in PACKAGES:
        return f"{PACKAGES[package]}/{rest}"
    if not named.startswith("."):
        raise _not_plain(by)
    folder = _place(by).parent
    return posixpath.normpath(f"{folder.relative_to(ROOM).as_posix()}/{named}").rpartition(".")[0].removeprefix("src/")


def _place(name: str) -> Path:
    return ROOM / f"{name}.js" if "/" in name else ROOM / "src" / f"{name}.mjs"


def _variable(name: str) -> str:
    return "$" + re.sub(r"\W", "_", name.removeprefix("vendor/"))


def _not_plain(name: str) -> ConfigError:
    return ConfigError(
        f"the module `{name}` of the page cannot be joined",
        hint="import as `import { a } from './b.mjs'`, export where you declare, write no end tag",
    )


def build_page(
    labels: Mapping[str, Json],
    *,
    envelope: str | None = None,
    reply: Mapping[str, Json] | None = None,
    entry: str = "page",
    asks: bool = False,
) -> Page:
    """Return the page with these labels; `envelope` (JSON text) is handed over in it, so that no request is needed.

    `reply` is where a signed receipt may be handed in with a form (`action`, `csrf_token`): only a page that the
    gateway serves to a person who is signed in has it, and only then may the page post a form, to its own origin.

    `asks`: the page may ask the gateway that serves it, and nobody else.

    :raises ConfigError: a module of the page is not as it should be.
    """
    style, script = (ROOM / "page.css").read_text(encoding="utf-8"), join_modules(entry)
    target = "none" if reply is None else "self"
    connect = "self" if asks else "none"
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; connect-src '{connect}'; "
        f"base-uri 'none'; form-action '{target}'; require-trusted-types-for 'script'"
    )
    parts = {
        "policy": policy,
        "style": style,
        "labels": island(json.dumps(labels, ensure_ascii=False, sort_keys=True, separators=(",", ":"))),
        "envelope": island(envelope or ""),
        "reply": island("" if reply is None else json.dumps(reply)),
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
