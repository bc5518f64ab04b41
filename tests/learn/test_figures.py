"""The figures on probabilities, by hand-counted examples."""

import pytest

from triage.learn.figures import Said, accuracy, calibration_error, calibration_table, confusion, precision_recall

RIGHT = Said("w1", "a", "a", 0.9)
WRONG = Said("w2", "a", "b", 0.7)


def test_accuracy_counts_messages_and_draws_writers() -> None:
    score = accuracy([RIGHT, RIGHT, RIGHT, WRONG])
    assert (score.value, score.count) == (0.75, 4)
    assert (score.low, score.high) == (0.0, 1.0)


def test_nothing_said_is_nothing_known() -> None:
    assert accuracy([]).count == 0
    assert calibration_error([]) == 0


def test_calibration_error_is_the_mean_distance_of_certainty_from_truth() -> None:
    assert calibration_error([RIGHT, WRONG]) == pytest.approx((0.1 + 0.7) / 2)
    assert calibration_error([Said("w", "a", "a", 1.0)]) == 0


def test_the_table_has_a_row_for_each_tenth_that_occurs() -> None:
    assert calibration_table([RIGHT, WRONG]) == [(pytest.approx(0.7), 0.0, 1), (pytest.approx(0.9), 1.0, 1)]


def test_confusion_names_right_then_given() -> None:
    assert confusion([RIGHT, WRONG, WRONG]) == {("b", "a"): 2}


def test_precision_and_recall_count_only_what_is_certain_enough() -> None:
    said = [RIGHT, WRONG, Said("w3", "a", "a", 0.5)]
    assert precision_recall(said, "a", 0.0) == (pytest.approx(2 / 3), 1.0, 3)
    assert precision_recall(said, "a", 0.8) == (1.0, 0.5, 1)
