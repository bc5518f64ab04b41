"""The operator's word: what it says, its number for the request, and the date it promises."""

from triage.core.bulletin import Bulletin
from triage.core.completion import certainty_needed, left_below
from triage.core.fields.dates import find_dates
from triage.core.fields.gather import operator_phones
from triage.core.fields.phones import find_phones
from triage.core.message import Message
from triage.core.operator_parts import Part, local_lines, parts_of, without_our_numbers
from triage.core.organ import once
from triage.core.policy import Policy
from triage.core.protocol import find_protocol
from triage.core.reading import Reading, best
from triage.core.text import Document, clipped
from triage.core.values import replace
from triage.core.verdict import OperatorWord
from triage.core.vocabulary import OperatorStatus

_NOTHING_OPEN = (OperatorStatus.COMPLETED, OperatorStatus.OTHER)


def operator_word(message: Message, reading: Reading, policy: Policy) -> OperatorWord:
    """What the newest text says; the protocol from it, else from the subject."""
    label, probability = best(reading.status)
    status = OperatorStatus(label or "other")
    body = Document("body", without_our_numbers(clipped(message.body.own)))
    subject = Document("subject", without_our_numbers(message.subject))
    text = clipped(message.body.above)
    unsigned = Document("body", without_our_numbers(text))
    found = find_protocol(body) or find_protocol(subject) or find_protocol(unsigned, bare=True)
    promised = _latest_date(body, message) if status is OperatorStatus.SCHEDULED else None
    certain = not label or certain_enough(status, probability, text, policy)
    if status is OperatorStatus.COMPLETED and left_below(message.body.own[message.body.signature_at :]):
        certain = False
    return OperatorWord(status, found.text if found else None, promised, found, certain=certain)


def operator_words(message: Message, reading: Reading, bulletin: Bulletin, policy: Policy) -> tuple[OperatorWord, ...]:
    """A word for each request that the message speaks of, where it names several; else none."""
    parts = parts_of(message, bulletin) if reading.parts else ()
    if len(parts) != len(reading.parts):
        return ()
    return tuple(_word(part, status, message, policy) for part, status in zip(parts, reading.parts, strict=True))


def in_all(word: OperatorWord, words: tuple[OperatorWord, ...]) -> OperatorWord:
    """What the message says in all, `word` by all of its text, `words` by what is said of each request or line.

    A part done and a part open is no completion (DOMAIN, operator_status), however sure "concluído" makes the model of
    the whole.
    """
    done = word.status is OperatorStatus.COMPLETED
    if done and any(said.certain and said.status not in _NOTHING_OPEN for said in words):
        return replace(word, status=OperatorStatus.ACKNOWLEDGED, certain=True)
    return word


def sure_of(word: OperatorWord, words: tuple[OperatorWord, ...]) -> bool:
    """Whether the message can be acted on: sure in all, or of what it says of one thing; of all, where that is done."""
    each = [said.certain for said in words]
    if word.certain or not each:
        return word.certain
    return all(each) if word.status is OperatorStatus.COMPLETED else any(each)


def _word(part: Part, reading: dict[str, float], message: Message, policy: Policy) -> OperatorWord:
    label, probability = best(reading)
    status = OperatorStatus(label or "other")
    document = Document("body", without_our_numbers(part.text))
    protocol = find_protocol(document)
    promised = _latest_date(document, message) if status is OperatorStatus.SCHEDULED else None
    return OperatorWord(
        status,
        protocol.text if protocol else None,
        promised,
        about=part.about,
        lines=part.lines,
        certain=certain_enough(status, probability, part.text, policy),
    )


def certain_enough(status: OperatorStatus, probability: float, text: str, policy: Policy) -> bool:
    """A completion needs more certainty than the rest, and plain words: nothing is called done that may not be."""
    if status is not OperatorStatus.COMPLETED:
        return probability >= policy.certainty_status
    return probability >= certainty_needed(text, policy.certainty_done)


def lines_spoken_of(message: Message, bulletin: Bulletin) -> tuple[str, ...]:
    """Every fixed line in the newest text, the operator's own phones and the signature left out; without its area
    code, by its eight digits."""
    text = clipped(message.body.above)
    return lines_in(text, bulletin)


def lines_in(text: str, bulletin: Bulletin) -> tuple[str, ...]:
    """The same for any text."""
    return local_lines(find_phones(Document("body", text), len(text), once(operator_phones, bulletin)))


def _latest_date(document: Document, message: Message) -> str | None:
    """The latest date in the text: that of the visit or of the promised execution."""
    year = int(message.date[:4]) if message.date[:4].isdigit() else None
    return max((mention.value for mention in find_dates(document, year)), default=None)
