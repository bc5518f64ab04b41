"""Moves that people make: `cases set`, through the same table; and what follows once a mail of ours has left."""

from dataclasses import replace

from triage.core.carrier_notice import notices, stop_notices
from triage.core.case import HAND, By, CarrierStage, Case, CaseEvent, Doubt, Happened, Refused, Review
from triage.core.decision import Cancel, Change, Decision, MailKind, World
from triage.core.gathered import item_of, tells_carrier
from triage.core.moves import Facts
from triage.core.scene import REPLIES, short
from triage.core.transitions import move_case, step
from triage.core.vocabulary import Outcome, State

_USUAL = {State.CARRIER_DUE: Outcome.DONE, State.REVIEW: Outcome.DISMISSED}


def decide_by_hand(
    case: Case, state: State, outcome: Outcome | None, note: str, who: str, world: World
) -> Decision | Refused:
    """A member of staff moves a case. Without an outcome, closing takes the usual one of the state it stands in.

    Moving a case to where it stands answers the question beside it. Refused where the table does not allow it.
    """
    if outcome is not None and state is not State.CLOSED:
        return Refused("um resultado (--outcome) só cabe a um caso encerrado")
    facts = Facts(
        tells_carrier=tells_carrier(case, world.bulletin),
        item_known=item_of(case, world.bulletin) is not None,
        outcome=outcome or _USUAL.get(case.state),
    )
    move = step(case, HAND[state], facts)
    if isinstance(move, Refused):
        return move
    moved = move_case(case, move, world.now, short(note) or "posto em revisão por um colega")
    if state is not State.REVIEW:
        moved = moved.with_review(None)
    event = CaseEvent(world.now, HAND[state], who.strip() or By.SEGER, short(note), "", case.state, moved.state)
    return _following(case, Change(moved, (event,)), world)


def _following(before: Case, change: Change, world: World) -> Decision:
    """Making a case `carrier_due` has the carrier told; ending a case, or taking it over, stops its mails."""
    case = change.case
    cancels: tuple[Cancel, ...] = ()
    if case.state is State.CARRIER_DUE and before.state is not State.CARRIER_DUE:
        told, mails = notices(replace(case, done_at=case.done_at or world.now), None, world)
        return Decision(None, (Change(told, change.events),), mails)
    if case.state is not State.CARRIER_DUE:
        case, cancels = stop_notices(case, "um colega moveu o caso", hold=case.open)
    if case.state is not State.INCOMPLETE:
        cancels = (*cancels, Cancel(case.number, REPLIES, "um colega moveu o caso"))
    return Decision(None, (Change(case, change.events),), cancels=cancels)


def decide_sent(case: Case, kind: MailKind, message_id: str, world: World, *, last: bool = True) -> Decision:
    """What follows once a mail of ours has left. The carrier's notice, the `last` of them, ends its case as done."""
    if kind is not MailKind.CARRIER_NOTICE or not last:
        event = CaseEvent(world.now, Happened.REPLY_SENT, By.TRIAGE, "enviada", message_id, case.state, case.state)
        return Decision(None, (Change(replace(case, changed_at=world.now), (event,)),))
    move = step(case, Happened.CARRIER_TOLD)
    if isinstance(move, Refused):
        event = CaseEvent(world.now, Happened.CARRIER_TOLD, By.TRIAGE, move.reason, message_id, case.state, case.state)
        return Decision(None, (Change(case, (event,)),))
    moved = replace(move_case(case, move, world.now), carrier=CarrierStage.TOLD)
    note = "aviso enviado à operadora de longa distância"
    event = CaseEvent(world.now, Happened.CARRIER_TOLD, By.TRIAGE, note, message_id, case.state, moved.state)
    return Decision(None, (Change(moved, (event,)),))


def decide_failed(case: Case, message_id: str, why: str, world: World) -> Decision:
    """A mail of ours could not be delivered, or nobody knows whether it was: a person must see to it."""
    event = CaseEvent(world.now, Happened.REPLY_FAILED, By.TRIAGE, short(why), message_id, case.state, case.state)
    return Decision(None, (Change(case.with_review(Review(Doubt.UNDELIVERED, short(why))), (event,)),))
