"""Two verdicts on one message, held against each other part by part."""

from dataclasses import replace

from triage.core.difference import Difference, differences, parts_of, unread
from triage.core.verdict import Evidence, Finding, OperatorWord, Presence, SubjectFinding, Verdict
from triage.core.vocabulary import Action, Field, FormState, Kind, OperatorStatus, Service

LINE = Finding(Field.LINE, Presence.PRESENT, "+552733361234", evidence=Evidence("body", 3, 17, "(27) 3336-1234"))
VERDICT = Verdict(
    Kind.REQUEST,
    Action.CORRECT,
    0.97,
    category="2.2",
    service=Service.EXTENSION,
    subject=SubjectFinding("conta", False),
    findings=(LINE, Finding(Field.CNPJ, Presence.MISSING)),
    missing_recipients=("karolina.ramos@oi.net.br",),
)
WORD = OperatorWord(OperatorStatus.COMPLETED, "20260001")


def changed(**changes: object) -> tuple[Difference, ...]:
    return differences(parts_of(VERDICT), parts_of(replace(VERDICT, **changes)))


def test_what_nobody_acts_upon_makes_no_difference() -> None:
    """Another certainty, other reasons, the same finding resting on another span."""
    elsewhere = replace(LINE, evidence=Evidence("body", 50, 64, "27 3336 1234"))
    assert changed(confidence=0.5, reasons=("porque sim",), findings=(elsewhere, VERDICT.findings[1])) == ()


def test_each_part_that_somebody_acts_upon_makes_one() -> None:
    assert changed(category="2.3") == (Difference("item", "2.2", "2.3"),)
    assert changed(kind=Kind.OTHER) == (Difference("kind", "request", "other"),)
    assert changed(action=Action.ACCEPT) == (Difference("action", "correct", "accept"),)
    assert changed(service=None) == (Difference("service", "prorrogacao", ""),)
    assert changed(subject=SubjectFinding("conta", True)) == (Difference("subject", "no", "yes"),)
    assert changed(subject=None) == (Difference("subject", "no", ""),)
    assert changed(trusted=False) == (Difference("trusted", "", "no"),)
    assert changed(form=FormState.BLANK) == (Difference("form", "", "blank"),)
    assert changed(also=("1.1", "1.2")) == (Difference("also", "", "1.1, 1.2"),)
    assert changed(missing_recipients=()) == (Difference("recipients", "karolina.ramos@oi.net.br", ""),)
    assert changed(withdrawn=True) == (Difference("withdrawn", "no", "yes"),)


def test_findings_are_compared_field_by_field_with_their_values() -> None:
    other = Finding(Field.LINE, Presence.INVALID, "3336-1234")
    assert changed(findings=(other,)) == (
        Difference("line", "present: +552733361234", "invalid: 3336-1234"),
        Difference("cnpj", "missing", ""),
    )


def test_the_operators_words_are_compared_one_by_one() -> None:
    assert changed(operator=WORD) == (Difference("status", "", "completed"), Difference("protocol", "", "20260001"))
    words = (WORD, OperatorWord(OperatorStatus.REFUSED))
    assert Difference("status", "", "completed, refused") in changed(operator=WORD, words=words)


def test_a_message_that_can_be_read_now_differs_in_everything_that_is_known_now() -> None:
    found = differences(unread("crashed"), parts_of(VERDICT))
    assert found[0] == Difference("reading", "crashed", "")
    assert Difference("item", "", "2.2") in found
