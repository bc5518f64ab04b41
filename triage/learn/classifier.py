"""The trained classifier: a message in, calibrated probabilities out. Needs numpy alone."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from math import exp
from operator import mul
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
from triage.learn.features import Extractor, Features, Piece
from triage.learn.heads import ITEM, KIND, NO, REASON, SEVERAL, STATUS, YES
from triage.learn.phrases import LONGEST_KEPT, Phrases
from triage.learn.several import signs as signs_of_several
from triage.learn.why import signs as signs_of_why
from triage.learn.words import Remembered, WordMemo

_HARDLY = 0.01  # less likely a request than this: nobody asks how many items it is about
_LEAST_SCORE = -700.0  # log-odds; what is less likely is more than a float holds the inverse of
Probabilities = dict[str, dict[str, float]]


class Classifier:
    """Reads messages. Holds the weights and a bounded memo, which changes the time and never the answer."""

    def __init__(self, weights: Weights, memo: WordMemo | None = None) -> None:
        self._weights = weights
        self._phrases = Phrases(memo)
        sizes = [len(head.labels) for head in weights.heads]
        ends = np.cumsum([0, *sizes]).tolist()
        self._starts = np.array(ends[:-1])
        self._head = np.repeat(np.arange(len(sizes)), sizes)
        self._columns = {head.name: slice(a, b) for head, (a, b) in zip(weights.heads, pairwise(ends), strict=True)}
        self._items = self._columns[ITEM].stop - self._columns[ITEM].start
        self._of_sentences = np.r_[self._columns[ITEM], ends[-1] : weights.weights.shape[1]]
        self._signs_of_several: list[float] = weights.several.tolist()
        self._signs_of_why: list[float] = weights.why.tolist()
        self._said = Remembered[Piece, NDArray[np.float64]](self._phrases.kept)

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
            body = replace(message.body, own=part.said, signature_at=len(part.said), postscript_at=None)
            alone = replace(message, body=body)
            yield self.answers(alone, bulletin, policy)[STATUS]

    def answers(self, message: Message, bulletin: Bulletin, policy: Policy) -> Probabilities:
        """The probabilities of every head, as the model has them (item 2.2 by service)."""
        extract = Extractor(bulletin, policy, self._phrases)
        scores = self._scores(extract(message))
        shares = self._shares(scores[: len(self._head)])
        found = {
            head.name: dict(zip(head.labels, shares[self._columns[head.name]], strict=True))
            for head in self._weights.heads
        }
        if found[KIND][Kind.REQUEST] < _HARDLY:
            return found
        sentences = self._said_in_each(extract, extract.pieces(message))
        about, telling, asking = np.split(sentences, (self._items, self._items + 1), axis=1)
        several = self._several(scores, about, asking)
        reason = self._reason(scores, telling[:, 0])
        return {**found, SEVERAL: {NO: 1 - several, YES: several}, REASON: {NO: 1 - reason, YES: reason}}

    def _shares(self, scores: NDArray[np.float64]) -> list[float]:
        """Each head's probabilities, worked out for all heads at once."""
        raised = np.exp(scores - np.maximum.reduceat(scores, self._starts).take(self._head))
        shares: list[float] = (raised / np.add.reduceat(raised, self._starts).take(self._head)).tolist()
        return shares

    def _scores(self, features: Features) -> NDArray[np.float64]:
        """The scores (log-odds) of every column."""
        known = self._weights
        rows = known.row.take(features.slots)
        learnt = rows.nonzero()[0]
        scores = features.values.take(learnt) @ known.weights.take(rows.take(learnt), axis=0) + known.bias
        return scores.astype(np.float64)

    def _said_in_each(self, extract: Extractor, pieces: Sequence[Piece]) -> NDArray[np.float64]:
        """For each piece (rows) the scores of the items, how much it tells why, and how much it asks for each item;
        those met are remembered."""
        if not pieces:
            return np.empty((0, len(self._of_sentences)))
        new = list({piece: None for piece in pieces if piece not in self._said})
        found = dict(zip(new, self._scores_of_each(extract.alone(new)), strict=True)) if new else {}
        scores = np.concatenate([found[piece] if piece in found else self._said[piece] for piece in pieces])
        for piece, said in found.items():
            if sum(map(len, piece)) <= LONGEST_KEPT:
                self._said.keep(piece, said.copy())
        return scores.reshape(len(pieces), -1)

    def _scores_of_each(self, texts: Features) -> NDArray[np.float64]:
        """The scores of each of several short texts (rows), weighed in one go.

        Each is summed by itself, so that it comes out the same to the last bit in whatever company it is weighed.
        """
        known, columns = self._weights, self._of_sentences
        weighed = known.weights.take(known.row.take(texts.slots), axis=0)
        weighed *= texts.values[:, np.newaxis]
        scores: NDArray[np.float64] = np.add.reduceat(weighed, texts.starts, dtype=np.float64)
        return scores[:, columns] + known.bias[columns]

    def _several(self, whole: NDArray[np.float64], items: NDArray[np.float64], asking: NDArray[np.float64]) -> float:
        """The probability of several items: the head's own opinion weighed with what each sentence asks for."""
        no, yes = whole[self._columns[SEVERAL]].tolist()
        signs = signs_of_several(yes - no, whole[self._columns[ITEM]], items, asking)
        return _weighed(signs, self._signs_of_several)

    def _reason(self, whole: NDArray[np.float64], telling: NDArray[np.float64]) -> float:
        """The probability of a reason: the head's own opinion weighed with how much each sentence tells why."""
        no, yes = whole[self._columns[REASON]].tolist()
        return _weighed(signs_of_why(yes - no, telling), self._signs_of_why)


def _weighed(signs: Sequence[float], weights: Sequence[float]) -> float:
    """The probability that `signs` give; behind the weights of each stands the bias."""
    score = sum(map(mul, signs, weights), weights[-1])
    return 1 / (1 + exp(-max(score, _LEAST_SCORE)))


@lru_cache(maxsize=256)
def _parted(label: str) -> tuple[str, str]:
    """An item's number, and the service where the label names one."""
    number, _, service = label.partition(":")
    return number, service


def _fold(split: dict[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    """Item probabilities with 2.2 in one, and its services' shares of it."""
    services: dict[str, float] = {}
    item: dict[str, float] = {}
    for label, probability in split.items():
        number, service = _parted(label)
        item[number] = item.get(number, 0.0) + probability
        if service:
            services[service] = probability
    whole = sum(services.values())
    return item, {name: p / whole for name, p in services.items()} if whole else {}
