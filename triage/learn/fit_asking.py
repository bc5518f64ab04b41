"""Learning which items a sentence asks for, though only whole messages are labelled. Training only: needs scikit-learn.

Of an item that a message asks for it is only known that some sentence does: that one counts which the reading of whole
messages finds most about it. Of an item that is not asked for no sentence asks, however much it speaks of it; this is
what the reading of whole messages cannot learn, and what tells a second wish from a mention.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold  # type: ignore[import-untyped]  # scikit-learn ships no types
from sklearn.svm import LinearSVC  # type: ignore[import-untyped]  # scikit-learn ships no types

from triage.learn.corpus import Record
from triage.learn.fit import FOLDS, PENALTY
from triage.learn.heads import number_of
from triage.learn.matrix import Pieces

_MOST_WEIGHT = 10.0
_NEAR_ENOUGH = 1e-2  # nothing is lost by it in cross-validation, and half of the time is won


@dataclass(frozen=True, slots=True, eq=False)
class Asking:
    """A column of weights and a bias for each item, and the scores of the sentences by models that had not seen their
    writers.
    """

    weights: NDArray[np.float64]
    bias: NDArray[np.float64]
    unseen: NDArray[np.float64]


def fit_asking(records: Sequence[Record], items: Sequence[str], pieces: Pieces, about: NDArray[np.float64]) -> Asking:
    """What asks for each of `items`, from requests (`records`), their sentences, and how much each of these is about
    each item (columns) by a model that has not seen its writer.
    """
    asked = np.array([[item in _asked_for(record) for item in items] for record in records])
    writers = [record.writer for record in records]
    unseen = np.zeros_like(about)
    for known, unknown in GroupKFold(min(FOLDS, len(set(writers)))).split(asked, groups=writers):
        weights, bias = _fit(asked, pieces, about, np.isin(pieces.owner, known))
        theirs = np.isin(pieces.owner, unknown)
        unseen[theirs] = pieces.rows[theirs] @ weights + bias
    return Asking(*_fit(asked, pieces, about, np.ones(len(pieces.owner), dtype=bool)), unseen)


def about_items(labels: Sequence[str], items: Sequence[str], scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of each item in the scores (rows) of its labels: the services of one item together."""
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    belongs = np.array([[number_of(label) == item for item in items] for label in labels], dtype=np.float64)
    together: NDArray[np.float64] = shares @ belongs
    return together


def _asked_for(record: Record) -> tuple[str, ...]:
    return (str(record.label["category"]), *map(str, record.label.get("also") or ()))


def _fit(
    asked: NDArray[np.bool_], pieces: Pieces, about: NDArray[np.float64], known: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A model for each item, from the `known` sentences alone."""
    weights, bias = np.zeros((pieces.rows.shape[1], asked.shape[1])), np.full(asked.shape[1], -1.0)
    for item, share in enumerate(about.T):
        wanted = asked[pieces.owner, item]
        asks = _most(share, pieces.owner, np.flatnonzero(known & wanted))
        silent = np.flatnonzero(known & ~wanted)
        if not len(asks) or not len(silent):
            continue  # an item that nobody asks for yet: no sentence does
        weight = min(_MOST_WEIGHT, len(silent) / len(asks) / 2)
        model = LinearSVC(C=PENALTY, class_weight={0: 1.0, 1: weight}, random_state=0, tol=_NEAR_ENOUGH)
        model.fit(pieces.rows[np.concatenate([asks, silent])], np.arange(len(asks) + len(silent)) < len(asks))
        weights[:, item], bias[item] = model.coef_[0], model.intercept_[0]
    return weights, bias


def _most(share: NDArray[np.float64], owner: NDArray[np.int64], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Of each owner's `places` the one with the highest share, the first of equals."""
    ordered = places[np.lexsort((places, -share[places], owner[places]))]
    first: NDArray[np.int64] = ordered[np.diff(owner[ordered], prepend=-1) != 0]
    return first
