"""The last line of `make conformance`: every test counted once, under its suite."""

import importlib.util
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest


def _report() -> ModuleType:
    spec = importlib.util.spec_from_file_location("conformance_report", Path(__file__).with_name("report.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


REPORT = _report()


@pytest.mark.parametrize(
    ("inner", "outcome"),
    [("<failure/>", "failed"), ("<error/>", "failed"), ("<skipped/>", "skipped"), ("", "passed")],
)
def test_an_error_is_a_failure_and_a_skip_is_not_a_pass(inner: str, outcome: str) -> None:
    """Only a test that ran and held counts as passed."""
    case = ET.fromstring(f'<testcase classname="tests.vectors.test_merkle" name="test_x">{inner}</testcase>')  # noqa: S314
    assert REPORT.outcome_of(case) == outcome


@pytest.mark.parametrize(
    ("xml", "suite"),
    [
        ('<testcase classname="tests.vectors.test_wycheproof_ed25519" name="test_x[1]"/>', "wycheproof ed25519"),
        ('<testcase classname="tests.interop.test_node.TestJose" name="test_x"/>', "node"),
        ('<testcase classname="" name="tests.vectors.test_merkle"><skipped/></testcase>', "merkle"),
        (
            '<testcase classname="tests.interop.test_node" name="test_x"><properties>'
            '<property name="suite" value="node jose"/></properties></testcase>',
            "node jose",
        ),
    ],
)
def test_a_test_belongs_to_the_suite_it_states_or_else_to_its_module(xml: str, suite: str) -> None:
    """A module skipped as a whole keeps its name too."""
    assert REPORT.suite_of(ET.fromstring(xml)) == suite  # noqa: S314


def test_totals_are_the_sums_of_the_suites() -> None:
    """The agreed last line: three figures, and the same three per suite."""
    cases = ET.fromstring(  # noqa: S314
        '<x><testcase classname="tests.a.test_b" name="t"/><testcase classname="tests.a.test_b" name="u"><failure/>'
        '</testcase><testcase classname="tests.a.test_c" name="t"><skipped/></testcase></x>'
    )
    assert REPORT.summarise(cases.iter("testcase")) == {
        "passed": 1,
        "failed": 1,
        "skipped": 1,
        "suites": {"b": {"passed": 1, "failed": 1, "skipped": 0}, "c": {"passed": 0, "failed": 0, "skipped": 1}},
    }


def test_the_figures_that_a_test_tells_are_shown() -> None:
    """How much was compared, and in what time; what has no figure says nothing."""
    stated = (
        '<properties><property name="figure" value="12 answers, 3 s"/><property name="suite" value="b"/></properties>'
    )
    told = ET.fromstring(f'<testcase classname="tests.a.test_b" name="t">{stated}</testcase>')  # noqa: S314
    assert REPORT.figures_of(told) == ["12 answers, 3 s"]
    assert REPORT.figures_of(ET.fromstring('<testcase name="t"/>')) == []  # noqa: S314
