"""From the exact bytes of the policy files to a bundle, or nothing: one unknown word and none of it is loaded."""

import hashlib
import re
from collections.abc import Mapping

from gateway.decide.loading.invariants import read_changes, read_invariants
from gateway.decide.loading.layers import draft_words, editions, keep_apart, read_draft, read_municipal
from gateway.decide.loading.place import Place
from gateway.decide.loading.rules import read_blueprint
from gateway.decide.loading.words import read_vocabulary
from gateway.errors import PolicyUnreadableError
from gateway.model.bundle import Bundle

VOCABULARY = "vocabulary.yaml"
LEGAL = "legal/bases.yaml"
INVARIANTS = "invariants.yaml"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_BLUEPRINT = re.compile(rf"blueprint/{_DAY}\.yaml")
_DRAFT = re.compile(r"blueprint/[a-z][a-z0-9-]*\.draft\.yaml")
_MUNICIPAL = re.compile(rf"municipal/([a-z][a-z0-9-]*)/{_DAY}\.yaml")
_COMPLETE = "fetch the whole policy again; until then nothing of it is loaded"


def load_bundle(files: Mapping[str, bytes]) -> Bundle:
    """Return the bundle that these files spell out.

    :param files: name -> exact bytes: vocabulary.yaml, legal/bases.yaml, invariants.yaml, one or more
        blueprint/<date>.yaml, the files municipal/<name>/<date>.yaml of at most one municipality, and at most one
        blueprint/<name>.draft.yaml. A bundle with a draft says so in `draft`: it serves to try out coming law.
    :raises PolicyUnreadableError: a file, key, term or date is missing, unknown, double or malformed, a list is empty
        that should not be, two statements contradict each other, or a municipality widens the blueprint; the message
        names file, line and reason, the hint what to do.
    """
    for name in (VOCABULARY, LEGAL, INVARIANTS):
        if name not in files:
            raise PolicyUnreadableError(f"{name}: the file is missing", hint=_COMPLETE)
    names = {kind: sorted(filter(kind.fullmatch, files)) for kind in (_BLUEPRINT, _DRAFT, _MUNICIPAL)}
    strange = files.keys() - {VOCABULARY, LEGAL, INVARIANTS}.union(*names.values())
    if strange:
        raise PolicyUnreadableError(
            f"{min(strange)}: no such file belongs to a policy", hint="take it away, or name it after its first day"
        )
    if not names[_BLUEPRINT]:
        raise PolicyUnreadableError("blueprint: there is no file", hint=_COMPLETE)
    municipalities = {match[1] for name in names[_MUNICIPAL] if (match := _MUNICIPAL.fullmatch(name))}
    if len(municipalities) > 1 or len(names[_DRAFT]) > 1:
        raise PolicyUnreadableError(
            "municipal, draft: a policy is of one municipality and has one draft at most", hint="take the others away"
        )
    roots = {name: Place.of(files[name], name) for name in files}
    vocabulary = read_vocabulary(roots[VOCABULARY], roots[LEGAL])
    invariants = read_invariants(roots[INVARIANTS], vocabulary)
    draft = next((read_draft(roots[name]) for name in names[_DRAFT]), None)
    changes: frozenset[str] = frozenset()
    if draft is not None:
        changes = read_changes(draft.keys["changes_invariants"], draft.name, invariants)
        vocabulary = draft_words(draft, vocabulary)
    blueprints = [read_blueprint(roots[name], vocabulary) for name in names[_BLUEPRINT]]
    municipals = [read_municipal(roots[name], min(municipalities)) for name in names[_MUNICIPAL]]
    for layer in (names[_BLUEPRINT], names[_MUNICIPAL]):
        keep_apart(roots[name] for name in layer)
    return Bundle(
        digest=_digest(files),
        vocabulary=vocabulary,
        editions=editions(blueprints, municipals, draft, vocabulary),
        blueprint=editions(blueprints, [], draft, vocabulary),
        draft=draft.name if draft else None,
        draft_from=draft.begins if draft else None,
        changes=changes,
        invariants=invariants,
    )


def _digest(files: Mapping[str, bytes]) -> str:
    """Return "sha256:" + hex over each name and content, in order of name, each after its length in 8 bytes."""
    state = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            state.update(len(part).to_bytes(8, "big") + part)
    return f"sha256:{state.hexdigest()}"
