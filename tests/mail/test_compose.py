"""Outgoing bytes: always the same, always well-formed, and nothing from outside becomes structure."""

import email
import email.policy
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.servers.smtp import SmtpServer
from triage.core.verdict import Reply
from triage.mail.compose import OWN_ID, Enclosure, Origin, compose, message_id, return_path
from triage.mail.smtp import Relay, Sent
from triage.mail.wire import unsafe_bytes

KEY = b"chave"
SENDER = "SEGER Telefonia <telefonia@seger.es.gov.br>"
OWN = message_id(KEY, "INBOX/7/12", "correct", "seger.es.gov.br", "2026-000123")
REPLY = Reply(
    to="joao@sedu.es.gov.br",
    subject="RES: conta – faltam informações [2026-000123]",
    text="Olá, João.\n\nFalta o CNPJ.\n",
    html="<p>Olá, João.</p><p>Falta o CNPJ.</p>",
)
DATE = datetime(2026, 6, 1, 9, 30, tzinfo=timezone(timedelta(hours=-3)))
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-Triage-Loop",
    "MIME-Version",
    "Content-Type",
]
GOLDEN = """\
From: SEGER Telefonia <telefonia@seger.es.gov.br>
To: joao@sedu.es.gov.br
Subject: =?utf-8?b?UkVTOiBjb250YSDigJMgZmFsdGFtIGluZm9ybWHDp8O1ZXMgWzIwMjYt?=
 =?utf-8?b?MDAwMTIzXQ==?=
Date: Mon, 01 Jun 2026 09:30:00 -0300
Message-ID: OWN
In-Reply-To: <b@sedu>
References: <a@sedu>
 <b@sedu>
Auto-Submitted: auto-replied
X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply
X-Triage-Loop: OWN
MIME-Version: 1.0
Content-Type: multipart/alternative;
 boundary="MARK"

--MARK
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Ol=C3=A1, Jo=C3=A3o.

Falta o CNPJ.

--MARK
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<p>Ol=C3=A1, Jo=C3=A3o.</p><p>Falta o CNPJ.</p>

--MARK--
"""
NASTY = [
    "a\nBcc: x@evil",
    "a\r\nBcc: x@evil",
    "a\rBcc: x@evil",
    "a\0b",
    "a\x0bb\x0cBcc: c",
    "a\u2028Bcc: x\x85Bcc: y",
    "\u202egnp.exe\u200b",
    "=?utf-8?q?a=0ABcc:=20x?=",
    "x" * 5000,
    "\ud800",
    "ç" * 5000,
    "",
    "   ",
    '"quoted\\" <x@y>',
]


def built(reply: Reply = REPLY, **changes: object) -> bytes:
    return compose(reply, **({"sender": SENDER, "message_id": OWN, "date": DATE} | changes))


