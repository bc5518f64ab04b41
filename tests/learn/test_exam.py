"""The whole judgement on an exam that nothing was learnt from: rules, classifier and thresholds together."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from tests.learn.story import bulletin, classifier
from triage.core.judge import judge
from triage.core.report import verdict_object
from triage.learn.corpus import Record, read_corpus
from triage.learn.evaluate import figures
from triage.learn.rendering import TRAINING_POLICY, message_of
from triage.paths import models_dir

# What is asked of the judgement on mail that nobody here has seen.
AT_LEAST = {
    "kind": 0.99,
    "category": 0.98,
    "subject": 0.98,
    "field_sets": 0.95,
    "values": 0.97,
    "operator_status": 0.97,
    "done_precision": 1.0,
    "wholly_right": 0.93,
}
A_FEW = 3
AT_MOST = {"harmful": 0.0, "silent": 0.01, "needless_review": 0.04}


@cache
def reached() -> Mapping[str, float | None]:
    records = read_corpus(models_dir() / "exam").records
    labels = [{**record.label, "file": record.id} for record in records]
    return figures(labels, map(_verdict, records))


def _verdict(record: Record) -> dict[str, Any]:
    message = message_of(record)
    reading = classifier().read(message, bulletin(), TRAINING_POLICY)
    return verdict_object(record.id, message, judge(message, reading, bulletin(), TRAINING_POLICY), None)


@pytest.mark.parametrize("figure", sorted(AT_LEAST))
def test_as_right_as_asked(figure: str) -> None:
    assert (reached()[figure] or 0) >= AT_LEAST[figure]


@pytest.mark.parametrize("figure", sorted(AT_MOST))
def test_no_more_wrong_than_allowed(figure: str) -> None:
    assert reached()["messages"] == 3528
    assert (reached()[figure] or 0) <= AT_MOST[figure]


def _texts(part: str) -> set[str]:
    """The texts of more than a few words, which are nobody's own ("feito")."""
    texts = (record.text for record in read_corpus(models_dir() / part).records)
    return {text for text in texts if len(text.split()) > A_FEW}


def test_nothing_was_learnt_from_the_exam() -> None:
    assert _texts("exam").isdisjoint(_texts("corpus"))
