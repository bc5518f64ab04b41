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

from triage.learn.matrix import rarity

FOLDS = 5
PENALTY = 0.2
_BALANCE = 0.5

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


def fit_head(rows: sparse.csr_matrix, answers: Sequence[str], labels: Sequence[str], writers: Sequence[str]) -> Fitted:
    """The weights of one question. `answers` are the right ones of `rows`, `labels` all that the head knows."""
    targets = np.array([labels.index(answer) for answer in answers])
    scale = rarity(rows)
    weighted = rows @ sparse.diags(scale)
    unseen = unseen_scores(support_vectors, weighted, targets, writers, len(labels))
    stretch, shift = calibration(unseen, targets)
    model = support_vectors().fit(weighted, targets)
    weights, bias = columns_of(model, len(labels))
    return Fitted(weights * scale[:, None] * stretch, bias * stretch + shift, unseen * stretch + shift)


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
        return float((log_sum - stretched[rows, targets]).mean() + 0.01 * _BALANCE * (parameters[1:] ** 2).sum())

    start = np.concatenate([[1.0], np.zeros(scores.shape[1])])
    found = optimize.minimize(loss, start, method="L-BFGS-B")
    return float(np.exp(found.x[0])), np.asarray(found.x[1:])