def read(raw: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    assert [defect for part in parsed.walk() for defect in part.defects] == []
    return parsed


def content(part: EmailMessage | None) -> str:
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def names(raw: bytes) -> list[str]:
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii")
    return [line.partition(":")[0] for line in head.split("\r\n") if not line.startswith(" ")]


def with_subject(text: str) -> dict[str, object]:
    return {"reply": Reply(REPLY.to, text, REPLY.text, REPLY.html)}


def test_a_reply_looks_exactly_like_this() -> None:
    raw = built(in_reply_to="<b@sedu>", references=["<a@sedu>", "<b@sedu>"])
    mark = re.search(rb'boundary="([^"]+)"', raw)
    assert mark
    expected = GOLDEN.replace("OWN", OWN).replace("MARK", mark[1].decode()).replace("\n", "\r\n")
    assert raw.decode("ascii") == expected


def test_any_mail_reader_sees_the_two_alternatives_and_the_subject() -> None:
    parsed = read(built(in_reply_to="<b@sedu>"))
    assert parsed["Subject"] == REPLY.subject
    assert parsed["From"].addresses[0].addr_spec == "telefonia@seger.es.gov.br"
    assert [address.addr_spec for address in parsed["To"].addresses] == [REPLY.to]
    assert parsed["Date"].datetime == DATE
    assert content(parsed.get_body(("plain",))) == REPLY.text
    assert content(parsed.get_body(("html",))) == f"{REPLY.html}\n"


def test_identical_inputs_give_identical_bytes() -> None:
    files = [Enclosure("a.csv", "text/csv", b"a;b")]
    assert len({built(enclosures=files, references=["<a@b>"]) for _ in range(5)}) == 1


def test_a_reply_has_one_recipient_and_asks_for_no_receipt() -> None:
    present = names(built(in_reply_to="<a@b>"))
    assert present == HEADERS


def test_what_nobody_asked_for_is_generated_and_not_replied() -> None:
    assert read(built(origin=Origin.GENERATED))["Auto-Submitted"] == "auto-generated"


def test_references_are_capped_at_20_keeping_the_first_and_the_last() -> None:
    ids = [f"<{number}@x>" for number in range(50)]
    assert read(built(in_reply_to="<49@x>", references=ids))["References"].split() == [ids[0], *ids[31:]]


def test_what_is_no_message_id_is_dropped_from_the_thread() -> None:
    raw = built(
        in_reply_to="<a\r\nBcc: x@evil>",
        references=["<ok@x>", "", "free text", "<a b@c>", "<ç@x>", f"<{'x' * 2000}@y>"],
    )
    parsed = read(raw)
    assert parsed["In-Reply-To"] is None
    assert parsed["References"] == "<ok@x>"


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize(
    "place",
    [
        with_subject,
        lambda text: {"in_reply_to": text},
        lambda text: {"in_reply_to": f"<{text}>"},
        lambda text: {"references": [text, f"<{text}@x>"]},
        lambda text: {"enclosures": [Enclosure(text, "text/plain", b"x")]},
        lambda text: {"extra_headers": [("X-Case", text)]},
    ],
    ids=["subject", "in-reply-to", "bracketed in-reply-to", "references", "filename", "extra header"],
)
def test_nothing_copied_from_outside_becomes_a_header(text: str, place: Callable[[str], dict[str, object]]) -> None:
    raw = built(**place(text))
    assert set(names(raw)) <= {*HEADERS, "X-Case"}
    assert len(names(raw)) == len(set(names(raw)))
    assert unsafe_bytes(raw) == ""
    assert "Bcc" not in {name for part in read(raw).walk() for name in part}


@given(st.text(), st.text(), st.text())
def test_no_text_at_all_breaks_the_bytes(subject: str, text: str, html: str) -> None:
    raw = built(Reply(REPLY.to, subject, text, html))
    assert unsafe_bytes(raw) == ""
    assert names(raw) == [name for name in HEADERS if name not in {"In-Reply-To", "References"}] + (
        [] if html else ["Content-Transfer-Encoding"]
    )


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=120))
def test_visible_text_arrives_as_it_was_written(text: str) -> None:
    assert content(read(built(Reply(REPLY.to, "x", f"a {text}\nfim", "")))) == f"a {text}\nfim\n"


@pytest.mark.parametrize(
    "subject",
    [
        "2.2 Prorrogação de Fatura – " + "palavra ção " * 12,
        "a" * 190,
        "Re: " + "word " * 38,
        "=?utf-8?q?x?=",
        "a  b",
        "€" * 150,
    ],
)
def test_a_subject_reads_as_it_was_given_and_its_lines_are_short(subject: str) -> None:
    raw = built(**with_subject(subject))
    assert read(raw)["Subject"] == subject.strip()
    field = raw[raw.index(b"Subject:") : raw.index(b"\r\nDate:")].decode()
    assert all(len(line) <= 78 for line in field.split("\r\n") if " " in line.removeprefix("Subject: ").strip())


def test_smuggling_in_the_body_arrives_as_one_message() -> None:
    text = "citado:\n.\nMAIL FROM:<evil@x>\n\r.\r\nDATA\n..\n.fim"
    raw = built(Reply(REPLY.to, "x", text, ""))
    with SmtpServer() as server:
        relay = Relay(server.endpoint())
        assert isinstance(relay.send("", REPLY.to, raw), Sent)
        relay.close()
        assert [accepted.raw for accepted in server.accepted] == [raw]
    assert "MAIL FROM:<evil@x>" in read(raw).get_content().splitlines()


