"""Choosing again for a draft that was begun, and deleting one."""

from collections.abc import Iterable
from dataclasses import replace

from flask import Blueprint, redirect, request

from gateway.model.draft import DraftContent
from gateway.model.people import StaffRole
from gateway.web.desk import TeamDesk
from gateway.web.request.choose import choices, nothing_place
from gateway.web.request.combination import ROLES, Combination
from gateway.web.request.desk import DraftDesk
from gateway.web.request.draft import OWNERSHIP, asked_of
from gateway.web.request.questions import CASE_PAGE
from gateway.web.signin import Answer, signed_in, staff

CHOICES = "/concepten/<draft_id>/keuzes"


def add_change(blueprint: Blueprint, desk: TeamDesk, drafts: DraftDesk) -> None:
    """Add the pages to the blueprint."""

    @blueprint.get(CHOICES)
    @staff(StaffRole.SUPERVISOR)
    def change_choices(draft_id: str) -> Answer:
        content = drafts.find(draft_id, signed_in()).content
        return choices(desk, dict(Combination.of(content).pairs()), {}, to=f"/concepten/{draft_id}/keuzes")

    @blueprint.post(CHOICES)
    @staff(StaffRole.SUPERVISOR)
    def choose_again(draft_id: str) -> Answer:
        drafts.find(draft_id, signed_in())
        to = f"/concepten/{draft_id}/keuzes"
        if "more" in request.form:
            return choices(desk, request.form, {}, to=to)
        chosen = Combination.from_typed(request.form)
        if chosen.faults(desk):
            return choices(desk, request.form, chosen.faults(desk), to=to)
        if not any(asked.fields for asked in asked_of(desk, chosen)):
            return redirect(nothing_place(chosen), 303)
        places = [number for number, name in enumerate(ROLES, start=1) if request.form.get(name)]
        drafts.save(draft_id, lambda content: chosen_again(content, chosen, places), signed_in())
        return redirect(f"/concepten/{draft_id}", 303)

    @blueprint.post("/concepten/<draft_id>/verwijderen")
    @staff(StaffRole.SUPERVISOR)
    def drop(draft_id: str) -> Answer:
        drafts.drop(draft_id, signed_in())
        return redirect("/", 303)


def chosen_again(content: DraftContent, chosen: Combination, places: Iterable[int]) -> DraftContent:
    """Return a draft after another choice. `places`: for each role, the number of the subject whose role it is now.

    What was typed goes with its subject, so that nobody's data end up under another's number or role.
    Who owns the dwelling is asked again of another recipient.
    """
    moved = {f"s{place}": f"s{number}" for number, place in enumerate(places, start=1)}

    def rename(name: str) -> str | None:
        if name.startswith(OWNERSHIP) and content.recipient != chosen.recipient:
            return None  # it says whether the recipient of then is the owner
        ref, dash, rest = name.partition("-")
        if not dash or ref in {"case", CASE_PAGE}:
            return name
        return f"{moved[ref]}-{rest}" if ref in moved else None

    typed = ((rename(name), value) for name, value in content.typed)
    done = (rename(name) for name in content.done)
    return replace(
        content,
        recipient=chosen.recipient,
        ground=chosen.ground,
        purpose=chosen.purpose,
        roles=chosen.roles,
        typed=tuple((name, value) for name, value in typed if name is not None),
        done=tuple(name for name in done if name is not None),
    )
