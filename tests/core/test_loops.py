"""Machines that answer whatever we write: a few replies at most, then a person (RELIABILITY A11, A12, A14, A19)."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.core.story import ANA, OI, Story, story_in
from triage.core.case import Doubt
from triage.core.decision import Limits
from triage.core.message import Address
from triage.core.vocabulary import Action, Field, State
from triage.store.engine import open_store

Robot = Callable[[Story, int], None]

MISSING = (Field.MOBILE, Field.LANDLINE, Field.CNPJ)
DAY = 24  # rounds of an hour


def _restart(story: Story) -> None:
    """The program ends, and another process opens the same database."""
    url = story.engine.url
    story.engine.dispose()
    story.engine = open_store(str(url))


def _in_thread(story: Story, turn: int) -> None:
    """A robot that keeps In-Reply-To."""
    story.request(
        missing=MISSING, to=story.outbox()[-1].message_id if turn else None, subject="RES: " * turn + "Bloqueio"
    )


def _by_number(story: Story, turn: int) -> None:
    """A robot that drops the thread and repeats the subject with our case number."""
    number = f" [{story.cases()[0].number}]" if turn else ""
    story.request(missing=MISSING, subject="RES: " * min(turn, 9) + "Bloqueio" + number)


def _without_trace(story: Story, turn: int) -> None:
    """A robot that writes each time as if for the first time."""
    story.request(missing=MISSING, subject=f"Bloqueio {turn}")


@pytest.mark.parametrize(("robot", "rounds"), [(_in_thread, 1_000), (_by_number, 200), (_without_trace, 200)])
def test_a_robot_that_answers_every_reply_gets_three_at_most_and_then_one_person(
    story: Story, robot: Robot, rounds: int
) -> None:
    """A11: a thousand rounds, an hour each, over restarts and midnights."""
    story.limits = Limits()
    began = story.now
    for turn in range(rounds):
        robot(story, turn)
        if turn % 90 == 2:
            _restart(story)
    assert story.now - began > timedelta(days=rounds // DAY)
    assert 1 <= len(story.outbox()) <= 3
    assert [(case.state, case.review.doubt if case.review else None) for case in story.cases()] == [
        (State.REVIEW, Doubt.ROUNDS)
    ]


@pytest.mark.parametrize("domain", ["iema.es.gov.br", "gmail.com"])
def test_a_new_address_each_round_stops_by_the_fourth(story: Story, domain: str) -> None:
    """A12: the thread goes on, the subject grows, the address changes by a byte, the text too."""
    story.limits = Limits()
    for turn in range(60):
        ours = story.outbox()[-1].message_id if turn else None
        sender = Address("Robô", f"robo{turn}@{domain}")
        story.request(missing=MISSING, sender=sender, to=ours, subject="RES: " * turn + "Bloqueio de linha")
    assert len(story.outbox()) <= 3


def test_the_same_words_from_changing_addresses_get_one_answer_a_day(story: Story) -> None:
    """A12: no thread at all; what is said is the key, however often the subject is prefixed."""
    story.limits = Limits()
    for turn in range(23):
        sender = Address("Robô", f"robo{turn}@gmail.com")
        text = "Texto sempre igual de um robô insistente."
        story.request(missing=MISSING, sender=sender, subject="RES: " * turn + "Bloqueio", text=text, lines=())
    assert len(story.outbox()) == 1


def test_old_messages_make_cases_and_no_reply(tmp_path: Path) -> None:
    """A14: first run, or a database restored from nothing, against a full mailbox."""
    story = story_in(tmp_path)
    story.first_run = story.now + timedelta(days=30)
    for number in range(120):
        story.request(missing=MISSING, lines=(f"+55273333{number:04}",), age=timedelta(days=2))
    assert len(story.cases()) == 120
    assert story.outbox() == []
    story.engine.dispose()


def test_a_forged_sender_gets_no_reply(story: Story) -> None:
    """A19: what our own server found forged is left to a person, whoever it says it is from."""
    told = story.request(missing=MISSING, action=Action.REVIEW, subject="TAKE DOWN http://evil.example")
    assert told.written == ()
    assert story.states() == [State.REVIEW]


def test_the_operator_and_the_carrier_are_never_written_to_in_a_loop(story: Story) -> None:
    """Every reply of ours goes to a requester."""
    for turn in range(20):
        story.request(missing=MISSING, sender=OI if turn % 2 else ANA, lines=(f"+55273333{turn:04}",))
    assert {mail.recipient for mail in story.outbox()} <= {ANA.addr}
