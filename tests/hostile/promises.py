"""What must hold of every judged message, whoever wrote it: clean text, no answer to a machine, no case moved."""

import dataclasses
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache

from triage.config import load_bulletin
from triage.core.arrival import arrival_of
from triage.core.autoreply import machine_signs, may_reply
from triage.core.bulletin import Bulletin
from triage.core.case import Case
from triage.core.decide import decide
from triage.core.decision import Counts, Decision, MailKind, Place, World
from triage.core.joined import NOTHING, Joined, Tie
from triage.core.message import Address, Message
from triage.core.policy import SEGER_ADDRESS, Policy
from triage.core.vocabulary import Action, Kind, Mode, State
from triage.service.wire import Judged

# No server bears this name, so that nothing in any folder is authenticated.
POLICY = Policy(
    mode=Mode.SEND,
    authserv_ids=frozenset({"mx.hostile.invalid"}),
    carrier_domains=frozenset({"longadistancia.example.com.br"}),
    carrier_to=("avisos@longadistancia.example.com.br",),
)
ANSWERED = frozenset({Action.CORRECT, Action.REDIRECT})
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def broken_promises(judged: Judged) -> Iterator[str]:
    """Each promise that is broken, in words."""
    if not 0.0 <= judged.verdict.confidence <= 1.0:
        yield f"a certainty of {judged.verdict.confidence}"
    yield from _unclean(judged)
    yield from _believed(judged)
    yield from _answered_machine(judged)
    yield from _moved(judged)


def is_answered(judged: Judged) -> bool:
    """Whether it would be answered, were it addressed to us."""
    return judged.verdict.action in ANSWERED and may_reply(_to_us(judged.message), POLICY).allowed


def _to_us(message: Message) -> Message:
    return dataclasses.replace(message, to=(*message.to, Address("", SEGER_ADDRESS)))


def _unclean(judged: Judged) -> Iterator[str]:
    """D6, D7: what enters the database or a log has no NUL, control, surrogate, bidi or zero-width character."""
    dirty = next((text for text in _texts((judged.message, judged.verdict)) if UNSHOWABLE.search(text)), None)
    if dirty is not None:
        yield f"unclean text {dirty[:40]!r}"


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list | frozenset):
        for inner in value:
            yield from _texts(inner)
    elif dataclasses.is_dataclass(value):
        for one in dataclasses.fields(value):
            yield from _texts(getattr(value, one.name))


def _believed(judged: Judged) -> Iterator[str]:
    """E2: nothing here is authenticated."""
    verdict = judged.verdict
    if verdict.trusted:
        yield "trusted without authentication"
    if verdict.kind is Kind.OPERATOR and verdict.action is not Action.REVIEW:
        yield f"an unauthenticated operator leads to {verdict.action}"


def _answered_machine(judged: Judged) -> Iterator[str]:
    """A: the plain signs of machines, each of which must forbid an answer by itself."""
    if machine_signs(judged.message) and may_reply(_to_us(judged.message), POLICY).allowed:
        yield "a machine may be answered"
    if judged.verdict.kind is Kind.AUTOMATIC and judged.verdict.action not in (Action.IGNORE, Action.REVIEW):
        yield f"an automatic message leads to {judged.verdict.action}"


def _moved(judged: Judged) -> Iterator[str]:
    """E1: even with proof of the thread no case moves, nobody tells the carrier, and an answer has one recipient."""
    for state in (State.WITH_OPERATOR, State.CARRIER_DUE, State.CLOSED):
        case = _case(state)
        decision = _decided(judged, Joined(Tie.REFERENCE, (case,)))
        if any(change.case.number == case.number and change.case.state is not state for change in decision.changes):
            yield f"moves a case that is {state}"
        yield from _posted(judged, decision)
    yield from _posted(judged, _decided(judged, NOTHING))


def _posted(judged: Judged, decision: Decision) -> Iterator[str]:
    people = {address.addr for address in (*judged.message.from_, *judged.message.reply_to)}
    if len(decision.mails) > 1:
        yield f"{len(decision.mails)} mails at once"
    for mail in decision.mails:
        if mail.kind not in (MailKind.CORRECTION, MailKind.REDIRECT) or mail.to not in people:
            yield f"a {mail.kind} to somebody else"


def _decided(judged: Judged, joined: Joined) -> Decision:
    message = _to_us(judged.message)
    arrival = arrival_of(message, POLICY, ledger=1, received_at=NOW, place=Place.INBOX)
    return decide(judged.verdict, arrival, joined, Counts(), World(POLICY, _bulletin(), NOW, NOW))


def _case(state: State) -> Case:
    """Somebody's request about a line, far along; of an organ of its own, as a colleague's word does end a request."""
    return Case(
        state=state,
        requester="ana.lima@nobody.es.gov.br",
        subject="1.4 Mudança de número",
        opened_at=NOW,
        changed_at=NOW,
        waiting_since=NOW,
        number="2026-000001",
        category="1.4",
        lines=("+552733361234",),
    )


@cache
def _bulletin() -> Bulletin:
    return load_bulletin()
