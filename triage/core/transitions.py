"""How a case moves: one table of state × event, and the little interpreter that reads it.

Each cell is a list of moves; the first one whose condition holds is taken. A missing cell is a refusal: recorded in the
history, never an exception. A move to the state one is in already says that the event is heard and changes nothing, or
only raises a doubt for a person.

What the table promises, and its tests walk: nothing but a person's hand leaves `closed`; only the operator's
authenticated word, tied to the case, or a person's hand makes a case done, and the carrier's notice only after that;
a word that contradicts what is known never closes anything.
"""

from collections.abc import Iterable
from datetime import datetime

from triage.core.case import HAND, OPERATOR_EVENTS, Case, Doubt, Happened, Refused, Review
from triage.core.moves import NO_FACTS, Facts, Move, Origin, Table, When, holds
from triage.core.values import replace
from triage.core.vocabulary import Outcome, State

_S, _E = State, Happened
_WAITING = (_S.INCOMPLETE, _S.WITH_OPERATOR, _S.NEEDS_INFO)
_OPEN = (_S.REVIEW, *_WAITING, _S.CARRIER_DUE)
_CLOSED_DONE = Move(_S.CLOSED, outcome=Outcome.DONE)
_CLOSED_REFUSED = Move(_S.CLOSED, outcome=Outcome.REFUSED)
_CLOSED_WITHDRAWN = Move(_S.CLOSED, outcome=Outcome.WITHDRAWN)
_CLOSED_REDIRECTED = Move(_S.CLOSED, outcome=Outcome.REDIRECTED)
_DONE = (Move(_S.CARRIER_DUE, When.TELLS_CARRIER), _CLOSED_DONE)
_STILL_REVIEW = Move(_S.REVIEW)
_STILL_CLOSED = Move(_S.CLOSED)


def _from(origins: Iterable[State], *moves: Move) -> dict[Origin, tuple[Move, ...]]:
    return dict.fromkeys(origins, moves)


def _stay(*states: State, doubt: Doubt | None = None) -> dict[Origin, tuple[Move, ...]]:
    return {state: (Move(state, doubt=doubt),) for state in states}


def _done_unless_lines_left() -> dict[Origin, tuple[Move, ...]]:
    return {state: (Move(state, When.LINES_LEFT), *_DONE) for state in _WAITING}


def _closed_doubts(*expected: When) -> tuple[Move, ...]:
    """On a closed case: as expected where one of the conditions holds; otherwise a contradiction for a person."""
    return (*(Move(_S.CLOSED, when) for when in expected), Move(_S.CLOSED, doubt=Doubt.CONTRADICTION))


