"""Verdicts against labels: each sort of difference and of harm, and the figures, by hand-counted examples."""

from typing import Any

import pytest

from triage.learn.compare import compare
from triage.learn.evaluate import evaluate, figures

REQUEST: dict[str, Any] = {
    "file": "a.eml",
    "kind": "request",
    "category": "1.6",
    "action": "correct",
    "organ": "SEDU",
    "subject_ok": True,
    "missing": ["mobile"],
    "invalid": ["cnpj"],
    "form": None,
    "missing_recipients": ["karolina.ramos@oi.net.br"],
    "values": {"landline": "+552733361234"},
}
DONE: dict[str, Any] = {
    "file": "b.eml",
    "kind": "operator",
    "operator_status": "completed",
    "protocol": "2026-12 3",
    "trusted": True,
    "action": "update",
    "organ": None,
}


def verdict(label: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The verdict that `label` asks for, with changes."""
    right = {**label, "subject": {"ok": label.get("subject_ok")}, "confidence": 0.9}
    right["invalid"] = [{"field": field, "value": "", "why": ""} for field in label.get("invalid", [])]
    return {**right, **changes}


@pytest.mark.parametrize("label", [REQUEST, DONE])
def test_the_right_verdict_has_no_difference(label: dict[str, Any]) -> None:
    found = compare("x", label, verdict(label))
    assert (found.differences, found.harm) == ((), ())


@pytest.mark.parametrize(
    ("label", "changes", "part"),
    [
        (REQUEST, {"kind": "other"}, "kind"),
        (REQUEST, {"category": "1.1"}, "category"),
        (REQUEST, {"subject": None}, "subject.ok"),
        (REQUEST, {"missing": []}, "mobile"),
        (REQUEST, {"missing": ["mobile", "cnpj"], "invalid": []}, "cnpj"),
        (REQUEST, {"form": "missing"}, "form"),
        (REQUEST, {"missing_recipients": []}, "missing_recipients"),
        (REQUEST, {"organ": "SESA"}, "organ"),
        (DONE, {"operator_status": "scheduled"}, "operator_status"),
        (DONE, {"protocol": "9"}, "protocol"),
        (DONE, {"trusted": None}, "trusted"),
    ],
)
def test_each_difference_is_named(label: dict[str, Any], changes: dict[str, Any], part: str) -> None:
    assert [difference.part for difference in compare("x", label, verdict(label, **changes)).differences] == [part]


def test_a_protocol_may_be_written_in_another_way() -> None:
    assert compare("x", DONE, verdict(DONE, protocol="202612-3")).differences == ()


@pytest.mark.parametrize(
    ("label", "changes", "harm"),
    [
        (REQUEST | {"action": "accept"}, {"action": "correct"}, "answers (correct) where accept was due"),
        (REQUEST, {"action": "redirect"}, "redirect instead of correct"),
        (REQUEST, {"category": "1.1"}, "answers about another item"),
        (REQUEST, {"missing": ["mobile", "reason"]}, "demands what is there: reason"),
        (REQUEST, {"subject": {"ok": False}}, "demands what is there: subject"),
        (REQUEST, {"form": "blank"}, "demands what is there: form"),
        (REQUEST, {"missing_recipients": ["x@y"]}, "demands what is there: recipients"),
        (
            DONE | {"operator_status": "acknowledged"},
            {"operator_status": "completed"},
            "takes a case for done that is not",
        ),
        (DONE | {"trusted": False}, {}, "takes a case for done that is not"),
    ],
)
def test_each_harm_is_named(label: dict[str, Any], changes: dict[str, Any], harm: str) -> None:
    assert compare("x", label, verdict(label, **changes)).harm == (harm,)


def test_asking_for_too_little_is_no_harm() -> None:
    assert compare("x", REQUEST, verdict(REQUEST, missing=[])).harm == ()


def test_figures_of_two_right_verdicts_and_one_that_never_came() -> None:
    lost = REQUEST | {"file": "dir/c.eml"}
    found = figures([REQUEST, DONE, lost], [verdict(REQUEST, file="elsewhere/a.eml"), verdict(DONE)])
    assert (found["messages"], found["no_verdict"]) == (3, 1)
    assert (found["kind"], found["category"], found["action"]) == (0.6667, 0.5, 0.6667)
    assert (found["subject"], found["field_sets"], found["values"]) == (0.5, 0.5, 0.5)
    assert found["field_f1"] == round(2 * 2 / (4 + 2), 4)
    assert (found["operator_status"], found["done_precision"], found["done_recall"]) == (1.0, 1.0, 1.0)
    assert (found["wholly_right"], found["harmful"], found["silent"]) == (0.6667, 0.0, 0.3333)
    assert found["needless_review"] == 0.0


def test_what_was_never_labelled_has_no_figure() -> None:
    found = figures([DONE], [verdict(DONE, action="review")])
    assert (found["category"], found["field_f1"], found["done_precision"]) == (None, None, None)
    assert (found["done_recall"], found["needless_review"]) == (0.0, 1.0)


def test_errors_put_harm_first_and_confusion_and_calibration_are_counted() -> None:
    harmless = verdict(REQUEST, file="a.eml", missing=[])
    harmful = verdict(DONE | {"operator_status": "completed"})
    labels = [REQUEST, DONE | {"operator_status": "acknowledged"}]
    found = evaluate(labels, [harmless, harmful])
    assert [error.name for error in found.errors] == ["b.eml", "a.eml"]
    assert found.confusion["operator_status"] == {("acknowledged", "completed"): 1}
    assert found.calibration == ((pytest.approx(0.9), 1.0, 2),)
