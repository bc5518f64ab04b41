"""The outbox's own look at the mailbox: drafts laid into Drafts, and what stands in Sent.

One connection, kept and kept warm, so that the look into Sent that comes before every reply costs one round trip.
A mailbox that cannot be reached delays drafts and never a mail that is due.
"""

import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from typing import TypeVar

import structlog

from triage.core.retry import LOGIN, MINUTE, Backoff
from triage.mail.compose import OWN_ID
from triage.mail.imap import Mailbox, MailboxState
from triage.mail.imap_connect import Timeouts
from triage.mail.imap_failure import MailboxFailure, Refused
from triage.mail.imap_folders import Role
from triage.mail.wire import Endpoint
from triage.service.house import House
from triage.store.outbox import Outgoing

log = structlog.get_logger("postbox")

DRAFT_FLAGS = ("\\Draft", "\\Seen")
LOOK_BACK = timedelta(days=3)
REST_SECONDS = 20.0  # after a failure: a mail that is due must not wait for a dead server again and again
LADDER = Backoff(first=REST_SECONDS, cap=5 * MINUTE, calm=0.5)  # for what is in no hurry (B10)
_ID = re.compile(r"<[^<>\s]{1,250}>")
_HEADERS = ("Message-ID", "In-Reply-To", "References")
_QUICK = Timeouts(connect=5.0, read=20.0)

Found = TypeVar("Found")


@dataclass
class _Sent:
    """What was read in Sent so far: our own mails' ids, and the ids that colleagues' mails reply to."""

    state: MailboxState | None = None
    ours: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)


@dataclass
class Postbox:
    """Made and used by the outbox's thread alone."""

    house: Callable[[], House]
    _box: Mailbox | None = None
    _entered: Endpoint | None = None
    _folders: dict[Role, str | None] = field(default_factory=dict)
    _sent: _Sent = field(default_factory=_Sent)
    _drafts: set[str] | None = None
    _rests_until: float = 0.0
    _failed_at: float = -REST_SECONDS
    _failures: int = 0
    _turned_away: bool = False

    def lay_draft(self, draft: Outgoing) -> str | None:
        """Put a draft into Drafts; the folder's name, or None where that cannot be done now."""
        return self._reached(lambda: self._lay(draft))

    def colleague_answered(self, mail: Outgoing) -> bool:
        """Whether somebody's mail in Sent, not ours, replies to the message that `mail` answers."""
        answered = _answered_id(mail)
        if not answered or not self._reached(self._look_into_sent, due=True):
            return False
        return answered in self._sent.answered

    def lies_in_sent(self, message_id: str) -> bool | None:
        """Whether our own mail stands in Sent (some servers keep what they relay); None where it cannot be told."""
        return message_id in self._sent.ours if self._reached(self._look_into_sent) else None

    def keep_warm(self) -> None:
        """Keep the connection and the knowledge of Sent fresh."""
        self._reached(self._look_into_sent)

    def close(self) -> None:
        """Let go of the connection."""
        if self._box is not None:
            self._box.close()
        self._box = None

    def _reached(self, act: Callable[[], Found], *, due: bool = False) -> Found | None:
        """What `act` finds in the mailbox; None where it cannot be reached. A connection gone stale is replaced."""
        if self._rests(due=due):
            return None
        kept = self._box is not None
        try:
            found = act()
        except MailboxFailure as failure:
            self._lose()
            if kept:
                return self._reached(act, due=due)
            self._rest_after(failure)
            return None
        self._failures, self._turned_away = 0, False
        return found

    def _rests(self, *, due: bool) -> bool:
        """Whether it is too early to try again: for a mail that is due twenty seconds, unless the login was refused.

        New settings may hold the right password: with them it is tried at once.
        """
        now = time.monotonic()
        if now >= self._rests_until or (self._entered is not None and self._entered != self.house().imap):
            return False
        return not due or self._turned_away or now < self._failed_at + REST_SECONDS

    def _rest_after(self, failure: MailboxFailure) -> None:
        self._failures += 1
        self._failed_at, self._turned_away = time.monotonic(), isinstance(failure, Refused)
        ladder = LOGIN if self._turned_away else LADDER
        pause = ladder.next_attempt(self._failures, random.random())  # noqa: S311 - jitter, not secrecy
        self._rests_until = self._failed_at + pause
        log.warning("mailbox lost", failure=type(failure).__name__, why=str(failure), retry_in=round(pause, 1))

    def _connected(self) -> Mailbox:
        if self._box is not None and self._entered != self.house().imap:
            self._lose()
            self._sent = _Sent()
        if self._box is None:
            self._entered = self.house().imap
            self._box = Mailbox(self._entered, _QUICK)
        return self._box

    def _lose(self) -> None:
        self.close()
        self._folders.clear()
        self._drafts = None  # an APPEND may have arrived although its answer did not

    def _folder(self, role: Role) -> str | None:
        box = self._connected()
        if self._folders.get(role) is None:
            self._folders[role] = box.special_folder(role)
        return self._folders[role]

    def _lay(self, draft: Outgoing) -> str | None:
        folder = self._folder(Role.DRAFTS)
        if folder is None:
            log.error("no Drafts folder: drafts wait in the outbox", mail=draft.id)
            return None
        if self._drafts is None:  # one may lie there already, from a run that died before it could write it down
            self._drafts = {found for raw in self._recent(folder, _HEADERS[:1]) for found in _ID.findall(raw)}
        if draft.message_id not in self._drafts:
            self._connected().append(folder, draft.raw, DRAFT_FLAGS)
        return folder

    def _look_into_sent(self) -> bool:
        """Read the headers in Sent anew if anything came since the last look; whether there is a Sent at all."""
        folder = self._folder(Role.SENT)
        if folder is None:
            return False
        state = self._connected().open(folder)
        if state != self._sent.state:
            self._sent = self._read_sent(folder, state)
        return True

    def _read_sent(self, folder: str, state: MailboxState) -> _Sent:
        found = _Sent(state)
        for raw in self._recent(folder, _HEADERS):
            headers = message_from_bytes(raw.encode("ascii", "replace"))
            own = set(_ID.findall(str(headers.get("Message-ID", ""))))
            if any(OWN_ID.fullmatch(one) for one in own):
                found.ours |= own
            else:
                found.answered |= set(_ID.findall(f"{headers.get('In-Reply-To', '')} {headers.get('References', '')}"))
        return found

    def _recent(self, folder: str, names: tuple[str, ...]) -> list[str]:
        since = (self.house().now() - LOOK_BACK).date()
        return [raw.decode("ascii", "replace") for raw in self._connected().recent_headers(folder, since, names)]


def _answered_id(mail: Outgoing) -> str:
    """The Message-ID that `mail` replies to, from its own header (ours, hence well-formed)."""
    found = re.search(rb"^In-Reply-To: (<[^<>\s]{1,250}>)", mail.raw[:4000], re.MULTILINE)
    return found[1].decode("ascii") if found else ""
