"""What the day's digest is made from: read from the store in the caller's transaction, and one look at the mailbox."""

import json
from collections.abc import Callable
from datetime import date

import structlog
from sqlalchemy import Connection

from triage.core.calendar import Calendar
from triage.core.decision import Place
from triage.core.digest import Accounts, Facts
from triage.core.digest_account import RECEIVING
from triage.core.digest_build import RECENT
from triage.core.vocabulary import Mode
from triage.mail.imap import Mailbox
from triage.mail.imap_connect import Timeouts
from triage.mail.imap_failure import MailboxFailure
from triage.service.house import KILL_SWITCH, House
from triage.service.silence import silence_of
from triage.store import daily
from triage.store.cases import open_cases
from triage.store.engine import read
from triage.store.facts import DigestMade, last_digest
from triage.store.inspections import last_inspection
from triage.store.ledger import Spot, account, count_in
from triage.store.mailboxes import frozen, mailbox

log = structlog.get_logger("digest")

Count = Callable[[House], int | None]

_QUICK = Timeouts(connect=5.0, read=20.0)
_MARK = "event"


def gather(connection: Connection, house: House, day: date, calendar: Calendar, on_server: int | None) -> Facts:
    """The facts for the digest of `day`, as of now; for a day that is over, as of its end.

    `on_server` is the inbox's own count of messages, None where it could not be asked.
    """
    before = last_digest(connection, before=day)
    now = min(house.now(), calendar.end_of(day))
    since = min(before.at if before else house.first_run, now)
    mark = _mark_of(before)
    return Facts(
        day=day,
        now=now,
        since=since,
        last=before.day if before else None,
        open=tuple(open_cases(connection)),
        closed=tuple(daily.closed_after(connection, mark)),
        posts=tuple(daily.posts(connection, since)),
        aside=tuple(daily.set_aside(connection, since)),
        accounts=Accounts(
            groups=account(connection, since, now),
            answered=daily.answered(connection, RECEIVING, since, now),
            in_ledger=_in_ledger(connection, house.folder),
            on_server=on_server,
        ),
        opened=daily.opened_by_item(connection, now - RECENT),
        unanswered=daily.unanswered(connection, mark),
        stopped=house.stopped(connection),
        kill_switch=str(house.state_dir / KILL_SWITCH),
        broken=inspected.found if (inspected := last_inspection(connection)) else (),
        frozen=tuple(box.name for box in frozen(connection)),
        silent_hours=silence.hours if (silence := silence_of(house, connection)).alarming else 0.0,
        observing=house.policy.mode is Mode.OBSERVE,
    )


def summary(connection: Connection) -> str:
    """What the next digest needs to know of this one (JSON): how far the histories had been written."""
    return json.dumps({_MARK: daily.newest_event(connection)})


def count_on_server(house: House) -> int | None:
    """How many messages the server has in the inbox; None where it can't be asked now, or shows another inbox."""
    try:
        with Mailbox(house.imap, _QUICK) as box:
            state = box.open(house.folder)
    except MailboxFailure as failure:
        log.warning("the mailbox cannot be counted", failure=type(failure).__name__, why=str(failure))
        return None
    with read(house.engine) as connection:
        known = mailbox(connection, house.folder)
    return state.exists if known and known.uidvalidity == (state.uidvalidity or 0) else None


def _in_ledger(connection: Connection, folder: str) -> int | None:
    known = mailbox(connection, folder)
    return count_in(connection, Spot(folder, known.uidvalidity, Place.INBOX)) if known else None


def _mark_of(before: DigestMade | None) -> int:
    found = json.loads(before.summary) if before else {}
    return int(found.get(_MARK, 0))
