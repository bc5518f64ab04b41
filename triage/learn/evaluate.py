"""How good verdicts are, held against hand-written labels: the figures, where they go wrong, and how honest they are.

Labels and verdicts are the contract's JSON objects, decoded; a verdict belongs to the label whose `file` has the same
base name. All shares lie between 0 and 1, and are None where nothing of the sort was labelled.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from triage.core.vocabulary import Action, Kind
from triage.learn.compare import ANSWERED, Compared, Object, alike, claims_done, compare, faults, is_done, subject_ok
from triage.learn.figures import Said, calibration_table

Figures = dict[str, float | int | None]
SILENT = (None, Action.ACCEPT, Action.IGNORE, Action.UPDATE)
NO_ANSWER = "(none)"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`figures` by name; every message compared; per part the confusion (right, given) → how often; and calibration.

    `calibration` has a row for each tenth of certainty: mean certainty, share of kinds and items right, how many.
    """

    figures: Figures
    compared: tuple[Compared, ...]
    confusion: dict[str, dict[tuple[str, str], int]]
    calibration: tuple[tuple[float, float, int], ...]

    @property
    def errors(self) -> tuple[Compared, ...]:
        """The messages with any difference, the harmful ones first."""
        wrong = (one for one in self.compared if one.differences or one.harm)
        return tuple(sorted(wrong, key=lambda one: (not one.harm, one.name)))


def evaluate(labels: Iterable[Object], verdicts: Iterable[Object]) -> Evaluation:
    """Hold every label against its verdict."""
    found = {_base(verdict): verdict for verdict in verdicts if "file" in verdict}
    pairs = [(label, found.get(_base(label), {})) for label in sorted(labels, key=_base)]
    compared = tuple(compare(_base(label), label, verdict) for label, verdict in pairs)
    return Evaluation(
        _figures(pairs, compared),
        compared,
        {part: _confusion(pairs, part) for part in ("kind", "category", "action", "operator_status")},
        tuple(_calibration(pairs)),
    )


def figures(labels: Iterable[Object], verdicts: Iterable[Object]) -> Figures:
    """The figures alone."""
    return evaluate(labels, verdicts).figures


def _base(row: Object) -> str:
    return PurePath(str(row["file"])).name


Pairs = Sequence[tuple[Object, Object]]


def _figures(pairs: Pairs, compared: Sequence[Compared]) -> Figures:
    requests = [pair for pair in pairs if pair[0]["kind"] == Kind.REQUEST]
    operator = [pair for pair in pairs if pair[0]["kind"] == Kind.OPERATOR and pair[0].get("trusted")]
    claimed = [is_done(label) for label, verdict in pairs if claims_done(verdict)]
    return {
        "messages": len(pairs),
        "no_verdict": sum(not verdict for _, verdict in pairs),
        "kind": _equal(pairs, "kind"),
        "category": _equal(requests, "category"),
        "action": _equal(pairs, "action"),
        **_request_figures(requests),
        "operator_status": _equal(operator, "operator_status"),
        "done_precision": _share(claimed),
        "done_recall": _share([claims_done(verdict) for label, verdict in pairs if is_done(label)]),
        "wholly_right": _share([not one.differences for one in compared]),
        "harmful": _share([bool(one.harm) for one in compared]),
        "silent": _share([label["action"] in ANSWERED and v.get("action") in SILENT for label, v in pairs]),
        "needless_review": _share(
            [verdict.get("action") == Action.REVIEW != label["action"] for label, verdict in pairs]
        ),
    }


def _request_figures(requests: Pairs) -> Figures:
    checked = [(label, verdict) for label, verdict in requests if "subject_ok" in label]
    right = [faults(label) for label, _ in checked]
    given = [faults(verdict) for _, verdict in checked]
    hits = sum(len(a & b) for a, b in zip(right, given, strict=True))
    named = sum(map(len, right)) + sum(map(len, given))
    values = [
        alike((verdict.get("values") or {}).get(field), value)
        for label, verdict in requests
        for field, value in (label.get("values") or {}).items()
    ]
    return {
        "subject": _share([subject_ok(verdict) == label["subject_ok"] for label, verdict in checked]),
        "field_sets": _share([a == b for a, b in zip(right, given, strict=True)]),
        "field_f1": round(2 * hits / named, 4) if named else None,
        "values": _share(values),
    }


def _equal(pairs: Pairs, key: str) -> float | None:
    return _share([verdict.get(key) == label.get(key) for label, verdict in pairs])


def _share(hits: Sequence[bool]) -> float | None:
    return round(sum(hits) / len(hits), 4) if hits else None


def _confusion(pairs: Pairs, part: str) -> dict[tuple[str, str], int]:
    """Every (right, given) that occurs, right ones included, where the label has the part."""
    counted = Counter(
        (str(label[part]), str(verdict.get(part) or NO_ANSWER)) for label, verdict in pairs if label.get(part)
    )
    return dict(sorted(counted.items()))


def _calibration(pairs: Pairs) -> list[tuple[float, float, int]]:
    return calibration_table(
        [
            Said("", _answer(verdict), _answer(label), float(verdict["confidence"]))
            for label, verdict in pairs
            if verdict.get("confidence") is not None
        ]
    )


def _answer(judged: Mapping[str, object]) -> str:
    """What the certainty of a verdict is about: the kind, and the item of a request."""
    return f"{judged.get('kind')} {judged.get('category') or ''}"
