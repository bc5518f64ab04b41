"""The whole parser: bytes in, a Message or Unreadable out."""

import email
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from triage.core.message import Address, Message
from triage.mail.fingerprint import with_lf
from triage.mail.library import mailboxes
from triage.mail.parse import Unreadable, parse

SIMPLE = (
    b"From: Ana Souza <Ana.Souza@sedu.es.gov.br>\nTo: persofixa@oi.net.br\nSubject: =?utf-8?q?Instala=C3=A7=C3=A3o?=\n"
    b"Message-ID: <1@sedu.es.gov.br>\nDate: Mon, 3 Aug 2026 10:21:00 -0300\n"
    b"Content-Type: text/plain; charset=utf-8\n\nSolicito um ramal.\n\nObrigada\n"
)


def test_a_plain_message_is_read_whole() -> None:
    """The things that every rule reads."""
    message = parse(SIMPLE)
    assert message.author == Address("Ana Souza", "ana.souza@sedu.es.gov.br")
    assert message.to == (Address("", "persofixa@oi.net.br"),)
    assert message.subject == "Instalação"
    assert message.body.own == "Solicito um ramal.\n\nObrigada"
    assert message.body.own[message.body.signature_at :] == "Obrigada"
    assert message.message_id == "<1@sedu.es.gov.br>"
    assert message.date == "2026-08-03T13:21:00+00:00"
    assert message.content_type == "text/plain"
    assert message.defects == ()


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_line_ends_make_no_difference(end: bytes) -> None:
    """CR-only files crash mail-parser; here they read the same, with the same fingerprint."""
    assert parse(SIMPLE.replace(b"\n", end)) == parse(SIMPLE)


def test_mixed_and_odd_separators_are_text() -> None:
    """Bare CR, NEL and FS within a message end no header (bugs.python.org 46462)."""
    message = parse(b"From: a@x.br\r\nSubject: um\x1cdois\xc2\x85tr\xc3\xaas\r\nX: y\n\nlinha um\rlinha dois\n")
    assert message.author.addr == "a@x.br"
    assert message.subject.startswith("um")
    assert message.body.own == "linha um\nlinha dois"


def test_an_mbox_line_and_a_byte_order_mark_are_no_header() -> None:
    """Messages cut out of an mbox start with "From "."""
    assert parse(b"From ana@x Mon Aug  3 10:21:00 2026\n" + SIMPLE) == parse(SIMPLE)
    assert parse(b"\xef\xbb\xbf" + SIMPLE) == parse(SIMPLE)


@given(st.lists(st.sampled_from([b"\r\n", b"\n", b"\r", b"a", b"b c"])).map(b"".join))
def test_each_line_end_becomes_one_lf_however_they_are_mixed(raw: bytes) -> None:
    lines = b"\n".join(raw.splitlines())
    kept = b"\n" if raw.endswith((b"\r", b"\n")) else b""
    assert with_lf(b"x" + raw) == with_lf(b"x" + lines + kept) == b"x" + lines + kept


def test_the_fingerprint_ignores_only_the_way_a_copy_came() -> None:
    """Two deliveries of one mail are alike; another subject or body is another mail."""
    trace = (
        b"Received: from a by b;\n\tMon, 3 Aug 2026\nReturn-Path: <x@y>\nDelivered-To: z@w\n"
        b"Authentication-Results: mx; dmarc=pass\nX-MS-Exchange-Trace: 1\nX-Spam-Status: No,\n score=1\n"
    )
    assert parse(trace + SIMPLE).fingerprint == parse(SIMPLE).fingerprint
    assert len(parse(SIMPLE).fingerprint) == 64
    for other in (SIMPLE.replace(b"um ramal", b"dois ramais"), SIMPLE.replace(b"Instala", b"instala")):
        assert parse(other).fingerprint != parse(SIMPLE).fingerprint


def carrying(inner: bytes, fields: bytes = b"Content-Type: message/rfc822\n") -> Message:
    """A message that carries another as an attachment."""
    head = b"From: a@x.br\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSegue anexo.\n--b\n"
    return parse(head + fields + b"\n" + inner + b"\n--b--\n")


def test_an_attached_message_is_forwarded_and_never_body() -> None:
    """mail-parser#103: its text must not enter ours."""
    message = carrying(SIMPLE)
    assert message.body.own == "Segue anexo."
    (inner,) = message.body.forwarded
    assert inner.attached
    assert inner.text == "Solicito um ramal.\n\nObrigada"
    assert inner.sender == Address("Ana Souza", "ana.souza@sedu.es.gov.br")
    assert inner.recipients == ("persofixa@oi.net.br",)
    assert inner.subject == "Instalação"
    assert message.attachments == ()


@pytest.mark.parametrize(
    "fields",
    [
        b'Content-Type: application/octet-stream; name="pedido.eml"\nContent-Transfer-Encoding: base64\n',
        b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n",
        b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment;"
        b' filename="a.EML"\n',
    ],
)
def test_an_attached_message_is_read_however_it_is_wrapped(fields: bytes) -> None:
    """Webmails send .eml files as base64."""
    (inner,) = carrying(email.base64mime.body_encode(SIMPLE).encode(), fields).body.forwarded
    assert inner.text == "Solicito um ramal.\n\nObrigada"


def test_the_files_of_an_attached_message_come_along() -> None:
    """A form that the forwarded request carried counts too."""
    inner = EmailMessage()
    inner["From"] = "b@x.br"
    inner.set_content("Segue.")
    inner.add_attachment(b"CNPJ;1", maintype="text", subtype="csv", filename="folhinha.csv")
    (attachment,) = carrying(inner.as_bytes()).attachments
    assert attachment.rows == (("CNPJ", "1"),)


