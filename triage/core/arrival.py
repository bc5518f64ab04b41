"""A message as something that arrived: what joining and deciding need of it."""

import hashlib
import re
from datetime import datetime

from triage.core.autoreply import may_reply
from triage.core.decision import Arrival, Place
from triage.core.join_keys import nearest_first
from triage.core.message import Message
from triage.core.policy import Policy
from triage.core.signed import long_ago
from triage.core.statement import forward_counts
from triage.core.subject import bare
from triage.core.text import fold

_WORD = re.compile(r"\w+")
_WORDS_ALONE = bytes(octet if _WORD.match(chr(octet)) else ord(" ") for octet in range(256))
_LEAST_CONTENT = 20  # characters; "ok, obrigada" is said in many a case


def arrival_of(
    message: Message,
    policy: Policy,
    *,
    ledger: int = 0,
    received_at: datetime | None = None,
    place: Place = Place.INBOX,
    shaky: bool = False,
    bounced: str = "",
) -> Arrival:
    """The arrival of `message`; the other arguments are what the ledger knows of it."""
    return Arrival(
        key=message.message_id or message.fingerprint,
        fingerprint=message.fingerprint,
        sender=message.author,
        subject=message.subject,
        received_at=received_at,
        permission=may_reply(message, policy),
        message_id=message.message_id,
        content=content_key(message),
        carried=carried_keys(message),
        to=tuple(address.addr for address in message.to),
        cc=tuple(address.addr for address in message.cc),
        references=nearest_first(message.in_reply_to, message.references),
        place=place,
        ledger=ledger,
        shaky=shaky,
        bounced=bounced,
        text=message.body.own,
        stale=long_ago(message, received_at),
    )


def content_key(message: Message) -> str:
    """What a message says, whoever sends it again under whatever headers; "" where it says too little to tell (A12)."""
    said = (message.body.own, *(part.text for part in message.body.forwarded))
    return _key(message, message.subject, *said)


def carried_keys(message: Message) -> tuple[str, ...]:
    """What the mails say that this one passes on as its own word: each as `content_key` said it when it came itself."""
    if not message.body.forwarded or not forward_counts(message):
        return ()
    keys = (_key(message, part.subject, part.text) for part in message.body.forwarded)
    return tuple(key for key in keys if key)


def _key(message: Message, subject: str, *said: str) -> str:
    words = _words(fold(" ".join((bare(subject), *said))))
    files = sorted(f"{attachment.filename}:{attachment.size}" for attachment in message.attachments)
    if len(words) < _LEAST_CONTENT:
        return ""
    return hashlib.sha256("\0".join((words, *files)).encode("utf-8", "surrogateescape")).hexdigest()


def _words(folded: str) -> str:
    """The words of a text, a blank between them; by a table of octets where it is ASCII, in a tenth of the time."""
    if folded.isascii():
        return b" ".join(folded.encode().translate(_WORDS_ALONE).split()).decode()
    return " ".join(_WORD.findall(folded))


def rights_of(arrival: Arrival) -> tuple[str, ...]:
    """The keys under which the one right to answer a message is reserved: its Message-ID and its fingerprint (A15)."""
    return tuple(dict.fromkeys(key for key in (arrival.message_id, arrival.fingerprint) if key))
