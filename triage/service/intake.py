"""From the mailbox into the ledger: the thread that only moves bytes (RELIABILITY B11, DESIGN 1 and 2).

IDLE is a hint. After every wake, and at intervals regardless, the folders' UIDs are compared with the ledger.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from triage.core.decision import LedgerState, Place
from triage.core.retry import LOGIN, RECONNECT
from triage.mail.imap import Mailbox
from triage.mail.imap_connect import Timeouts
from triage.mail.imap_failure import MailboxFailure, Refused
from triage.mail.imap_fetch import Fetched
from triage.mail.imap_folders import Role
from triage.mail.imap_idle import Bell, Wake, wait
from triage.mail.parse import raw_fingerprint
from triage.service.house import House
from triage.service.progress import Progress
from triage.store import facts
from triage.store.engine import read, write
from triage.store.ledger import Received, Spot, mark_gone, receive, unknown_uids
from triage.store.mailboxes import Identity, meet

log = structlog.get_logger("intake")

PIECE = 100  # messages a commit
STRIKES = 3
BESIDES = {Role.SENT: Place.SENT, Role.JUNK: Place.JUNK}


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
    _suspects: Counter[int] = field(default_factory=Counter)

    def run(self) -> None:
        """Watch for ever; every failure leads to a new connection, on a ladder of its own (B10)."""
        while not self.stop.is_set():
            try:
                self._session()
            except MailboxFailure as failure:
                self._recover(failure)

    def pass_once(self) -> int:
        """Bring in everything that waits in the mailbox; how many messages came. Raises MailboxFailure."""
        with self._open() as box:
            return sum(self._look(box, self._meet(box, name, place)) for name, place in self._watched(box))

    def _open(self) -> Mailbox:
        chosen = self.house().settings.timeouts
        return Mailbox(self.house().imap, Timeouts(connect=chosen.imap_connect, read=chosen.imap_read))

    def _session(self) -> None:
        with self._open() as box:
            inbox = self._look_everywhere(box)
            log.info("watching", folder=inbox.name)
            while not self.stop.is_set():
                self.bell.clear()
                wake = box.idle(self.house().settings.timeouts.rescan, self.bell)
                if wake is Wake.HINT:
                    self._look(box, inbox)
                elif wake is Wake.TIME:
                    inbox = self._look_everywhere(box)
                self.progress.beat()

    def _look_everywhere(self, box: Mailbox) -> _Folder:
        """Compare every watched folder with the ledger, the inbox last, so that it is the one to wait in."""
        for name, place in self._watched(box):
            folder = self._meet(box, name, place)
            self._look(box, folder)
        self.progress.succeed()
        return folder

    def _recover(self, failure: MailboxFailure) -> None:
        self._suspects.update(failure.uids)
        ladder = LOGIN if isinstance(failure, Refused) else RECONNECT
        pause = ladder.next_attempt(self.progress.fail(), random.random())  # noqa: S311 - jitter, not secrecy
        log.warning("mailbox lost", failure=type(failure).__name__, why=str(failure), retry_in=round(pause, 1))
        wait(pause, self.bell)

    def _watched(self, box: Mailbox) -> list[tuple[str, Place]]:
        """Sent and Junk where the server has them, and at last the inbox."""
        besides = [(name, place) for role, place in BESIDES.items() if (name := box.special_folder(role))]
        return [*besides, (self.house().folder, Place.INBOX)]

    def _meet(self, box: Mailbox, name: str, place: Place) -> _Folder:
        """Open a folder. The inbox is read whole; the others from where they stood when we first saw them."""
        state = box.open(name)
        validity = state.uidvalidity or 0
        now = self.house().now()
        with write(self.house().engine) as connection:
            identity = meet(connection, name, validity, now)
            first = 1
            if place is not Place.INBOX:
                key = f"from-uid:{name}:{validity}"
                known = facts.fact(connection, key)
                first = int(known[0]) if known else (state.uidnext or 1)
                if known is None:
                    facts.remember(connection, key, str(first), now)
        if identity is Identity.CHANGED:
            log.error("mailbox identity changed: replies to its mail are frozen", folder=place, uidvalidity=validity)
        return _Folder(name, Spot(name, validity, place), first)

    def _look(self, box: Mailbox, folder: _Folder) -> int:
        """Fetch what the ledger lacks of `folder` from its `next` UID on; how many messages came."""
        uids = box.uids_from(folder.next)
        with read(self.house().engine) as connection:
            wanted = unknown_uids(connection, folder.spot, uids)
        came = self._fetch(box, folder.spot, wanted)
        if uids:
            folder.next = max(uids) + 1
        return came

    def _fetch(self, box: Mailbox, spot: Spot, wanted: Sequence[int]) -> int:
        came = 0
        suspects = [uid for uid in wanted if self._suspects[uid]]
        for uids in ([uid for uid in wanted if uid not in suspects], *([uid] for uid in suspects)):
            came += self._fetch_some(box, spot, uids)
        return came

    def _fetch_some(self, box: Mailbox, spot: Spot, uids: Sequence[int]) -> int:
        if len(uids) == 1 and self._suspects[uids[0]] > STRIKES:
            return self._keep(spot, [_unfetchable(uids[0])])
        got: set[int] = set()
        piece: list[Received] = []
        for fetched in box.fetch(uids) if uids else ():
            got.add(fetched.uid)
            piece.append(_received(fetched))
            if len(piece) == PIECE:
                self._keep(spot, piece)
                piece = []
        self._keep(spot, piece)
        self._note_gone(box, spot, [uid for uid in uids if uid not in got])
        return len(got)

    def _keep(self, spot: Spot, messages: Sequence[Received]) -> int:
        """Durable, with the ledger row, before anything else is done with them (C1)."""
        if not messages:
            return 0
        with write(self.house().engine) as connection:
            new = set(unknown_uids(connection, spot, [message.uid for message in messages]))
            receive(connection, spot, [message for message in messages if message.uid in new], self.house().now())
        log.info("received", messages=len(new), folder=spot.place)
        self.progress.beat()
        self.arrived()
        return len(new)

    def _note_gone(self, box: Mailbox, spot: Spot, missing: Sequence[int]) -> None:
        """Mail that vanished between being listed and being fetched (B13); what is still there comes next time."""
        if not missing:
            return
        still = box.sizes(missing)
        gone = [uid for uid in missing if uid not in still]
        with write(self.house().engine) as connection:
            mark_gone(connection, spot, unknown_uids(connection, spot, gone), self.house().now())
        log.info("gone before it could be fetched", messages=len(gone), folder=spot.place)


def _received(fetched: Fetched) -> Received:
    state = LedgerState.NEW if fetched.whole else LedgerState.TOO_LARGE
    reason = "" if fetched.whole else "too-large"
    return Received(
        fetched.uid, fetched.raw, raw_fingerprint(fetched.raw), fetched.size, fetched.internal_date, state, reason
    )


def _unfetchable(uid: int) -> Received:
    """A message whose fetching broke the connection each time: set aside without its bytes, so that the rest comes."""
    return Received(uid, b"", "", 0, None, LedgerState.QUARANTINED, "unfetchable")
