"""The operator's word: what it says, its number for the request, and the date it promises."""

from triage.core.bulletin import Bulletin
from triage.core.fields.dates import find_dates
from triage.core.fields.gather import operator_phones
from triage.core.fields.phone_numbers import Sort
from triage.core.fields.phones import find_phones
from triage.core.message import Message
from triage.core.organ import once
from triage.core.protocol import find_protocol
from triage.core.reading import Reading, best
from triage.core.text import Document, clipped
from triage.core.verdict import OperatorWord
from triage.core.vocabulary import OperatorStatus


def operator_word(message: Message, reading: Reading) -> OperatorWord:
    """What the newest text says; the protocol from it, else from the subject."""
    status, _ = best(reading.status)
    body, subject = Document("body", clipped(message.body.own)), Document("subject", message.subject)
    found = find_protocol(body) or find_protocol(subject) or find_protocol(body, bare=True)
    promised = _promised(message) if status == OperatorStatus.SCHEDULED else None
    return OperatorWord(OperatorStatus(status or "other"), found.text if found else None, promised, found)


def lines_spoken_of(message: Message, bulletin: Bulletin) -> tuple[str, ...]:
    """Every fixed line with its area code in the newest text, the operator's own phones and the signature left out."""
    text = clipped(message.body.own[: message.body.signature_at])
    known = once(operator_phones, bulletin)
    phones = find_phones(Document("body", text), len(text), known)
    return tuple(dict.fromkeys(p.mention.value for p in phones if p.complete and p.sort is Sort.LANDLINE))


def _promised(message: Message) -> str | None:
    """The latest date in the newest text: that of the visit or of the promised execution."""
    year = int(message.date[:4]) if message.date[:4].isdigit() else None
    dates = find_dates(Document("body", clipped(message.body.own)), year)
    return max((mention.value for mention in dates), default=None)
