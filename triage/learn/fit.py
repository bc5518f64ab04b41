"""One head fitted and calibrated. Training only: needs scikit-learn.

A linear support vector machine won over the other models tried (CARD.md has the figures). Its scores are no
probabilities: they are scaled by what the same model does to writers it has not seen, in cross-validation by writer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse  # type: ignore[import-untyped]  # scipy ships no types
from sklearn.model_selection import GroupKFold  # type: ignore[import-untyped]  # scikit-learn ships no types
from sklearn.svm import LinearSVC  # type: ignore[import-untyped]  # scikit-learn ships no types

from triage.learn.features import GROUPS
from triage.learn.heads import ITEM, KIND, REASON, SEVERAL, STATUS, Head
from triage.learn.matrix import Table, rarity

FOLDS = 5
PENALTY = 0.2
_RESTRAINT = 0.005

# How loud each group of features is for each question; what is not named is silent. Found by cross-validation on the
# training writers (least log loss).
_OWN = {"own.words": 2.0, "own.chars": 1.6, "own.ideas": 1.4, "own.last": 0.3}
_SUBJECT = {"subject.words": 0.5, "subject.chars": 0.5, "subject.ideas": 0.4}
_AROUND = {"signature.words": 0.2, "quoted.words": 0.3, "quoted.ideas": 0.3, "forwarded.words": 0.3}
SCALES: dict[str, dict[str, float]] = {
    KIND: {
        **_OWN, **_SUBJECT, **_AROUND, "own.words": 1.0, "own.chars": 1.0, "own.ideas": 0.7, "own.course": 0.7,
        "own.first": 0.3, "facts": 2.0, "recipients": 1.0, "quoted.words": 1.2,
    },
    ITEM: {**_OWN, **_SUBJECT, **_AROUND, "own.chars": 1.0, "own.first": 0.3, "facts": 1.0, "recipients": 1.0},
    STATUS: {**_OWN, "own.course": 0.7, "facts": 1.0, "signature.words": 0.2, "quoted.words": 0.3},
    SEVERAL: {
        **_OWN, "own.words": 1.0, "own.chars": 1.0, "own.ideas": 1.1, "own.course": 0.7, "own.first": 0.3, "facts": 1.6,
        "subject.words": 0.5,
    },
    REASON: {**_OWN, "own.words": 1.2, "own.first": 0.5, "facts": 1.2},
}  # fmt: skip

Model = Callable[[], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """Columns of weights and biases whose softmax is calibrated; `unseen` are the scores of the cross-validation."""

    weights: NDArray[np.float64]
    bias: NDArray[np.float64]
    unseen: NDArray[np.float64]


def support_vectors() -> LinearSVC:
    """The model that is kept."""
    return LinearSVC(C=PENALTY, class_weight="balanced", random_state=0, max_iter=5000)


def fit_head(head: Head, known: Table, places: Sequence[int], answers: Sequence[str], writers: Sequence[str]) -> Fitted:
    """The weights of one question: `answers` are the right ones of the rows at `places`, written by `writers`."""
    targets = np.array([head.labels.index(answer) for answer in answers])
    rows = known.rows[list(places)]
    scale = rarity(rows) * loudness(head.name, known)
    weighted = rows @ sparse.diags(scale)
    unseen = unseen_scores(support_vectors, weighted, targets, writers, len(head.labels))
    stretch, shift = calibration(unseen, targets)
    weights, bias = columns_of(support_vectors().fit(weighted, targets), len(head.labels))
    return Fitted(weights * scale[:, None] * stretch, bias * stretch + shift, unseen * stretch + shift)


def loudness(head: str, known: Table) -> NDArray[np.float64]:
    """The scale of each column for a question."""
    return np.array([SCALES[head].get(name, 0.0) for name in GROUPS])[known.groups]


def unseen_scores(
    model: Model, rows: sparse.csr_matrix, targets: NDArray[np.int64], writers: Sequence[str], labels: int
) -> NDArray[np.float64]:
    """The scores that each record gets from a model which has not seen its writer."""
    scores = np.zeros((len(targets), labels))
    folds = min(FOLDS, len(set(writers)))
    for known, unknown in GroupKFold(folds).split(rows, targets, writers):
        weights, bias = columns_of(model().fit(rows[known], targets[known]), labels)
        scores[unknown] = rows[unknown] @ weights + bias
    return scores


def columns_of(model: Any, labels: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A linear model's weights as one column a label; a label it never saw gets the least of scores."""
    coefficients, intercepts = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        coefficients = np.vstack([-coefficients / 2, coefficients / 2])
        intercepts = np.concatenate([-intercepts / 2, intercepts / 2])
    weights = np.zeros((coefficients.shape[1], labels))
    bias = np.full(labels, intercepts.min() - 2.0)
    weights[:, model.classes_] = coefficients.T
    bias[model.classes_] = intercepts
    return weights, bias


def calibration(scores: NDArray[np.float64], targets: NDArray[np.int64]) -> tuple[float, NDArray[np.float64]]:
    """The stretch and the shift per label that make the softmax of `scores` honest: least log loss."""
    rows = np.arange(len(targets))

    def loss(parameters: NDArray[np.float64]) -> float:
        stretched = scores * np.exp(parameters[0]) + parameters[1:]
        top = stretched.max(axis=1, keepdims=True)
        log_sum = np.log(np.exp(stretched - top).sum(axis=1)) + top[:, 0]
        return float((log_sum - stretched[rows, targets]).mean() + _RESTRAINT * (parameters[1:] ** 2).sum())

    start = np.concatenate([[1.0], np.zeros(scores.shape[1])])
    found = optimize.minimize(loss, start, method="L-BFGS-B")
    return float(np.exp(found.x[0])), np.asarray(found.x[1:])
