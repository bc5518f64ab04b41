"""Bytes to Message: the one door through which mail enters (RELIABILITY D).

Defects that a message may carry: `duplicate-from`, `several-authors`, `no-from`, `from-disagreement`,
`non-ascii-from`, `duplicate-<field>` for the fields that may stand once, `no-message-id`, `unreadable-attached` (a
message within it was left out), and the class names of the stdlib's MIME defects.
"""

import re
from dataclasses import replace
from email.message import Message as Part

from triage.core.message import Attachment, Body, Forwarded, Message
from triage.mail import headers
from triage.mail.attachments import Budget, read
from triage.mail.body import split
from triage.mail.charset import clean
from triage.mail.fingerprint import fingerprint, with_lf
from triage.mail.html import to_text
from triage.mail.limits import MAX_TEXT, Unreadable, check_size, check_structure
from triage.mail.mime import message_from
from triage.mail.parts import Contents, Segment, content_type, take_apart

__all__ = ["Unreadable", "parse"]

Carried = tuple[tuple[Forwarded, ...], tuple[Attachment, ...]]

_MAX_ATTACHED_DEPTH = 3
_STUB = re.compile(
    r"(?:suporta|support|exibir|visualizar|view|display|mostrar|able to read|habilit).{0,80}"
    r"\b(?:html|navegador|browser)\b"
    r"|html.{0,60}(?:suporta|support|compat)",
    re.IGNORECASE | re.DOTALL,
)
_STUB_LENGTH = 300
_ONCE = ("to", "cc", "subject", "date", "message-id", "reply-to", "sender", "in-reply-to", "references", "content-type")


def parse(raw: bytes) -> Message:
    """The message that `raw` (RFC 5322, any line ends) holds. Raises Unreadable, and nothing else, to quarantine."""
    check_size(raw)
    data = with_lf(raw)
    check_structure(data)
    return _guarded(data)


def _guarded(data: bytes) -> Message:
    try:
        return _message(message_from(data), fingerprint(data), 0, Budget())
    except Unreadable:
        raise
    except RecursionError as error:
        raise Unreadable("nesting", "recursion") from error
    except MemoryError as error:
        raise Unreadable("memory") from error
    except Exception as error:
        # One hostile message must never stop the queue: whatever the libraries below raise is a quarantine.
        raise Unreadable("parser", f"{type(error).__name__}: {error}"[:200]) from error


def _message(part: Part, digest: str, depth: int, budget: Budget) -> Message:
    fields = headers.collect(part)
    headers.check_address_count(fields)
    contents = take_apart(part)
    attachments, unpacked = read(contents.files, budget)
    author, doubts = headers.authors(fields)
    subject = headers.decoded(headers.first(fields, "subject"))
    replied = headers.identifiers(fields.get("in-reply-to", ()))
    references = headers.identifiers(fields.get("references", ()))
    text = body_text(contents) or unpacked
    name = author[0].name if author else ""
    body = split(text, subject, is_reply=bool(replied or references), author=name)
    inner = [_attached(message, depth, budget, contents) for message in contents.messages]
    identifiers = headers.identifiers(fields.get("message-id", ()))
    return Message(
        message_id=identifiers[0] if identifiers else "",
        from_=author,
        to=headers.addresses(fields.get("to", ())),
        cc=headers.addresses(fields.get("cc", ())),
        subject=subject,
        body=_with_attached(body, inner),
        reply_to=headers.addresses(fields.get("reply-to", ())),
        sender=headers.addresses(fields.get("sender", ())),
        in_reply_to=replied,
        references=references,
        date=headers.date_hint(headers.first(fields, "date")),
        return_path=headers.return_path(fields),
        content_type=_whole_type(part),
        attachments=(*attachments, *(file for _, files in inner for file in files)),
        authentication_results=tuple(map(headers.visible_ascii, fields.get("authentication-results", ()))),
        headers=headers.kept(fields),
        defects=(*doubts, *_defects(fields, contents)),
        fingerprint=digest,
    )


def body_text(contents: Contents) -> str:
    """The readable body: of each segment the plain text where it is a real one, else the HTML as text."""
    return "\n".join(filter(None, map(_segment_text, contents.segments)))[:MAX_TEXT]


def _segment_text(segment: Segment) -> str:
    plain = clean(segment.plain or "")
    if segment.html is None:
        looks_like_html = plain[:200].lstrip().lower().startswith(("<html", "<!doctype html"))
        return to_text(plain) if looks_like_html else plain
    if plain.strip() and not (len(plain) < _STUB_LENGTH and _STUB.search(plain)):
        return plain
    return to_text(segment.html) or plain


def _attached(part: Part, depth: int, budget: Budget, outer: Contents) -> Carried:
    """A whole message carried as an attachment: what its author wrote, what it forwards, and its files."""
    if depth >= _MAX_ATTACHED_DEPTH:
        outer.defects.add("unreadable-attached")
        return (), ()
    try:
        inner = _message(part, "", depth + 1, budget)
    except Unreadable:
        outer.defects.add("unreadable-attached")
        return (), ()
    recipients = tuple(address.addr for address in (*inner.to, *inner.cc))
    sender = inner.from_[0] if inner.from_ else None
    carried = Forwarded(inner.body.own, sender, recipients, inner.subject, attached=True)
    return (carried, *inner.body.forwarded), inner.attachments


def _with_attached(body: Body, inner: list[Carried]) -> Body:
    carried = tuple(forwarded for messages, _ in inner for forwarded in messages)
    return replace(body, forwarded=(*body.forwarded, *carried)) if carried else body


def _whole_type(part: Part) -> str:
    kind = content_type(part)
    if kind != "multipart/report":
        return kind
    report = part.get_param("report-type", "")
    return f"{kind}; report-type={headers.decoded(str(report)).lower()}" if report else kind


def _defects(fields: headers.Fields, contents: Contents) -> list[str]:
    found = [f"duplicate-{name}" for name in _ONCE if len(fields.get(name, ())) > 1]
    if not headers.identifiers(fields.get("message-id", ())):
        found.append("no-message-id")
    return found + sorted(contents.defects)
