"""Deputies: a manager or the FG names one, that person agrees, and either of the two, or a privacy officer, ends it.

Each step is an entry of the log under the gateway's own affairs. Nothing may be done before the deputy agreed: an
identity that was copied wrongly is nobody's, and a name is known only of who signed in.
"""

import datetime as dt
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.approve import deputies
from gateway.crypto.canonical import canonical
from gateway.crypto.casebox import open_box, seal_box
from gateway.errors import NotFoundError
from gateway.log.recorder import Entry
from gateway.model.approvals import DeputyView
from gateway.model.calendar import local_day
from gateway.model.leaf import LeafType
from gateway.model.people import Person, StaffRole
from gateway.model.terms import Json, members
from gateway.pipeline.judgement import refuse_unless
from gateway.pipeline.tools import Tools
from gateway.store.approval_ports import DeputyState, StoredDeputy
from gateway.store.ports import Unit


@dataclass(frozen=True, slots=True)
class Naming:
    """What somebody fills in: the role that is stood in for, the deputy's identity, and the first and last day."""

    role: str
    deputy: str
    begins: dt.date | None
    ends: dt.date | None


def name_deputy(tools: Tools, naming: Naming, by: Person, at: dt.datetime) -> str:
    """Name a deputy, who must still agree; return the id of the deputyship.

    :raises InvalidRequestError: the form is not complete; its fields are `role`, `deputy`, `begins` and `ends`.
    :raises NotPermittedError: the role is not this person's own, or they name themselves.
    """
    role = deputies.check_named(naming.role, naming.deputy, naming.begins, naming.ends, on=local_day(at))
    refuse_unless(deputies.may_name(role, by, naming.deputy))
    begins, ends = naming.begins or local_day(at), naming.ends or local_day(at)
    deputy_id = secrets.token_hex(16)
    new = StoredDeputy(deputy_id, by.id, naming.deputy, role, begins, ends, DeputyState.NAMED, b"", 0)

    def commit(unit: Unit) -> None:
        index, box = _record(tools, unit, new, "deputy_named", by, at, {"giver": by.name})
        unit.approvals.add_deputy(replace(new, box=box, leaf_index=index))

    tools.store.write(commit)
    return deputy_id


def agree(tools: Tools, deputy_id: str, by: Person, at: dt.datetime) -> None:
    """Agree to act in somebody's place.

    :raises NotFoundError: there is none that this person may know of.
    :raises NotPermittedError: another was named, it is over, or this person's role may not.
    """

    def commit(unit: Unit) -> None:
        kept = _known(unit, deputy_id, by)
        refuse_unless(deputies.may_agree(kept, by, on=local_day(at)))
        _change(tools, unit, kept, DeputyState.AGREED, "deputy_agreed", by, at, {"deputy": by.name})

    tools.store.write(commit)


def end(tools: Tools, deputy_id: str, by: Person, at: dt.datetime) -> None:
    """End a deputyship at once.

    :raises NotFoundError: there is none that this person may know of (`deputies.may_know`).
    :raises NotPermittedError: it is over.
    """

    def commit(unit: Unit) -> None:
        kept = _known(unit, deputy_id, by)
        refuse_unless(deputies.may_end(kept, by, on=local_day(at)))
        _change(tools, unit, kept, DeputyState.ENDED, "deputy_ended", by, at, {})

    tools.store.write(commit)


def views(tools: Tools, by: Person, at: dt.datetime) -> Sequence[DeputyView]:
    """Return the deputyships that this person gave or was given; for a privacy officer everybody's that still count."""
    on = local_day(at)
    with tools.store.read() as unit:
        own = list(unit.approvals.deputies_of(by.id))
        known = {one.id for one in own}
        others = unit.approvals.deputies(on=on) if by.has(StaffRole.PRIVACY_OFFICER) else ()
        return [_view(tools, unit, one, by, on) for one in (*own, *(one for one in others if one.id not in known))]


def _known(unit: Unit, deputy_id: str, by: Person) -> StoredDeputy:
    kept = unit.approvals.deputy(deputy_id)
    if not deputies.may_know(kept, by):  # the same words as for an id that nothing has
        raise NotFoundError("there is no such deputy", hint="look in the list of deputies")
    return kept


def _view(tools: Tools, unit: Unit, kept: StoredDeputy, by: Person, on: dt.date) -> DeputyView:
    names = _names(tools, unit, kept)
    giver, deputy = str(names.get("giver") or kept.giver), str(names.get("deputy") or kept.deputy)
    given = kept.giver == by.id
    other = deputy if given else giver
    if by.id not in {kept.giver, kept.deputy}:
        other = f"{giver} – {deputy}"
    return DeputyView(
        kept.id,
        kept.role,
        kept.begins,
        kept.ends,
        given,
        other,
        "over" if kept.ends < on else kept.state.value,
        may_agree=deputies.may_agree(kept, by, on=on) is None,
        may_end=deputies.may_end(kept, by, on=on) is None,
    )


def _names(tools: Tools, unit: Unit, kept: StoredDeputy) -> dict[str, Json]:
    if not kept.box:
        return {}
    _, key = _affairs(tools, unit)
    opened: Json = json.loads(open_box(kept.box, key=key, aad=_aad(kept.id)))
    return members(opened)


def _affairs(tools: Tools, unit: Unit) -> tuple[str, bytes]:
    return tools.recorder.case(unit, tag=tools.lookup.own_affairs())


def _change(
    tools: Tools,
    unit: Unit,
    kept: StoredDeputy,
    state: DeputyState,
    outcome: str,
    by: Person,
    at: dt.datetime,
    names: dict[str, Json],
) -> None:
    index, box = _record(tools, unit, kept, outcome, by, at, {**_names(tools, unit, kept), **names})
    unit.approvals.change_deputy(replace(kept, state=state, box=box, leaf_index=index), was=kept.state)


def _record(
    tools: Tools, unit: Unit, kept: StoredDeputy, outcome: str, by: Person, at: dt.datetime, names: dict[str, Json]
) -> tuple[int, bytes]:
    case_id, key = _affairs(tools, unit)
    detail: dict[str, Json] = {
        "kind": outcome,
        "deputyship": kept.id,
        "role": kept.role.value,
        "giver": kept.giver,
        "deputy": kept.deputy,
        "begins": kept.begins.isoformat(),
        "ends": kept.ends.isoformat(),
        "by": by.id,
        "by_name": by.name,
    }
    entry = Entry(LeafType.ACCESS, outcome, tools.policy.bundle.digest, detail)
    index = tools.recorder.record(unit, entry, case_id=case_id, case_key=key, at=at)
    return index, seal_box(canonical(names), key=key, aad=_aad(kept.id))


def _aad(deputy_id: str) -> bytes:
    return f"deputy/{deputy_id}".encode()
