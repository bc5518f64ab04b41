"""The whole parser: bytes in, a Message or Unreadable out."""

from triage.mail.parse import parse


def test_a_plain_message_keeps_subject_author_and_text() -> None:
    """The three things that every rule reads."""
    message = parse(
        b"From: Ana Souza <Ana.Souza@sedu.es.gov.br>\r\nSubject: =?utf-8?q?Instala=C3=A7=C3=A3o?=\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n\r\nSolicito um ramal.\r\n"
    )
    assert message.author.addr == "ana.souza@sedu.es.gov.br"
    assert message.author.name == "Ana Souza"
    assert message.subject == "Instalação"
    assert message.body.own == "Solicito um ramal."
