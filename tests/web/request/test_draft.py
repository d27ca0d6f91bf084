"""From what was typed to the contract's JSON: known answers only, nothing corrected, nothing that was not asked."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gateway.model.draft import DraftContent, KeptDraft
from gateway.web.request.change import chosen_again
from gateway.web.request.combination import Combination
from gateway.web.request.draft import Draft
from tests.web.canned import AT, CannedDesk, CannedOffer

TYPED = {
    "case_ref": "Z-2026-0417",
    "case-data-dwelling_address-postcode": "1299 za",
    "case-data-dwelling_address-number": "12",
    "case-data-dwelling_address-addition": "bis",
    "case-data-finding_code": "GEB-1",
    "case-data-case_ref": "yes",
    "s1-provenance": "own",
    "s1-fact-illegality_established": "yes",
    "s1-fact-illegality_established-evidence": "report RVB-2026-112",
    "s1-fact-illegality_established-day": "9",
    "s1-fact-illegality_established-month": "11",
    "s1-fact-illegality_established-year": "2026",
    "s1-fact-own_fact": "unknown",
    "s1-fact-avim_hold": "no",
    "s1-data-name": "Vera Verzonnen",
    "s1-data-birth_date-day": "31",
    "s1-data-birth_date-month": "2",
    "s1-data-birth_date-year": "1999",
    "s1-data-visits": "3",
    "s1-data-bsn": "111222333",
    "s1-data-unasked": "iets",
}
INDICATORS = (("s1-data-indicators", "I1"), ("s1-data-indicators", "I2"))


def kept(*roles: str, **typed: str) -> KeptDraft:
    """Return a draft with the answers above."""
    pairs = (*(TYPED | typed).items(), *INDICATORS)
    content = DraftContent(
        "dudok-wonen", "illegal_sex_work", "prevent_recurrence", roles, key="k" * 20, seed=b"s" * 32, typed=pairs
    )
    return KeptDraft("d" * 32, content, AT, AT)


def test_the_form_sends_exactly_the_contract(desk: CannedDesk) -> None:
    """Golden body: known answers only, an impossible date as typed, no computed fact, nothing that was not asked."""
    assert json.loads(Draft.of(kept("facilitator"), desk).body()) == {
        "case_ref": "Z-2026-0417",
        "recipient": "dudok-wonen",
        "ground": "illegal_sex_work",
        "purpose": "prevent_recurrence",
        "subjects": [
            {
                "ref": "s1",
                "role": "facilitator",
                "facts": {
                    "illegality_established": {"value": "yes", "evidence": "report RVB-2026-112", "date": "2026-11-09"}
                },
                "data": {
                    "name": "Vera Verzonnen",
                    "birth_date": "1999-02-31",
                    "dwelling_address": {"postcode": "1299ZA", "number": 12, "addition": "bis"},
                    "finding_code": "GEB-1",
                    "indicators": ["I1", "I2"],
                    "visits": 3,
                    "case_ref": "Z-2026-0417",
                },
                "provenance": "own",
            }
        ],
        "idempotency_key": "k" * 20,
    }


def test_the_same_draft_has_the_same_bytes(desk: CannedDesk) -> None:
    """What is checked is what is sent: two readings of one draft differ in nothing."""
    draft = kept("facilitator", "tenant")
    assert Draft.of(draft, desk).body() == Draft.of(draft, desk).body()


def test_case_fields_are_sent_for_each_subject_and_who_has_none_is_left_out(desk: CannedDesk) -> None:
    """Three roles: two may be told about, the third may not; an unknown origin is not sent."""
    draft = Draft.of(kept("facilitator", "client", "tenant", **{"s3-provenance": "unknown"}), desk)
    subjects = json.loads(draft.body())["subjects"]
    assert [subject["ref"] for subject in subjects] == ["s1", "s3"]
    assert subjects[1]["data"]["dwelling_address"] == subjects[0]["data"]["dwelling_address"]
    assert "provenance" not in subjects[1]
    assert "name" not in subjects[1]["data"]


def test_an_answer_that_the_policy_no_longer_asks_is_not_sent(desk: CannedDesk) -> None:
    """The questions are those of the policy in force when it is sent."""
    desk.offered["facilitator"] = CannedOffer(("name", "bsn"), ("avim_hold",))
    [subject] = json.loads(Draft.of(kept("facilitator"), desk).body())["subjects"]
    assert subject["data"] == {"name": "Vera Verzonnen"}
    assert subject["facts"] == {}


NAMES = st.sampled_from([*TYPED, "s2-data-name", "s3-data-name", "s2-provenance"])


@given(
    typed=st.lists(st.tuples(NAMES, st.text(max_size=20)), max_size=12),
    places=st.lists(st.integers(1, 3), unique=True, min_size=1, max_size=3),
)
def test_nobodys_answers_come_under_another_subject(typed: list[tuple[str, str]], places: list[int]) -> None:
    """After another choice each subject that stayed has its own answers, and those of who went are gone."""
    content = replace(kept("facilitator", "tenant", "client").content, typed=tuple(typed))
    places.sort()
    chosen = Combination("dudok-wonen", "illegal_sex_work", "prevent_recurrence", ("tenant",) * len(places))
    after = chosen_again(content, chosen, places)

    def of(content: DraftContent, ref: str) -> list[tuple[str, str]]:
        return [(name.partition("-")[2], value) for name, value in content.typed if name.startswith(f"{ref}-")]

    for number, place in enumerate(places, start=1):
        assert of(after, f"s{number}") == of(content, f"s{place}")
    assert all(not of(after, f"s{number}") for number in range(len(places) + 1, 4))
    assert [pair for pair in after.typed if pair[0].startswith("case")] == [
        pair for pair in content.typed if pair[0].startswith("case")
    ]


@given(
    content=st.builds(
        DraftContent,
        recipient=st.text(),
        ground=st.text(),
        purpose=st.text(),
        roles=st.lists(st.text()).map(tuple),
        key=st.text(),
        seed=st.binary(min_size=32, max_size=32),
        typed=st.lists(st.tuples(st.text(), st.text())).map(tuple),
        done=st.lists(st.text()).map(tuple),
    )
)
def test_what_a_draft_holds_comes_back_as_it_was(content: DraftContent) -> None:
    """Every text, the same input twice, and the seed."""
    assert DraftContent.from_json(content.to_json()) == content
