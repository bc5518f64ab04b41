"""All the fields that a statement holds, read once: the values, and for each required field whether it is there."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import NamedTuple

from triage.core.bulletin import Bulletin, Organ
from triage.core.fields.account import find_custom_account
from triage.core.fields.address import find_client_email
from triage.core.fields.bill import find_amount, find_due_date, find_month
from triage.core.fields.certificate import find_certificates
from triage.core.fields.cnpj import find_cnpjs
from triage.core.fields.company import find_company
from triage.core.fields.mention import Mention
from triage.core.fields.original import find_original
from triage.core.fields.people import find_requester
from triage.core.fields.perhaps import Traces, perhaps_there
from triage.core.fields.phone_numbers import Sort
from triage.core.fields.phones import Phone, Role, choose, find_phones
from triage.core.fields.reason import find_reason
from triage.core.fields.second_copy import find_second_copy
from triage.core.message import Address, Message
from triage.core.organ import once
from triage.core.policy import Policy
from triage.core.reading import Reading
from triage.core.signature import signature_offset
from triage.core.statement import Statement
from triage.core.text import Document, fold
from triage.core.verdict import Finding, Presence
from triage.core.vocabulary import Field

NO_AREA_CODE = "sem DDD"


class Found(NamedTuple):
    """What was found for a field: a finding to be reported if the field is required."""

    field: Field
    presence: Presence
    value: str
    why: str
    mention: Mention

    @property
    def finding(self) -> Finding:
        """The same with its evidence."""
        return Finding(self.field, self.presence, self.value, self.why, self.mention.evidence)


class Gathered(NamedTuple):
    """What was found for each field, and `traces` of what was not. `lines` are all lines (E.164) that the message is
    about, contacts left out."""

    found: dict[Field, Found]
    lines: tuple[str, ...]
    traces: Traces

    def required(self, fields: Iterable[Field]) -> tuple[Finding, ...]:
        """The findings of `fields`, in that order; what was not found is missing."""
        told = [(field, self.found.get(field)) for field in fields]
        return tuple([found.finding if found else Finding(field, Presence.MISSING) for field, found in told])

    def perhaps(self, lacking: Iterable[Finding]) -> frozenset[Field]:
        """Those of the fields found to be lacking that may be there nevertheless."""
        return frozenset(perhaps_there(lacking, self.traces))

    @property
    def invalid(self) -> tuple[Finding, ...]:
        """What is there but wrong, required or not."""
        return tuple([found.finding for found in self.found.values() if found.presence is Presence.INVALID])

    @property
    def values(self) -> tuple[tuple[Field, str], ...]:
        """Every value that could be read out, required or not."""
        present = [found for found in self.found.values() if found.presence is Presence.PRESENT]
        return tuple([(found.field, found.value) for found in present if found.value])


def gather(
    message: Message,
    statement: Statement,
    reading: Reading,
    organ: Organ | None,
    bulletin: Bulletin,
    policy: Policy,
    *,
    bill: bool = False,
    about_lines: bool = True,
) -> Gathered:
    """Every field found in `statement`, with its evidence.

    `bill`: the request is about a bill (2.2); `about_lines`: its item may be about a line.
    """
    documents, written = statement.documents, statement.written
    phones = _phones(statement, bulletin, bill=bill)
    year = _year(message.date)
    found = (
        _simple(Field.CNPJ, _all(find_cnpjs, documents)),
        _present(Field.COMPANY_NAME, find_company(written, organ, bulletin)),
        _present(Field.REASON, find_reason(statement, reading)),
        _present(Field.REQUESTER_NAME, _requester(message, statement, bulletin)),
        _contact(Field.LANDLINE, phones, Sort.LANDLINE, about_lines=about_lines),
        _contact(Field.MOBILE, phones, Sort.MOBILE),
        _present(Field.CLIENT_EMAIL, find_client_email(written, message.author, _others(policy))),
        _line(phones, bill=bill),
        _simple(Field.BILL_MONTH, _all(find_month, documents), problem_is_missing=True),
        _simple(Field.BILL_AMOUNT, _all(find_amount, written)),
        _simple(Field.DUE_DATE, _all(lambda document: find_due_date(document, year), written)),
        _simple(Field.SECOND_COPY, _all(find_second_copy, written), problem_is_missing=True),
        _simple(Field.CUSTOM_ACCOUNT, _all(find_custom_account, documents)),
        _simple(Field.CERTIFICATE, find_certificates(documents)),
        _present(Field.ORIGINAL_REQUEST, find_original(message, policy.operator_domains)),
    )
    told = {one.field: one for one in found if one}
    traces = Traces(message, statement, reading, phones, organ, once(_operator_names, bulletin))
    return Gathered(told, concerned(phones), traces)


def concerned(phones: Iterable[Phone]) -> tuple[str, ...]:
    """The numbers that are spoken of as lines, each once, in reading order."""
    lines = (phone.mention.value for phone in phones if phone.complete and phone.role is Role.LINE)
    return tuple(dict.fromkeys(lines))


def _year(date: str) -> int | None:
    return int(date[:4]) if date[:4].isdigit() else None


def _all(find: Callable[[Document], tuple[Mention, ...]], documents: tuple[Document, ...]) -> Iterator[Mention]:
    """What `find` finds in the documents, one after the other: where the first gives it, no other is gone through."""
    return chain.from_iterable(map(find, documents))


def _simple(field: Field, mentions: Iterable[Mention], *, problem_is_missing: bool = False) -> Found | None:
    """The first mention without a problem; else the first with one, as invalid or (where so ruled) as missing."""
    chosen = None
    for mention in mentions:
        chosen = chosen or mention
        if not mention.problem:
            chosen = mention
            break
    if chosen is None:
        return None
    if not chosen.problem:
        return _present(field, chosen)
    presence = Presence.MISSING if problem_is_missing else Presence.INVALID
    return Found(field, presence, chosen.written, chosen.problem, chosen)


def _present(field: Field, mention: Mention | None) -> Found | None:
    return Found(field, Presence.PRESENT, mention.value, "", mention) if mention else None


def _phones(statement: Statement, bulletin: Bulletin, *, bill: bool) -> tuple[Phone, ...]:
    known = once(operator_phones, bulletin)
    subject = "".join(filter(str.isdigit, statement.subject.text))
    found = find_phones(
        statement.body, statement.signature_at, known, subject=subject, bill=bill, postscript_at=statement.postscript_at
    )
    for document in statement.documents[1:]:
        found += find_phones(document, len(document.text), known, subject=subject, bill=bill)
    return found


def operator_phones(bulletin: Bulletin) -> frozenset[str]:
    """The phones of the operator's people (E.164): never the requester's, nor a line of a request."""
    people = (*bulletin.business, *(portfolio.attention for portfolio in bulletin.portfolios))
    return frozenset("+55" + "".join(c for c in phone if c.isdigit()) for person in people for phone in person.phones)


def _contact(field: Field, phones: tuple[Phone, ...], sort: Sort, *, about_lines: bool = True) -> Found | None:
    """The best contact. Where no line is what the request is about, the number that sounds like one is a contact, too:
    so it is in all such requests of models/corpus and the exams."""
    roles = (Role.CONTACT, Role.UNCLEAR, *(() if about_lines else (Role.LINE,)))
    chosen = next((phone for role in roles if (phone := choose(phones, sort, role))), None)
    return _found_phone(field, chosen) if chosen else None


def _line(phones: tuple[Phone, ...], *, bill: bool) -> Found | None:
    """The line that the request is about: one named as such, else a landline beside a much surer contact.

    Of a bill's landlines the least likely contact is the bill's, if it is not clearly a contact: one number may count
    as both, so that nothing is asked for that is there.
    """
    landlines = [phone for phone in phones if phone.sort is Sort.LANDLINE]
    surest = max((phone.weight for phone in landlines), default=0.0)
    lines = [phone for phone in landlines if phone.role is Role.LINE]
    lines = lines or [phone for phone in landlines if phone.weight < min(surest - _SURER, _SURER)]
    if not lines and bill and landlines:
        least = min(landlines, key=lambda phone: phone.weight)
        lines = [least] if least.weight < _CLEAR or len({phone.mention.value for phone in landlines}) > 1 else []
    chosen = next((phone for phone in lines if phone.complete), None) or next(iter(lines), None)
    return _found_phone(Field.LINE, chosen) if chosen else None


_SURER, _CLEAR = 1.5, 2.0


def _found_phone(field: Field, phone: Phone) -> Found:
    if phone.complete:
        return Found(field, Presence.PRESENT, phone.mention.value, "", phone.mention)
    return Found(field, Presence.INVALID, phone.mention.written, NO_AREA_CODE, phone.mention)


def _requester(message: Message, statement: Statement, bulletin: Bulletin) -> Mention | None:
    """In a forward that counts the forwarder who signs it is the requester, else the original's author."""
    excluded = once(_operator_names, bulletin)
    own = partial(find_requester, statement.body, statement.signature_at, excluded=excluded, author=message.author)
    if not statement.forwarded:
        return own(forms=statement.forms)
    inner = statement.forwarded[0]
    sender = next(iter(statement.inner), Address("", ""))
    return (
        own(forms=(), signed=True)
        or find_requester(inner, signature_offset(inner.text, sender.name), statement.forms, sender, excluded)
        or own(forms=())
    )


def _operator_names(bulletin: Bulletin) -> frozenset[str]:
    people = (*bulletin.business, *(portfolio.attention for portfolio in bulletin.portfolios))
    names = {fold(person.name) for person in people}
    shorter = {f"{name.split()[0]} {name.split()[-1]}" for name in names}
    return frozenset(names | shorter | {"ingrid tristao"})


def _others(policy: Policy) -> frozenset[str]:
    return policy.own | policy.operator_domains | policy.carrier_domains
