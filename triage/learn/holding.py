"""A classifier held against labelled records. Needs numpy alone: a gate can run it wherever the program runs."""

from collections.abc import Sequence

from triage.core.bulletin import Bulletin
from triage.core.reading import best
from triage.learn.classifier import Classifier
from triage.learn.corpus import Record
from triage.learn.figures import Said
from triage.learn.heads import answer
from triage.learn.rendering import TRAINING_POLICY, message_of


def hold_against(classifier: Classifier, records: Sequence[Record], bulletin: Bulletin) -> dict[str, list[Said]]:
    """What `classifier` answers about `records`, beside the right answers."""
    said: dict[str, list[Said]] = {}
    for record in records:
        for head, shares in classifier.answers(message_of(record), bulletin, TRAINING_POLICY).items():
            right = answer(record, head)
            if right is not None:
                given, probability = best(shares)
                said.setdefault(head, []).append(Said(record.writer, given, right, probability))
    return said
