"""`gateway policy prove`: can what may never be happen after all, in any epoch and under any combination of facts?"""

import json
import sys
import time
from pathlib import Path

import click

from gateway.cli.form import FORMAT
from gateway.cli.policy import FOLDER, WHOSE, UnusableInput
from gateway.config.policy_files import read_policy_files
from gateway.decide.engine import Policy
from gateway.decide.loader import load_bundle
from gateway.errors import GatewayError
from gateway.model.invariant import Elsewhere
from gateway.model.terms import Json
from gateway.policy.counterexample import Counterexample
from gateway.policy.prove import Finding, Proof, count_cells
from gateway.policy.prove import prove as prove_all


@click.command()
@FOLDER
@WHOSE
@click.option("--draft", metavar="NAME", help="Lay this draft of coming law over the policy, and show what it changes.")
@FORMAT
def prove(policies: Path, municipality: str, draft: str | None, form: str) -> None:
    """Look for a counterexample to every invariant, over the whole domain.

    Exit 0 when all hold, 1 when one is broken, 2 when the policy cannot be read. What a draft of coming law says that
    it changes is shown and does not count as broken. docs/proof.md says what is proved, and what is not.
    """
    try:
        policy = Policy(load_bundle(read_policy_files(policies, municipality=municipality, draft=draft)))
    except GatewayError as error:
        raise UnusableInput(error) from error
    started = time.perf_counter()
    proof = prove_all(policy)
    seconds = round(time.perf_counter() - started, 3)
    click.echo(_as_json(policy, proof, seconds) if form == "json" else _as_text(policy, proof, seconds))
    sys.exit(1 if proof.broken else 0)


def _as_json(policy: Policy, proof: Proof, seconds: float) -> str:
    cells, combinations = count_cells(policy)
    told: dict[str, Json | float] = {
        "cells": cells,
        "combinations": combinations,
        "epochs": len(proof.epochs),
        "epoch_days": [day.isoformat() for day in proof.epochs],
        "invariants": [_finding(finding, policy) for finding in proof.findings],
        "elsewhere": [
            {"id": one.id, "tests": list(one.statement.tests)}
            for one in proof.elsewhere
            if isinstance(one.statement, Elsewhere)
        ],
        "seconds": seconds,
        "bundle": policy.bundle.digest,
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _finding(finding: Finding, policy: Policy) -> Json:
    told: dict[str, Json] = {"id": finding.invariant.id, "holds": finding.holds}
    if finding.broken is not None:
        told["counterexample"] = finding.broken.to_json()
    if finding.invariant.id in policy.bundle.changes:
        told["changed_by"] = policy.bundle.draft
        told["changed"] = None if finding.changed is None else finding.changed.to_json()
    return told


def _as_text(policy: Policy, proof: Proof, seconds: float) -> str:
    cells, combinations = count_cells(policy)
    lines = []
    for finding in proof.findings:
        lines.append(f"{'holds ' if finding.holds else 'BROKEN'} {finding.invariant.id}: {finding.invariant.note.nl}")
        if finding.broken is not None:
            lines += _shown(finding.broken)
        if finding.changed is not None:
            lines.append(f"  {policy.bundle.draft} changes this:")
            lines += _shown(finding.changed)
        elif finding.invariant.id in policy.bundle.changes:
            lines.append(f"  {policy.bundle.draft} says that it changes this, and does not")
    lines.append("")
    lines += [
        f"not proved here, shown by tests: {one.id} ({', '.join(one.statement.tests)})"
        for one in proof.elsewhere
        if isinstance(one.statement, Elsewhere)
    ]
    count = f"{len(proof.findings) - len(proof.broken)} of {len(proof.findings)} invariants hold"
    lines.append(
        f"{count}: {cells:,} cells in {len(proof.epochs)} epochs, {combinations:,} combinations of facts that the "
        f"rules tell apart, proved in {seconds} s"
    )
    return "\n".join(lines)


def _shown(example: Counterexample) -> list[str]:
    return [f"    {example.told.nl}", f"    {example.told.en}"]
