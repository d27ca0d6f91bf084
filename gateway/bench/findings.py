"""What a bench found: rows (CONTRACT, `gateway bench`) and, in words, what it could not measure here."""

from dataclasses import dataclass

from gateway.bench.rounds import CPU, WALL, Measured


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: the median over the rounds, its spread, and the floor that bounds it, all in `unit`.

    `against` names what the floor is; `cpu` is the CPU time of one operation in microseconds.
    """

    name: str
    median: float
    min: float
    max: float
    unit: str
    floor: float | None = None
    against: str | None = None
    cpu: float | None = None

    @property
    def ratio(self) -> float | None:
        """Return the median over the floor; None without a floor."""
        return self.median / self.floor if self.floor else None

    def to_json(self) -> dict[str, str | float]:
        """Return the contract's form; what was not measured is left out."""
        told: dict[str, str | float | None] = {
            "name": self.name,
            "median": self.median,
            "min": self.min,
            "max": self.max,
            "unit": self.unit,
            "floor": self.floor,
            "ratio": self.ratio,
            "against": self.against,
            "cpu": self.cpu,
        }
        return {name: value for name, value in told.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Findings:
    """The rows of one bench, and a plain sentence for each thing that it left out and why."""

    rows: tuple[Row, ...]
    left_out: tuple[str, ...] = ()


def row(
    measured: Measured,
    case: str,
    quantity: str = WALL,
    *,
    name: str | None = None,
    unit: str = "us",
    floor: str | None = None,
    floor_quantity: str | None = None,
) -> Row:
    """Return the row of one quantity of a case, named after the case unless `name` says otherwise.

    `floor` is the name of another case of the same rounds; its quantity is the same one unless said. CPU time is given
    beside wall time only.
    """
    spread = measured.spread(case, quantity)
    return Row(
        name=name or case,
        median=spread.median,
        min=spread.lowest,
        max=spread.highest,
        unit=unit,
        floor=measured.spread(floor, floor_quantity or quantity).median if floor else None,
        against=floor,
        cpu=measured.spread(case, CPU).median if quantity == WALL else None,
    )
