"""Verdicts and cases as the JSON objects of the contract (`check --json`, `cases list|show --json`)."""

from datetime import datetime

from triage.core.case import Case, CaseEvent
from triage.core.message import Message
from triage.core.verdict import Evidence, Finding, Reply, Verdict


def verdict_object(file: str, message: Message, verdict: Verdict, reply: Reply | None) -> dict[str, object]:
    """The verdict with the contract's keys; what does not apply is null or empty, never left out."""
    operator = verdict.operator
    return {
        "file": file,
        "message_id": message.message_id or None,
        "kind": verdict.kind,
        "category": verdict.category,
        "service": verdict.service,
        "also": list(verdict.also),
        "confidence": round(verdict.confidence, 4),
        "organ": verdict.organ,
        "subject": _subject(message, verdict),
        "values": {str(field): value for field, value in verdict.values},
        "missing": [str(field) for field in verdict.missing],
        "invalid": [{"field": f.field, "value": f.value, "why": f.why} for f in verdict.invalid],
        "form": verdict.form,
        "missing_recipients": list(verdict.missing_recipients),
        "operator_status": operator.status if operator else None,
        "protocol": operator.protocol if operator else None,
        "promised": operator.promised if operator else None,
        "trusted": verdict.trusted,
        "action": verdict.action,
        "why": list(verdict.reasons),
        "alternatives": [{"category": number, "confidence": round(share, 4)} for number, share in verdict.alternatives],
        "evidence": [_evidence(finding) for finding in verdict.findings if finding.evidence],
        "reply": {"to": [reply.to], "subject": reply.subject, "text": reply.text} if reply else None,
    }


def _subject(message: Message, verdict: Verdict) -> dict[str, object]:
    found = verdict.subject
    given = found.given if found else message.subject
    return {"given": given, "ok": found.ok if found else None, "suggested": found.suggested if found else None}


def _evidence(finding: Finding) -> dict[str, object]:
    place: Evidence | None = finding.evidence
    assert place is not None
    return {
        "field": finding.field,
        "document": place.document,
        "start": place.start,
        "end": place.end,
        "text": place.text,
    }


def case_object(case: Case, due_at: datetime | None) -> dict[str, object]:
    """A case with the contract's keys. Instants are UTC, ISO 8601."""
    return {
        "case": case.number,
        "category": case.category,
        "service": case.service,
        "organ": case.organ,
        "requester": case.requester,
        "subject": case.subject,
        "state": case.state,
        "outcome": case.outcome,
        "waiting_on": case.waiting_on,
        "protocol": case.protocols[-1] if case.protocols else None,
        "opened_at": case.opened_at.isoformat(),
        "changed_at": case.changed_at.isoformat(),
        "due_at": due_at.isoformat() if due_at else None,
        "review": case.review.why if case.review else None,
        "promised": case.promised,
        "corrections": case.rounds,
        "carrier": case.carrier,
    }


def event_object(event: CaseEvent) -> dict[str, object]:
    """A line of a case's history."""
    return {
        "at": event.at.isoformat(),
        "what": event.what,
        "by": event.by,
        "message_id": event.message_id or None,
        "note": event.note,
        "from": event.before,
        "to": event.after,
    }