def test_enclosures_and_inline_images_come_out_as_they_went_in() -> None:
    image, table = bytes(range(256)) * 9, b"caso;estado\r\n" * 100
    raw = built(
        enclosures=[
            Enclosure("gráfico.png", "image/png", image, content_id="grafico@digest"),
            Enclosure("relatório de maio.csv", "text/csv", table),
        ]
    )
    parsed = read(raw)
    assert parsed.get_content_type() == "multipart/mixed"
    (attached,) = parsed.iter_attachments()
    assert attached.get_filename() == "relatório de maio.csv"
    assert attached.get_payload(decode=True) == table
    (shown,) = [part for part in parsed.walk() if part.get_content_type() == "image/png"]
    assert (shown["Content-ID"], shown.get_payload(decode=True)) == ("<grafico@digest>", image)
    assert shown.get_content_disposition() == "inline"


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "joao",
        "a@b, c@d",
        "a@b\r\nBcc: c@d",
        "alice@example.org)bob@evil.org",
        "joão@x.br",
        "ops@a <evil@b>, x@y",
        "Equipe:;",
    ],
)
def test_a_recipient_that_is_not_one_mailbox_is_refused(recipient: str) -> None:
    with pytest.raises(ValueError):
        built(Reply(recipient, "x", "x", ""))


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        ("telefonia@seger.es.gov.br", "telefonia@seger.es.gov.br"),
        ("SEGER, Telefonia <t@seger.es.gov.br>", None),
        ('"SEGER, Telefonia" <t@seger.es.gov.br>', '"SEGER, Telefonia" <t@seger.es.gov.br>'),
        ("Gestão <t@seger.es.gov.br>", "Gestão <t@seger.es.gov.br>"),
    ],
)
def test_the_sender_is_shown_as_configured_or_refused(sender: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(ValueError):
            built(sender=sender)
    else:
        assert str(read(built(sender=sender))["From"]) == expected


@pytest.mark.parametrize(
    "malformed",
    [
        {"message_id": "<a@b>"},
        {"extra_headers": [("X: y\r\nBcc", "z")]},
        {"enclosures": [Enclosure("a.png", "image/png", b"", content_id="a>\r\nBcc: x")]},
        {"enclosures": [Enclosure("a.png", "image/png\r\nBcc: x", b"")]},
    ],
)
def test_words_of_our_own_that_would_break_the_headers_are_refused(malformed: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not"):
        built(**malformed)


def test_the_message_id_is_the_same_each_time_and_different_for_everything_else() -> None:
    one = (KEY, "INBOX/7/12", "correct", "seger.es.gov.br", "2026-000123")
    others = [
        (b"outra", *one[1:]),
        (KEY, "INBOX/7/13", *one[2:]),
        (KEY, "INBOX/7/12", "redirect", *one[3:]),
        (KEY, "INBOX/7/1", "2correct", *one[3:]),
        (*one[:4], "2026-000124"),
        (*one[:4], None),
    ]
    assert message_id(*one) == OWN == message_id(*one)
    assert len({OWN, *(message_id(*other) for other in others)}) == 1 + len(others)


def test_the_message_id_tells_the_case_and_hides_a_128_bit_token() -> None:
    found = OWN_ID.fullmatch(OWN)
    assert found
    assert (found["case"], found["domain"], len(found["token"])) == ("2026-000123", "seger.es.gov.br", 32)
    without = OWN_ID.fullmatch(message_id(KEY, "digest/2026-06-01", "digest", "SEGER.es.gov.br"))
    assert without
    assert without["case"] is None


@pytest.mark.parametrize(("domain", "case"), [("a b", None), ("", None), ("x.br", "12"), ("x.br", "2026-000001>\r\n")])
def test_a_message_id_is_never_made_of_something_odd(domain: str, case: str | None) -> None:
    with pytest.raises(ValueError):
        message_id(KEY, "k", "correct", domain, case)


def test_the_return_path_names_the_message_in_our_own_mailbox() -> None:
    found = OWN_ID.fullmatch(OWN)
    assert found
    assert return_path(SENDER, OWN) == f"telefonia+bounce-{found['token']}@seger.es.gov.br"
    with pytest.raises(ValueError):
        return_path(SENDER, "<a@b>")


def test_a_reply_is_built_in_well_under_a_millisecond() -> None:
    times = []
    for _ in range(200):
        started = time.perf_counter()
        built(in_reply_to="<a@b>", references=["<a@b>"] * 20)
        times.append(time.perf_counter() - started)
    assert sorted(times)[100] < 0.001


def test_a_date_is_given_with_its_zone() -> None:
    assert read(built(date=datetime(2026, 6, 1, tzinfo=UTC)))["Date"] == "Mon, 01 Jun 2026 00:00:00 +0000"
