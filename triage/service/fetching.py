"""Fetching what the ledger lacks, in pieces that are committed as they come; and telling which message breaks it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import structlog

from triage.core.decision import LedgerState
from triage.mail.fingerprint import raw_fingerprint
from triage.mail.imap import Mailbox
from triage.mail.imap_failure import MailboxFailure
from triage.mail.imap_fetch import Fetched
from triage.service.house import House
from triage.store.engine import write
from triage.store.ledger import Received, Spot, mark_gone, receive, unknown_uids

log = structlog.get_logger("intake")

PIECE = 100  # messages a commit
PIECE_BYTES = 8 << 20
STRIKES = 3
LAST = 3  # strikes from which a message comes after all others: one with others, two alone, which is no chance

Suspect = tuple[str, int, int]


@dataclass
class Fetching:
    """For one thread. `came` is called after each commit that brought mail.

    The messages that were being fetched when the connection broke are suspects: each is fetched alone, in its turn, as
    an answer should not be read before what it answers. One that breaks the connection twice alone comes after all
    others from then on, and is set aside without its bytes when it has done so three times.
    """

    house: Callable[[], House]
    came: Callable[[], None]
    _suspects: Counter[Suspect] = field(default_factory=Counter)

    def fetch(self, box: Mailbox, spot: Spot, wanted: Sequence[int]) -> None:
        """Bring `wanted` UIDs into the ledger. Raises MailboxFailure; what came before it is kept."""
        strikes = {uid: self._suspects[_key(spot, uid)] for uid in wanted}
        for alone, uids in groupby((uid for uid in wanted if strikes[uid] < LAST), key=lambda uid: strikes[uid] > 0):
            if alone:
                self._fetch_each(box, spot, uids)
            else:
                self._fetch_together(box, spot, list(uids))
        self._fetch_each(box, spot, (uid for uid in wanted if strikes[uid] >= LAST))

    def _fetch_each(self, box: Mailbox, spot: Spot, uids: Iterable[int]) -> None:
        for uid in uids:
            self._fetch_suspect(box, spot, uid)

    def _fetch_suspect(self, box: Mailbox, spot: Spot, uid: int) -> None:
        if self._suspects[_key(spot, uid)] > STRIKES:
            log.error("set aside: fetching it breaks the connection", uid=uid, folder=spot.place)
            self._keep(spot, [_unfetchable(uid)])
        else:
            self._fetch_together(box, spot, [uid])
        del self._suspects[_key(spot, uid)]

    def _fetch_together(self, box: Mailbox, spot: Spot, uids: Sequence[int]) -> None:
        missing = set(uids)
        try:
            for piece in _pieces(map(_received, box.fetch(uids))):
                self._keep(spot, piece)
                missing.difference_update(message.uid for message in piece)
        except MailboxFailure as failure:
            self._suspects.update(_key(spot, uid) for uid in missing.intersection(failure.uids))
            raise
        if missing:
            self._note_gone(box, spot, sorted(missing))

    def _keep(self, spot: Spot, messages: Sequence[Received]) -> None:
        """Durable, with the ledger row, before anything else is done with them (C1)."""
        with write(self.house().engine) as connection:
            new = set(unknown_uids(connection, spot, [message.uid for message in messages]))
            receive(connection, spot, [message for message in messages if message.uid in new], self.house().now())
        log.info("received", messages=len(new), folder=spot.place)
        self.came()

    def _note_gone(self, box: Mailbox, spot: Spot, missing: Sequence[int]) -> None:
        """Mail that vanished between being listed and being fetched (B13); what is still there comes next time.

        It is listed anew: a busy server may refuse to say anything of a message that is there all the same.
        """
        listed = set(box.uids_from(missing[0]))
        gone = [uid for uid in missing if uid not in listed]
        with write(self.house().engine) as connection:
            mark_gone(connection, spot, unknown_uids(connection, spot, gone), self.house().now())
        log.info("gone before it could be fetched", messages=len(gone), folder=spot.place)
        if len(gone) < len(missing):
            log.warning("not given by the server this time", messages=len(missing) - len(gone), folder=spot.place)


def _key(spot: Spot, uid: int) -> Suspect:
    return spot.mailbox, spot.uidvalidity, uid


def _pieces(messages: Iterable[Received]) -> Iterator[list[Received]]:
    """The messages in lists that are bounded in number and bytes."""
    piece: list[Received] = []
    volume = 0
    for message in messages:
        piece.append(message)
        volume += len(message.raw)
        if len(piece) == PIECE or volume > PIECE_BYTES:
            yield piece
            piece, volume = [], 0
    if piece:
        yield piece


def _received(fetched: Fetched) -> Received:
    state = LedgerState.NEW if fetched.whole else LedgerState.TOO_LARGE
    reason = "" if fetched.whole else "too-large"
    return Received(
        fetched.uid, fetched.raw, raw_fingerprint(fetched.raw), fetched.size, fetched.internal_date, state, reason
    )


def _unfetchable(uid: int) -> Received:
    return Received(uid, b"", "", 0, None, LedgerState.QUARANTINED, "unfetchable")
