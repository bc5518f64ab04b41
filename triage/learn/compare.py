"""One verdict held against its label: what differs, and what harm an automatic act on it would have done.

Both are the contract's JSON objects, decoded. An absent verdict is an empty one: it says nothing and is wrong in all.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from triage.core.vocabulary import Action, FormState, Kind, OperatorStatus

Object = Mapping[str, Any]

ANSWERED = (Action.CORRECT, Action.REDIRECT)
PRESENT = "present"


@dataclass(frozen=True, slots=True)
class Difference:
    """A part of the verdict that is not as the label says. `part` is a verdict key or a field's name."""

    part: str
    given: object
    right: object


@dataclass(frozen=True, slots=True)
class Compared:
    """The outcome for one message. `harm` is empty unless acting on the verdict would have done wrong."""

    name: str
    differences: tuple[Difference, ...]
    harm: tuple[str, ...]
    note: str = ""


def compare(name: str, label: Object, verdict: Object) -> Compared:
    """Hold `verdict` against `label`."""
    differences = tuple(_differences(label, verdict))
    demanded = tuple(_false_demands(label, verdict))
    return Compared(name, differences, tuple(_harm(label, verdict, demanded)), str(label.get("why") or ""))


def faults(judged: Object) -> set[tuple[str, str]]:
    """Every (field, "missing" or "invalid"); entries may be names or objects with a `field`."""
    return {
        (str(entry["field"] if isinstance(entry, Mapping) else entry), state)
        for state in ("missing", "invalid")
        for entry in judged.get(state) or ()
    }


def field_states(judged: Object) -> dict[str, str]:
    """Field → what is wrong with it; "invalid" where a verdict wrongly says both."""
    return dict(sorted(faults(judged), reverse=True))


def alike(one: object, other: object) -> bool:
    """Equal but for case, spaces and punctuation."""
    return _plain(one) == _plain(other)


def _plain(value: object) -> str:
    return "".join(filter(str.isalnum, str(value or "").casefold()))


def claims_done(verdict: Object) -> bool:
    """Whether the verdict would take a case for done."""
    return (
        verdict.get("kind") == Kind.OPERATOR
        and verdict.get("operator_status") == OperatorStatus.COMPLETED
        and verdict.get("action") == Action.UPDATE
    )


def is_done(label: Object) -> bool:
    """Whether the trusted operator really said that it is done."""
    return (
        label["kind"] == Kind.OPERATOR
        and label.get("operator_status") == OperatorStatus.COMPLETED
        and bool(label.get("trusted"))
    )


def subject_ok(verdict: Object) -> object:
    """What the verdict says of the subject."""
    return (verdict.get("subject") or {}).get("ok")


def _differences(label: Object, verdict: Object) -> Iterator[Difference]:
    yield from _unequal(label, verdict, "kind", "action")
    if label["kind"] == Kind.REQUEST:
        yield from _request_differences(label, verdict)
    if label["kind"] == Kind.OPERATOR:
        yield from _operator_differences(label, verdict)
    named = label.get("organ") and label["kind"] not in (Kind.AUTOMATIC, Kind.OTHER)
    if named and verdict.get("organ") != label["organ"]:
        yield Difference("organ", verdict.get("organ"), label["organ"])


def _unequal(label: Object, verdict: Object, *keys: str) -> Iterator[Difference]:
    for key in keys:
        if verdict.get(key) != label.get(key):
            yield Difference(key, verdict.get(key), label.get(key))


def _request_differences(label: Object, verdict: Object) -> Iterator[Difference]:
    yield from _unequal(label, verdict, "category", "form")
    if label.get("service"):
        yield from _unequal(label, verdict, "service")
    if "subject_ok" in label and subject_ok(verdict) != label["subject_ok"]:
        yield Difference("subject.ok", subject_ok(verdict), label["subject_ok"])
    given, right = field_states(verdict), field_states(label)
    for field in sorted(given.keys() | right.keys()):
        if given.get(field) != right.get(field):
            yield Difference(field, given.get(field, PRESENT), right.get(field, PRESENT))
    reached, due = _recipients(verdict), _recipients(label)
    if reached != due:
        yield Difference("missing_recipients", sorted(reached), sorted(due))


def _recipients(judged: Object) -> set[str]:
    return set(judged.get("missing_recipients") or ())


def _operator_differences(label: Object, verdict: Object) -> Iterator[Difference]:
    trusted = bool(label.get("trusted"))
    if bool(verdict.get("trusted")) != trusted:
        yield Difference("trusted", verdict.get("trusted"), trusted)
    if not trusted:
        return
    yield from _unequal(label, verdict, "operator_status")
    if label.get("protocol") and not alike(verdict.get("protocol"), label["protocol"]):
        yield Difference("protocol", verdict.get("protocol"), label["protocol"])


def _false_demands(label: Object, verdict: Object) -> Iterator[str]:
    """What a correction would ask for although the message has it."""
    if label["kind"] != Kind.REQUEST:
        return
    if label.get("subject_ok") and subject_ok(verdict) is False:
        yield "subject"
    yield from sorted(field_states(verdict).keys() - field_states(label).keys())
    short = (FormState.MISSING, FormState.BLANK)
    if verdict.get("form") in short and label.get("form") not in short:
        yield "form"
    if _recipients(verdict) - _recipients(label):
        yield "recipients"


def _harm(label: Object, verdict: Object, demanded: tuple[str, ...]) -> Iterator[str]:
    given, right = verdict.get("action"), label["action"]
    if given in ANSWERED:
        if right not in ANSWERED:
            yield f"answers ({given}) where {right} was due"
        elif given != right:
            yield f"{given} instead of {right}"
        elif verdict.get("category") != label.get("category"):
            yield "answers about another item"
        elif right == Action.CORRECT and demanded:
            yield "demands what is there: " + ", ".join(demanded)
    if claims_done(verdict) and not is_done(label):
        yield "takes a case for done that is not"
