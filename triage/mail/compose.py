"""Building the bytes of an outgoing message. Pure and deterministic: the same inputs give the same bytes (C3).

By hand rather than with `email.message`: much faster, and nothing from outside can become a header line of its own.
"""

import base64
import hashlib
import hmac
import re
from binascii import b2a_qp
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parseaddr
from enum import StrEnum

from triage.core.verdict import Reply
from triage.mail.compose_headers import (
    clean,
    encoded,
    filename_parameters,
    folded_ids,
    header,
    mailbox,
    message_ids,
    visible,
)
from triage.mail.wire import unsafe_bytes

MAX_REFERENCES = 20
SUPPRESSED = "DR, RN, NRN, OOF, AutoReply"  # not "All": Exchange would drop the delivery reports that we want
CONTENT_TYPE = re.compile(r"[A-Za-z]{1,40}/[A-Za-z0-9.+-]{1,100}")
CONTENT_ID = re.compile(r"[A-Za-z0-9._@-]{1,100}")
LOOP_HEADER = "X-Triage-Loop"
OWN_ID = re.compile(r"<triage\.(?:(?P<case>\d{4}-\d{6})\.)?(?P<token>[0-9a-f]{32})@(?P<domain>[a-z0-9.-]{1,190})>")


class Origin(StrEnum):
    """Why no person wrote it (RFC 3834 §5)."""

    REPLIED = "auto-replied"
    GENERATED = "auto-generated"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes along. With a `content_id` it is an image that the HTML shows as `cid:<content_id>`."""

    filename: str
    content_type: str
    data: bytes
    content_id: str = ""


def message_id(key: bytes, intake_key: str, kind: str, domain: str, case: str | None = None) -> str:
    """Our Message-ID for the `kind` of mail that answers `intake_key`: the same each time, not to be guessed.

    `<triage.2026-000123.<128-bit MAC>@domain>`; the case number is left out where there is no case.
    """
    told = "\0".join((intake_key, kind, domain.lower(), case or ""))
    token = hmac.new(key, told.encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest()[:32]
    made = f"<triage.{case + '.' if case else ''}{token}@{domain.lower()}>"
    if not OWN_ID.fullmatch(made):
        raise ValueError("not a domain or not a case number")
    return made


def return_path(sender: str, own_id: str) -> str:
    """The VERP address of the message `own_id`: a plus-address of our mailbox that names the message (A17, C18)."""
    local, _, domain = parseaddr(sender)[1].rpartition("@")
    found = OWN_ID.fullmatch(own_id)
    if not local or found is None:
        raise ValueError("no sender address or not our own Message-ID")
    return f"{local}+bounce-{found['token']}@{domain}"


def compose(
    reply: Reply,
    *,
    sender: str,
    message_id: str,
    date: datetime,
    in_reply_to: str = "",
    references: Sequence[str] = (),
    extra_headers: Sequence[tuple[str, str]] = (),
    enclosures: Sequence[Enclosure] = (),
    origin: Origin = Origin.REPLIED,
) -> bytes:
    """The whole message, CRLF line ends, 7-bit: text, its HTML alternative where there is one, and the enclosures.

    `sender` is "Name <address>"; `date` must carry its zone. `in_reply_to` and `references` come from other people's
    mail: what is no Message-ID in them is dropped. Raises ValueError where sender, recipient, `message_id` or another
    of the caller's own words is malformed.
    """
    if not OWN_ID.fullmatch(message_id):
        raise ValueError("not our own Message-ID")
    part = _content(reply, enclosures, hashlib.sha256(message_id.encode()).hexdigest()[:24])
    headers = [
        ("From", mailbox(sender)),
        ("To", mailbox(reply.to)),
        ("Subject", encoded(clean(reply.subject))),
        ("Date", format_datetime(date)),
        ("Message-ID", message_id),
        *_thread(in_reply_to, references),
        ("Auto-Submitted", origin.value),
        ("X-Auto-Response-Suppress", SUPPRESSED),
        (LOOP_HEADER, message_id),
        *(header(name, value) for name, value in extra_headers),
        ("MIME-Version", "1.0"),
    ]
    raw = b"".join(f"{name}: {value}\r\n".encode("ascii") for name, value in headers) + part
    if problem := unsafe_bytes(raw):
        raise ValueError(problem)
    return raw


def _thread(in_reply_to: str, references: Sequence[str]) -> list[tuple[str, str]]:
    answered = message_ids([in_reply_to])[:1]
    thread = list(dict.fromkeys([*message_ids(references), *answered]))
    if len(thread) > MAX_REFERENCES:  # the first opens the thread, the last are what a reader has at hand
        thread = [thread[0], *thread[1 - MAX_REFERENCES :]]
    return [
        *(("In-Reply-To", one) for one in answered),
        *((("References", folded_ids(thread)),) if thread else ()),
    ]


def _content(reply: Reply, enclosures: Sequence[Enclosure], seed: str) -> bytes:
    """The body as a MIME part, its own headers first."""
    images = [_enclosed(one) for one in enclosures if one.content_id]
    files = [_enclosed(one) for one in enclosures if not one.content_id]
    text = _text("plain", reply.text)
    if reply.html:
        html = _text("html", reply.html)
        html = _multipart("related", [html, *images], seed) if images else html
        text = _multipart("alternative", [text, html], seed)
    return _multipart("mixed", [text, *files], seed) if files else text


def _text(subtype: str, text: str) -> bytes:
    # b2a_qp takes its line ends from the first that it meets, so there must be one, and all must be alike.
    lines = "".join(f"{visible(line)}\r\n" for line in text.splitlines() or [""])
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode("ascii") + b2a_qp(lines.encode(), istext=True)


def _enclosed(one: Enclosure) -> bytes:
    if not CONTENT_TYPE.fullmatch(one.content_type) or not CONTENT_ID.fullmatch(one.content_id or "none"):
        raise ValueError("not a content type or not a Content-ID")
    identified = f"Content-ID: <{one.content_id}>\r\n" if one.content_id else ""
    plain, extended = filename_parameters(one.filename)
    headers = (
        f"Content-Type: {one.content_type};\r\n name={plain}\r\n"
        f"Content-Transfer-Encoding: base64\r\n{identified}"
        f"Content-Disposition: {'inline' if one.content_id else 'attachment'};\r\n {extended}\r\n\r\n"
    )
    return headers.encode("ascii") + base64.encodebytes(one.data).replace(b"\n", b"\r\n")


def _multipart(subtype: str, parts: Sequence[bytes], seed: str) -> bytes:
    # "=_" occurs neither in quoted-printable nor in base64, so no part can contain the boundary (RFC 2045 §6.7).
    boundary = f"=_{subtype}_{seed}"
    opening = f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"\r\n'.encode()
    mark = b"\r\n--" + boundary.encode()
    return opening + b"".join(mark + b"\r\n" + part for part in parts) + mark + b"--\r\n"
