"""A new entry for partners.yaml, added to its end: what stands there already, comments too, keeps every byte."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.config.partners import FILE, load_partners
from gateway.errors import ConfigError
from gateway.model.bundle import Vocabulary
from gateway.model.partner import Partner


@dataclass(frozen=True, slots=True)
class Paper:
    """An agreement or DPIA as it is written down: its reference, and the first day and the day after the last."""

    reference: str
    since: str
    until: str


def entry_text(
    *,
    partner_id: str,
    kind: str,
    name: str,
    contact: Mapping[str, str],
    profile: str,
    dwellings: bool,
    retention_days: int,
    agreement: Paper | None,
    dpia: Paper | None,
) -> str:
    """Return the block of YAML. Every text is quoted, so that none of them can become something else."""
    papers = "".join(
        f"    {what}: {{reference: {_quoted(paper.reference)}, since: {_quoted(paper.since)}, "
        f"until: {_quoted(paper.until)}}}\n"
        for what, paper in (("agreement", agreement), ("dpia", dpia))
        if paper is not None
    )
    told = ", ".join(f"{key}: {_quoted(contact[key])}" for key in ("desk", "email", "phone"))
    return (
        f"  - id: {_quoted(partner_id)}\n"
        f"    kind: {_quoted(kind)}\n"
        f"    name: {_quoted(name)}\n"
        "    active: true\n"
        f"    contact: {{{told}}}\n"
        f"{papers}"
        f"    profile: {profile}\n"
        f"    holdings: {'dwellings' if dwellings else 'none'}\n"
        f"    retention_days: {retention_days}\n"
        f"    keys: {_quoted(f'{partner_id}.jwks.json')}\n"
    )


def add_entry(path: Path, block: str, *, vocabulary: Vocabulary) -> Partner:
    """Put the block at the end of partners.yaml, in one step, and return the new partner.

    :raises ConfigError: the file with it would not be right, or another partner would change; nothing was written.
    """
    before = path.read_bytes()
    after = before + (b"" if before.endswith(b"\n") else b"\n") + block.encode()
    known = load_partners(before, keys={}, vocabulary=vocabulary)
    partners = load_partners(after, keys={}, vocabulary=vocabulary)
    new = [partner for partner_id, partner in partners.items() if partner_id not in known]
    if len(new) != 1 or {**known, new[0].id: new[0]} != partners:
        raise ConfigError(
            f"{FILE} does not end with its list of partners, so nothing can be added to its end",
            hint="paste the entry yourself: `gateway partners add --print`",
        )
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(after)
    beside.chmod(path.stat().st_mode & 0o777)
    with beside.open("rb") as file:
        os.fsync(file.fileno())
    beside.replace(path)
    return new[0]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # JSON's strings are YAML's
