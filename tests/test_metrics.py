"""Figures for operations: every label is a constant of the source or a closed word."""

import re

import pytest

from gateway.metrics import METHODS, Metrics, known_method
from gateway.model.decision import Outcome

CANARY = "111222333"
LABEL = re.compile(r'(\w+)="([^"]*)"')


def test_a_method_that_a_caller_made_up_is_not_repeated() -> None:
    """Any word may be sent as a method."""
    metrics = Metrics()
    metrics.answered(route="none", method=f"GET{CANARY}", status=405, seconds=0.1)
    assert CANARY.encode() not in metrics.text()
    assert b'method="other"' in metrics.text()


@pytest.mark.parametrize("method", sorted(METHODS))
def test_known_methods_are_counted_by_name(method: str) -> None:
    """The seven methods of HTTP that a browser or program uses."""
    assert known_method(method) == method


def test_labels_are_closed() -> None:
    """Route, method, status class, outcome, what a witness or notice did, what is owed, and the edges of buckets."""
    metrics = Metrics()
    metrics.answered(route="/verstrekkingen/<disclosure_id>", method="GET", status=200, seconds=0.1)
    metrics.committed(3)
    metrics.failed(1)
    names = {name for name, _ in LABEL.findall(metrics.text().decode())}
    assert names == {"route", "method", "status_class", "outcome", "result", "channel", "what", "le"}


def test_nothing_tells_when_something_first_happened() -> None:
    """Every outcome is there from the start, and no series carries the moment that it was made."""
    told = Metrics().text().decode()
    assert {value for name, value in LABEL.findall(told) if name == "outcome"} == {outcome.value for outcome in Outcome}
    assert "_created" not in told


def test_nothing_tells_of_the_process_or_the_machine() -> None:
    """The registry is our own: the default one has collectors for process, platform and garbage."""
    assert {line.split()[2] for line in Metrics().text().decode().splitlines() if line.startswith("# TYPE")} == {
        "gateway_requests_total",
        "gateway_request_seconds",
        "gateway_decisions_total",
        "gateway_commit_jobs",
        "gateway_append_failures_total",
        "gateway_witness_answers_total",
        "gateway_notices_total",
        "gateway_receipts_owed",
    }


def test_the_figures_add_up() -> None:
    """Golden lines: what monitoring builds its alarms on."""
    metrics = Metrics()
    for _ in range(2):
        metrics.answered(route="/readyz", method="GET", status=503, seconds=0.2)
    metrics.decided(Outcome.DENY)
    metrics.committed(1)
    metrics.committed(5)
    metrics.failed(4)
    metrics.witness("cosigned")
    metrics.witness("made up")
    told = metrics.text().decode().splitlines()
    for line in (
        'gateway_requests_total{method="GET",route="/readyz",status_class="5xx"} 2.0',
        'gateway_request_seconds_count{route="/readyz"} 2.0',
        'gateway_decisions_total{outcome="deny"} 1.0',
        'gateway_decisions_total{outcome="permit"} 0.0',
        "gateway_commit_jobs_count 2.0",
        "gateway_commit_jobs_sum 6.0",
        'gateway_commit_jobs_bucket{le="4.0"} 1.0',
        "gateway_append_failures_total 4.0",
        'gateway_witness_answers_total{result="cosigned"} 1.0',
        'gateway_witness_answers_total{result="fork"} 0.0',
        'gateway_witness_answers_total{result="other"} 1.0',
    ):
        assert line in told
