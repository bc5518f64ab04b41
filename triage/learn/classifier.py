"""The trained classifier: a message in, calibrated probabilities out. Needs numpy alone."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from triage.core.bulletin import Bulletin
from triage.core.message import Message
from triage.core.policy import Policy
from triage.core.reading import Reading
from triage.learn.artifact import Weights, load
from triage.learn.features import Extractor, Features
from triage.learn.heads import ITEM, KIND, REASON, SEVERAL, SPLIT_ITEM, STATUS, YES
from triage.learn.words import WordMemo

Probabilities = dict[str, dict[str, float]]


class Classifier:
    """Reads messages. Holds the weights and a bounded memo of words, which changes the time and never the answer."""

    def __init__(self, weights: Weights, memo: WordMemo | None = None) -> None:
        self._weights = weights
        self._memo = memo or WordMemo()

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
        answers = self.answers(Extractor(bulletin, policy, self._memo)(message))
        item, service = _fold(answers[ITEM])
        return Reading(
            kind=answers[KIND],
            item=item,
            service=service,
            status=answers[STATUS],
            several=answers[SEVERAL][YES],
            reason=answers[REASON][YES],
            model=self.digest,
        )

    def answers(self, features: Features) -> Probabilities:
        """The probabilities of every head, as the model has them (item 2.2 by service)."""
        known = self._weights
        scores = features.values @ known.weights[known.row[features.slots]] + known.bias
        found: Probabilities = {}
        start = 0
        for head in known.heads:
            part = softmax(scores[start : start + len(head.labels)])
            found[head.name] = dict(zip(head.labels, part.tolist(), strict=True))
            start += len(head.labels)
        return found


def softmax(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    """Probabilities from scores, along the last axis."""
    raised = np.exp(scores.astype(np.float64) - scores.max(axis=-1, keepdims=True))
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
