"""Which case a message belongs to (DESIGN 6; DOMAIN, "Over several messages"). Pure: the store has looked up already.

A message is tied by a Message-ID that we hold, else by our number or the operator's protocol from somebody who takes
part, else by requester, item and line where exactly one open case fits. Never by its subject alone.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from triage.core.bulletin import Bulletin
from triage.core.case import Case, Doubt
from triage.core.decision import Arrival, LedgerState, Place
from triage.core.gathered import fields_given, shortfall
from triage.core.join_keys import WINDOW, Candidates, Seen
from triage.core.join_outside import join_operator, join_sent
from triage.core.join_proof import proofs
from triage.core.joined import (
    NOTHING,
    Joined,
    Tie,
    conflicts,
    distinct,
    numbers,
    same_house,
    same_item,
    sent_again,
    shares_line,
    takes_part,
)
from triage.core.moves import ABOUT_THE_ITEM
from triage.core.policy import Policy
from triage.core.subject import designated_items, is_forward
from triage.core.values import replace
from triage.core.verdict import Verdict
from triage.core.vocabulary import Action, Kind, State

FOLLOW_UP = "1.12"
EARLY = "a operadora já respondia a esta mensagem"
_ASKED_OF_REQUESTER = (State.INCOMPLETE, State.NEEDS_INFO, State.REVIEW)


def join(
    arrival: Arrival, verdict: Verdict, found: Candidates, bulletin: Bulletin, policy: Policy, now: datetime
) -> Joined:
    """The place of a message among the cases that the store found for it."""
    twin = _twin(arrival, found.seen)
    if twin is not None:
        return Joined(Tie.NEW, why="a mesma mensagem já chegou por outro caminho", duplicate=twin)
    placed = _placed(arrival, verdict, found, bulletin, policy, now)
    reused = any(_same_id(arrival, seen) and _same_side(arrival, seen) for seen in found.seen)
    intruding = _intrudes(arrival, found, policy)
    return replace(placed, reused_id=reused, answered=found.answered, itself=found.itself, intruding=intruding)


def _intrudes(arrival: Arrival, found: Candidates, policy: Policy) -> bool:
    """Whether a mail of ours is answered by nobody of its case: a robot may change its address each round (A12)."""
    ours = {mail.message_id for mail in found.ours}
    answered = [case for identifier, cases in found.by_reference if identifier in ours for case in cases]
    return bool(answered) and not any(takes_part(arrival.sender.addr, case, policy) for case in answered)


def _twin(arrival: Arrival, seen: Iterable[Seen]) -> Seen | None:
    """The same mail by two ways: one fingerprint, or one Message-ID and the same words. An id alone proves nothing."""
    for other in seen:
        same_text = bool(arrival.content) and other.content == arrival.content
        twin = other.fingerprint == arrival.fingerprint or (_same_id(arrival, other) and same_text)
        if twin and other.state in _SETTLED and _same_side(arrival, other):
            return other
    return None


_SETTLED = (LedgerState.JUDGED, LedgerState.IGNORED, LedgerState.DUPLICATE)


def _same_id(arrival: Arrival, seen: Seen) -> bool:
    return bool(arrival.message_id) and seen.message_id == arrival.message_id


def _same_side(arrival: Arrival, seen: Seen) -> bool:
    # What a colleague sends to our own address stands in Sent and in the inbox: two sides, each of which counts.
    return (arrival.place is Place.SENT) == (seen.place is Place.SENT)


def _placed(
    arrival: Arrival, verdict: Verdict, found: Candidates, bulletin: Bulletin, policy: Policy, now: datetime
) -> Joined:
    if arrival.place is Place.SENT:
        return join_sent(arrival, verdict, found)
    if verdict.kind is Kind.OPERATOR:
        return join_operator(arrival, verdict, found, designated_items(arrival.subject, bulletin))
    if verdict.kind is Kind.AUTOMATIC:
        return _by_proof(arrival, found, policy, (Tie.REFERENCE,))
    if verdict.kind is Kind.CARRIER:
        return _carrier(arrival, verdict, found, policy)
    if verdict.kind is Kind.OTHER and not verdict.withdrawn:
        proven = _by_proof(arrival, found, policy, (Tie.REFERENCE, Tie.NUMBER))
        unsure = verdict.action is Action.REVIEW and not proven.cases
        return _supplement(arrival, verdict, found, policy) if unsure else proven
    if verdict.kind is Kind.REQUEST and verdict.nudge:
        return _nudge(arrival, verdict, found, bulletin, policy)
    if verdict.kind is Kind.REQUEST and not verdict.withdrawn:
        return _request(arrival, verdict, found, bulletin, policy, now)
    return _supplement(arrival, verdict, found, policy)


def _by_proof(arrival: Arrival, found: Candidates, policy: Policy, ties: tuple[Tie, ...]) -> Joined:
    for tie, cases in proofs(arrival, found, policy):
        if tie in ties:
            return Joined(tie, cases[:1], _tied_by(tie))
    return NOTHING


def _request(
    arrival: Arrival, verdict: Verdict, found: Candidates, bulletin: Bulletin, policy: Policy, now: datetime
) -> Joined:
    """A request continues the case that it resubmits; with another item, line or bill it is a request of its own."""
    early = [case for case in found.awaited if case.open and case.review and case.review.doubt is Doubt.UNTIED]
    if early:
        return Joined(Tie.REFERENCE, (early[0],), EARLY)
    before: Case | None = None
    for tie, cases in proofs(arrival, found, policy):
        if tie is Tie.REFERENCE and is_forward(arrival.subject):
            continue  # a forwarded thread is background, not a place in it
        for case in cases:
            if _continues(arrival, verdict, case, found, policy) or _answers(arrival, verdict, case, bulletin, policy):
                return Joined(tie, (case,), _tied_by(tie))
        before = before or cases[0]
    fitting = [case for case in _open_matters(arrival, found, now) if _same_matter(arrival, verdict, case)]
    if len(fitting) == 1:
        return Joined(Tie.MATTER, (fitting[0],), "mesmo solicitante, mesmo item, e só um caso aberto serve")
    if fitting:
        return replace(NOTHING, why=f"caberia em mais de um caso aberto ({numbers(fitting)})")
    if before is not None:
        return replace(NOTHING, why=f"escrita na conversa do caso {before.number}, mas pede outra coisa")
    return NOTHING


def _continues(arrival: Arrival, verdict: Verdict, case: Case, found: Candidates, policy: Policy) -> bool:
    """Whether a request that is proven to belong to the case's thread is the case's own request again."""
    if case.state in (State.CLOSED, State.CARRIER_DUE) or not takes_part(arrival.sender.addr, case, policy):
        return False
    if sent_again(arrival, case):
        return True
    corrected = any(mail.case == case.number and mail.message_id in arrival.references[:1] for mail in found.ours)
    if same_item(verdict, case):
        return corrected or not conflicts(verdict, case)
    doubted = case.category is None or (case.review is not None and case.review.doubt in ABOUT_THE_ITEM)
    unsure = verdict.action is Action.REVIEW and (verdict.category is None or verdict.confidence < policy.certainty)
    return doubted or unsure or (corrected and shares_line(verdict, case))


def _answers(arrival: Arrival, verdict: Verdict, case: Case, bulletin: Bulletin, policy: Policy) -> bool:
    """Whether what looks like another request, and not surely, gives just what the case lacks."""
    elsewhere = set(designated_items(arrival.subject, bulletin)) - {case.category}
    if verdict.confidence >= _SURE or elsewhere or conflicts(verdict, case) or case.state is not State.INCOMPLETE:
        return False
    lacking = set(shortfall(case, bulletin).fields)
    return takes_part(arrival.sender.addr, case, policy) and bool(lacking & fields_given(verdict))


_SURE = 0.9


def _open_matters(arrival: Arrival, found: Candidates, now: datetime) -> list[Case]:
    """Open cases of the sender, and those of a colleague about the same line."""
    theirs = (case for case in found.by_requester if case.requester == arrival.sender.addr)
    colleagues = (case for case in found.by_line if same_house(arrival.sender.addr, case))
    return [case for case in distinct((*theirs, *colleagues)) if case.open and now - case.changed_at <= WINDOW]


def _same_matter(arrival: Arrival, verdict: Verdict, case: Case) -> bool:
    """The same words; else requester, item and line. Without a line only a case that waits for its requester."""
    if case.state is State.CARRIER_DUE:
        return False
    if sent_again(arrival, case):
        return True
    if not same_item(verdict, case) or conflicts(verdict, case):
        return False
    if shares_line(verdict, case):
        return True
    return case.requester == arrival.sender.addr and case.state in _ASKED_OF_REQUESTER


def _nudge(arrival: Arrival, verdict: Verdict, found: Candidates, bulletin: Bulletin, policy: Policy) -> Joined:
    """A nudge belongs to the open case that it is about; only one that fits none is a request of its own."""
    for tie, cases in proofs(arrival, found, policy):
        still_open = [case for case in cases if case.open and takes_part(arrival.sender.addr, case, policy)]
        if still_open:
            return Joined(tie, (still_open[0],), _tied_by(tie))
    named = set(designated_items(arrival.subject, bulletin)) - {FOLLOW_UP}
    theirs = [case for case in found.by_requester if case.requester == arrival.sender.addr and case.open]
    colleagues = [case for case in found.by_line if same_house(arrival.sender.addr, case) and case.open]
    fitting = [case for case in theirs if not conflicts(verdict, case) and (not named or case.category in named)]
    return _the_one(distinct((*fitting, *colleagues)), (lambda case: shares_line(verdict, case),))


def _supplement(arrival: Arrival, verdict: Verdict, found: Candidates, policy: Policy) -> Joined:
    """A supplement, or a withdrawal: the nearest case of its thread, those that wait for their requester first."""
    for tie, cases in proofs(arrival, found, policy):
        asked = [case for case in cases if case.state in _ASKED_OF_REQUESTER]
        still_open = [case for case in cases if case.open]
        return Joined(tie, ((asked or still_open or list(cases))[0],), _tied_by(tie))
    theirs = tuple(case for case in found.by_requester if case.requester == arrival.sender.addr and case.open)
    fitting = tuple(case for case in theirs if not conflicts(verdict, case))
    return _the_one(fitting, (lambda case: shares_line(verdict, case), _waits_for_requester))


def _waits_for_requester(case: Case) -> bool:
    return case.state in _ASKED_OF_REQUESTER


def _carrier(arrival: Arrival, verdict: Verdict, found: Candidates, policy: Policy) -> Joined:
    proven = _by_proof(arrival, found, policy, (Tie.REFERENCE, Tie.NUMBER, Tie.PROTOCOL))
    if proven.cases:
        return proven
    return _the_one(tuple(case for case in found.by_line if shares_line(verdict, case)), ())


def _the_one(cases: tuple[Case, ...], narrower: tuple[Callable[[Case], bool], ...]) -> Joined:
    """The only one of `cases`, or the only one that a narrower question leaves; ambiguous where several remain."""
    for question in narrower:
        kept = tuple(case for case in cases if question(case))
        cases = kept or cases
    if len(cases) == 1:
        return Joined(Tie.MATTER, cases, "o único caso aberto que serve")
    if not cases:
        return NOTHING
    return Joined(Tie.AMBIGUOUS, cases, f"pode ser de mais de um caso: {numbers(cases)}")


def _tied_by(tie: Tie) -> str:
    return {
        Tie.REFERENCE: "responde a uma mensagem do caso",
        Tie.NUMBER: "cita o número do caso",
        Tie.PROTOCOL: "cita o protocolo da operadora",
    }.get(tie, "")
