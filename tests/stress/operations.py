"""What is tried while a fault strikes: each way in which something is released, delivered, judged or taken back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.stress.life import PATIENCE, Life
from tests.stress.nursery import Child
from tests.stress.promises import Told

Order = dict[str, object]
GONE: Mapping[str, object] = {}  # the answer of a gateway that was killed


class Hand:
    """Gives orders to one gateway, and notes what it answers."""

    def __init__(self, life: Life) -> None:
        """Start a gateway on this log."""
        self.life = life
        self.child: Child = life.start("serve")
        assert life.listen(self.child, PATIENCE, until="ready", watching=False), "the gateway does not start"

    def give(self, order: Mapping[str, object]) -> Told:
        """Give an order and return the answer; GONE when there is none."""
        self.child.say(order)
        while not self.child.ended:
            told = self.child.hear(PATIENCE)
            if told:
                (answer,) = told
                self.note(answer)
                return answer
        return GONE

    def note(self, answer: Told) -> None:
        """Let the examiner hear what a caller was told."""
        if answer.get("did") not in {None, "arm", "disarm", "limit_file", "name"}:
            self.life.examiner.hear(answer)

    def must(self, order: Mapping[str, object]) -> Told:
        """Give an order that nothing stands in the way of."""
        answer = self.give(order)
        assert "did" in answer, f"without any fault `{order['do']}` was not done: {answer}"
        return answer

    def number(self) -> int:
        """Return a case number that was never used."""
        self.life.first += 1
        return self.life.first

    def submit(self, kind: str) -> Told:
        """Submit a request of this kind, in peace."""
        return self.must({"do": "submit", "kind": kind, "number": self.number()})

    def end(self) -> None:
        """Let the gateway go."""
        self.child.end()


def _part(told: Told, at: int = 0) -> dict[str, object]:
    parts = told["parts"]
    assert isinstance(parts, list)
    part: dict[str, object] = parts[at]
    return part


def _message(told: Told) -> str:
    messages = told["messages"]
    assert isinstance(messages, list)
    return str(messages[0][0])


def _submit(kind: str) -> Callable[[Hand], Order]:
    return lambda hand: {"do": "submit", "kind": kind, "number": hand.number()}


def _approve(hand: Hand) -> Order:
    told = hand.submit("waits")
    return {"do": "approve", "by": "bram", "id": told["id"], **_part(told)}


def _decide(hand: Hand) -> Order:
    told = hand.submit("advice")
    hand.must({"do": "advise", "id": told["id"], **_part(told)})
    return {"do": "approve", "by": "meryem", "id": told["id"], **_part(told)}


def _refuse(hand: Hand) -> Order:
    told = hand.submit("waits")
    return {"do": "refuse", "id": told["id"], **_part(told)}


def _fetch(hand: Hand) -> Order:
    return {"do": "fetch", "partner": "belle", "message": _message(hand.submit("permit"))}


def _receipt(hand: Hand) -> Order:
    got = hand.must(_fetch(hand))
    return {"do": "receipt", "partner": "belle", "message": got["message"], "token": got["token"]}


def _review(hand: Hand) -> Order:
    told = hand.submit("urgent")
    hand.must({"do": "fetch", "partner": "avim", "message": _message(told)})
    return {"do": "review", "id": told["id"], **_part(told)}


def _withdraw(hand: Hand) -> Order:
    told = hand.submit("permit")
    hand.must({"do": "fetch", "partner": "belle", "message": _message(told)})
    return {"do": "withdraw", "id": told["id"]}


def _ask(hand: Hand) -> Order:
    told = hand.submit("waits")
    return {"do": "ask", "id": told["id"], **_part(told)}


def _answer(hand: Hand) -> Order:
    asked = hand.must(_ask(hand))
    return {"do": "answer", "id": asked["id"], "part": asked["part"]}


def _call(hand: Hand) -> Order:
    return {"do": "call", "number": hand.number()}


def _agree(hand: Hand) -> Order:
    return {"do": "agree", "id": hand.must({"do": "name"})["id"]}


def _judged(kind: str) -> Callable[[Order], Told]:
    return lambda order: {"did": "judge", "part": order["part"], "kind": kind}


def _agreed(order: Order) -> Told:
    return {"did": "agree", "id": order["id"]}


@dataclass(frozen=True)
class Operation:
    """One thing to try. `already` says what must be so when a second try of an order is told that it was done."""

    prepare: Callable[[Hand], Order]
    already: Callable[[Order], Told] | None = None


OPERATIONS: Mapping[str, Operation] = {
    "an urgent hand-over": Operation(_submit("urgent")),
    "a release with consent": Operation(_submit("permit")),
    "a request that waits": Operation(_submit("waits")),
    "a refusal by rule": Operation(_submit("denied")),
    "an approval": Operation(_approve, _judged("approve")),
    "a manager's decision": Operation(_decide, _judged("approve")),
    "a refusal by a colleague": Operation(_refuse, _judged("refuse")),
    "a fetch": Operation(_fetch),
    "a receipt": Operation(_receipt),
    "a review that recalls": Operation(_review, _judged("review_bad")),
    "a withdrawn consent": Operation(_withdraw),
    "a question back": Operation(_ask, _judged("ask_back")),
    "an answer": Operation(_answer, _judged("answer_back")),
    "a call entered afterwards": Operation(_call),
    "a deputy who agrees": Operation(_agree, _agreed),
}
