"""The outbox's own look at the mailbox: drafts laid into Drafts, and what colleagues have sent by hand.

One connection, kept; a mailbox that cannot be reached delays drafts and never a mail that is due.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes

import structlog

from triage.mail.compose import OWN_ID
from triage.mail.imap import Mailbox, MailboxState
from triage.mail.imap_connect import Timeouts
from triage.mail.imap_failure import MailboxFailure
from triage.mail.imap_folders import Role
from triage.service.house import House
from triage.store.outbox import Outgoing

log = structlog.get_logger("postbox")

DRAFT_FLAGS = ("\\Draft", "\\Seen")
LOOK_BACK = timedelta(days=3)
_ID = re.compile(r"<[^<>\s]{1,250}>")
_HEADERS = ("Message-ID", "In-Reply-To", "References")
_QUICK = Timeouts(connect=5.0, read=20.0)


@dataclass
class Postbox:
    """Made and used by the outbox's thread alone."""

    house: Callable[[], House]
    _box: Mailbox | None = None
    _folders: dict[Role, str | None] = field(default_factory=dict)
    _seen: MailboxState | None = None
    _answered: set[str] = field(default_factory=set)
    _ours: set[str] = field(default_factory=set)

    def lay_draft(self, draft: Outgoing) -> str | None:
        """Put a draft into Drafts; the folder's name, or None where the mailbox cannot be reached now."""
        try:
            folder = self._folder(Role.DRAFTS)
            if folder is None:
                log.error("no Drafts folder: drafts wait in the outbox", mail=draft.id)
                return None
            if not self._lies_there(folder, draft.message_id):
                self._connected().append(folder, draft.raw, DRAFT_FLAGS)
            return folder
        except MailboxFailure as failure:
            self._lost(failure)
            return None

    def colleague_answered(self, mail: Outgoing) -> bool:
        """Whether somebody's mail in Sent, not ours, replies to the message that `mail` answers."""
        answered = _answered_id(mail)
        if not answered:
            return False
        try:
            return self._look_into_sent() and answered in self._answered
        except MailboxFailure as failure:
            self._lost(failure)
            return False

    def lies_in_sent(self, message_id: str) -> bool | None:
        """Whether our own mail stands in Sent (some servers keep what they relay); None where it cannot be told."""
        try:
            return message_id in self._ours if self._look_into_sent() else None
        except MailboxFailure as failure:
            self._lost(failure)
            return None

    def close(self) -> None:
        """Let go of the connection."""
        if self._box is not None:
            self._box.close()
        self._box = None

    def _connected(self) -> Mailbox:
        if self._box is None:
            self._box = Mailbox(self.house().imap, _QUICK)
        return self._box

    def _lost(self, failure: MailboxFailure) -> None:
        log.warning("mailbox lost", failure=type(failure).__name__, why=str(failure))
        self.close()

    def _folder(self, role: Role) -> str | None:
        if self._folders.get(role) is None:
            self._folders[role] = self._connected().special_folder(role)
        return self._folders[role]

    def _look_into_sent(self) -> bool:
        """Read the headers in Sent anew if anything came since the last look; whether there is a Sent at all."""
        folder = self._folder(Role.SENT)
        if folder is None:
            return False
        state = self._connected().open(folder)
        if state != self._seen:
            self._read_headers(folder)
            self._seen = state
        return True

    def _read_headers(self, folder: str) -> None:
        since = (self.house().now() - LOOK_BACK).date()
        for raw in self._connected().recent_headers(folder, since, _HEADERS):
            headers = message_from_bytes(raw)
            own = set(_ID.findall(str(headers.get("Message-ID", ""))))
            if any(OWN_ID.fullmatch(one) for one in own):
                self._ours |= own
            else:
                self._answered |= set(_ID.findall(f"{headers.get('In-Reply-To', '')} {headers.get('References', '')}"))

    def _lies_there(self, folder: str, message_id: str) -> bool:
        """Whether a draft was laid before, by a run that died before it could write it down."""
        since = (self.house().now() - LOOK_BACK).date()
        return any(message_id.encode() in raw for raw in self._connected().recent_headers(folder, since, _HEADERS[:1]))


def _answered_id(mail: Outgoing) -> str:
    """The Message-ID that `mail` replies to, from its own header (ours, hence well-formed)."""
    found = re.search(rb"^In-Reply-To: (<[^<>\s]{1,250}>)", mail.raw[:4000], re.MULTILINE)
    return found[1].decode("ascii") if found else ""
