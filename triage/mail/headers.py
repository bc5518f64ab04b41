"""Header fields as values: decoded words, mailboxes, identifiers, dates.

Addresses come from mail-parser's structural scanner, which never looks for an address inside a display name.
"""

import binascii
import quopri
import re
import unicodedata
from collections.abc import Iterable, Iterator
from email.message import Message as Part
from email.utils import parseaddr

from triage.core.message import Address
from triage.mail.charset import clean_line, decode, from_wire, has_unseen
from triage.mail.library import instant, mailboxes
from triage.mail.limits import MAX_ADDRESSES, MAX_HEADER, Unreadable

Fields = dict[str, list[str]]

_WORD = re.compile(r"=\?([\w.:+*-]{1,60})\?([bBqQ])\?([^?\r\n]{0,2000})\?=")
_BETWEEN_WORDS = re.compile(r"(?<=\?=)[ \t\r\n]{1,200}(?==\?)")
_ORDINARY_FROM = re.compile(
    r"""(?:"[^"\\@<>,;:()=]{0,100}" ?|[^"\\@<>,;:()\[\]]{0,200})<[\w.+-]{1,64}@[A-Za-z0-9.-]{1,255}>"""
    r"|[\w.+-]{1,64}@[A-Za-z0-9.-]{1,255}",
    re.ASCII,
)
_ANGLE = re.compile(r"<\s{0,5}([^<>\s@]{1,64}@[^<>\s@]{1,255})\s{0,5}>")
_IDENTIFIER = re.compile(r"<[^<>\s]{1,900}>")
_BLANKS = re.compile(r"[ \t\r\n]+")
_INVISIBLE = re.compile(r"[^ -~]")
_LEADING_WEEKDAY = re.compile(r"^\s*[^\d,]{2,20},?\s*")
_MONTHS = {"fev": "Feb", "abr": "Apr", "mai": "May", "ago": "Aug", "set": "Sep", "out": "Oct", "dez": "Dec"}
_KEPT = frozenset(
    [
        "auto-submitted",
        "precedence",
        "x-precedence",
        "x-auto-response-suppress",
        "x-failed-recipients",
        "x-autoreply",
        "x-autorespond",
        "x-auto-reply-from",
        "x-mail-autoreply",
        "x-cron-env",
        "x-ms-exchange-message-is-ndr",
        "x-loop",
        "feedback-id",
        "content-type",
        "delivered-to",
        "resent-to",
        "resent-cc",
        "importance",
        "x-mailer",
        "user-agent",
        "disposition-notification-to",
        "return-path",
        "dkim-signature",
    ]
)
_KEPT_PREFIXES = ("list-", "x-triage-")


def collect(part: Part) -> Fields:
    """All fields by lower-case name, unfolded, 8-bit octets decoded, encoded words still encoded."""
    fields: Fields = {}
    for name, value in part.raw_items():
        text = from_wire(str(value)).replace("\r", "").replace("\n", "")
        fields.setdefault(name.strip().lower(), []).append(text[:MAX_HEADER])
    return fields


def first(fields: Fields, name: str) -> str:
    """The topmost value of a field, "" where there is none."""
    values = fields.get(name)
    return values[0] if values else ""


def decoded(value: str) -> str:
    """A field's text: encoded words of RFC 2047 decoded once, on one line, clean."""
    if "=?" not in value:
        return clean_line(value)
    value = _BETWEEN_WORDS.sub("", value)
    return clean_line("".join(_pieces(value)))


def _pieces(value: str) -> Iterator[str]:
    """Plain stretches and decoded words; the octets of neighbouring words are joined, for characters cut in two."""
    position, octets, charset = 0, b"", ""
    for word in _WORD.finditer(value):
        label = word[1].partition("*")[0].lower()
        if word.start() > position or label != charset:
            yield decode(octets, charset)
            octets = b""
        yield value[position : word.start()]
        octets += _octets(word[2], word[3])
        position, charset = word.end(), label
    yield decode(octets, charset)
    yield value[position:]


