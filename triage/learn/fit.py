"""One head fitted and calibrated. Training only: needs scikit-learn.

A linear support vector machine won over the other models tried (CARD.md has the figures). Its scores are no
probabilities: they are scaled by what the same model does to writers it has not seen, in cross-validation by writer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse  # type: ignore[import-untyped]  # scipy ships no types
from sklearn.model_selection import GroupKFold  # type: ignore[import-untyped]  # scikit-learn ships no types
from sklearn.svm import LinearSVC  # type: ignore[import-untyped]  # scikit-learn ships no types

from triage.learn.corpus import Record
from triage.learn.features import GROUPS
from triage.learn.heads import ITEM, KIND, REASON, SEVERAL, STATUS, Head, answer
from triage.learn.matrix import Pieces, Table, rarity

FOLDS = 5
PENALTY = 0.03
_RESTRAINT = 0.005

# How loud each group of features is for each question; what is not named is silent. Found by cross-validation on the
# training writers (least log loss).
_OWN = {"own.words": 2.0, "own.chars": 1.6, "own.ideas": 1.4, "own.last": 0.3}
_SUBJECT = {"subject.chars": 0.5, "subject.ideas": 0.4}
_AROUND = {"signature.words": 0.2, "quoted.words": 0.3, "quoted.ideas": 0.3, "forwarded.words": 0.3}
SCALES: dict[str, dict[str, float]] = {
    KIND: {
        **_OWN, **_SUBJECT, **_AROUND, "own.words": 1.0, "own.chars": 1.0, "own.ideas": 0.7, "own.course": 0.7,
        "own.first": 0.3, "facts": 2.0, "recipients": 1.0, "quoted.words": 1.9,
    },
    ITEM: {**_OWN, **_SUBJECT, **_AROUND, "own.first": 0.8, "facts": 1.0, "recipients": 1.0},
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
    """Columns of weights and biases whose softmax is calibrated.

    `unseen` are the scores that each record gets from a model which has not seen its writer, `unseen_pieces` those of
    its sentences (no rows where none were given).
    """

    weights: NDArray[np.float64]
    bias: NDArray[np.float64]
    unseen: NDArray[np.float64]
    unseen_pieces: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """The records that a question arises for: rows, right answers as places among the labels, writers."""

    rows: sparse.csr_matrix
    targets: NDArray[np.int64]
    writers: list[str]
    labels: int


def support_vectors() -> LinearSVC:
    """The model that is kept."""
    return LinearSVC(C=PENALTY, class_weight="balanced", random_state=0, max_iter=5000)


def fit_head(head: Head, known: Table, records: Sequence[Record], pieces: Pieces | None = None) -> Fitted:
    """The weights of one question over the columns of `known`, whose rows are `records`."""
    places, asked = questioned(head, known.rows, records)
    asked, scale = scaled(head, asked, known)
    sentences = pieces.rows @ sparse.diags(scale) if pieces else None
    owners = np.searchsorted(places, pieces.owner) if pieces else np.empty(0, dtype=np.int64)
    unseen, unseen_pieces = unseen_scores(support_vectors, asked, sentences, owners)
    stretch, shift = calibration(unseen, asked.targets)
    weights, bias = columns_of(support_vectors().fit(asked.rows, asked.targets), asked.labels)
    return Fitted(
        weights * scale[:, None] * stretch,
        bias * stretch + shift,
        unseen * stretch + shift,
        unseen_pieces * stretch + shift,
    )


def questioned(head: Head, rows: sparse.csr_matrix, records: Sequence[Record]) -> tuple[list[int], Asked]:
    """The places of the records that `head` is asked about, and what training needs of them."""
    found = [(n, head.labels.index(told)) for n, record in enumerate(records) if (told := answer(record, head.name))]
    places = [place for place, _ in found]
    targets = np.array([target for _, target in found], dtype=np.int64)
    return places, Asked(rows[places], targets, [records[place].writer for place in places], len(head.labels))


def scaled(head: Head, asked: Asked, known: Table) -> tuple[Asked, NDArray[np.float64]]:
    """`asked` with each column as loud as it is rare and as its group counts for `head`, and those factors."""
    scale = rarity(asked.rows) * loudness(head.name, known)
    return replace(asked, rows=asked.rows @ sparse.diags(scale)), scale


def loudness(head: str, known: Table) -> NDArray[np.float64]:
    """The scale of each column for a question."""
    return np.array([SCALES[head].get(name, 0.0) for name in GROUPS])[known.groups]


def unseen_scores(
    model: Model, asked: Asked, sentences: sparse.csr_matrix | None, owners: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The scores that records, and their sentences, get from a model which has not seen their writer."""
    scores = np.zeros((len(asked.targets), asked.labels))
    by_sentence = np.zeros((len(owners), asked.labels))
    folds = min(FOLDS, len(set(asked.writers)))
    for known, unknown in GroupKFold(folds).split(asked.rows, asked.targets, asked.writers):
        weights, bias = columns_of(model().fit(asked.rows[known], asked.targets[known]), asked.labels)
        scores[unknown] = asked.rows[unknown] @ weights + bias
        if sentences is not None:
            theirs = np.flatnonzero(np.isin(owners, unknown))
            by_sentence[theirs] = sentences[theirs] @ weights + bias
    return scores, by_sentence


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
