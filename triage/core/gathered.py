"""What a case has gathered over all its messages, and what it still lacks (DOMAIN, "Over several messages")."""

from triage.core.bulletin import Bulletin, Item
from triage.core.case import Case
from triage.core.decision import Arrival, Shortfall
from triage.core.join_keys import lines_of
from triage.core.policy import Policy
from triage.core.values import replace
from triage.core.verdict import Finding, Presence, SubjectFinding, Verdict
from triage.core.vocabulary import Action, Field, FormState, Kind

MAX_PARTICIPANTS = 40
_FORM_ORDER = (None, FormState.MISSING, FormState.BLANK, FormState.FILLED)


def unite(case: Case, verdict: Verdict, arrival: Arrival, policy: Policy) -> Case:
    """`case` with what a message of its requester brings: what was given once stays given, and right mends wrong."""
    given = fields_given(verdict)
    present = case.present | given
    faults = {fault[0]: fault for fault in case.faults}
    faults.update({finding.field: (finding.field, finding.value, finding.why) for finding in verdict.invalid})
    known_lines = case.lines if verdict.kind is Kind.SUPPLEMENT and case.lines else ()
    return replace(
        with_people(case, arrival, policy),
        values=tuple({**dict(case.values), **dict(verdict.values)}.items()),
        present=present,
        faults=tuple(fault for field, fault in faults.items() if field not in present),
        lines=known_lines or tuple(dict.fromkeys((*case.lines, *lines_of(verdict)))),
        form=max(case.form, verdict.form, key=_FORM_ORDER.index),
        place=verdict.place or case.place,
    )


def resubmit(case: Case, verdict: Verdict, arrival: Arrival, policy: Policy) -> Case:
    """`case` with a full request again: it may mend the subject, reach more people, and say better what is asked."""
    united = unite(case, verdict, arrival, policy)
    given = verdict.subject.ok if verdict.subject else None
    recipients = (a for a in verdict.missing_recipients if a not in united.reached)
    subject = case.subject if case.subject_ok else arrival.subject
    return replace(
        united,
        category=verdict.category or case.category,
        service=verdict.service or case.service,
        organ=verdict.organ or case.organ,
        also=verdict.also,
        certainty=verdict.confidence,
        subject=subject,
        subject_ok=True if case.subject_ok else given,
        missing_recipients=tuple(recipients),
        content=arrival.content or case.content,
    )


def fields_given(verdict: Verdict) -> frozenset[Field]:
    """The fields that a message gives rightly: those with a value, and those found present without one."""
    found = (finding.field for finding in verdict.findings if finding.presence is Presence.PRESENT)
    wrong = {finding.field for finding in verdict.invalid}
    return frozenset((*found, *(field for field, value in verdict.values if value and field not in wrong)))


def with_people(case: Case, arrival: Arrival, policy: Policy) -> Case:
    """`case` knowing also the people of a message: who may speak in it, and whom of the operator it has reached."""
    operator = frozenset(a for a in arrival.recipients if a.rpartition("@")[2] in policy.operator_domains)
    others = (a for a in (arrival.sender.addr, *arrival.recipients) if a and a not in policy.own and a not in operator)
    return replace(
        case,
        reached=case.reached | operator,
        missing_recipients=tuple(a for a in case.missing_recipients if a not in operator),
        participants=tuple(dict.fromkeys((*case.participants, *others)))[:MAX_PARTICIPANTS],
    )


def shortfall(case: Case, bulletin: Bulletin) -> Shortfall:
    """What the case still lacks; nothing where its item is unknown or takes no e-mail."""
    item = item_of(case, bulletin)
    if item is None or item.redirect:
        return Shortfall()
    wrong = {field for field, _, _ in case.faults}
    required = item.required(case.service)
    return Shortfall(
        fields=tuple(field for field in required if field not in case.present and field not in wrong),
        faults=tuple(fault for fault in case.faults if fault[0] in required),
        subject=case.subject_ok is False,
        form=item.form and case.form is not FormState.FILLED,
        recipients=case.missing_recipients,
    )


def item_of(case: Case, bulletin: Bulletin) -> Item | None:
    """The bulletin's item that the case is about; None where it is unknown."""
    return next((item for item in bulletin.items if item.number == case.category), None)


def tells_carrier(case: Case, bulletin: Bulletin) -> bool:
    """Whether the carrier must be told when the case is done (items 1.1–1.5)."""
    item = item_of(case, bulletin)
    return item is not None and item.carrier


def as_verdict(case: Case, lack: Shortfall, bulletin: Bulletin, said: Verdict) -> Verdict:
    """The case as a verdict for the reply: everything that it has counts, only what it lacks is asked for.

    `said` is the verdict on the message that is answered.
    """
    item = item_of(case, bulletin)
    suggested = item.suggested(case.service) if item else None
    return replace(
        said,
        kind=Kind.REQUEST,
        action=Action.CORRECT,
        category=case.category,
        service=case.service,
        organ=case.organ,
        subject=SubjectFinding(case.subject, not lack.subject, suggested if lack.subject else None),
        findings=_findings(case, lack, item),
        values=case.values,
        form=(case.form or FormState.MISSING) if item and item.form else None,
        missing_recipients=lack.recipients,
        lines=case.lines,
    )


def _findings(case: Case, lack: Shortfall, item: Item | None) -> tuple[Finding, ...]:
    values, faults = dict(case.values), {fault[0]: fault for fault in lack.faults}

    def finding(field: Field) -> Finding:
        if field in faults:
            return Finding(field, Presence.INVALID, faults[field][1], faults[field][2])
        presence = Presence.MISSING if field in lack.fields else Presence.PRESENT
        return Finding(field, presence, values.get(field, ""))

    return tuple(finding(field) for field in (item.required(case.service) if item else ()))
