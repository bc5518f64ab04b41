"""Figures on what the classifier says: how often right, how sure, how honest about it, how much of it may be chance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10
ROUNDS = 1_000


@dataclass(frozen=True, slots=True)
class Said:
    """One answer held against the right one: its probability, who wrote the message, and whether it was right."""

    writer: str
    given: str
    right: str
    probability: float

    @property
    def correct(self) -> bool:
        """Whether the answer is the right one."""
        return self.given == self.right


@dataclass(frozen=True, slots=True)
class Score:
    """A share with the 95 % interval that drawing other writers could give it; `count` answers stand behind it."""

    value: float
    low: float
    high: float
    count: int


def accuracy(said: Sequence[Said]) -> Score:
    """The share of right answers; the interval by bootstrap over writers, since one writer's messages are alike."""
    if not said:
        return Score(0.0, 0.0, 1.0, 0)
    by_writer: dict[str, list[bool]] = {}
    for one in said:
        by_writer.setdefault(one.writer, []).append(one.correct)
    right = np.array([sum(hits) for hits in by_writer.values()])
    count = np.array([len(hits) for hits in by_writer.values()])
    drawn = np.random.default_rng(0).integers(0, len(right), (ROUNDS, len(right)))
    shares = right[drawn].sum(axis=1) / count[drawn].sum(axis=1)
    low, high = np.percentile(shares, [2.5, 97.5])
    return Score(float(right.sum() / count.sum()), float(low), float(high), len(said))


def calibration_error(said: Sequence[Said]) -> float:
    """How far, on average, the probability of an answer is from how often such answers are right (ECE, ten bins)."""
    if not said:
        return 0.0
    sure = np.array([one.probability for one in said])
    right = np.array([one.correct for one in said], dtype=float)
    return float(sum(len(b) * abs(sure[b].mean() - right[b].mean()) for b in _bins(sure)) / len(said))


def calibration_table(said: Sequence[Said]) -> list[tuple[float, float, int]]:
    """For each tenth of certainty that occurs: mean probability, share of right answers, how many."""
    sure = np.array([one.probability for one in said])
    right = np.array([one.correct for one in said], dtype=float)
    return [(float(sure[b].mean()), float(right[b].mean()), len(b)) for b in _bins(sure)]


def _bins(sure: NDArray[np.float64]) -> list[NDArray[np.int64]]:
    place = np.minimum((sure * BINS).astype(int), BINS - 1)
    return [chosen for number in range(BINS) if len(chosen := np.flatnonzero(place == number))]


def confusion(said: Sequence[Said]) -> dict[tuple[str, str], int]:
    """How often each wrong pair (right, given) occurred, most often first."""
    counted: dict[tuple[str, str], int] = {}
    for one in said:
        if not one.correct:
            counted[one.right, one.given] = counted.get((one.right, one.given), 0) + 1
    return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def precision_recall(said: Sequence[Said], label: str, least: float) -> tuple[float, float, int]:
    """Precision and recall of `label` where only answers of at least `least` count, and how many those are."""
    claimed = [one for one in said if one.given == label and one.probability >= least]
    true = sum(one.right == label for one in said)
    hits = sum(one.correct for one in claimed)
    return (hits / len(claimed) if claimed else 1.0, hits / true if true else 1.0, len(claimed))
