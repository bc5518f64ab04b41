"""What we take from mail-parser, typed: its structural address scanner, its date reader, its lenient base64.

The whole MailParser is not run: it doubles the cost of a message, lets the text of attached messages into the body
and drops 8-bit letters from headers. Each function here guards the call, as any input may be hostile.
"""

from datetime import datetime
from functools import lru_cache

from mailparser.dates import parse_mail_date  # type: ignore[import-untyped] # mail-parser ships no types
from mailparser.utils import decode_base64_payload, get_addresses  # type: ignore[import-untyped] # as above

_REMEMBERED, _LONGEST_REMEMBERED = 2_000, 500


def mailboxes(value: str) -> tuple[tuple[str, str], ...]:
    """(display name, address) pairs of an address field; ambiguous items yield nothing."""
    return _remembered(value) if len(value) <= _LONGEST_REMEMBERED else _scanned(value)


def _scanned(value: str) -> tuple[tuple[str, str], ...]:
    try:
        return tuple((str(name), str(addr)) for name, addr in get_addresses(value) if addr)
    except (ValueError, LookupError, AttributeError, TypeError):
        return ()


_remembered = lru_cache(maxsize=_REMEMBERED)(_scanned)  # the same people write day by day


def instant(value: str) -> datetime | None:
    """The moment a Date field names, in UTC; None where it breaks RFC 5322."""
    try:
        moment = parse_mail_date(value).value
    except (ValueError, LookupError, AttributeError, TypeError, OverflowError):
        return None
    return moment if isinstance(moment, datetime) else None


def lenient_base64(text: str) -> bytes:
    """The octets of a base64 payload that strict decoders refuse, as mail programs repair it."""
    return bytes(decode_base64_payload(text))
