"""What a DKIM signature covers, read off the message itself (RFC 6376; RELIABILITY E6).

Our server says that a signature is good; it does not say what was signed. A signature that leaves the subject out, or
all of the text beyond some length, is still good above words of a stranger's; one that covers everything is still good
when the whole message is sent again a month later. The keys are not asked for: they stand in DNS.
"""

import re
from datetime import datetime, timedelta

from triage.core.message import Message

SIGNATURE = "dkim-signature"
LONGEST_AGE = timedelta(days=7)
_ALWAYS = frozenset({"from", "subject"})
_ALONE = _ALWAYS | {"to", "date", "message-id", "content-type"}
_TWICE = frozenset(f"duplicate-{name}" for name in (*_ALONE, "in-reply-to", "references"))
_TAG = re.compile(r"\s*([A-Za-z]\w{0,20})\s*=([^;]{0,4000})")


def aligned(identity: str, domain: str) -> bool:
    """Whether an authenticated identity (domain or address) is the From domain or a parent of it (RFC 7489 §3.1)."""
    vouched = identity.rpartition("@")[2].strip(".")
    return vouched.count(".") >= 1 and (domain == vouched or domain.endswith("." + vouched))


def covers_enough(message: Message, *, alone: bool) -> bool:
    """Whether every signature in the author's name covers what is believed; where there is none, nothing is missed.

    `alone`: nothing else vouches for the author, so all the headers of E6 must be signed, and what ties the message to
    a thread; otherwise From and Subject. A part of the text that is left out (`l=`) is never enough, nor a header that
    stands twice: the lower one is signed, and the upper one read. Every signature, for which one is good is not told.
    """
    signatures = _of_author(message)
    if signatures and not _TWICE.isdisjoint(message.defects):
        return False
    needed = _ALONE | _ties(message) if alone else _ALWAYS
    return all(needed <= _signed(tags) and "l" not in tags for tags in signatures)


def long_ago(message: Message, received_at: datetime | None) -> bool:
    """Whether a signed message bears a date a week and more before it came: what is sent again looks like that."""
    if received_at is None or not message.date or not _of_author(message):
        return False
    return received_at - datetime.fromisoformat(message.date) > LONGEST_AGE


def _ties(message: Message) -> frozenset[str]:
    """The headers that tie the message to others: a done said to somebody else must not be sent again as said to us."""
    present = (("in-reply-to", message.in_reply_to), ("references", message.references))
    return frozenset(name for name, told in present if told)


def _of_author(message: Message) -> list[dict[str, str]]:
    """The tags of each signature in the name of the author's domain, or of one above or below it."""
    domain = message.author.domain
    read = [_tags(value) for value in message.header(SIGNATURE)]
    return [tags for tags in read if aligned(signer := tags.get("d", "").lower(), domain) or aligned(domain, signer)]


def _tags(value: str) -> dict[str, str]:
    return {tag[1]: tag[2].strip() for tag in map(_TAG.match, value.split(";")) if tag}


def _signed(tags: dict[str, str]) -> set[str]:
    return {name.strip().lower() for name in tags.get("h", "").split(":")}
