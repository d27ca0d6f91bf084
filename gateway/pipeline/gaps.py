"""Asks the privacy officer for a rule where nobody wrote one, and gives the officer's answer back.

What is kept is a combination of recipient kind, ground and role: no case, no data, and nobody's name. It is sealed all
the same, because beside a day it could lead to a case in a small town. The question itself is no act on a case, so the
log has no entry of it; the officer's answer has one.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from gateway.crypto.canonical import canonical, parse_canonical
from gateway.crypto.casebox import open_box, seal_box
from gateway.errors import InvalidRequestError, NotFoundError, NotPermittedError
from gateway.log.recorder import Entry
from gateway.model.calendar import local_day
from gateway.model.gaps import GapAnswer, GapView
from gateway.model.leaf import LeafType
from gateway.model.people import Person, StaffRole
from gateway.model.terms import Json, words
from gateway.pipeline.tell import tell_officer
from gateway.pipeline.tools import Tools
from gateway.store.gap_ports import StoredGap
from gateway.store.ports import Unit

LONGEST = dt.timedelta(days=366)
ASKERS = (StaffRole.SUPERVISOR, StaffRole.MANAGER)


def find_gap(tools: Tools, partner_id: str, ground: str, role: str, at: dt.datetime) -> GapView | None:
    """Return a combination without a rule and what was said of it; None when there is a rule, or no such word."""
    what = _combination(tools, partner_id, ground, role, at)
    if what is None:
        return None
    tag = tools.lookup.gap([*what])
    with tools.store.read() as unit:
        kept = unit.gaps.get(tag)
    today = local_day(at)
    return GapView(tag, *what, asked=0, first=today, last=today) if kept is None else _view(kept, what, covered=False)


def ask_for_rule(tools: Tools, partner_id: str, ground: str, role: str, by: Person, at: dt.datetime) -> None:
    """Tell the privacy officer that nobody decided this. A person counts once a day for a combination.

    :raises NotPermittedError: this person makes no requests.
    :raises InvalidRequestError: there is a rule for it, or a word that the policy does not know.
    """
    if not by.has(*ASKERS):
        raise NotPermittedError("your role may not ask for a rule", hint="ask a supervisor of the team")
    what = _combination(tools, partner_id, ground, role, at)
    if what is None:
        raise InvalidRequestError("the policy has a rule for this", hint="look at the request again")
    tag, today = tools.lookup.gap([*what]), local_day(at)
    asked_on = today.isoformat()

    def commit(unit: Unit) -> None:
        kept = unit.gaps.get(tag)
        again = kept is not None and not _view(kept, what, covered=False).is_open(today)
        if again or not unit.gaps.note_ask(tools.lookup.gap_ask(tag, by.id, asked_on), asked_on):
            return  # answered, or counted today
        if kept is None:
            _, key = tools.recorder.case(unit, tag=tools.lookup.own_affairs())
            told: list[Json] = [*what]
            kept = StoredGap(tag, seal_box(canonical(told), key=key, aad=tag.encode()), asked_on, asked_on, 0)
            tell_officer(tools, unit, at)
        unit.gaps.put(replace(kept, asked=kept.asked + 1, last_on=asked_on))

    tools.store.write(commit)


def list_gaps(tools: Tools, at: dt.datetime) -> Sequence[GapView]:
    """Return every combination that was asked about: the open ones first, of those the oldest first."""
    with tools.store.read() as unit:
        kept = unit.gaps.all()
        if not kept:
            return ()
        _, key = tools.recorder.case(unit, tag=tools.lookup.own_affairs())
    found = []
    for one in kept:
        recipient, ground, role = words(parse_canonical(open_box(one.box, key=key, aad=one.tag.encode())))
        rows = tools.policy.rows_in_force(recipient=recipient, ground=ground, role=role, on=at.date())
        found.append(_view(one, (recipient, ground, role), covered=bool(rows)))
    return sorted(found, key=lambda one: (not one.is_open(local_day(at)), one.first, one.tag))


def answer_gap(tools: Tools, tag: str, answer: GapAnswer, due: dt.date | None, by: Person, at: dt.datetime) -> None:
    """Keep the privacy officer's answer; the log says who gave which. A later answer takes the place of an earlier.

    :raises NotPermittedError: this person is not the privacy officer.
    :raises NotFoundError: nobody asked about this.
    :raises InvalidRequestError: a rule is promised without a day within a year from now.
    """
    if not by.has(StaffRole.PRIVACY_OFFICER):
        raise NotPermittedError("only the privacy officer answers this", hint="ask the privacy officer")
    today = local_day(at)
    if answer is not GapAnswer.RULE_COMING:
        due = None
    elif due is None or not today <= due <= today + LONGEST:
        raise InvalidRequestError(
            "the day of a promised rule lies within a year from now", hint="choose a day", fields={"due": "day"}
        )

    def commit(unit: Unit) -> None:
        kept = unit.gaps.get(tag)
        if kept is None:
            raise NotFoundError("nobody asked about this", hint="look in the list for what is there")
        case_id, key = tools.recorder.case(unit, tag=tools.lookup.own_affairs())
        recipient, ground, role = words(parse_canonical(open_box(kept.box, key=key, aad=tag.encode())))
        told: dict[str, Json] = {
            "kind": "gap_answer",
            "recipient_kind": recipient,
            "ground": ground,
            "role": role,
            "answer": answer.value,
            "by": by.id,
            "by_name": by.name,
        }
        if due is not None:
            told["due"] = due.isoformat()
        entry = Entry(LeafType.REVIEW, "gap_answered", tools.policy.bundle.digest, told)
        index = tools.recorder.record(unit, entry, case_id=case_id, case_key=key, at=at)
        unit.gaps.put(
            replace(
                kept,
                answer=answer.value,
                due=None if due is None else due.isoformat(),
                answered_on=today.isoformat(),
                leaf_index=index,
            )
        )

    tools.store.write(commit)


def _combination(tools: Tools, partner_id: str, ground: str, role: str, at: dt.datetime) -> tuple[str, str, str] | None:
    """Return recipient kind, ground and role when all are words of the policy and no row is about them."""
    partner, known = tools.partners.get(partner_id), tools.policy.bundle.vocabulary
    if partner is None or ground not in known.grounds or role not in known.roles:
        return None
    rows = tools.policy.rows_in_force(recipient=partner.kind, ground=ground, role=role, on=at.date())
    return None if rows else (partner.kind, ground, role)


def _view(kept: StoredGap, what: tuple[str, str, str], *, covered: bool) -> GapView:
    return GapView(
        kept.tag,
        *what,
        asked=kept.asked,
        first=dt.date.fromisoformat(kept.first_on),
        last=dt.date.fromisoformat(kept.last_on),
        answer=None if kept.answer is None else GapAnswer(kept.answer),
        due=None if kept.due is None else dt.date.fromisoformat(kept.due),
        answered=None if kept.answered_on is None else dt.date.fromisoformat(kept.answered_on),
        covered=covered,
    )
