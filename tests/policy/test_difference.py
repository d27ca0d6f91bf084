"""`policy diff`: exact, in words, and each situation that it shows is one in which the two engines differ."""

import datetime as dt
from dataclasses import replace

import pytest

from gateway.config.policy_files import read_policy_files
from gateway.decide.engine import Policy
from gateway.decide.loader import load_bundle
from gateway.model.decision import Approval, Query
from gateway.model.terms import Text, Truth
from gateway.policy.difference import Kind, compare
from gateway.policy.difference_words import differences_in_words, differences_to_json
from tests.policy.shipped import DAY, EDITION, FOLDER, SHIPPED, the_row, with_edition, with_row

BUNDLE = SHIPPED.bundle
NAMED = the_row("WC-1n")
OTHERS = {
    "a field more": with_row(replace(the_row("GG-1"), fields=the_row("GG-1").fields | {"help_domain"})),
    "a field less": with_row(replace(the_row("AV-1"), fields=the_row("AV-1").fields - {"phone"})),
    "a condition less": with_row(replace(NAMED, when={**NAMED.when, "contract_party": Truth.NO})),
    "an approval weaker": with_row(replace(the_row("CM-1"), approval=Approval.NONE)),
    "a recipient more": with_row(replace(the_row("LI-1"), recipients=frozenset({"labour_inspectorate", "avim"}))),
    "a row less": with_edition(replace(EDITION, rows=EDITION.rows[1:])),
    "a guard less": with_edition(replace(EDITION, forbids=EDITION.forbids[1:])),
    "nothing required": with_edition(replace(EDITION, require={})),
}


@pytest.mark.parametrize("other", OTHERS)
def test_in_each_situation_shown_the_two_policies_answer_otherwise(other: str) -> None:
    """Asked of the engines themselves, for every field of every group, in the group's first cell."""
    after = OTHERS[other]
    epochs = compare(BUNDLE, after.bundle)
    assert epochs
    for epoch in epochs:
        for group in epoch.groups:
            for change in group.changes:
                cell = (group.recipients[0], group.ground, group.roles[0])
                query = Query(*cell, change.facts, (change.field,), epoch.begins)
                one, two = SHIPPED.decide(query), after.decide(query)
                given = [bool(decision.released or decision.pending) for decision in (one, two)]
                assert given == [change.before is not None, change.after is not None]
                assert one.approval is (change.before or Approval.NONE)
                assert two.approval is (change.after or Approval.NONE)


def test_nothing_differs_between_a_policy_and_itself_in_other_words() -> None:
    """A condition that is general already, and a field that another row gives first."""
    again = replace(NAMED, when={**NAMED.when, "single_case": Truth.YES}, fields=NAMED.fields | {"case_ref"})
    assert compare(BUNDLE, BUNDLE) == ()
    assert compare(BUNDLE, with_row(again).bundle) == ()
    assert differences_in_words((), BUNDLE, BUNDLE) == [
        "Geen verschil in wat wie krijgt.",
        "No difference in who receives what.",
    ]


def test_who_gains_what_is_told_with_the_condition_that_became_looser() -> None:
    """Only in the epoch that changes; cells with the same change stand together."""
    looser = {name: truth for name, truth in NAMED.when.items() if name != "contract_party"}
    (epoch,) = compare(BUNDLE, with_row(replace(NAMED, when=looser)).bundle)
    assert (epoch.begins, epoch.ends) == (EDITION.begins, None)
    (group,) = epoch.groups
    assert (group.ground, group.recipients) == ("illegal_sex_work", ("housing_corporation", "private_landlord"))
    assert set(group.roles) == {"facilitator", "tenant"}
    (change,) = group.changes
    assert (change.kind, change.field, change.after) == (Kind.MORE, "name", Approval.PRE_TWO)
    assert change.situation == {"contract_party": frozenset({Truth.NO, Truth.UNKNOWN})}


def test_the_words_are_dutch_and_english_and_the_json_has_the_same() -> None:
    """A weaker approval: what was needed before stands there too."""
    after = with_row(replace(the_row("CM-1"), approval=Approval.PRE_TWO)).bundle
    epochs = compare(BUNDLE, after)
    lines = "\n".join(differences_in_words(epochs, BUNDLE, after))
    assert "vanaf 2026-01-01 / from 2026-01-01" in lines
    assert "CoMensha · hulp met toestemming · mogelijk slachtoffer" in lines
    assert "na akkoord van een tweede persoon in plaats van na advies van de FG" in lines
    assert "receives after another approval: alias" in lines
    told = differences_to_json(epochs, BUNDLE, after)["epochs"]
    assert isinstance(told, list)
    assert "'before': 'pre_fg', 'after': 'pre_two'" in str(told)


def test_what_the_recipient_reads_and_how_long_a_case_is_kept_is_told_too() -> None:
    """No field goes otherwise, and a landlord would read another ground."""
    row = replace(
        the_row("WC-1"), label=Text("illegaal sekswerk", "illegal sex work"), shows_roles=frozenset({"tenant"})
    )
    rows = tuple(row if one.id == row.id else one for one in EDITION.rows)
    after = with_edition(
        replace(EDITION, rows=rows, retention_days=365, never_fields=EDITION.never_fields - {"work_name"})
    )
    (epoch,) = compare(BUNDLE, after.bundle)
    assert epoch.groups == ()
    said = [one.what.nl for one in epoch.beside]
    assert said == [
        "bewaartermijn in dagen: 730 → 365",
        "work_name: gaat niet langer nooit",
        "de ontvanger leest als grond: gebruik in strijd met de bestemming → illegaal sekswerk",
        "de ontvanger leest de rollen: - → tenant",
    ]


def test_epochs_that_change_alike_are_told_once_and_coming_law_from_its_day() -> None:
    """A draft may bring facts that the policy of today does not know."""
    draft = load_bundle(read_policy_files(FOLDER, draft="wrs"))
    (epoch,) = compare(BUNDLE, draft)
    assert epoch.begins > DAY
    assert [group.roles for group in epoch.groups] == [("sex_worker",)]
    assert "designated_municipality" in epoch.groups[0].changes[0].situation
    nothing = Policy(replace(BUNDLE, editions=()))
    (whole,) = compare(nothing.bundle, replace(BUNDLE, editions=(replace(EDITION, ends=dt.date(2030, 1, 1)),)))
    assert (whole.begins, whole.ends) == (EDITION.begins, dt.date(2030, 1, 1))
    assert {change.kind for group in whole.groups for change in group.changes} == {Kind.GAINS}
