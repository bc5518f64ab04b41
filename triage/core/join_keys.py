"""What of a message may tie it to a case, and what the store found for it. The store looks up; `join` judges."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from triage.core.case import Case
from triage.core.decision import Arrival, LedgerState, MailKind, OutboxState, Place
from triage.core.policy import Policy
from triage.core.verdict import Verdict
from triage.core.vocabulary import Field

WINDOW = timedelta(days=90)  # within which requester, item and line may tie a message to a case

MAX_IDS = 60
MAX_TOKENS = 40
LEAST_PROTOCOL_DIGITS = 4

_NUMBER = re.compile(r"20(?<![\d-]20)\d{2}-\d{6}(?![\d-])")  # its beginning is found without trying each place
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{2,29}")
_NOT_ALPHANUMERIC = re.compile(r"[^0-9A-Z]")


@dataclass(frozen=True, slots=True)
class Keys:
    """What to look up. `ids` are Message-IDs, the nearest first; `people` those whose open cases may be meant.

    `to_carrier`: one of our own mails to the carrier, so the cases that wait for that are wanted too.
    """

    message_id: str
    fingerprint: str
    ids: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    to_carrier: bool = False
    ledger: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """A message already in the ledger with the same fingerprint or the same Message-ID."""

    key: str
    message_id: str
    fingerprint: str
    content: str
    state: LedgerState
    place: Place
    case: str = ""


@dataclass(frozen=True, slots=True)
class OwnMail:
    """A row of our outbox: the mail that a message is a copy of, or answers, or reports as undeliverable."""

    message_id: str
    kind: MailKind
    case: str
    state: OutboxState
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the store found. `by_reference` pairs each known Message-ID, nearest first, with the cases it belongs to.

    `by_requester` are open cases of the people asked about; `by_line` open cases about the lines; `carrier_due` those
    that wait for the carrier's notice (only where asked for); `awaited` those that already expect this very message.
    `ours`: the mails of ours among `ids`; `itself`: the mail of ours that this message is a copy of. `answered`: a
    colleague has answered this very message already.
    """

    by_reference: tuple[tuple[str, tuple[Case, ...]], ...] = ()
    by_number: tuple[Case, ...] = ()
    by_protocol: tuple[Case, ...] = ()
    by_requester: tuple[Case, ...] = ()
    by_line: tuple[Case, ...] = ()
    carrier_due: tuple[Case, ...] = ()
    awaited: tuple[Case, ...] = ()
    seen: tuple[Seen, ...] = ()
    ours: tuple[OwnMail, ...] = ()
    itself: OwnMail | None = None
    answered: bool = False


def keys_of(arrival: Arrival, verdict: Verdict, policy: Policy) -> Keys:
    """The keys of a message: ids from its headers, numbers from its subject and text, never by the subject alone."""
    text = f"{arrival.subject}\n{arrival.text}"
    ours = arrival.place is Place.SENT
    outsiders = verdict.operator is not None or ours
    people = arrival.recipients if outsiders else (arrival.sender.addr,)
    carrier = any(_is_carrier(address, policy) for address in arrival.recipients)
    return Keys(
        message_id=arrival.message_id,
        fingerprint=arrival.fingerprint,
        ids=_once((*arrival.references, *((arrival.bounced,) if arrival.bounced else ())))[:MAX_IDS],
        numbers=_once(_NUMBER.findall(text))[:MAX_TOKENS],
        protocols=_once(map(plain_protocol, _protocols(text, verdict)))[:MAX_TOKENS],
        people=_once(a for a in people if a and a not in policy.own)[:MAX_TOKENS],
        lines=lines_of(verdict)[:MAX_TOKENS],
        to_carrier=ours and carrier,
        ledger=arrival.ledger,
    )


def lines_of(verdict: Verdict) -> tuple[str, ...]:
    """The lines that a message is about, each once, in E.164."""
    return _once((*verdict.lines, *(value for field, value in verdict.values if field is Field.LINE)))


def plain_protocol(written: str) -> str:
    """A protocol reduced to its letters and digits, upper case: people write the same one in many ways."""
    return _NOT_ALPHANUMERIC.sub("", written.upper())


def nearest_first(in_reply_to: Iterable[str], references: Iterable[str]) -> tuple[str, ...]:
    """The Message-IDs of a message's ancestors: the one it answers, then the thread from its end."""
    return _once((*in_reply_to, *reversed(tuple(references))))


def _is_carrier(address: str, policy: Policy) -> bool:
    return address in policy.carrier_to or address.rpartition("@")[2] in policy.carrier_domains


def _protocols(text: str, verdict: Verdict) -> Iterable[str]:
    if verdict.operator and verdict.operator.protocol:
        yield verdict.operator.protocol
    for token in _TOKEN.findall(text):
        if not token.isalpha() and sum(map(str.isdigit, token)) >= LEAST_PROTOCOL_DIGITS:
            yield token


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, values)))
