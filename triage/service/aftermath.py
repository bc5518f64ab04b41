"""What follows once an attempt to send has ended: the outbox row and the case, in one commit (RELIABILITY C2, C4)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from triage.core.by_hand import decide_failed, decide_sent
from triage.core.case import Case
from triage.core.decision import Decision, Mail, MailKind, OutboxState
from triage.service.house import House
from triage.service.letters import render
from triage.store.cases import StaleCase, find_case
from triage.store.commit import Rendered, commit_decision
from triage.store.engine import write
from triage.store.outbox import WAITING, Outgoing, mails, move, settle

TRIES = 5
LATE_WORD = "late-word"
DOUBTS = (OutboxState.AMBIGUOUS, OutboxState.HELD, OutboxState.CANCELLED)  # what a successor may have made of it
UNDELIVERED = "a resposta não pôde ser entregue"
IN_DOUBT = "não se sabe se a mensagem chegou: a conexão caiu na hora do aceite"


@dataclass(frozen=True, slots=True)
class Fate:
    """How an attempt ended, in the outbox's words. `pause`: the relay is in trouble, and all mail waits."""

    state: OutboxState
    answer: str = ""
    reason: str = ""
    retry_at: datetime | None = None
    pause: bool = False


def settle_mail(house: House, mail: Outgoing, fate: Fate) -> bool:
    """Write down how `mail` fared, and what follows for its case. False where the fence was lost meanwhile.

    Whoever took the duty over is in doubt about this mail; that the relay accepted it ends the doubt all the same.
    """

    def settled(connection: Connection) -> bool:
        done = settle(
            connection,
            mail.id,
            mail.token,
            fate.state,
            house.now(),
            answer=fate.answer[:200],
            reason=fate.reason,
            not_before=fate.retry_at,
        )
        if not done and fate.state is OutboxState.SENT:
            done = any(move(connection, mail.id, doubt, fate.state, house.now(), LATE_WORD) for doubt in DOUBTS)
        if done:
            follow(house, connection, mail, fate)
        return done

    return with_retries(house, settled)


def with_retries(house: House, act: Callable[[Connection], bool]) -> bool:
    """`act` in a transaction; decided anew where another writer changed the case in between."""
    for _ in range(TRIES - 1):
        try:
            with write(house.engine) as connection:
                return act(connection)
        except (StaleCase, IntegrityError):
            continue
    with write(house.engine) as connection:
        return act(connection)


def follow(house: House, connection: Connection, mail: Outgoing, fate: Fate) -> None:
    """What the fate of `mail` means for its case. A first doubt means nothing yet: it may still resolve itself."""
    case = find_case(connection, mail.case_number) if mail.case_number else None
    decision = _decision(house, connection, mail, fate, case) if case else None
    if decision is None:
        return

    def rendered(written: Mail, owner: Case) -> Rendered:
        return render(house, written, owner)

    commit_decision(connection, decision, house.now(), rendered)


def _decision(house: House, connection: Connection, mail: Outgoing, fate: Fate, case: Case) -> Decision | None:
    world = house.world(connection)
    if fate.state is OutboxState.SENT:
        others = [other for other in mails(connection, WAITING, case=case.number) if other.id != mail.id]
        last = not any(other.kind is MailKind.CARRIER_NOTICE for other in others)
        return decide_sent(case, mail.kind, mail.message_id, world, last=last)
    if fate.state is OutboxState.DEAD:
        return decide_failed(case, mail.message_id, UNDELIVERED, world)
    if fate.reason and fate.state in (OutboxState.AMBIGUOUS, OutboxState.HELD):
        return decide_failed(case, mail.message_id, IN_DOUBT, world)
    return None