def test_a_report_says_so_in_its_content_type() -> None:
    """Delivery reports are known by type before anything else (RELIABILITY A9)."""
    raw = (
        b'From: mailer-daemon@x.br\nContent-Type: multipart/report; report-type="delivery-status"; boundary=b\n\n'
        b"--b\n\nNao entregue.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
        b"Final-Recipient: rfc822; y@z\nAction: failed\n\n--b\nContent-Type: message/rfc822\n\n" + SIMPLE + b"\n--b--\n"
    )
    message = parse(raw)
    assert message.content_type == "multipart/report; report-type=delivery-status"
    assert message.body.own == "Nao entregue."
    assert [a.content_type for a in message.attachments] == ["message/delivery-status"]
    assert "Action: failed" in message.attachments[0].text


def test_text_around_an_attachment_is_one_body() -> None:
    """Apple Mail cuts the text where a file was dropped."""
    raw = (
        b"From: a@x.br\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nantes\n--b\nContent-Type: image/png\n"
        b"Content-Disposition: inline; filename=a.png\n\nx\n--b\n\ndepois\n--b--\n"
    )
    message = parse(raw)
    assert message.body.own == "antes\ndepois"
    assert [attachment.filename for attachment in message.attachments] == ["a.png"]


def test_flowed_text_gets_its_lines_back() -> None:
    """RFC 3676: soft breaks end in a space; quotes and the signature line are left alone."""
    raw = b"From: a@x.br\nContent-Type: text/plain; format=flowed\n\nSolicito \num ramal.\n\n-- \nAna\n"
    assert parse(raw).body.own == "Solicito um ramal.\n\n--\nAna"


@pytest.mark.parametrize("encoding", [b"base64 ", b"BASE64", b"base64; x=y", b"Base64\t"])
def test_sloppy_transfer_encodings_are_understood(encoding: bytes) -> None:
    """Mail programs forgive them, so must we."""
    raw = b"From: a@x.br\nContent-Transfer-Encoding: " + encoding + b"\n\nU29saWNpdG8=\n"
    assert parse(raw).body.own == "Solicito"


def test_a_multipart_without_a_boundary_is_read_as_text() -> None:
    """Its words are not lost."""
    assert "Solicito" in parse(b"From: a@x.br\nContent-Type: multipart/mixed\n\nSolicito um ramal.\n").body.own


def test_mime_defects_are_named() -> None:
    """For the log and for trust."""
    raw = b"From: a@x.br\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n"
    assert "CloseBoundaryNotFoundDefect" in parse(raw).defects
    assert "no-message-id" in parse(raw).defects


FIELDS = st.sampled_from(
    [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Content-Type",
        "Content-Transfer-Encoding",
        "Content-Disposition",
        "Return-Path",
    ]
)
VALUES = st.one_of(
    st.sampled_from(
        [
            "multipart/mixed; boundary=b",
            "multipart/alternative; boundary=b",
            "message/rfc822",
            "text/html; charset=x",
            "text/plain; charset=utf-16",
            "base64",
            "quoted-printable",
            "x-uuencode",
            'attachment; filename="a.xlsx"',
            "=?utf-8?q?a=?= =?utf-8?b?w6c=?=",
            "text/plain; charset*0*=utf-8''a%; charset*1=b",
        ]
    ),
    st.text(max_size=80),
)
PIECES = st.lists(
    st.one_of(
        st.tuples(FIELDS, VALUES).map(lambda pair: f"{pair[0]}: {pair[1]}\n"),
        st.sampled_from(
            ["\n", "--b\n", "--b--\n", "De: a@b\n", "Em 10:21 x@y escreveu:\n", "> oi\n", "<td>b", "PK\x03\x04"]
        ),
        st.text(max_size=60),
    ),
    max_size=40,
)


def parsed(raw: bytes) -> Message | None:
    """The message, or None where it is quarantined for a known reason."""
    try:
        return parse(raw)
    except Unreadable as refusal:
        if refusal.reason_code == "parser":
            raise
        return None


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(PIECES, st.binary(max_size=200))
def test_no_input_escapes_as_another_error(pieces: list[str], tail: bytes) -> None:
    """Whatever arrives becomes a Message of storable text, or Unreadable with a reason of ours."""
    message = parsed("".join(pieces).encode("utf-8", "surrogatepass") + tail)
    if message is not None:
        repr(message).encode("utf-8")
        assert 0 <= message.body.signature_at <= len(message.body.own)
        assert "\x00" not in message.subject + message.body.own


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_escape_as_another_error(data: bytes) -> None:
    """The same for plain noise, bare and under a header."""
    parsed(data)
    parsed(b"From: a@x.br\nContent-Type: application/octet-stream\n\n" + data)


@given(st.text(max_size=200))
def test_the_address_scanner_never_raises(value: str) -> None:
    """mail-parser's scanner is guarded."""
    assert all("@" in addr or addr for _, addr in mailboxes(value))


CPYTHON = Path(email.__file__).parent.parent / "test" / "test_email" / "data"


@pytest.mark.skipif(not CPYTHON.is_dir(), reason="this Python came without its test package")
def test_cpythons_own_malformed_messages_are_read_or_refused() -> None:
    """RELIABILITY G: no escaped exception, nothing dropped."""
    messages = sorted(CPYTHON.glob("msg_*.txt"))
    assert messages
    for path in messages:
        parsed(path.read_bytes())
