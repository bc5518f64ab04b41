"""Learning which sentences tell why from messages of which only the whole is labelled."""

import numpy as np
import pytest
from scipy import sparse

from triage.learn.fit import Asked
from triage.learn.fit_why import Sentences, fit_why
from triage.learn.why import SIGNS, signs

WHY, COMMON, BYSTANDER, WORDS = 0, 1, 2, 7


def test_the_signs_of_a_message_without_sentences() -> None:
    assert len(signs(0.5, np.empty(0))) == SIGNS
    assert np.isfinite(signs(0.5, np.empty(0))).all()


def test_the_most_telling_sentence_counts_wherever_it_stands() -> None:
    assert signs(0.0, np.array([2.0, -1.0])) == pytest.approx(signs(0.0, np.array([-1.0, 2.0])))
    assert signs(0.0, np.array([2.0, -1.0]))[1] == 2.0


def test_the_word_that_only_messages_with_a_reason_have_is_found_though_no_sentence_is_labelled() -> None:
    """Each message has three sentences; in those with a reason one of them, anywhere, has the word of a reason.

    A word that stands in all of these messages, but never beside the reason, is no sign of one: a model of whole
    messages would take it for that.
    """
    chance = np.random.default_rng(0)
    targets = np.tile([0, 1], 40)
    rows, owner = [], []
    for message, says_why in enumerate(targets):
        telling = chance.integers(3)
        for sentence in range(3):
            words = np.zeros(WORDS)
            words[[COMMON, chance.integers(3, WORDS)]] = 1.0
            words[WHY] = float(says_why and sentence == telling)
            words[BYSTANDER] = float(sentence != telling and (says_why or message % 8 == 0))
            rows.append(words)
            owner.append(message)
    sentences = Sentences(sparse.csr_matrix(np.array(rows)), np.array(owner))
    whole = sparse.csr_matrix(np.array(rows).reshape(len(targets), 3, WORDS).max(axis=1))
    writers = [f"w{message // 4}" for message in range(len(targets))]
    told = fit_why(Asked(whole, targets, writers, 2), np.zeros(len(targets)), sentences)
    assert told.weights.argmax() == WHY
    assert told.weights[BYSTANDER] < 0
    assert told.signs.shape == (SIGNS + 1,)
