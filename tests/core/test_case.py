"""The transition table, walked whole; and what no order of events may ever bring about."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.core.story import ANA, START
from triage.core.case import HAND, OPERATOR_EVENTS, Case, Doubt, Happened, Refused, Review
from triage.core.moves import Facts, Move, When
from triage.core.transitions import TABLE, move_case, step
from triage.core.transitions_doc import cases_page
from triage.core.vocabulary import WAITING_ON, Outcome, State

BY_HAND = frozenset(HAND.values())
BOOKKEEPING = frozenset({Happened.REPLY_WRITTEN, Happened.REPLY_SENT, Happened.REPLY_FAILED, Happened.REPLY_DROPPED})
BELIEVED = Facts(believed=True, tied=True)


def case_in(state: State, outcome: Outcome | None = None, doubt: Doubt | None = None) -> Case:
    review = Review(doubt, "porque sim") if doubt else None
    return Case(state, ANA.addr, "assunto", START, START, START, outcome=outcome, review=review)


def every_case() -> Iterator[Case | None]:
    yield None
    for state in State:
        outcomes: tuple[Outcome | None, ...] = tuple(Outcome) if state is State.CLOSED else (None,)
        for outcome, doubt in product(outcomes, (None, *Doubt)):
            yield case_in(state, outcome, doubt)


def every_fact() -> Iterator[Facts]:
    flags = (False, True)
    for tells, known, believed, tied, left in product(flags, repeat=5):
        for outcome in (None, Outcome.DONE):
            yield Facts(tells, known, believed, tied, left, outcome)


def walk() -> Iterator[tuple[Case | None, Happened, Facts, Move | Refused]]:
    """Every state, outcome and doubt × every event × every fact."""
    facts = list(every_fact())
    for case, event in product(every_case(), Happened):
        for fact in facts:
            yield case, event, fact, step(case, event, fact)


WALK = list(walk())


def test_every_step_is_a_move_or_a_refusal_with_a_reason() -> None:
    for case, event, _, result in WALK:
        assert isinstance(result, Move) or result.reason, (case, event)


def test_an_outcome_stands_on_closed_cases_and_nowhere_else() -> None:
    for case, event, fact, result in WALK:
        if isinstance(result, Move):
            assert (result.outcome is not None) == (result.to is State.CLOSED), (case, event, fact)


def test_only_a_hand_reopens_a_closed_case() -> None:
    for case, event, _, result in WALK:
        if case and case.state is State.CLOSED and isinstance(result, Move) and event not in BY_HAND:
            assert (result.to, result.outcome) == (State.CLOSED, case.outcome), event


def test_done_comes_only_from_the_believed_operator_the_notice_after_it_or_a_hand() -> None:
    for case, event, fact, result in WALK:
        ends = isinstance(result, Move) and result.outcome is Outcome.DONE
        if ends and (case is None or case.outcome is not Outcome.DONE) and event not in BY_HAND:
            told_after = event is Happened.CARRIER_TOLD and case is not None and case.state is State.CARRIER_DUE
            said = event is Happened.OPERATOR_COMPLETED and fact.believed and fact.tied
            assert told_after or said, (case, event, fact)


def test_carrier_due_comes_only_from_the_believed_operator_or_a_hand() -> None:
    for case, event, fact, result in WALK:
        comes = isinstance(result, Move) and result.to is State.CARRIER_DUE
        if comes and (case is None or case.state is not State.CARRIER_DUE) and event not in BY_HAND:
            assert event is Happened.OPERATOR_COMPLETED, (case, event)
            assert fact.believed, (case, event)
            assert fact.tied, (case, event)
            assert fact.tells_carrier, (case, event)


@pytest.mark.parametrize("event", sorted(OPERATOR_EVENTS))
@pytest.mark.parametrize("facts", [Facts(believed=True), Facts(tied=True), Facts()])
def test_the_operator_needs_authentication_and_a_tie_in_every_state(event: Happened, facts: Facts) -> None:
    for state in State:
        assert isinstance(step(case_in(state, Outcome.DONE if state is State.CLOSED else None), event, facts), Refused)


def test_a_contradiction_never_moves_a_case() -> None:
    for case, event, _, result in WALK:
        if isinstance(result, Move) and result.doubt in (Doubt.CONTRADICTION, Doubt.AFTER_CLOSE):
            assert case is not None, event
            assert result.to is case.state, event


def test_our_own_bookkeeping_moves_nothing() -> None:
    for case, event, _, result in WALK:
        if event in BOOKKEEPING:
            assert isinstance(result, Refused), (case, event)


def test_no_cell_leaves_an_event_unanswered_but_those_by_hand() -> None:
    for (origin, event), moves in TABLE.items():
        if event not in BY_HAND:
            assert moves[-1].when is When.ALWAYS, (origin, event)


def test_every_state_is_reached_without_a_hand_and_every_open_state_is_left_again() -> None:
    moved = {
        (case.state if case else None, result.to)
        for case, event, _, result in WALK
        if isinstance(result, Move) and event not in BY_HAND
    }
    assert {after for before, after in moved if before is not after} == set(State)
    assert {before for before, after in moved if before is not after} == {None, *State} - {State.CLOSED}


def test_a_closed_case_hears_every_word_of_the_operator() -> None:
    assert {event for origin, event in TABLE if origin is State.CLOSED} >= OPERATOR_EVENTS


def test_closing_by_hand_needs_an_outcome() -> None:
    for state in State:
        case = case_in(state, Outcome.DONE if state is State.CLOSED else None)
        assert isinstance(step(case, Happened.HAND_CLOSED, Facts()), Refused)
        assert step(case, Happened.HAND_CLOSED, Facts(outcome=Outcome.DISMISSED)) == Move(
            State.CLOSED, When.OUTCOME_GIVEN, Outcome.DISMISSED
        )


def test_waiting_begins_anew_only_when_the_state_changes() -> None:
    later = START + timedelta(days=3)
    case = case_in(State.WITH_OPERATOR)
    stays = move_case(case, Move(State.WITH_OPERATOR), later)
    moves = move_case(case, Move(State.NEEDS_INFO), later)
    assert (stays.waiting_since, stays.changed_at) == (START, later)
    assert (moves.waiting_since, moves.changed_at) == (later, later)


def test_leaving_review_answers_its_question_and_a_flag_beside_a_state_stays() -> None:
    review = case_in(State.REVIEW, doubt=Doubt.UNCERTAIN)
    flagged = case_in(State.WITH_OPERATOR, doubt=Doubt.UNTRUSTED_OPERATOR)
    assert move_case(review, Move(State.WITH_OPERATOR), START).review is None
    assert move_case(flagged, Move(State.NEEDS_INFO), START).review == flagged.review


def test_the_documentation_is_drawn_from_the_table() -> None:
    page = Path(__file__).parents[2] / "docs" / "cases.md"
    assert page.read_text(encoding="utf-8") == cases_page(), "write cases_page() to docs/cases.md"


class AnyOrderOfEvents(RuleBasedStateMachine):
    """A case under any events in any order, with any facts."""

    case: Case
    before: Case

    @initialize(event=st.sampled_from([e for origin, e in TABLE if origin is None]))
    def open(self, event: Happened) -> None:
        move = step(None, event)
        assert isinstance(move, Move)
        self.case = self.before = replace(case_in(move.to, move.outcome), review=None)
        self.completed = self.by_hand = False

    @rule(
        event=st.sampled_from(sorted(Happened)),
        flags=st.tuples(*[st.booleans()] * 5),
        outcome=st.sampled_from((None, *Outcome)),
    )
    def happens(self, event: Happened, flags: tuple[bool, ...], outcome: Outcome | None) -> None:
        facts = Facts(*flags, outcome=outcome)
        move = step(self.case, event, facts)
        self.before = self.case
        if isinstance(move, Move):
            self.case = move_case(self.case, move, START, "nota")
            self.by_hand = self.by_hand or event in BY_HAND
            self.completed = self.completed or (event is Happened.OPERATOR_COMPLETED and facts.believed and facts.tied)

    @invariant()
    def closed_stays_closed_but_by_hand(self) -> None:
        if hasattr(self, "case") and not self.case.open:
            assert self.case.outcome is not None
        if hasattr(self, "case") and not self.before.open and self.case.open:
            assert self.by_hand

    @invariant()
    def done_needs_the_operators_word_or_a_hand(self) -> None:
        if hasattr(self, "case") and (self.case.outcome is Outcome.DONE or self.case.state is State.CARRIER_DUE):
            assert self.completed or self.by_hand

    @invariant()
    def somebody_is_waited_for_exactly_while_it_is_open(self) -> None:
        if hasattr(self, "case"):
            assert self.case.waiting_on is WAITING_ON[self.case.state]
            assert (self.case.waiting_on == "nobody") == (not self.case.open)


AnyOrderOfEvents.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestAnyOrderOfEvents = AnyOrderOfEvents.TestCase
