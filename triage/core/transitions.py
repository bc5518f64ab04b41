"""How a case moves: one table of state × event, and the little interpreter that reads it.

Each cell is a list of moves; the first one whose condition holds is taken. A cell that is missing, or a list in which
no condition holds, is a refusal: recorded in the history, never an exception. A move to the state one is in already
says that the event is heard and changes nothing, or only raises a doubt for a person.

What the table promises, and its tests walk: nothing but a person's hand leaves `closed`; only the operator's
authenticated word, tied to the case, or a person's hand makes a case done, and the carrier's notice only after that;
a word that contradicts what is known never closes anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from triage.core.case import HAND, OPERATOR_EVENTS, CarrierStage, Case, Doubt, Happened, Refused, Review
from triage.core.vocabulary import Outcome, State


class When(StrEnum):
    """The condition of a move. The wording is what the documentation shows."""

    ALWAYS = "always"
    TELLS_CARRIER = "the item tells the carrier"
    CARRIER_KNOWS = "the carrier has been told already"
    ITEM_KNOWN = "the review is not about what is asked"
    LINES_LEFT = "other lines of the case are still open"
    ENDED_OTHERWISE = "it ended otherwise than the word says"
    OUTCOME_GIVEN = "an outcome is given"
    MAY_TELL_CARRIER = "the item tells the carrier, or is unknown"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the conditions ask about the event, beyond the case itself.

    `believed`: the operator is authenticated; `tied`: the message is tied to this case (DESIGN 6). `outcome` is that
    given by hand. `lines_left`: the operator's word leaves lines of the case open.
    """

    tells_carrier: bool = False
    believed: bool = False
    tied: bool = False
    lines_left: bool = False
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """Where an event leads, under which condition; the outcome of a closed case; the doubt it leaves for a person."""

    to: State
    when: When = When.ALWAYS
    outcome: Outcome | None = None
    doubt: Doubt | None = None


OPENING = "new"  # the state before there is a case
Origin = State | str

_OPEN = (State.INCOMPLETE, State.WITH_OPERATOR, State.NEEDS_INFO)
_LIVE = (State.REVIEW, *_OPEN)
_BEFORE_CLOSE = (*_LIVE, State.CARRIER_DUE)
_EVERY = tuple(State)

_DONE = (
    Move(State.WITH_OPERATOR, When.LINES_LEFT),
    Move(State.CARRIER_DUE, When.TELLS_CARRIER),
    Move(State.CLOSED, outcome=Outcome.DONE),
)

type_Table = dict[tuple[Origin, Happened], tuple[Move, ...]]


def _to(state: State, *origins: Origin) -> Iterable[tuple[Origin, Move]]:
    return ((origin, Move(state)) for origin in origins)


def _stay(*origins: State, doubt: Doubt | None = None) -> Iterable[tuple[Origin, Move]]:
    return ((origin, Move(origin, doubt=doubt)) for origin in origins)


def _unless(state: State, event: Happened, *outcomes: Outcome) -> tuple[Move, ...]:
    raise NotImplementedError
