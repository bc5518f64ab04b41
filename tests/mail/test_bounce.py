"""Which of our mails a delivery report speaks of, and whether it is final (RELIABILITY C18)."""

import pytest

from triage.mail.bounce import bounced_message
from triage.mail.parse import parse

OURS = "<triage.2026-000123.0123456789abcdef0123456789abcdef@seger.es.gov.br>"
DAEMON, PERSON = "MAILER-DAEMON@mx.example", "ana@sedu.es.gov.br"
RETURNED = f"Message-ID: {OURS}\nSubject: RES: pedido\n\nPrezada\n"


def report(*fields: str, kind: str = "delivery-status", sender: str = DAEMON, returned: str = RETURNED) -> bytes:
    """A report in the form of RFC 6522, with these fields about the recipient."""
    status = "\n".join(("Final-Recipient: rfc822; ana@sedu.es.gov.br", *fields))
    parts = (
        "Content-Type: text/plain\n\nUma mensagem.",
        f"Content-Type: message/{kind}\n\nReporting-MTA: dns; mx.example\n\n{status}\n",
        f"Content-Type: message/rfc822\n\n{returned}",
    )
    body = "".join(f"--b\n{part}\n" for part in parts)
    head = f"From: {sender}\nContent-Type: multipart/report; report-type={kind}; boundary=b\nSubject: x\n\n"
    return f"{head}{body}--b--\n".encode()


def plain(text: str, sender: str = DAEMON, **fields: str) -> bytes:
    """A report in somebody's own words."""
    head = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in fields.items())
    return f"From: {sender}\n{head}Subject: x\n\n{text}\n".encode()


FINAL = {
    "failed": report("Action: failed", "Status: 5.1.1"),
    "expired": report("Action: expired", "Status: 4.4.7"),
    "without fields": report(),
    "in words": plain(f"Sua mensagem não pôde ser entregue.\n\n{RETURNED}", sender="correio@x.br"),
    "of a daemon": plain(f"mailbox full\n\n{RETURNED}"),
    "of nobody": b"Return-Path: <>\nSubject: x\n\nunknown user\n\n" + RETURNED.encode(),
    "of a vendor": plain(f"x\n\n{RETURNED}", sender="no@x.br", X_Failed_Recipients="ana@sedu.es.gov.br"),
}
NO_BOUNCE = {
    "delayed": report("Action: delayed", "Status: 4.4.1"),
    "relayed": report("Action: relayed", "Status: 2.1.5"),
    "read": report(f"Original-Message-ID: {OURS}", kind="disposition-notification"),
    "complained of": report("Feedback-Type: abuse", kind="feedback-report"),
    "somebody else's": report("Action: failed", returned="Message-ID: <1@sedu.es.gov.br>\n\nx\n"),
    "an absence": plain(
        "Estou de férias.", sender=PERSON, Auto_Submitted="auto-replied", In_Reply_To=OURS, Return_Path="<>"
    ),
    "a person's answer": plain(f"Segue o CNPJ.\n\n> {OURS}", sender=PERSON, In_Reply_To=OURS),
}


@pytest.mark.parametrize("shape", FINAL)
def test_a_final_report_names_our_mail(shape: str) -> None:
    """In any of the shapes that mail systems give it."""
    assert bounced_message(FINAL[shape], parse(FINAL[shape])) == OURS


@pytest.mark.parametrize("shape", NO_BOUNCE)
def test_what_is_no_final_report_stops_nothing(shape: str) -> None:
    """A delay, a receipt, a complaint, an absence: the requester may well have our mail."""
    assert bounced_message(NO_BOUNCE[shape], parse(NO_BOUNCE[shape])) == ""
