"""The questions that the classifier answers, and what a corpus record says to each."""

from dataclasses import dataclass

from triage.core.vocabulary import Kind, OperatorStatus, Service
from triage.learn.corpus import Record

KIND, ITEM, STATUS, SEVERAL, REASON = "kind", "item", "status", "several", "reason"
SPLIT_ITEM = "2.2"
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Head:
    """One question and its possible answers, in the order of the artifact's columns."""

    name: str
    labels: tuple[str, ...]


def heads_for(items: tuple[str, ...]) -> tuple[Head, ...]:
    """The five questions; item 2.2 is asked by service, since its services share few words."""
    asked = [label for item in items for label in _split(item)]
    return (
        Head(KIND, tuple(Kind)),
        Head(ITEM, tuple(asked)),
        Head(STATUS, tuple(OperatorStatus)),
        Head(SEVERAL, (NO, YES)),
        Head(REASON, (NO, YES)),
    )


def number_of(label: str) -> str:
    """The item's number of one of the labels of ITEM."""
    return label.partition(":")[0]


def numbers_of(head: Head) -> tuple[str, ...]:
    """The items that the labels of ITEM tell, each once."""
    return tuple(dict.fromkeys(map(number_of, head.labels)))


def _split(item: str) -> list[str]:
    return [f"{item}:{service}" for service in Service] if item == SPLIT_ITEM else [item]


def answer(record: Record, head: str) -> str | None:
    """The right answer of `record` to the question `head`; None where it does not arise or is not told."""
    label = record.label
    if head == KIND:
        return str(label["kind"])
    if head == STATUS:
        return str(label["operator_status"]) if label["kind"] == Kind.OPERATOR else None
    if label["kind"] != Kind.REQUEST:
        return None
    if head == ITEM:
        category = str(label["category"])
        return f"{category}:{label['service']}" if category == SPLIT_ITEM else category
    if head == SEVERAL:
        return YES if label.get("also") else NO
    told = label.get("reason")
    return None if told is None else YES if told else NO