_ROWS: dict[Happened, dict[Origin, tuple[Move, ...]]] = {
    # --- the requester
    _E.COMPLETE_REQUEST: {
        None: (Move(_S.WITH_OPERATOR),),
        _S.REVIEW: (Move(_S.REVIEW, When.PUT_BY_HAND), Move(_S.WITH_OPERATOR)),
        **_from(_WAITING, Move(_S.WITH_OPERATOR)),
    },
    _E.FAULTY_REQUEST: {
        None: (Move(_S.INCOMPLETE),),
        _S.REVIEW: (Move(_S.INCOMPLETE, When.ITEM_DOUBTED), _STILL_REVIEW),
        _S.INCOMPLETE: (Move(_S.INCOMPLETE),),
        _S.NEEDS_INFO: (Move(_S.INCOMPLETE),),
        **_stay(_S.WITH_OPERATOR),
    },
    _E.REDIRECTED_REQUEST: {
        None: (_CLOSED_REDIRECTED,),
        _S.REVIEW: (Move(_S.REVIEW, When.PUT_BY_HAND), _CLOSED_REDIRECTED),
        _S.INCOMPLETE: (_CLOSED_REDIRECTED,),
    },
    _E.SUPPLEMENT_COMPLETED: {
        _S.REVIEW: (
            Move(_S.REVIEW, When.PUT_BY_HAND),
            Move(_S.WITH_OPERATOR, When.HANDED_OVER),
            _STILL_REVIEW,
        ),
        **_from(_WAITING, Move(_S.WITH_OPERATOR)),
        **_stay(_S.CARRIER_DUE),
        **_stay(_S.CLOSED, doubt=Doubt.AFTER_CLOSE),
    },
    _E.SUPPLEMENT_FELL_SHORT: {
        **_stay(_S.REVIEW, _S.INCOMPLETE, _S.WITH_OPERATOR, _S.CARRIER_DUE),
        _S.NEEDS_INFO: (Move(_S.INCOMPLETE),),
        **_stay(_S.CLOSED, doubt=Doubt.AFTER_CLOSE),
    },
    _E.ROUNDS_EXHAUSTED: {
        **_from((_S.INCOMPLETE, _S.NEEDS_INFO), Move(_S.REVIEW, doubt=Doubt.ROUNDS)),
        **_stay(_S.REVIEW),
    },
    _E.WITHDREW: {
        **_from((_S.REVIEW, *_WAITING), _CLOSED_WITHDRAWN),
        **_stay(_S.CARRIER_DUE, doubt=Doubt.CONTRADICTION),
        _S.CLOSED: (Move(_S.CLOSED, When.ENDED_DONE, doubt=Doubt.CONTRADICTION), _STILL_CLOSED),
    },
    _E.NUDGED: _stay(*_OPEN),
    _E.REPEATED: _stay(*_OPEN, _S.CLOSED),
    _E.REMARKED: _stay(*_OPEN, _S.CLOSED),
    # --- the operator
    _E.OPERATOR_ACKNOWLEDGED: _stay(*_OPEN, _S.CLOSED),
    _E.OPERATOR_REMARKED: _stay(*_OPEN, _S.CLOSED),
    _E.OPERATOR_ASKED: {
        **_stay(_S.REVIEW),
        **_from(_WAITING, Move(_S.NEEDS_INFO)),
        **_stay(_S.CARRIER_DUE, doubt=Doubt.CONTRADICTION),
        _S.CLOSED: (
            Move(_S.CLOSED, When.ENDED_DONE, doubt=Doubt.CONTRADICTION),
            Move(_S.CLOSED, When.ENDED_REFUSED, doubt=Doubt.CONTRADICTION),
            _STILL_CLOSED,
        ),
    },
    _E.OPERATOR_SCHEDULED: {
        **_stay(_S.REVIEW),
        **_from(_WAITING, Move(_S.WITH_OPERATOR)),
        **_stay(_S.CARRIER_DUE, doubt=Doubt.CONTRADICTION),
        _S.CLOSED: _closed_doubts(When.ENDED_REDIRECTED),
    },
    _E.OPERATOR_REFUSED: {
        _S.REVIEW: (Move(_S.REVIEW, When.PUT_BY_HAND), Move(_S.REVIEW, When.ITEM_DOUBTED), _CLOSED_REFUSED),
        **_from(_WAITING, _CLOSED_REFUSED),
        **_stay(_S.CARRIER_DUE, doubt=Doubt.CONTRADICTION),
        _S.CLOSED: (Move(_S.CLOSED, When.ENDED_DONE, doubt=Doubt.CONTRADICTION), _STILL_CLOSED),
    },
    _E.OPERATOR_COMPLETED: {
        _S.REVIEW: (
            Move(_S.REVIEW, When.PUT_BY_HAND),
            Move(_S.REVIEW, When.ITEM_DOUBTED),
            Move(_S.REVIEW, When.LINES_LEFT),
            *_DONE,
        ),
        **_done_unless_lines_left(),
        **_stay(_S.CARRIER_DUE),
        _S.CLOSED: _closed_doubts(When.ENDED_DONE, When.ENDED_REDIRECTED),
    },
    # --- the carrier, and we ourselves
    _E.CARRIER_WROTE: _stay(*_OPEN, _S.CLOSED),
    _E.CARRIER_TOLD: {**_stay(_S.REVIEW, *_WAITING, _S.CLOSED), _S.CARRIER_DUE: (_CLOSED_DONE,)},
    _E.COLLEAGUE_ASKED: {
        **_from((_S.REVIEW, _S.INCOMPLETE, _S.WITH_OPERATOR), Move(_S.INCOMPLETE)),
        **_stay(_S.NEEDS_INFO, _S.CARRIER_DUE, _S.CLOSED),
    },
    _E.COLLEAGUE_PASSED_ON: {
        **_from((_S.REVIEW, *_WAITING), Move(_S.WITH_OPERATOR)),
        **_stay(_S.CARRIER_DUE, _S.CLOSED),
    },
    _E.COLLEAGUE_WROTE: _stay(*_OPEN, _S.CLOSED),
    _E.DOUBT_AROSE: {None: (_STILL_REVIEW,), **_stay(*_OPEN, _S.CLOSED)},
    # --- by hand: a person may do anything that makes sense, reopening included
    **{HAND[state]: _from(_S, Move(state)) for state in _WAITING},
    _E.HAND_REVIEW: _from(_S, Move(_S.REVIEW, doubt=Doubt.BY_HAND)),
    _E.HAND_CARRIER_DUE: _from(_S, Move(_S.CARRIER_DUE, When.MAY_TELL_CARRIER)),
    _E.HAND_CLOSED: _from(_S, Move(_S.CLOSED, When.OUTCOME_GIVEN)),
}

TABLE: Table = {(origin, event): moves for event, row in _ROWS.items() for origin, moves in row.items()}


def step(case: Case | None, event: Happened, facts: Facts = NO_FACTS) -> Move | Refused:
    """The move that `event` makes from where `case` stands, or why it makes none."""
    if event in OPERATOR_EVENTS and not (facts.believed and facts.tied):
        return Refused("a palavra da operadora só vale autenticada e ligada ao caso")
    origin = case.state if case else None
    for move in TABLE.get((origin, event), ()):
        if holds(move.when, case, facts):
            return replace(move, outcome=_outcome(move, case, facts))
    return Refused(_refusal(origin, event, facts))


def move_case(case: Case, move: Move, at: datetime, why: str = "") -> Case:
    """`case` after `move`. `why` is the line shown with a doubt that the move leaves."""
    changed = move.to is not case.state
    leaves_review = case.state is State.REVIEW and changed
    review = Review(move.doubt, why) if move.doubt else (None if leaves_review else case.review)
    return replace(
        case,
        state=move.to,
        outcome=move.outcome,
        changed_at=at,
        waiting_since=at if changed else case.waiting_since,
        review=review,
    )


def _outcome(move: Move, case: Case | None, facts: Facts) -> Outcome | None:
    if move.to is not State.CLOSED:
        return None
    if move.when is When.OUTCOME_GIVEN:
        return facts.outcome
    return move.outcome or (case.outcome if case else None)


def _refusal(origin: Origin, event: Happened, facts: Facts) -> str:
    if event is Happened.HAND_CLOSED and facts.outcome is None:
        return "para encerrar, diga o resultado (--outcome done, refused, redirected, withdrawn ou dismissed)"
    if event is Happened.HAND_CARRIER_DUE:
        return "este item não avisa a operadora de longa distância"
    return f"não se aplica a um caso em {origin}" if origin else "não abre um caso"
