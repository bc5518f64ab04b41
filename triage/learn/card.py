"""The card that goes with an artifact: what it was trained on, how good it is, and what it is not good at."""

from dataclasses import dataclass
from typing import Any

from triage.core.vocabulary import OperatorStatus
from triage.learn.artifact import ARTIFACT
from triage.learn.corpus import Corpus
from triage.learn.features import features_version
from triage.learn.figures import Said, accuracy, calibration_error, confusion, precision_recall
from triage.learn.heads import STATUS

CARD_TEXT = "CARD.md"
DONE_CERTAINTIES = (0.5, 0.7, 0.8, 0.9, 0.95)


@dataclass(frozen=True, slots=True)
class Card:
    """`figures` is what card.json holds, `text` what CARD.md says."""

    figures: dict[str, Any]
    text: str


def describe(corpus: Corpus, held_out: dict[str, list[Said]], digest: str, size: int) -> Card:
    """The card of the artifact with this digest and size in bytes."""
    known, apart = corpus.split()
    figures: dict[str, Any] = {
        "artifact": ARTIFACT,
        "sha256": digest,
        "bytes": size,
        "features": features_version(),
        "records": {"train": len(known), "held_out": len(apart)},
        "writers": {"train": len({r.writer for r in known}), "held_out": len({r.writer for r in apart})},
        "held_out": {name: _figures(said) for name, said in held_out.items()},
        "completed": _completed(held_out[STATUS]),
    }
    return Card(figures, _text(figures))


def _figures(said: list[Said]) -> dict[str, Any]:
    score = accuracy(said)
    return {
        "accuracy": round(score.value, 4),
        "interval": [round(score.low, 4), round(score.high, 4)],
        "count": score.count,
        "calibration_error": round(calibration_error(said), 4),
        "confused": [[right, given, times] for (right, given), times in list(confusion(said).items())[:8]],
    }


def _completed(said: list[Said]) -> list[dict[str, float]]:
    rows = []
    for least in DONE_CERTAINTIES:
        precision, recall, claimed = precision_recall(said, OperatorStatus.COMPLETED, least)
        rows.append({"least": least, "precision": round(precision, 4), "recall": round(recall, 4), "claimed": claimed})
    return rows


def _text(figures: dict[str, Any]) -> str:
    rows = [
        f"| {name} | {f['accuracy']:.3f} | {f['interval'][0]:.3f}–{f['interval'][1]:.3f} | {f['count']} |"
        f" {f['calibration_error']:.3f} |"
        for name, f in figures["held_out"].items()
    ]
    done = [
        f"| {r['least']} | {r['precision']:.3f} | {r['recall']:.3f} | {r['claimed']} |" for r in figures["completed"]
    ]
    return "\n".join([*rows, *done]) + "\n"
