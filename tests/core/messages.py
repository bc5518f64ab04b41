"""Messages for the core's tests, made in a line."""

from triage.core.message import Address, Attachment, Body, Forwarded, Message

OWN = "telefonia@seger.es.gov.br"
KAROLINA = "karolina.ramos@oi.net.br"


def mail(
    text: str = "",
    *,
    sender: str = "ana.souza@sedu.es.gov.br",
    name: str = "Ana Souza",
    to: tuple[str, ...] = (OWN,),
    cc: tuple[str, ...] = (),
    subject: str = "",
    auth: str = "pass",
    headers: tuple[tuple[str, str], ...] = (),
    return_path: str | None = None,
    quoted: str = "",
    forwarded: tuple[Forwarded, ...] = (),
    attachments: tuple[Attachment, ...] = (),
    reply_to: tuple[str, ...] = (),
    defects: tuple[str, ...] = (),
    in_reply_to: tuple[str, ...] = (),
    content_type: str = "text/plain",
) -> Message:
    """A message from `sender`; our own server (mx.es.gov.br) says dmarc=`auth`, or nothing where it is ""."""
    domain = sender.rpartition("@")[2]
    results = (f"mx.es.gov.br; dmarc={auth} header.from={domain}",) if auth else ()
    return Message(
        message_id=f"<{abs(hash((text, subject, sender)))}@{domain}>",
        from_=(Address(name, sender),),
        to=_addresses(to),
        cc=_addresses(cc),
        subject=subject,
        body=Body(text, len(text), quoted, forwarded),
        reply_to=_addresses(reply_to),
        in_reply_to=in_reply_to,
        return_path=return_path,
        content_type=content_type,
        attachments=attachments,
        authentication_results=results,
        headers=headers,
        defects=defects,
        date="2026-08-04T10:21:00-03:00",
    )


def _addresses(written: tuple[str, ...]) -> tuple[Address, ...]:
    return tuple(Address("", address) for address in written)