def _octets(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return quopri.decodestring(data, header=True)
    data = data.strip().rstrip(b"=")
    try:
        return binascii.a2b_base64(data + b"=" * (-len(data) % 4))
    except binascii.Error:
        return data


def addresses(values: Iterable[str]) -> tuple[Address, ...]:
    """Every mailbox of the given field values, in order."""
    return tuple(
        Address(decoded(name), safe_address(addr))
        for value in values
        if value.strip()
        for name, addr in mailboxes(value)
    )


def check_address_count(fields: Fields) -> None:
    """Raise Unreadable where the address fields hold more mailboxes than are ever read."""
    values = [value for name in ("from", "to", "cc", "reply-to", "sender") for value in fields.get(name, ())]
    count = sum(value.count("@") for value in values)
    if count > MAX_ADDRESSES or sum(value.count(",") for value in values) > 5 * MAX_ADDRESSES:
        raise Unreadable("too-many-addresses", str(count))


def safe_address(addr: str) -> str:
    """Lower case, with every deceptive character shown as U+FFFD: an address must never become another by cleaning."""
    if addr.isascii() and not has_unseen(addr):
        return addr.lower()
    shown = "".join(_safe_character(character) for character in addr.strip())
    return unicodedata.normalize("NFC", shown)


def _safe_character(character: str) -> str:
    if character.isascii() and not has_unseen(character):
        return character.lower()
    deceptive = has_unseen(character) or character.isspace() or unicodedata.normalize("NFKC", character).isascii()
    return "\ufffd" if deceptive or "\ud800" <= character <= "\udfff" else character


def authors(fields: Fields) -> tuple[tuple[Address, ...], tuple[str, ...]]:
    """The mailboxes of every From field, and what is doubtful about them (RELIABILITY E5)."""
    values = fields.get("from", [])
    found = addresses(values)
    defects = []
    if not values:
        defects.append("no-from")
    if len(values) > 1:
        defects.append("duplicate-from")
    if len(values) == 1 and len(found) > 1:
        defects.append("several-authors")
    if any(not _ORDINARY_FROM.fullmatch(value.strip()) and not _agreed(value) for value in values):
        defects.append("from-disagreement")
    if any(not address.addr.isascii() for address in found):
        defects.append("non-ascii-from")
    if not found and values:
        found = _last_resort(values)
    return found, tuple(defects)


def _agreed(value: str) -> bool:
    """Whether three parsers read the same single mailbox in an unusual From field."""
    if len(value) > 2_000:
        return False
    from email import policy  # loaded where a From field is unusual: it brings a second parser of headers

    ours = [addr for _, addr in mailboxes(value)]
    try:
        modern = [address.addr_spec for address in policy.default.header_factory("From", value).addresses]
        classic = parseaddr(value)[1]
    except Exception:
        # The stdlib's parsers raise half a dozen kinds on hostile input; any of them is a disagreement.
        return False
    return len(ours) == 1 and ours == modern and ours[0] == classic


def _last_resort(values: list[str]) -> tuple[Address, ...]:
    angles = [angle for value in values for angle in _ANGLE.findall(value)]
    return (Address("", safe_address(angles[-1])),) if angles else ()


def identifiers(values: Iterable[str], limit: int = 200) -> tuple[str, ...]:
    """The <…> identifiers of Message-ID, In-Reply-To or References, newest last, at most `limit` of them."""
    found = [clean_line(identifier) for value in values for identifier in _IDENTIFIER.findall(value)]
    return tuple(found[-limit:])


def date_hint(value: str) -> str:
    """The Date field in ISO 8601 UTC, "" where it can't be read. A hint only: the sender chose it."""
    value = value[:128]
    moment = instant(value) or instant(_translated(value))
    return moment.isoformat() if moment else ""


def _translated(value: str) -> str:
    """A date with Portuguese day and month names, which some webmails write."""
    words = _LEADING_WEEKDAY.sub("", value).replace(" de ", " ").split()
    return " ".join(_MONTHS.get(word.strip(".").lower()[:3], word) for word in words)


def return_path(fields: Fields) -> str | None:
    """The envelope sender: None where no field says it, "" for the null path."""
    values = fields.get("return-path")
    if not values:
        return None
    value = values[0].strip()
    inner = value[1:-1] if value.startswith("<") and value.endswith(">") else value
    return safe_address(clean_line(inner)) if inner.strip() else ""


def kept(fields: Fields) -> tuple[tuple[str, str], ...]:
    """The few other fields that rules read; of Received only the topmost."""
    pairs = [
        (name, decoded(value[:4_000]))
        for name, values in fields.items()
        if name in _KEPT or name.startswith(_KEPT_PREFIXES)
        for value in values
    ]
    received = first(fields, "received")
    return (*pairs, ("received", clean_line(received))) if received else tuple(pairs)


def visible_ascii(value: str) -> str:
    """A structured field for exact comparison: on one line, and every character but visible ASCII shown as "?"."""
    return _INVISIBLE.sub("?", " ".join(filter(None, _BLANKS.split(value))))
