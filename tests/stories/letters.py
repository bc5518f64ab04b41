"""The mails of a story as bytes: headers as a server stores them, quotes as Outlook, Gmail and Zimbra write them."""

import html
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, parseaddr
from zoneinfo import ZoneInfo

import openpyxl

AUTHSERV = "mx.test.es.gov.br"
OURS = "telefonia@seger.es.gov.br"
HERE = ZoneInfo("America/Sao_Paulo")
_DAYS = ("segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo")
_MONTHS = (
    "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro",
    "dezembro",
)  # fmt: skip
_FORM = (
    "Razão social", "CNPJ", "Número da conta customizada", "Endereço de instalação", "Quantidade de ramais",
    "Contato no local", "Telefone fixo", "Telefone celular",
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """Somebody who writes: the display name, the address, the mail program, and what ends their mails."""

    name: str
    addr: str
    client: str = "outlook"
    signature: str = ""

    @property
    def shown(self) -> str:
        """The address as headers show it."""
        return formataddr((self.name, self.addr))


@dataclass(frozen=True)
class Original:
    """A mail that another one answers or forwards."""

    message_id: str
    references: tuple[str, ...]
    sender: str
    to: str
    subject: str
    text: str
    at: datetime

    @classmethod
    def of(cls, raw: bytes) -> "Original":
        """From the bytes of a mail."""
        message = message_from_bytes(raw, policy=policy.default)
        assert isinstance(message, EmailMessage)
        body = message.get_body(("plain",))
        at = message["Date"].datetime if message["Date"] else datetime.now(HERE)
        references = tuple(str(message["References"] or "").split())
        text = str(body.get_content()) if body else ""
        return cls(str(message["Message-ID"]), references, str(message["From"]), str(message["To"]),
                   str(message["Subject"] or ""), text.replace("\r\n", "\n").strip(), at)  # fmt: skip


def letter(
    *,
    author: Person,
    message_id: str,
    to: list[str],
    cc: list[str],
    subject: str,
    text: str,
    at: datetime,
    original: Original | None = None,
    forwards: bool = False,
    quotes: bool = True,
    auth: str = "pass",
    form: str = "",
    headers: dict[str, str] | None = None,
) -> bytes:
    """A mail of `author`. `original` is quoted in the manner of the author's mail program, or forwarded."""
    message = EmailMessage()
    domain = author.addr.rpartition("@")[2]
    message["Return-Path"] = f"<{author.addr}>"
    message["Received"] = f"from {domain} by mx.test.es.gov.br with ESMTPS; {format_datetime(at)}"
    if auth:
        message["Authentication-Results"] = (
            f"{AUTHSERV}; spf={auth} smtp.mailfrom={author.addr}; dmarc={auth} header.from={domain}"
        )
    message["From"], message["To"] = author.shown, ", ".join(to)
    if cc:
        message["Cc"] = ", ".join(cc)
    message["Subject"], message["Date"], message["Message-ID"] = subject, format_datetime(at), message_id
    if original is not None and not forwards:
        message["In-Reply-To"] = original.message_id
        message["References"] = " ".join((*original.references, original.message_id))
    elif original is not None and author.client == "gmail":
        message["References"] = original.message_id
    for name, value in (headers or {}).items():
        del message[name]
        message[name] = value
    _write(message, author, text.strip(), original if quotes else None, forwards)
    if form:
        message.add_attachment(
            _sheet(filled=form == "filled"), maintype="application",
            subtype="vnd.openxmlformats-officedocument.spreadsheetml.sheet", filename="Folhinha Voice-Net.xlsx",
        )  # fmt: skip
    return message.as_bytes(policy=policy.SMTP)


def _write(message: EmailMessage, author: Person, own: str, original: Original | None, forwards: bool) -> None:
    own = f"{own}\n\n{author.signature.strip()}" if author.signature else own
    text_quote, html_quote = QUOTES[author.client](original, forwards) if original else ("", "")
    charset = "iso-8859-1" if author.client == "zimbra" else "utf-8"
    plain = f"{own}\n\n{text_quote}\n" if text_quote else f"{own}\n"
    message.set_content(plain.encode(charset, "replace").decode(charset), charset=charset, cte="quoted-printable")
    if author.client != "plain":
        styled = f"<html><body>{_paragraphs(own, author.client)}{html_quote}</body></html>"
        message.add_alternative(styled, subtype="html", charset="utf-8", cte="base64")


def _paragraphs(text: str, client: str) -> str:
    if client == "outlook":
        return "".join(
            f'<p class="MsoNormal">{html.escape(line) or "&nbsp;"}<o:p></o:p></p>\n' for line in text.split("\n")
        )
    return "".join(f"<div>{html.escape(line) or '<br>'}</div>\n" for line in text.split("\n"))


def _outlook(original: Original, forwards: bool) -> tuple[str, str]:
    at = original.at.astimezone(HERE)
    when = f"{_DAYS[at.weekday()]}, {at.day} de {_MONTHS[at.month - 1]} de {at.year} {at:%H:%M}"
    block = [("De", original.sender), ("Enviada em", when), ("Para", original.to), ("Assunto", original.subject)]
    text = "\n".join(f"{name}: {value}" for name, value in block) + f"\n\n{original.text}"
    head = "<br>".join(f"<b>{name}:</b> {html.escape(value)}" for name, value in block)
    rule = '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal">'
    return text, f"{rule}{head}<o:p></o:p></p></div>{_paragraphs(original.text, 'outlook')}"


def _gmail(original: Original, forwards: bool) -> tuple[str, str]:
    at = original.at.astimezone(HERE)
    when = f"{_DAYS[at.weekday()][:3]}., {at.day} de {_MONTHS[at.month - 1][:3]}. de {at.year} às {at:%H:%M}"
    name, addr = parseaddr(original.sender)
    if forwards:
        block = f"De: {name} <{addr}>\nDate: {when}\nSubject: {original.subject}\nTo: {original.to}"
        text = f"---------- Forwarded message ---------\n{block}\n\n\n{original.text}"
        return text, f'<div class="gmail_quote">{_paragraphs(text, "gmail")}</div>'
    said = f"Em {when}, {name} <{addr}> escreveu:"
    quoted = "\n".join(f"> {line}" for line in original.text.split("\n"))
    inside = f'<div dir="ltr" class="gmail_attr">{html.escape(said)}<br></div>'
    block = (
        f'<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{_paragraphs(original.text, "gmail")}</blockquote>'
    )
    return f"{said}\n\n{quoted}", f'<div class="gmail_quote">{inside}{block}</div>'


def _zimbra(original: Original, forwards: bool) -> tuple[str, str]:
    at = original.at.astimezone(HERE)
    name, addr = parseaddr(original.sender)
    when = f"{_DAYS[at.weekday()].capitalize()}, {at.day} de {_MONTHS[at.month - 1]} de {at.year} {at:%H:%M:%S}"
    block = [("De", f'"{name}" <{addr}>'), ("Para", original.to), ("Enviadas", when), ("Assunto", original.subject)]
    title = "Mensagem encaminhada" if forwards else "Mensagem original"
    head = "\n".join(f"{label}: {value}" for label, value in block)
    text = f"----- {title} -----\n{head}\n\n{original.text}"
    styled = "<br>".join(f"<b>{label}: </b>{html.escape(value)}" for label, value in block)
    rule = '<hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__">'
    return text, f"{rule}{styled}<br></div><div>{_paragraphs(original.text, 'zimbra')}</div>"


QUOTES: dict[str, Callable[[Original, bool], tuple[str, str]]] = {
    "outlook": _outlook,
    "gmail": _gmail,
    "zimbra": _zimbra,
    "plain": _zimbra,
}


def _sheet(*, filled: bool) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["FOLHINHA VOICE-NET", ""])
    values = (
        "Secretaria de Estado da Saúde", "27.080.530/0001-43", "200145-3", "Rua Sete de Setembro, 362, Centro, Vitória",
        "2", "Edson Pimentel", "(27) 3347-5601", "(27) 99944-1020",
    )  # fmt: skip
    for label, value in zip(_FORM, values if filled else ("",) * len(_FORM), strict=True):
        sheet.append([label, value])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
