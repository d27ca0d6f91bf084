"""Figures for operations in Prometheus' text form. No label may ever hold a value that somebody sent.

Labels are constants of the source (route patterns) or closed vocabularies. Never a path, id, partner, ground or role:
in a small town a partner, a ground and a time together can point at one person.
"""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

from gateway.model.decision import Outcome

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"
NO_ROUTE = "none"
WITNESSED = ("cosigned", "failed", "fork")
NOTICE_CHANNELS = ("email", "webhook")
NOTICE_RESULTS = ("sent", "failed", "given_up", "dropped")
OWED = ("unanswered", "undestroyed", "not_for_us")
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
JOBS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


def known_method(method: str) -> str:
    """Return the HTTP method, or `other`: a caller may send any word as one."""
    return method if method in METHODS else OTHER


class Metrics:
    """The figures of one process, in a registry of its own: the default one also tells of paths and the machine."""

    def __init__(self) -> None:
        """Start at zero."""
        # A series that first appears with its first event would tell when that event was.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library forgot its types
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "gateway_requests",
            "Requests answered",
            ["route", "method", "status_class"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "gateway_request_seconds",
            "Seconds until a request was answered",
            ["route"],
            registry=self._registry,
            buckets=SECONDS,
        )
        self._decisions = Counter(
            "gateway_decisions", "Requests decided and recorded, by outcome", ["outcome"], registry=self._registry
        )
        self._jobs = Histogram(
            "gateway_commit_jobs",
            "Jobs that shared one commit; the count is the number of commits",
            registry=self._registry,
            buckets=JOBS,
        )
        self._failures = Counter(
            "gateway_append_failures",
            "Jobs that could not be made durable, so that nothing of them was released",
            registry=self._registry,
        )
        self._witnesses = Counter(
            "gateway_witness_answers",
            "Checkpoints that a witness was asked to sign, by what came of it",
            ["result"],
            registry=self._registry,
        )
        self._notices = Counter(
            "gateway_notices",
            "Notices that something waits, by their way and by what came of trying",
            ["channel", "result"],
            registry=self._registry,
        )
        self._owed = Gauge(
            "gateway_receipts_owed",
            "Receipts that are overdue, by what is missing, as last counted",
            ["what"],
            registry=self._registry,
        )
        for channel in NOTICE_CHANNELS:
            for result in NOTICE_RESULTS:
                self._notices.labels(channel, result)
        for what in OWED:
            self._owed.labels(what)
        for result in WITNESSED:
            self._witnesses.labels(result)
        for outcome in Outcome:
            self._decisions.labels(outcome.value)

    def answered(self, *, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request. `route` is the pattern in the source that it matched, or `none`; never its path."""
        self._requests.labels(route, known_method(method), f"{status // 100}xx").inc()
        self._seconds.labels(route).observe(seconds)

    def decided(self, outcome: Outcome) -> None:
        """Count a recorded decision."""
        self._decisions.labels(outcome.value).inc()

    def committed(self, jobs: int) -> None:
        """Count a commit that so many jobs shared."""
        self._jobs.observe(jobs)

    def failed(self, jobs: int) -> None:
        """Count jobs that could not be made durable."""
        self._failures.inc(jobs)

    def witness(self, result: str) -> None:
        """Count what came of asking a witness: one of WITNESSED."""
        self._witnesses.labels(result if result in WITNESSED else OTHER).inc()

    def notice(self, channel: str, result: str) -> None:
        """Count what came of trying to send a notice: one of NOTICE_CHANNELS and one of NOTICE_RESULTS."""
        known = channel in NOTICE_CHANNELS and result in NOTICE_RESULTS
        self._notices.labels(*((channel, result) if known else (OTHER, OTHER))).inc()

    def owed(self, counted: Mapping[str, int]) -> None:
        """Say how many receipts are overdue, for each of OWED; what is not counted is none."""
        for what in OWED:
            self._owed.labels(what).set(counted.get(what, 0))

    def text(self) -> bytes:
        """Return all figures as Prometheus reads them (text format 0.0.4)."""
        return generate_latest(self._registry)
