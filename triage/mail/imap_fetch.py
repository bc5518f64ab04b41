"""Dividing a fetch into bounded pieces, and reading what FETCH brings. Pure."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from imapclient.response_parser import parse_fetch_response

RANGE = 500  # messages asked about in one command; a reply line beyond 1,000,000 bytes kills imaplib (B15)
FIRST = 100  # asked about before all others, so that work on them begins: to tell sizes, a server may read every mail
BATCH = 200  # bodies in one FETCH: beyond it nothing is gained
BATCH_BYTES = 8 << 20
MAX_HEADER = 1 << 20
MAX_TOLD_SIZE = (1 << 31) - 1  # what the ledger can hold; a server that does not know a size may say 2^32 - 1
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # an older date is what servers say where they know none

Reply = dict[int, dict[bytes, Any]]

# What servers usually say to the two things that we ask. The library takes it apart letter by letter, which costs four
# times as much as fetching it.
_BODY_BEGINS = re.compile(rb"\d{1,10} \(UID (\d{1,10}) (BODY\[(?:HEADER)?\](?:<0>)?) \{\d{1,10}\}")
_TOLD = re.compile(
    rb"\d{1,10} \(UID (\d{1,10}) RFC822\.SIZE (\d{1,12})"
    rb' INTERNALDATE "([ \d]\d)-(\w{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)"\)'
)
_MONTHS = {
    name: number for number, name in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)
}


@dataclass(frozen=True, slots=True)
class Outline:
    """What is known of a message before its body: its size in bytes, and when it arrived (UTC)."""

    size: int
    internal_date: datetime | None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message as the server holds it. `whole` is False where it is too large and `raw` is only its header.

    `internal_date` is in UTC; `size` is RFC822.SIZE, in bytes.
    """

    uid: int
    raw: bytes
    internal_date: datetime | None
    size: int
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages to be fetched together: whole, or their headers alone."""

    uids: list[int]
    whole: bool

    @property
    def item(self) -> str:
        """What to ask for; PEEK leaves the flags alone."""
        return "BODY.PEEK[]" if self.whole else f"BODY.PEEK[HEADER]<0.{MAX_HEADER}>"


def batches(outlines: dict[int, Outline], max_size: int) -> Iterator[Batch]:
    """The messages in ascending order, bounded by number and bytes; those above `max_size` by themselves."""
    uids: list[int] = []
    total = 0
    for uid, outline in sorted(outlines.items()):
        if outline.size > max_size:
            yield Batch([uid], whole=False)
            continue
        if uids and (len(uids) == BATCH or total + outline.size > BATCH_BYTES):
            yield Batch(uids, whole=True)
            uids, total = [], 0
        uids.append(uid)
        total += outline.size
    if uids:
        yield Batch(uids, whole=True)


def read_reply(told: Sequence[Any], uids: Collection[int]) -> Reply:
    """What imaplib brought of a FETCH, for the messages asked about. Raises ProtocolError where it is no reply."""
    found = _plain_reply(told)
    if found is None:
        found = dict(parse_fetch_response(list(told), False, True))
    return {uid: found[uid] for uid in uids if uid in found}


def _plain_reply(told: Sequence[Any]) -> Reply | None:
    """The reply where all of it has the usual form, else None."""
    found: Reply = {}
    pieces = iter(told)
    for piece in pieces:
        if isinstance(piece, tuple):
            head, raw = piece
            begins = _BODY_BEGINS.fullmatch(head)
            if begins is None or next(pieces, None) != b")":
                return None
            found.setdefault(int(begins[1]), {})[begins[2]] = raw
        else:
            told_of = _TOLD.fullmatch(piece) if piece else None
            moment = _moment(*told_of.groups()[2:]) if told_of else None
            if told_of is None or moment is None:
                return None
            found.setdefault(int(told_of[1]), {}).update({b"RFC822.SIZE": int(told_of[2]), b"INTERNALDATE": moment})
    return found


def _moment(*parts: bytes) -> datetime | None:
    """The instant of an INTERNALDATE; None where there is no such."""
    day, month, year, hour, minute, second, sign, hours, minutes = parts
    east = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == b"-" else 1)
    try:
        clock = int(hour), int(minute), int(second)
        return datetime(int(year), _MONTHS[month], int(day), *clock, tzinfo=timezone(east))
    except (ValueError, KeyError):
        return None


def outlines(reply: Reply) -> dict[int, Outline]:
    """Size and date of each message in a FETCH reply that gives a size."""
    return {
        uid: Outline(min(size, MAX_TOLD_SIZE), _utc(found.get(b"INTERNALDATE")))
        for uid, found in reply.items()
        if isinstance(size := found.get(b"RFC822.SIZE"), int)
    }


def body(found: dict[bytes, Any]) -> bytes | None:
    """The body section in a message's FETCH data; None where it is missing or NIL."""
    for key, value in found.items():
        if key.startswith(b"BODY[") and isinstance(value, bytes):
            return value
    return None


def chunks(uids: Sequence[int], size: int = RANGE) -> Iterator[Sequence[int]]:
    """`uids` in pieces of at most `size`."""
    for start in range(0, len(uids), size):
        yield uids[start : start + size]


def blocks_down(exists: int) -> Iterator[tuple[int, int]]:
    """The sequence numbers `exists`…1 as (low, high) pieces, the last first."""
    for high in range(exists, 0, -RANGE):
        yield max(1, high - RANGE + 1), high


def _utc(moment: object) -> datetime | None:
    """An INTERNALDATE in UTC; None where it is missing, or none that mail can have arrived at."""
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        return None
    try:
        utc = moment.astimezone(UTC)
    except (OverflowError, ValueError):  # at either end of the calendar, or an offset of days
        return None
    return utc if utc >= EARLIEST else None
