"""The sample mail as values, and as bytes the way our own server would have stored them."""

import io
import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from importlib.resources import files

AUTHSERV_ID = "mx.demo.es.gov.br"
_XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample mail, as `mails.toml` describes it."""

    id: str
    tell: str
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    cc: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    answers: str = ""
    answers_us: bool = False
    auth: str = "pass"
    form_name: str = ""
    form_rows: tuple[tuple[str, ...], ...] = field(default=())

    @property
    def message_id(self) -> str:
        """Its Message-ID."""
        return f"<{self.id}@{parseaddr(self.sender)[1].rpartition('@')[2]}>"


def samples() -> tuple[Sample, ...]:
    """The sample mails in the order of their arrival."""
    table = tomllib.loads((files("triage.demo") / "mails.toml").read_text(encoding="utf-8"))
    return tuple(_sample(entry) for entry in table["mail"])


def _sample(entry: dict[str, object]) -> Sample:
    form = entry.get("form")
    rows = form["rows"] if isinstance(form, dict) else ()
    return Sample(
        id=str(entry["id"]),
        tell=str(entry["tell"]),
        sender=str(entry["from"]),
        to=_texts(entry["to"]),
        subject=str(entry["subject"]),
        text=str(entry["text"]).strip() + "\n",
        cc=_texts(entry.get("cc", [])),
        headers=tuple(dict(entry.get("headers", {})).items()),  # type: ignore[call-overload]
        answers=str(entry.get("answers", "")),
        answers_us=bool(entry.get("answers_us", False)),
        auth=str(entry.get("auth", "pass")),
        form_name=str(form["name"]) if isinstance(form, dict) else "",
        form_rows=tuple(_texts(row) for row in rows),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a mail replies to, as a mail client puts it below the answer."""

    message_id: str
    author: str
    text: str
    subject: str = ""


def as_bytes(sample: Sample, quoted: Quoted | None, at: datetime) -> bytes:
    """The mail as RFC 5322 bytes, with the Authentication-Results that our own server would have added."""
    domain = parseaddr(sample.sender)[1].rpartition("@")[2]
    message = EmailMessage()
    message["Authentication-Results"] = f"{AUTHSERV_ID}; dmarc={sample.auth} header.from={domain}"
    message["From"] = sample.sender
    message["To"] = ", ".join(sample.to)
    if sample.cc:
        message["Cc"] = ", ".join(sample.cc)
    message["Subject"] = (quoted.subject if quoted else "") or sample.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = sample.message_id
    if quoted:
        message["In-Reply-To"] = message["References"] = quoted.message_id
    for name, value in sample.headers:
        message[name] = value
    message.set_content(sample.text + (_quote(quoted, at) if quoted else ""))
    if sample.form_name:
        message.add_attachment(
            _workbook(sample.form_rows), maintype=_XLSX[0], subtype=_XLSX[1], filename=sample.form_name
        )
    return message.as_bytes()


def _quote(quoted: Quoted, at: datetime) -> str:
    """The original below the answer, in the form that a webmail in Portuguese gives it."""
    lines = "".join(f"> {line}".rstrip() + "\n" for line in quoted.text.splitlines())
    return f"\nEm {at:%d/%m/%Y} às {at:%H:%M}, {quoted.author} escreveu:\n\n{lines}"


def _workbook(rows: tuple[tuple[str, ...], ...]) -> bytes:
    from openpyxl import Workbook  # takes a quarter of a second, which no other command should pay

    book, buffer = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(buffer)
    return buffer.getvalue()
