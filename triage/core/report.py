"""A verdict as the JSON object of the contract (`triage check --json`)."""

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
