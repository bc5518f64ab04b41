"""What a correction says, as values: what to fix and by which clause, and the message to copy and fill in."""

from dataclasses import dataclass
from enum import StrEnum

from triage.core import display
from triage.core.bulletin import Bulletin, Item, Organ, Person
from triage.core.recipients import required_recipients
from triage.core.verdict import Presence, Verdict
from triage.core.vocabulary import Field, FormState, Service

LONGEST_SUBJECT = 120


class FixKind(StrEnum):
    """What sort of thing is to be fixed; the wording of each stands in the templates."""

    SUBJECT = "subject"
    MISSING = "missing"
    INVALID = "invalid"
    FORM_MISSING = "form_missing"
    FORM_BLANK = "form_blank"
    RECIPIENTS = "recipients"


@dataclass(frozen=True, slots=True)
class Fix:
    """One thing to fix: the bulletin's clause; for a field its label, how to fill it in and why it is invalid."""

    kind: FixKind
    clause: str
    label: str = ""
    hint: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Someone at the operator to address."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Portfolio:
    """An executive of attention and the organs served; no organs named: all the others."""

    attention: Person
    organs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line to fill in. `value` is what we may show already; `received`: it was given, but is not ours to repeat."""

    label: str
    value: str
    received: bool


@dataclass(frozen=True, slots=True)
class Correction:
    """Everything a correction tells.

    `title_fits`: the item's title is no longer than a subject may be, and can be suggested as it is.
    `resend`: a wrong subject or a missing recipient is only mended by sending the request anew. `subjects` are the
    designations of the item's single services, where it has several. `executives` is for an organ that we cannot tell.
    """

    fixes: tuple[Fix, ...]
    again: bool
    resend: bool
    title_fits: bool
    subjects: tuple[str, ...]
    recipients: tuple[Contact, ...]
    executives: tuple[Portfolio, ...]
    to: tuple[str, ...]
    cc: tuple[str, ...]
    lines: tuple[Line, ...]
    attach_form: bool
    attach_original: bool


def designation(item: Item, service: Service | None) -> str:
    """The subject to use, short enough for a subject line."""
    suggested = item.suggested(service)
    return suggested if len(suggested) <= LONGEST_SUBJECT else f"{item.number} {item.short}"


def correction_facts(verdict: Verdict, item: Item, organ: Organ | None, bulletin: Bulletin, round_: int) -> Correction:
    """The facts for the correction of `verdict`; from the second round on only what is still missing is asked for."""
    wrong_subject = verdict.subject is not None and verdict.subject.ok is False
    resend = wrong_subject or bool(verdict.missing_recipients)
    to, cc = _addressees(item, organ, bulletin)
    return Correction(
        fixes=_fixes(verdict, item, bulletin, wrong_subject),
        again=round_ > 1,
        resend=resend,
        title_fits=len(item.suggested(verdict.service)) <= LONGEST_SUBJECT,
        subjects=_single_services(item, verdict.service),
        recipients=tuple(Contact(_name_of(email, bulletin), email) for email in verdict.missing_recipients),
        executives=_executives(bulletin) if item.attention and organ is None and resend else (),
        to=to,
        cc=cc,
        lines=_lines(verdict, item, organ, bulletin, whole=resend, known=resend or round_ == 1),
        attach_form=item.form and (resend or verdict.form is not FormState.FILLED),
        attach_original=Field.ORIGINAL_REQUEST in item.fields,
    )


def _fixes(verdict: Verdict, item: Item, bulletin: Bulletin, wrong_subject: bool) -> tuple[Fix, ...]:
    fixes = [Fix(FixKind.SUBJECT, bulletin.subject_clause)] if wrong_subject else []
    for finding in verdict.findings:
        if finding.presence is not Presence.PRESENT:
            rule, clause = bulletin.rule(finding.field), bulletin.clause(item, finding.field)
            kind = FixKind.INVALID if finding.presence is Presence.INVALID else FixKind.MISSING
            fixes.append(Fix(kind, clause, rule.label, rule.hint, display.reason(finding.why)))
    if verdict.form in (FormState.MISSING, FormState.BLANK):
        kind = FixKind.FORM_BLANK if verdict.form is FormState.BLANK else FixKind.FORM_MISSING
        fixes.append(Fix(kind, item.number))
    if verdict.missing_recipients:
        fixes.append(Fix(FixKind.RECIPIENTS, item.number))
    return tuple(fixes)


def _single_services(item: Item, service: Service | None) -> tuple[str, ...]:
    return () if service or len(item.services) < 2 else tuple(f"{item.number} {name}" for name in item.services)


def _addressees(item: Item, organ: Organ | None, bulletin: Bulletin) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """To and Cc as the items want them: the fixed channel first, the executive and SEGER in copy."""
    required = required_recipients(item, organ, bulletin)
    return required[:1], (*required[1:], *bulletin.seger[:1])


def _name_of(email: str, bulletin: Bulletin) -> str:
    people = [*(portfolio.attention for portfolio in bulletin.portfolios), *bulletin.business]
    names = {channel.email: channel.name for channel in bulletin.channels}
    names |= {person.email: f"{person.name}, {person.role}" for person in people}
    return names.get(email, "")


def _executives(bulletin: Bulletin) -> tuple[Portfolio, ...]:
    """The small portfolios with their organs, then the largest without: it serves all the others."""
    served = [(p, tuple(o.acronym for o in bulletin.organs if o.portfolio == p.letter)) for p in bulletin.portfolios]
    served.sort(key=lambda pair: len(pair[1]))
    (largest, _), small = served[-1], served[:-1]
    return (*(Portfolio(p.attention, organs) for p, organs in small), Portfolio(largest.attention, ()))


def _lines(
    verdict: Verdict, item: Item, organ: Organ | None, bulletin: Bulletin, *, whole: bool, known: bool
) -> tuple[Line, ...]:
    """The lines to fill in: all (`whole`), or what is missing and (`known`) what we can show already."""
    values, wanting = dict(verdict.values), {*verdict.missing, *(finding.field for finding in verdict.invalid)}
    lines = []
    for field in item.required(verdict.service):
        value = _value(field, values, wanting, organ)
        if field is not Field.ORIGINAL_REQUEST and (whole or field in wanting or (known and value)):
            lines.append(Line(bulletin.rule(field).label, value, received=field not in wanting))
    return tuple(lines)


def _value(field: Field, values: dict[Field, str], wanting: set[Field], organ: Organ | None) -> str:
    if field is Field.COMPANY_NAME:
        return organ.name if organ else ""
    return "" if field in wanting else display.shown(field, values.get(field, ""))
