"""An input as templates draw it: label, hint, what was typed and what is wrong."""

from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

Typed = MultiDict[str, str]
FIRST_INPUT = {"date": "-day", "address": "-postcode", "checkboxes": "-1", "fact": "-yes", "owner": "-recipient"}
SUFFIXES = {
    "date": ("-day", "-month", "-year"),
    "address": ("-postcode", "-number", "-addition"),
    "fact": ("", "-evidence", "-day", "-month", "-year"),
    "owner": ("", "-evidence", "-day", "-month", "-year"),
}


@dataclass(frozen=True, slots=True)
class Control:
    """One question. `id` is also its name; the inputs of a date, address, fact or owner add a suffix."""

    id: str
    kind: str
    label: str
    hint: str = ""
    error: str = ""
    options: tuple[tuple[str, str], ...] = ()
    input_type: str = "text"
    numeric: bool = False
    evidence: str = ""
    typed: Typed = field(default_factory=Typed, repr=False)

    @property
    def first(self) -> str:
        """Return the id of the first input, where the error summary points."""
        return self.id + FIRST_INPUT.get(self.kind, "")

    @property
    def described_by(self) -> str:
        """Return the ids for aria-describedby, or an empty string."""
        return " ".join(f"{self.id}-{part}" for part, there in (("hint", self.hint), ("error", self.error)) if there)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all its inputs."""
        return tuple(self.id + suffix for suffix in SUFFIXES.get(self.kind, ("",)))

    def value(self, suffix: str = "") -> str:
        """Return what was typed into this input."""
        return self.typed.get(self.id + suffix, "")

    def chosen(self) -> list[str]:
        """Return all options that were ticked."""
        return self.typed.getlist(self.id)
