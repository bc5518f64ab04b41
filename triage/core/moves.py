"""What the cells of the transition table are made of: moves, their conditions, and the facts that these ask about."""

from dataclasses import dataclass
from enum import StrEnum

from triage.core.case import Case, Doubt, Happened
from triage.core.vocabulary import Outcome, State


class When(StrEnum):
    """The condition of a move, in the words that the documentation shows."""

    ALWAYS = "always"
    TELLS_CARRIER = "the item tells the carrier"
    MAY_TELL_CARRIER = "the item tells the carrier, or is unknown"
    LINES_LEFT = "the word leaves lines of the case open"
    ITEM_DOUBTED = "the review is about what is asked"
    PUT_BY_HAND = "a person put it there"
    HANDED_OVER = "the review is not about what is asked"
    ENDED_DONE = "it was done"
    ENDED_REFUSED = "it was refused"
    ENDED_REDIRECTED = "it was redirected"
    OUTCOME_GIVEN = "an outcome is given"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the conditions ask about an event, beyond the case itself.

    `believed`: the operator is authenticated; `tied`: the message is tied to this case (DESIGN 6). `outcome` is that
    given by hand. `lines_left`: the operator's word leaves lines of the case open.
    """

    tells_carrier: bool = False
    item_known: bool = True
    believed: bool = False
    tied: bool = False
    lines_left: bool = False
    outcome: Outcome | None = None


NO_FACTS = Facts()


@dataclass(frozen=True, slots=True)
class Move:
    """Where an event leads and on which condition; the outcome of a closed case; the doubt it leaves for a person."""

    to: State
    when: When = When.ALWAYS
    outcome: Outcome | None = None
    doubt: Doubt | None = None


Origin = State | None  # None: there is no case yet
Table = dict[tuple[Origin, Happened], tuple[Move, ...]]

ABOUT_THE_ITEM = frozenset(
    {Doubt.UNCERTAIN, Doubt.SEVERAL_ITEMS, Doubt.FORGED, Doubt.UNTRUSTED_OPERATOR, Doubt.UNTIED, Doubt.AMBIGUOUS}
)


def holds(when: When, case: Case | None, facts: Facts) -> bool:
    """Whether the condition holds for the case and the event."""
    doubt = case.review.doubt if case and case.review else None
    outcome = case.outcome if case else None
    return {
        When.ALWAYS: True,
        When.TELLS_CARRIER: facts.tells_carrier,
        When.MAY_TELL_CARRIER: facts.tells_carrier or not facts.item_known,
        When.LINES_LEFT: facts.lines_left,
        When.PUT_BY_HAND: doubt is Doubt.BY_HAND,
        When.ITEM_DOUBTED: doubt in ABOUT_THE_ITEM,
        When.HANDED_OVER: doubt is not None and doubt not in ABOUT_THE_ITEM,
        When.ENDED_DONE: outcome is Outcome.DONE,
        When.ENDED_REFUSED: outcome is Outcome.REFUSED,
        When.ENDED_REDIRECTED: outcome is Outcome.REDIRECTED,
        When.OUTCOME_GIVEN: facts.outcome is not None,
    }[when]
