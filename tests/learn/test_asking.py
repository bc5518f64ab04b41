"""Learning which sentences ask for an item, and which only speak of it, from messages labelled as a whole."""

import numpy as np
from scipy import sparse

from triage.learn.corpus import Record
from triage.learn.fit_asking import about_items, fit_asking
from triage.learn.matrix import Pieces
from triage.learn.several import SIGNS, signs

BILL, LINE, ASKS = 0, 1, 2
ITEMS = ("1.1", "2.2", "3.2")


def _record(number: int, category: str, *also: str) -> Record:
    label = {"kind": "request", "category": category, "also": list(also)}
    return Record(f"r{number}", f"w{number % 6}", "x", "a@b.c", "", "", label)


def _requests() -> tuple[list[Record], Pieces, np.ndarray]:
    """Each speaks of a line and of a bill in a sentence each; the words of asking stand in those that ask."""
    records, rows, owner = [], [], []
    for number in range(60):
        wanted = (("1.1",), ("2.2",), ("1.1", "2.2"))[number % 3]
        records.append(_record(number, *wanted))
        for item, word in (("1.1", LINE), ("2.2", BILL)):
            row = np.zeros(3)
            row[word] = 1.0
            row[ASKS] = float(item in wanted)
            rows.append(row)
            owner.append(number)
    about = np.array([[row[LINE], row[BILL], 0.0] for row in rows])
    return records, Pieces(sparse.csr_matrix(np.array(rows)), np.array(owner)), about


def test_a_sentence_that_only_mentions_an_item_does_not_ask_for_it() -> None:
    records, pieces, about = _requests()
    asking = fit_asking(records, ITEMS, pieces, about)
    for number, record in enumerate(records):
        wanted = {record.label["category"], *record.label["also"]}
        line, bill = asking.unseen[pieces.owner == number]
        assert bool(line[0] > 0) is ("1.1" in wanted), record.label
        assert bool(bill[1] > 0) is ("2.2" in wanted), record.label


def test_of_an_item_that_nobody_asks_for_nothing_is_learnt() -> None:
    records, pieces, about = _requests()
    asking = fit_asking(records, ITEMS, pieces, about)
    assert not asking.weights[:, 2].any()
    assert (asking.unseen[:, 2] < 0).all()


def test_the_services_of_an_item_count_as_one() -> None:
    labels = ("1.1", "2.2:segunda_via", "2.2:contestacao")
    shares = about_items(labels, ("1.1", "2.2"), np.log(np.array([[0.2, 0.5, 0.3]])))
    np.testing.assert_allclose(shares, [[0.2, 0.8]])


def test_a_second_wish_is_among_the_signs_and_no_sentence_gives_none() -> None:
    whole, pieces = np.array([2.0, 1.0, 0.0]), np.array([[2.0, 0.0, 0.0], [0.0, 2.0, 0.0]])
    twice = signs(0.0, whole, pieces, np.array([[1.0, -1.0, -1.0], [-1.0, 0.5, -1.0]]))
    once = signs(0.0, whole, pieces, np.array([[1.0, -1.0, -1.0], [-1.0, -0.5, -1.0]]))
    assert (twice[-3:-1], once[-3:-1]) == ([1.0, 0.5], [1.0, -0.5])
    none = signs(0.0, whole, np.empty((0, 3)), np.empty((0, 3)))
    assert len(none) == SIGNS == len(twice)
    assert np.isfinite(none).all()
