"""From the mailbox into the ledger: the thread that only moves bytes (RELIABILITY B11, DESIGN 1 and 2).

IDLE is a hint. After every wake, and at intervals regardless, the folders' UIDs are compared with the ledger.
"""

import errno
import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import structlog

from triage.core.decision import Place
from triage.core.retry import LOGIN, RECONNECT
from triage.mail.imap import Mailbox
from triage.mail.imap_connect import Timeouts
from triage.mail.imap_failure import MailboxFailure, Protocol, Refused
from triage.mail.imap_folders import Role
from triage.mail.imap_idle import Bell, Wake, wait
from triage.mail.wire import Endpoint
from triage.service.fetching import Fetching
from triage.service.house import House
from triage.service.progress import Progress
from triage.service.trouble import TROUBLE, after_trouble, short_of_space
from triage.store import facts
from triage.store.engine import read, write
from triage.store.ledger import Spot, unknown_uids
from triage.store.mailboxes import Identity, meet

log = structlog.get_logger("intake")

BESIDES = {Role.SENT: Place.SENT, Role.JUNK: Place.JUNK}
AVOIDED_SECONDS = 3600.0


@dataclass(slots=True)
class _Folder:
    """A watched folder: `next` is the first UID that a quick look asks for."""

    name: str
    spot: Spot
    next: int = 1


@dataclass
class Intake:
    """Watches the mailbox until told to stop. `arrived` is called after each commit that brought mail."""

    house: Callable[[], House]
    arrived: Callable[[], None]
    stop: threading.Event
    bell: Bell = field(default_factory=Bell)
    progress: Progress = field(default_factory=Progress)
    _avoided: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._fetching = Fetching(self.house, self._came)

    def run(self) -> None:
        """Watch for ever; every failure leads to a new connection, on a ladder of its own (B10)."""
        while not self.stop.is_set():
            try:
                self._session()
            except MailboxFailure as failure:
                self._rest(self._after(failure))
            except TROUBLE as trouble:
                self._rest(after_trouble("intake", trouble, self.progress))

    def pass_once(self) -> None:
        """Bring in everything that waits in the mailbox. Raises MailboxFailure; OSError where the disk is full."""
        with self._open() as box:
            self._look_everywhere(box)

    def wake(self) -> None:
        """Look up from whatever is being waited for: to stop, or because the settings changed."""
        self.bell.ring()

    def _open(self) -> Mailbox:
        chosen = self.house().settings.timeouts
        return Mailbox(self.house().imap, Timeouts(connect=chosen.imap_connect, read=chosen.imap_read))

    def _session(self) -> None:
        entered = self._address()
        with self._open() as box:
            inbox, looked = self._look_everywhere(box), time.monotonic()
            log.info("watching", folder=inbox.name)
            while True:
                self.bell.clear()  # before the questions that it may be rung for
                if self.stop.is_set() or self._address() != entered:
                    return
                wake = box.idle(self._until_next_round(looked), self.bell)
                if wake is Wake.TIME or (wake is Wake.HINT and not self._until_next_round(looked)):
                    inbox, looked = self._look_everywhere(box), time.monotonic()
                elif wake is Wake.HINT:
                    self._look(box, inbox)
                self.progress.beat()

    def _until_next_round(self, looked: float) -> float:
        """Seconds until every folder is looked at again, however often the inbox gives hints meanwhile (B7)."""
        return max(0.0, looked + self.house().settings.timeouts.rescan - time.monotonic())

    def _address(self) -> tuple[Endpoint, str]:
        """What a reload may change under a session."""
        return self.house().imap, self.house().folder

    def _look_everywhere(self, box: Mailbox) -> _Folder:
        """Compare every watched folder with the ledger: the inbox first, and again at last, to wait in it."""
        inbox = self._meet(box, self.house().folder, Place.INBOX)
        self._look(box, inbox)
        for name, place in self._besides(box):
            self._look_aside(box, name, place)
        box.open(inbox.name)
        self._look(box, inbox)
        self.progress.succeed()
        return inbox

    def _besides(self, box: Mailbox) -> Iterator[tuple[str, Place]]:
        """Sent and Junk, where the server has them and lets us look."""
        for role, place in BESIDES.items():
            name = box.special_folder(role)
            if name and time.monotonic() >= self._avoided.get(name, 0.0):
                yield name, place

    def _look_aside(self, box: Mailbox, name: str, place: Place) -> None:
        """A folder that cannot be read ends this session, and is left out of the next: the inbox must not starve."""
        try:
            self._look(box, self._meet(box, name, place))
        except Protocol:
            self._avoided[name] = time.monotonic() + AVOIDED_SECONDS
            log.error("folder left out for an hour: it cannot be read", folder=place)
            raise

    def _after(self, failure: MailboxFailure) -> float:
        ladder = LOGIN if isinstance(failure, Refused) else RECONNECT
        pause = ladder.next_attempt(self.progress.fail(), random.random())  # noqa: S311 - jitter, not secrecy
        log.warning("mailbox lost", failure=type(failure).__name__, why=str(failure), retry_in=round(pause, 1))
        return pause

    def _rest(self, seconds: float) -> None:
        self.bell.clear()
        if not self.stop.is_set():
            wait(seconds, self.bell)

    def _meet(self, box: Mailbox, name: str, place: Place) -> _Folder:
        """Open a folder. The inbox is read whole; the others from where they stood when we first saw them."""
        state = box.open(name)
        validity = state.uidvalidity or 0
        now = self.house().now()
        first = 1
        with write(self.house().engine) as connection:
            identity = meet(connection, name, validity, now)
            if place is not Place.INBOX:
                key = f"from-uid:{name}:{validity}"
                known = facts.fact(connection, key)
                first = int(known[0]) if known else (state.uidnext or 1)
                if known is None:
                    facts.remember(connection, key, str(first), now)
        if identity is Identity.CHANGED:
            log.error("mailbox identity changed: replies to its mail are frozen", folder=place, uidvalidity=validity)
        return _Folder(name, Spot(name, validity, place), first)

    def _look(self, box: Mailbox, folder: _Folder) -> None:
        """Fetch what the ledger lacks of `folder` from its `next` UID on."""
        self._check_space()
        uids = box.uids_from(folder.next)
        with read(self.house().engine) as connection:
            wanted = unknown_uids(connection, folder.spot, uids)
        self._fetching.fetch(box, folder.spot, wanted)
        if uids:
            folder.next = max(uids) + 1

    def _check_space(self) -> None:
        """Take nothing in while the disk is nearly full: what waits on the server is safe (C12). Raises OSError."""
        if short_of_space(self.house().disk):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _came(self) -> None:
        self.progress.beat()
        self.arrived()
