"""What a person does at the keyboard beside moving cases: rearm, thaw, retry, release, drop. Each says what it did."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from triage.core.case import Case, CaseEvent, Happened
from triage.core.decision import Change, Decision, Mail, OutboxState, Release, Way
from triage.core.words import in_words
from triage.service.aftermath import Fate, follow
from triage.service.doubts import BY_HAND, IN_JOURNAL
from triage.service.house import House
from triage.service.journal import Journal, mark_of
from triage.store import facts, trials
from triage.store.cases import find_case
from triage.store.commit import Rendered, commit_decision
from triage.store.copies import last_seal
from triage.store.engine import write
from triage.store.mailboxes import thaw as thaw_folder
from triage.store.outbox import Outgoing, mails, move

UNSENT = (
    OutboxState.HELD,
    OutboxState.QUEUED,
    OutboxState.RETRY,
    OutboxState.AMBIGUOUS,
    OutboxState.DEAD,
    OutboxState.DRAFTED,
)
MANY = 1_000_000
UNSURE = "a mensagem {} pode ter saído antes da restauração; confira e, se não saiu, libere-a pelo número"
RELEASABLE = (OutboxState.HELD, OutboxState.AMBIGUOUS, OutboxState.DEAD)


@dataclass(frozen=True, slots=True)
class Done:
    """How many were moved, what was refused (pt-BR), and how many turned out to have left already."""

    moved: int = 0
    refusals: tuple[str, ...] = ()
    left: int = 0


def rearm(house: House) -> bool:
    """Let mail leave again after the breaker. Whether it was tripped. What was held stays held."""
    with write(house.engine) as connection:
        return facts.rearm(connection)


def thaw(house: House, folder: str) -> bool:
    """Answer a folder's mail again after its identity changed. Whether it was frozen."""
    with write(house.engine) as connection:
        return thaw_folder(connection, folder)


def retry(house: House, ids: list[int]) -> Done:
    """Have quarantined messages read again; all of them where none is named."""
    with write(house.engine) as connection:
        wanted = ids or [aside.id for aside in trials.set_aside(connection)]
        failed = [number for number in wanted if not trials.retry(connection, number)]
    refusals = [f"a mensagem {number} não está em quarentena" for number in failed] if ids else []
    return Done(len(wanted) - len(failed), tuple(refusals))


def release(house: House, ids: list[int], who: str) -> Done:
    """Send mails that were held, in doubt or given up; all that are held where none is named.

    What has left is not sent again, whatever a restored copy believes: the journal tells. Where it cannot tell for
    certain, what was held because of the copy must be named, one by one.
    """
    journal = Journal(house.state_dir)
    with write(house.engine) as connection:
        stopped = house.stopped(connection)
        if stopped:
            return Done(0, (f"o envio está suspenso ({in_words(Release(Way.NO, stopped))}): nada pode sair",))
        known = _known(connection, RELEASABLE)
        wanted = ids or _held(known)
        left = [number for number in wanted if number in known and journal.has_left(known[number].message_id)]
        for number in left:
            _note_left(house, connection, known[number])
        rest = [known[number] for number in wanted if number in known and number not in left]
        unsure = [] if ids else _unsure(house, connection, journal, rest)
        going = [number for number in wanted if number not in {*left, *unsure}]
        done = _each(house, connection, going, RELEASABLE, OutboxState.QUEUED, who)
    return replace(done, refusals=(*done.refusals, *map(UNSURE.format, unsure)), left=len(left))


def drop(house: House, ids: list[int], who: str) -> Done:
    """Take back mails that have not left."""
    with write(house.engine) as connection:
        wanted = ids or _held(_known(connection, UNSENT))
        return _each(house, connection, wanted, UNSENT, OutboxState.CANCELLED, who)


def _known(connection: Connection, states: tuple[OutboxState, ...]) -> dict[int, Outgoing]:
    return {mail.id: mail for mail in mails(connection, states, limit=MANY)}


def _held(known: dict[int, Outgoing]) -> list[int]:
    return [number for number, mail in known.items() if mail.state is OutboxState.HELD]


def _unsure(house: House, connection: Connection, journal: Journal, held: list[Outgoing]) -> list[int]:
    """Those held by a seal that may have left: before the journal's first line, or under another case's number."""
    seal = last_seal(connection)
    if seal is None:
        return []
    reaches_back = journal.began is not None and journal.began <= seal.as_of
    sealed = [mail for mail in held if mail.reason.startswith(seal.words)]
    key = house.signing_key
    return [
        mail.id
        for mail in sealed
        if not reaches_back or journal.in_doubt(mail.message_id) or journal.resembles(mark_of(key, mail))
    ]


def _note_left(house: House, connection: Connection, mail: Outgoing) -> None:
    """It left in the time that a restored copy does not know of: what follows from that for its case follows now."""
    if move(connection, mail.id, mail.state, OutboxState.SENT, house.now(), IN_JOURNAL):
        follow(house, connection, mail, Fate(OutboxState.SENT, reason=IN_JOURNAL))


def _each(
    house: House, connection: Connection, ids: list[int], before: tuple[OutboxState, ...], after: OutboxState, who: str
) -> Done:
    known = _known(connection, before)
    refusals: list[str] = []
    moved = 0
    for number in ids:
        mail = known.get(number)
        if mail is None or not move(connection, number, mail.state, after, house.now(), BY_HAND):
            refusals.append(f"a mensagem {number} não está à espera")
            continue
        _note(house, connection, mail, after, who)
        moved += 1
    return Done(moved, tuple(refusals))


def _note(house: House, connection: Connection, mail: Outgoing, after: OutboxState, who: str) -> None:
    """A line in the case's history."""
    case = find_case(connection, mail.case_number) if mail.case_number else None
    if case is None:
        return
    dropped = after is OutboxState.CANCELLED
    what = Happened.REPLY_DROPPED if dropped else Happened.REPLY_WRITTEN
    note = "retirada à mão" if dropped else "liberada à mão"
    event = CaseEvent(house.now(), what, who, note, mail.message_id, case.state, case.state)

    commit_decision(connection, Decision(None, (Change(case, (event,)),)), house.now(), _no_mail)


def _no_mail(_mail: Mail, _case: Case) -> Rendered:
    raise AssertionError("a note in the history writes no mail")
