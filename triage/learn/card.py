"""The card that goes with an artifact: what it was trained on, how good it is, and what it is not good at."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from triage.core.vocabulary import OperatorStatus
from triage.learn.artifact import ARTIFACT, sha256
from triage.learn.corpus import Corpus
from triage.learn.duplicates import LIKENESS, near_duplicates
from triage.learn.features import features_version
from triage.learn.figures import Said, accuracy, calibration_error, confusion, precision_recall
from triage.learn.heads import STATUS

CARD_TEXT = "CARD.md"
DONE_CERTAINTIES = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98)

_OPENING = """# The classifier

Written by `triage train`; do not edit. It reads a message and gives probabilities for five questions: its kind, the
bulletin's item, what the operator says, whether several items are asked for, and whether the message says why. It
decides nothing: the rules of `triage/core` hold its word against what they find, and what is uncertain goes to a
person.

A linear model (support vectors, one against the rest) on hashed words, characters, ideas and structured facts; its
scores are made into probabilities by a stretch and a shift a label, fitted on writers that the fold had not seen.
`TRIALS.md` has the other models that were tried (`bench/learn.py`). Reading needs numpy alone.
"""

_LIMITS = """
## What it is not good at
- **How far the operator has come, told in many parts or sideways.** "Two of the three are done", a table with one open
  row, a figure of speech ("está no forno"): it counts words and their neighbours, it does not understand. Where "done"
  matters, take its word only at high certainty (the table above), and only where a rule agrees.
- **Several items in one message**: few examples, and most mentions of a second item only deny it or give background.
- **Why without a word for it**: a bare story is told from a description no better than the figures above.
- **The carrier**: few messages, by few writers; the sender's domain tells it, not the text.
- **Real mail**: all of it was learnt from mail written for this project. The corpus is harder than most real mail
  (misleading subjects, slang, irony), but nobody's real habits are in it.
"""


@dataclass(frozen=True, slots=True)
class Card:
    """`figures` is what card.json holds, `text` what CARD.md says."""

    figures: dict[str, Any]
    text: str


def describe(
    corpus: Corpus, held_out: dict[str, list[Said]], ablations: dict[str, dict[str, float]], content: bytes
) -> Card:
    """The card of the artifact `content`, which was trained on `corpus`."""
    known, apart = corpus.split()
    figures: dict[str, Any] = {
        "artifact": ARTIFACT,
        "sha256": sha256(content),
        "bytes": len(content),
        "features": features_version(),
        "corpus": corpus.digest,
        "records": {"train": len(known), "held_out": len(apart)},
        "writers": {"train": len({r.writer for r in known}), "held_out": len({r.writer for r in apart})},
        "near_duplicates": sum(1 for _ in near_duplicates(corpus.records)),
        "held_out": {name: _figures(said) for name, said in held_out.items()},
        "completed": _completed(held_out.get(STATUS, [])),
        "ablations": ablations,
    }
    return Card(figures, "\n".join(_text(figures)) + "\n")


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


def _text(figures: dict[str, Any]) -> Iterator[str]:
    yield _OPENING
    yield from _data(figures)
    yield from _accuracies(figures)
    yield from _done(figures)
    yield from _worth(figures)
    yield _LIMITS


def _data(figures: dict[str, Any]) -> Iterator[str]:
    records, writers = figures["records"], figures["writers"]
    yield "## Data"
    yield (
        f"Trained on {records['train']} messages by {writers['train']} writers; all figures below are on"
        f" {records['held_out']} messages by {writers['held_out']} other writers, whom training never saw"
        " (about an eighth of each file's, by the digest of their name)."
        f" Near-duplicates in the corpus (more than {LIKENESS:.0%} of four-word runs shared):"
        f" {figures['near_duplicates']}."
        " `corpus/README.md` tells where the corpus comes from."
    )
    yield f"\nArtifact: `{figures['artifact']}`, {figures['bytes']:,} bytes, SHA-256 `{figures['sha256']}`.\n"


def _accuracies(figures: dict[str, Any]) -> Iterator[str]:
    yield "## How often right\nIntervals: 95 %, bootstrap over writers. Calibration error: ECE, ten bins.\n"
    yield "| question | right | interval | messages | calibration error | most often confused (right → given) |"
    yield "|---|--:|--:|--:|--:|---|"
    for name, f in figures["held_out"].items():
        low, high = f["interval"]
        mixed = ", ".join(f"{right} → {given} ({times})" for right, given, times in f["confused"][:3])
        yield (
            f"| {name} | {f['accuracy']:.3f} | {low:.3f}–{high:.3f} | {f['count']} |"
            f" {f['calibration_error']:.3f} | {mixed} |"
        )


def _done(figures: dict[str, Any]) -> Iterator[str]:
    yield '\n## "Done"\nWhat taking `completed` only from a certainty on gives.\n'
    yield "| certainty from | precision | recall | claimed |\n|--:|--:|--:|--:|"
    for row in figures["completed"]:
        yield f"| {row['least']} | {row['precision']:.3f} | {row['recall']:.3f} | {row['claimed']} |"


def _worth(figures: dict[str, Any]) -> Iterator[str]:
    steps = figures["ablations"]
    heads = list(next(iter(steps.values()), {}))
    yield "\n## What each sort of feature gives\nShare right on the held-out writers, each row with all above it.\n"
    yield f"| features | {' | '.join(heads)} |"
    yield f"|---|{'--:|' * len(heads)}"
    for step, right in steps.items():
        yield f"| {step} | {' | '.join(f'{right[head]:.3f}' for head in heads)} |"
