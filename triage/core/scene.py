"""One message with everything that deciding about it reads, and the small steps that every decision is made of."""

from dataclasses import dataclass
from datetime import datetime

from triage.core.arrival import rights_of
from triage.core.case import Case, CaseEvent, Doubt, Happened, Refused, Review
from triage.core.decision import (
    Arrival,
    Cancel,
    Change,
    Counts,
    Decision,
    Filing,
    LedgerState,
    Mail,
    MailKind,
    Release,
    World,
)
from triage.core.joined import Joined
from triage.core.moves import NO_FACTS, Facts
from triage.core.transitions import move_case, step
from triage.core.values import replace
from triage.core.verdict import Verdict
from triage.core.vocabulary import State

REPLIES = (MailKind.CORRECTION, MailKind.REDIRECT)
JUDGED = Filing(LedgerState.JUDGED)
MAX_NOTE = 400
MAX_REFERENCES = 20


@dataclass(frozen=True, slots=True)
class Scene:
    """What `decide` was given."""

    verdict: Verdict
    arrival: Arrival
    joined: Joined
    counts: Counts
    world: World

    @property
    def at(self) -> datetime:
        """When it happened: the server's date of the message, never in the future (RELIABILITY B19)."""
        return min(self.arrival.received_at or self.world.now, self.world.now)

    @property
    def reasons(self) -> str:
        """Why the verdict is what it is, for the history."""
        return "; ".join(self.verdict.reasons)


def new_case(scene: Scene) -> Case:
    """A case about to be opened by the message; its state is only set by `open_with`."""
    arrival, verdict = scene.arrival, scene.verdict
    return Case(
        state=State.REVIEW,
        requester=arrival.sender.addr,
        requester_name=arrival.sender.name,
        subject=arrival.subject,
        opened_at=scene.at,
        changed_at=scene.at,
        waiting_since=scene.at,
        organ=verdict.organ,
    )


def open_with(case: Case, what: Happened, scene: Scene, by: str, note: str, doubt: Doubt | None = None) -> Change:
    """The case opened by `what`, with its first line of history. `doubt` says why a person must look at it."""
    move = step(None, what)
    assert not isinstance(move, Refused), what  # which events open a case is fixed in the code, not by a message
    review = Review(doubt, short(note)) if doubt else None
    opened = replace(case, state=move.to, outcome=move.outcome, review=review)
    return Change(opened, (_event(scene, what, by, note, None, opened.state),))


def happen(case: Case, what: Happened, scene: Scene, by: str, note: str = "", facts: Facts = NO_FACTS) -> Change:
    """What `what` makes of the case. A refusal changes nothing; the history says so."""
    move = step(case, what, facts)
    if isinstance(move, Refused):
        told = "; ".join(filter(None, (note, f"não move o caso: {move.reason}")))
        return Change(case, (_event(scene, what, by, told, case.state, case.state),))
    moved = move_case(case, move, scene.at, short(note))
    return Change(moved, (_event(scene, what, by, note, case.state, moved.state),))


def doubt_about(case: Case, doubt: Doubt, scene: Scene, by: str, note: str) -> Change:
    """The case with a question to a person beside it; its state stays."""
    change = happen(case, Happened.DOUBT_AROSE, scene, by, note)
    return Change(change.case.with_review(Review(doubt, short(note))), change.events)


def decision(change: Change, *mails: Mail, cancels: tuple[Cancel, ...] = (), filing: Filing = JUDGED) -> Decision:
    """The decision about a message that concerns one case."""
    return Decision(filing, (change,), mails, cancels)


def reply(scene: Scene, kind: MailKind, case: Case, release: Release, verdict: Verdict, note: str) -> Mail:
    """The one reply to the message."""
    arrival = scene.arrival
    chain = (*reversed(arrival.references), arrival.message_id)
    # A Message-ID that another message has used already gives no right and takes none (C9).
    rights = (arrival.fingerprint,) if scene.joined.reused_id else rights_of(arrival)
    return Mail(
        kind=kind,
        cause=arrival.key,
        to=arrival.permission.recipient,
        release=release,
        case=case.number,
        verdict=verdict,
        in_reply_to=arrival.message_id,
        references=tuple(i for i in chain if i)[-MAX_REFERENCES:],
        rights=rights,
        content=arrival.content,
        note=note,
    )


def outdated(case: Case, reason: str, *kinds: MailKind) -> tuple[Cancel, ...]:
    """The order to stop what has not left yet for a case that moved on."""
    return (Cancel(case.number, kinds or REPLIES, reason),) if case.number else ()


def short(note: str) -> str:
    """A note of bearable length, on one line."""
    line = " ".join(note.split())
    return line if len(line) <= MAX_NOTE else line[: MAX_NOTE - 1] + "…"


def _event(scene: Scene, what: Happened, by: str, note: str, before: State | None, after: State) -> CaseEvent:
    return CaseEvent(scene.at, what, by, short(note), scene.arrival.message_id, before, after)
