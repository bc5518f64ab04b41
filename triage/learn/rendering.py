"""A record of the corpus as the Message that the mail room would make of it."""

import re
from email.utils import parseaddr

from triage.core.message import Address, Attachment, Body, Forwarded, Message
from triage.core.policy import Policy
from triage.core.signature import postscript_offset, signature_offset
from triage.core.subject import is_forward, is_reply
from triage.learn.corpus import Record

AUTHSERV = "mx.es.gov.br"
CARRIER_DOMAIN = "longadistancia.example.com.br"
TRAINING_POLICY = Policy(
    pabx_organs=frozenset({"SEFAZ", "DETRAN"}),
    authserv_ids=frozenset({AUTHSERV}),
    carrier_domains=frozenset({CARRIER_DOMAIN}),
)

_FORWARD_MARK = re.compile(
    r"\s{0,9}-{2,12}\s{0,3}(?:forwarded message|mensagem encaminhada|in.cio da mensagem encaminhada)", re.IGNORECASE
)
_HEADER = re.compile(
    r"\s{0,9}[>*\s]{0,6}(?:de|from|para|to|cc|enviad[oa](?: em)?|data|date|sent|assunto|subject)\*?:", re.IGNORECASE
)
_SENDER = re.compile(r"(?:^|\n)[>*\s]{0,6}(?:de|from):[ \t]{0,4}([^\n]{1,200})", re.IGNORECASE)


def message_of(record: Record) -> Message:
    """The parsed message that `record` describes."""
    sender = _address(record.sender)
    return Message(
        message_id=f"<{record.id}@corpus>",
        from_=(sender,),
        to=tuple(map(_address, record.to or ())),
        cc=tuple(map(_address, record.cc or ())),
        subject=record.subject,
        body=_body(record, sender),
        in_reply_to=("<earlier@corpus>",) if record.reply else (),
        attachments=_attachments(record),
        authentication_results=_results(record.auth, sender.domain),
        headers=tuple((name.lower(), value) for name, value in record.headers),
    )


def _address(written: str) -> Address:
    name, addr = parseaddr(written)
    return Address(name, addr.lower())


def _body(record: Record, sender: Address) -> Body:
    own, answered = _apart(record.text)
    at = signature_offset(own, sender.name)
    postscript = postscript_offset(own, at)
    if record.quoted and _is_forwarded(record):
        return Body(own, at, answered, (_forwarded(record.quoted),), postscript)
    return Body(own, at, f"{answered}\n{record.quoted}".strip("\n"), postscript_at=postscript)


def _apart(text: str) -> tuple[str, str]:
    """Own lines, and the lines with ">" in front that an inline answer stands below."""
    lines = text.split("\n")
    own = [line for line in lines if not line.startswith(">")]
    quoted = [line.lstrip("> ") for line in lines if line.startswith(">")]
    if not any(line.strip() for line in own):
        own, quoted = lines, []
    return "\n".join(own).strip("\n"), "\n".join(quoted)


def _is_forwarded(record: Record) -> bool:
    replied = record.reply or is_reply(record.subject)
    return is_forward(record.subject) or _FORWARD_MARK.match(record.quoted) is not None or not replied


def _forwarded(quoted: str) -> Forwarded:
    lines = quoted.split("\n")
    below = next((n for n, line in enumerate(lines) if line.strip() and not _opens(line)), len(lines))
    found = _SENDER.search(quoted)
    return Forwarded("\n".join(lines[below:]).strip(), _address(found[1]) if found else None)


def _opens(line: str) -> bool:
    return _FORWARD_MARK.match(line) is not None or _HEADER.match(line) is not None


def _attachments(record: Record) -> tuple[Attachment, ...]:
    plain = tuple(Attachment(name, "application/octet-stream", 0) for name in record.attachments)
    if record.form is None:
        return plain
    name, rows = record.form
    return (Attachment(name, "application/octet-stream", 0, rows=rows), *plain)


def _results(auth: str, domain: str) -> tuple[str, ...]:
    return () if auth == "none" else (f"{AUTHSERV}; dmarc={auth} header.from={domain}",)
