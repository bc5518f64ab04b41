"""The trained classifier: a message in, calibrated probabilities out. Needs numpy alone."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from triage.core.bulletin import Bulletin
from triage.core.message import Message
from triage.core.operator_parts import parts_of
from triage.core.policy import Policy
from triage.core.reading import Reading
from triage.core.vocabulary import Kind
from triage.learn.artifact import Weights, load
from triage.learn.features import Extractor, Features
from triage.learn.heads import ITEM, KIND, NO, REASON, SEVERAL, SPLIT_ITEM, STATUS, YES
from triage.learn.several import signs
from triage.learn.words import WordMemo

_HARDLY = 0.01  # less likely a request than this: nobody asks how many items it is about
Probabilities = dict[str, dict[str, float]]


class Classifier:
    """Reads messages. Holds the weights and a bounded memo of words, which changes the time and never the answer."""

    def __init__(self, weights: Weights, memo: WordMemo | None = None) -> None:
        self._weights = weights
        self._memo = memo or WordMemo()
        ends = np.cumsum([0, *(len(head.labels) for head in weights.heads)]).tolist()
        self._columns = {head.name: slice(a, b) for head, (a, b) in zip(weights.heads, pairwise(ends), strict=True)}

    @classmethod
    def load(cls, folder: Path) -> "Classifier":
        """The classifier of `folder` (`classifier.npz` and its `card.json`). Raises ArtifactRefused."""
        return cls(load(folder))

    @property
    def digest(self) -> str:
        """The SHA-256 of the artifact, kept with every decision."""
        return self._weights.digest

    def read(self, message: Message, bulletin: Bulletin, policy: Policy) -> Reading:
        """What `message` is about, as probabilities."""
        answers = self.answers(message, bulletin, policy)
        item, service = _fold(answers[ITEM])
        return Reading(
            kind=answers[KIND],
            item=item,
            service=service,
            status=answers[STATUS],
            several=answers[SEVERAL][YES],
            reason=answers[REASON][YES],
            model=self.digest,
            parts=tuple(self._statuses(message, bulletin, policy)),
        )

    def _statuses(self, message: Message, bulletin: Bulletin, policy: Policy) -> Iterator[dict[str, float]]:
        """What the operator says in each part of its message, read as if it were all."""
        if message.author.domain not in policy.operator_domains:
            return
        for part in parts_of(message, bulletin):
            alone = replace(message, body=replace(message.body, own=part.said, signature_at=len(part.said)))
            yield self.answers(alone, bulletin, policy)[STATUS]

    def answers(self, message: Message, bulletin: Bulletin, policy: Policy) -> Probabilities:
        """The probabilities of every head, as the model has them (item 2.2 by service)."""
        extract = Extractor(bulletin, policy, self._memo)
        scores = self._scores(extract(message))
        found = {
            head.name: dict(zip(head.labels, softmax(scores[self._columns[head.name]]).tolist(), strict=True))
            for head in self._weights.heads
        }
        if found[KIND][Kind.REQUEST] < _HARDLY:
            return found
        item = self._columns[ITEM]
        several = self._several(scores, self._scores_of_each(extract.pieces(message), item))
        return {**found, SEVERAL: {NO: 1 - several, YES: several}}

    def _scores(self, features: Features, columns: slice = slice(None)) -> NDArray[np.float64]:
        """The scores (log-odds) of `columns`."""
        known = self._weights
        rows = known.row[features.slots]
        learnt = np.flatnonzero(rows)
        scores = features.values[learnt] @ known.weights.take(rows[learnt], axis=0)[:, columns] + known.bias[columns]
        return scores.astype(np.float64)

    def _scores_of_each(self, texts: list[Features], columns: slice) -> NDArray[np.float64]:
        """The scores of `columns` for each of several short texts (rows), weighed in one go."""
        known = self._weights
        if not texts:
            return np.empty((0, len(known.bias[columns])))
        rows = known.row[np.concatenate([text.slots for text in texts])]
        learnt = np.flatnonzero(rows)
        owner = np.repeat(np.arange(len(texts)), [len(text.slots) for text in texts])[learnt]
        shares = np.zeros((len(texts), len(learnt)), dtype=np.float32)
        shares[owner, np.arange(len(learnt))] = np.concatenate([text.values for text in texts])[learnt]
        scores: NDArray[np.float32] = shares @ known.weights.take(rows[learnt], axis=0)[:, columns]
        return (scores + known.bias[columns]).astype(np.float64)

    def _several(self, whole: NDArray[np.float64], pieces: NDArray[np.float64]) -> float:
        """The probability of several items: the head's own opinion weighed with what each sentence asks for."""
        no, yes = whole[self._columns[SEVERAL]]
        seen = signs(yes - no, whole[self._columns[ITEM]], pieces)
        *weights, bias = self._weights.several
        return float(1 / (1 + np.exp(-(seen @ np.array(weights) + bias))))


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities from scores, along the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: NDArray[np.float64] = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def _fold(split: dict[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    """Item probabilities with 2.2 in one, and its services' shares of it."""
    services = {label.partition(":")[2]: p for label, p in split.items() if label.startswith(SPLIT_ITEM + ":")}
    whole = sum(services.values())
    item: dict[str, float] = {}
    for label, probability in split.items():
        number = label.partition(":")[0]
        item[number] = item.get(number, 0.0) + probability
    return item, {name: p / whole for name, p in services.items()} if whole else {}
