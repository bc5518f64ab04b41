"""What may be a field that was not found, in words that no rule is sure of.

To demand what somebody has written is the worst mistake, and no reader of prose is without it: where something in a
message could be the field that it seems to lack, a person looks before anything is asked for.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from triage.core.bulletin import Organ
from triage.core.fields.account import may_be_account
from triage.core.fields.cnpj import is_valid, normal
from triage.core.fields.company import may_be_told
from triage.core.fields.perhaps_named import may_be_named
from triage.core.fields.phone_numbers import Sort, area_behind
from triage.core.fields.phone_signs import speaks_of_a_line
from triage.core.fields.phones import Phone
from triage.core.fields.reason import certainty_of_why
from triage.core.message import Message
from triage.core.reading import Reading
from triage.core.statement import Statement
from triage.core.text import Document
from triage.core.verdict import Finding, Presence
from triage.core.vocabulary import Field

# Log-odds of being a contact, below which a number is a line and nothing else. Of the demands for a landline
# in the exams one in ten stood beside a number above it; of three that were wrong in their time, two.
_LEAST_CONTACT = -2.5
# P(it says why) from which on it may say why, though more likely it does not.
_LEAST_WHY = 0.06
_A_FEW = 2
_WORD = re.compile(r"[a-z]{2,}")

_FOURTEEN = re.compile(r"(?<!\w)\d{2}(?:[^\w\n]{0,3}\d){12}(?!\w)")
_AMOUNT = re.compile(r"r\$|\d,\d\d\b|\breais\b")
_FORMAT = re.compile(r"\bpdf\b|\btxt\b|\bexcel\b|\bxlsx?\b|\bplanilha\b")
_CERTIFICATE = re.compile(r"\bcn[dp]t?\b|\bcrf\b|fgts|trabalhist|\bfedera|\bestadua|\bmunicipa|falencia|negativ")


@dataclass(frozen=True, slots=True)
class Traces:
    """What is looked at: the message and what counts of it, how the classifier reads it, its phones and its organ;
    `others` are the folded names of people who are not the requester."""

    message: Message
    statement: Statement
    reading: Reading
    phones: tuple[Phone, ...]
    organ: Organ | None
    others: frozenset[str]


def perhaps_there(lacking: Iterable[Finding], traces: Traces) -> Iterator[Field]:
    """The fields found missing, and phones without an area code, that may be there nevertheless."""
    for finding in lacking:
        stands = _LOOKED_FOR.get(finding.presence, {}).get(finding.field)
        if stands is not None and stands(traces):
            yield finding.field


def _anywhere(pattern: re.Pattern[str]) -> Callable[[Traces], bool]:
    return lambda traces: any(pattern.search(document.folded) for document in traces.statement.documents)


def _may_be_contacts(phones: Iterable[Phone]) -> Iterator[Phone]:
    """The landlines that may be a contact; not the line itself, named again."""
    landlines = [phone for phone in phones if phone.sort is Sort.LANDLINE]
    apart = {phone for last, phone in pairwise(landlines) if _told_apart(last, phone)}
    lines = {phone.mention.value for phone in landlines if phone.weight <= _LEAST_CONTACT and phone not in apart}
    return (phone for phone in landlines if phone.mention.value not in lines)


def _told_apart(last: Phone, phone: Phone) -> bool:
    """Whether what stands between two different numbers goes on to something else than a line."""
    document = phone.mention.document
    if last.mention.document != document or last.mention.value == phone.mention.value:
        return False
    between = document.folded[last.mention.end : phone.mention.start]
    return len(_WORD.findall(between)) >= _A_FEW and not speaks_of_a_line(between)


def _area_follows(sort: Sort) -> Callable[[Traces], bool]:
    return lambda traces: any(
        phone.sort is sort and not phone.complete and area_behind(phone.mention) for phone in traces.phones
    )


def _may_be_cnpj(document: Document) -> bool:
    """Whether fourteen digits in any punctuation have the right check digits."""
    return any(is_valid(normal(match.group())) for match in _FOURTEEN.finditer(document.folded))


def _brings_something(message: Message) -> bool:
    return bool(message.attachments or message.body.quoted.strip() or message.body.forwarded)


_AREAS: Mapping[Field, Callable[[Traces], bool]] = {
    Field.LANDLINE: _area_follows(Sort.LANDLINE),
    Field.MOBILE: _area_follows(Sort.MOBILE),
}
_TRACES: Mapping[Field, Callable[[Traces], bool]] = {
    Field.CNPJ: lambda traces: any(map(_may_be_cnpj, traces.statement.documents)),
    Field.COMPANY_NAME: lambda traces: may_be_told(traces.statement.written, traces.organ),
    Field.REASON: lambda traces: certainty_of_why(traces.statement, traces.reading) >= _LEAST_WHY,
    Field.REQUESTER_NAME: lambda traces: may_be_named(traces.statement, traces.others),
    Field.LANDLINE: lambda traces: any(_may_be_contacts(traces.phones)),
    Field.MOBILE: lambda traces: any(phone.sort is Sort.MOBILE for phone in traces.phones),
    Field.BILL_AMOUNT: _anywhere(_AMOUNT),
    Field.SECOND_COPY: _anywhere(_FORMAT),
    Field.CUSTOM_ACCOUNT: lambda traces: any(map(may_be_account, traces.statement.written)),
    Field.CERTIFICATE: _anywhere(_CERTIFICATE),
    Field.ORIGINAL_REQUEST: lambda traces: _brings_something(traces.message),
}
_LOOKED_FOR = {Presence.MISSING: _TRACES, Presence.INVALID: _AREAS}
