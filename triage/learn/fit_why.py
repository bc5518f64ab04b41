"""Learning which sentences tell why, though only whole messages are labelled. Training only: needs scikit-learn.

A message without a reason has no sentence that tells one; of a message with a reason it is only known that some
sentence does. So a model of sentences is fitted again and again on all sentences of the former, and on that sentence
of each of the latter which the model before it found most telling (multiple-instance learning).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]  # scipy ships no types
from sklearn.model_selection import GroupKFold  # type: ignore[import-untyped]  # scikit-learn ships no types

from triage.learn.fit import FOLDS, Asked, support_vectors
from triage.learn.fit_signs import weigh
from triage.learn.why import SIGNS, signs

_ROUNDS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Sentences:
    """A row for each sentence, over the columns of the messages' rows; `owner` is the message's place among them."""

    rows: sparse.csr_matrix
    owner: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Telling:
    """A column of weights and its bias that score a sentence, and the weights of the signs (`triage.learn.why`)."""

    weights: NDArray[np.float64]
    bias: float
    signs: NDArray[np.float64]


def fit_why(asked: Asked, reason: NDArray[np.float64], sentences: Sentences) -> Telling:
    """What tells why, from messages (`asked`, 1: says why), each one's score (log-odds) by a model that has not seen
    its writer, and their sentences.
    """
    messages = np.arange(len(asked.targets))
    seen = np.zeros((len(messages), SIGNS))
    for known, unknown in GroupKFold(min(FOLDS, len(set(asked.writers)))).split(
        asked.rows, asked.targets, asked.writers
    ):
        scores = _fit(asked, sentences, known).decision_function(sentences.rows)
        for place in unknown:
            seen[place] = signs(reason[place], scores[sentences.owner == place])
    model = _fit(asked, sentences, messages)
    return Telling(model.coef_[0], float(model.intercept_[0]), weigh(seen, asked.targets))


def _fit(asked: Asked, sentences: Sentences, known: NDArray[np.int64]) -> Any:
    """A model of sentences, from those of the `known` messages alone. It begins with one of whole messages."""
    model = support_vectors().fit(asked.rows[known], asked.targets[known])
    said = asked.targets == 1
    silent = np.flatnonzero(np.isin(sentences.owner, known[~said[known]]))
    for _ in range(_ROUNDS):
        telling = _most_telling(model.decision_function(sentences.rows), sentences.owner, known[said[known]])
        chosen = np.concatenate([telling, silent])
        model = support_vectors().fit(sentences.rows[chosen], np.arange(len(chosen)) < len(telling))
    return model


def _most_telling(
    scores: NDArray[np.float64], owner: NDArray[np.int64], messages: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The place of the sentence with the highest score of each of `messages` that has any."""
    places = [np.flatnonzero(owner == message) for message in messages]
    return np.array([group[scores[group].argmax()] for group in places if len(group)], dtype=np.int64)
