"""Header fields under abuse: names never become addresses, letters are kept, doubts are named."""

import pytest

from triage.mail.parse import parse


def mail(*fields: str | bytes) -> bytes:
    """A message of these header fields and a line of text."""
    lines = [field.encode("utf-8") if isinstance(field, str) else field for field in fields]
    return b"\r\n".join([*lines, b"Message-ID: <1@x.br>", b"", b"texto"])


ORDINARY = [
    ("Ana Souza <ana@sedu.es.gov.br>", "Ana Souza", "ana@sedu.es.gov.br"),
    ('"Souza, Ana" <ANA@SEDU.es.gov.br>', "Souza, Ana", "ana@sedu.es.gov.br"),
    ("ana@sedu.es.gov.br", "", "ana@sedu.es.gov.br"),
    ("<ana@sedu.es.gov.br>", "", "ana@sedu.es.gov.br"),
    ("=?utf-8?q?Jo=C3=A3o_Concei=C3=A7=C3=A3o?= <j@x.br>", "João Conceição", "j@x.br"),
    ("=?iso-8859-1?B?Sm/jbw==?= <j@x.br>", "João", "j@x.br"),
    ('"=?utf-8?q?Jo=C3=A3o?=" <j@x.br>', "João", "j@x.br"),
    ("João <j@x.br>", "João", "j@x.br"),
]


@pytest.mark.parametrize(("value", "name", "addr"), ORDINARY)
def test_an_ordinary_author_is_read_without_doubt(value: str, name: str, addr: str) -> None:
    """The forms that mail programs write."""
    message = parse(mail(f"From: {value}"))
    assert (message.author.name, message.author.addr) == (name, addr)
    assert message.defects == ()


BAITS = [
    "ops@oi.net.br <evil@evil.org>",
    '"ops@oi.net.br" <evil@evil.org>',
    "=?utf-8?q?ops=40oi.net.br?= <evil@evil.org>",
    "=?utf-8?q?ops=40oi.net.br_=3Cops=40oi.net.br=3E?= <evil@evil.org>",
    "=?utf-8?b?b3BzQG9pLm5ldC5icg==?= <evil@evil.org>",
    '"=?utf-8?q?ops=40oi.net.br=22_=3Cops=40oi.net.br=3E=2C?=" <evil@evil.org>',
    "ops@oi.net.br (comment) <evil@evil.org>",
    "<evil@evil.org> (ops@oi.net.br)",
    "evil@evil.org (ops@oi.net.br)",
    "Oi =?utf-8?q?=0D=0AFrom=3A_ops=40oi.net.br?= <evil@evil.org>",
    "=?utf-8?q?ops=40oi.net.br=00?= <evil@evil.org>",
    "ops@oi.net.br\u200b <evil@evil.org>",
]


@pytest.mark.parametrize("value", BAITS)
def test_a_display_name_never_becomes_the_address(value: str) -> None:
    """RELIABILITY D8: only the raw addr-spec counts."""
    message = parse(mail(f"From: {value}"))
    assert {address.addr for address in message.from_} <= {"evil@evil.org"}


@pytest.mark.parametrize(
    "value",
    [
        "Name ,_<a@b.br>",
        "alice@example.org)bob@evil.org",
        "ops@oi.net.br, evil@evil.org",
        "<ops@oi.net.br><evil@evil.org>",
        "ops@oi.net.br <evil@evil.org>",
        "undisclosed-recipients:;",
        "a@b@c.br",
        "<<ops@oi.net.br>>",
        "x" * 5_000 + " <a@b.br>",
    ],
)
def test_an_author_that_parsers_read_differently_is_doubtful(value: str) -> None:
    """RELIABILITY E5: trust ends where three parsers disagree."""
    assert {"from-disagreement", "several-authors"} & set(parse(mail(f"From: {value}")).defects)


def test_every_from_field_is_kept_and_named() -> None:
    """Duplicate From fields raise no defect in the stdlib."""
    message = parse(mail("From: a@oi.net.br", "From: b@evil.org"))
    assert [address.addr for address in message.from_] == ["a@oi.net.br", "b@evil.org"]
    assert "duplicate-from" in message.defects


def test_no_author_is_named_too() -> None:
    """A missing From is a defect, not an error."""
    message = parse(mail("Subject: x"))
    assert message.author.addr == ""
    assert "no-from" in message.defects


@pytest.mark.parametrize(
    "addr", ["ops@oi\u200b.net.br", "ops@\uff4fi.net.br", "ops@o\u0131.net.br", "op\u212a@oi.net.br"]
)
def test_a_look_alike_never_turns_into_the_real_address(addr: str) -> None:
    """Cleaning and lower-casing must not repair a deceptive address."""
    message = parse(mail(f"From: Oi <{addr}>"))
    assert message.author.addr not in {"ops@oi.net.br", "opk@oi.net.br"}
    assert {"non-ascii-from", "from-disagreement"} & set(message.defects)


SUBJECTS = [
    (b"Subject: Instala\xe7\xe3o de ramal", "Instalação de ramal"),
    ("Subject: Instalação de ramal".encode(), "Instalação de ramal"),
    (b"Subject: =?utf-8?q?Instala=C3?= =?utf-8?q?=A7=C3=A3o?= de ramal", "Instalação de ramal"),
    (b"Subject: =?utf-8?b?SW5zdGFsYcOn?=\r\n =?utf-8?b?w6Nv?= de ramal", "Instalação de ramal"),
    (b"Subject: =?iso-8859-1?q?Instala=E7=E3o_de_ramal?=", "Instalação de ramal"),
    (b"Subject: =?utf-8*pt-BR?q?Instala=C3=A7=C3=A3o?= de ramal", "Instalação de ramal"),
    (b"Subject: =?utf-8?q?Instala=E7=E3o_de_ramal?=", "Instalação de ramal"),
    (b"Subject: Instala=?utf-8?q?=C3=A7=C3=A3o?= de ramal", "Instalação de ramal"),
    (b"Subject: a =?utf-8?b?!!!?= b", None),
    (b"Subject: =?utf-8?q?a=0ABcc:=20x?=", "a Bcc: x"),
    (b"Subject: RA\x00M\xe2\x80\x8bAL\x1b[31m", "RAMAL[31m"),
    (b"Subject:", ""),
    (b"Subject: =?x?q?" + b"=?x?q?" * 2_000, None),
]


@pytest.mark.parametrize(("field", "subject"), SUBJECTS)
def test_subjects_keep_their_letters_and_lose_their_traps(field: bytes, subject: str | None) -> None:
    """RFC 2047 as written, as abused, and raw octets (mail-parser drops those)."""
    found = parse(mail("From: a@x.br", field)).subject
    assert "\n" not in found
    if subject is not None:
        assert found == subject


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        ("Mon, 3 Aug 2026 10:21:00 -0300", "2026-08-03T13:21:00+00:00"),
        ("seg., 3 ago. 2026 10:21:00 -0300", "2026-08-03T13:21:00+00:00"),
        ("segunda-feira, 3 de agosto de 2026 10:21:00 -0300", "2026-08-03T13:21:00+00:00"),
        ("3 Aug 2026 10:21 -0300", "2026-08-03T13:21:00+00:00"),
        ("amanhã", ""),
        ("Mon, 99 Aug 2026 10:21:00 -0300", ""),
        ("Mon, 3 Aug 99999 10:21:00 -0300", ""),
        ("x" * 10_000, ""),
        ("", ""),
    ],
)
def test_a_date_is_a_hint_and_never_an_error(value: str, iso: str) -> None:
    """RELIABILITY D15."""
    assert parse(mail("From: a@x.br", f"Date: {value}")).date == iso


def test_return_path_tells_null_from_absent() -> None:
    """RELIABILITY A2: a missing field proves nothing, the null path proves a machine."""
    assert parse(mail("From: a@x.br")).return_path is None
    for null in ("<>", "< >", "<\r\n >"):
        assert parse(mail("From: a@x.br", f"Return-Path: {null}")).return_path == ""
    assert parse(mail("From: a@x.br", "Return-Path: <B@X.br>")).return_path == "b@x.br"


def test_authentication_results_stay_in_order_and_as_written() -> None:
    """Only the topmost of our own server counts; nothing may be repaired into its name."""
    ours, forged = "mx.es.gov.br;\r\n dmarc=pass", "mx\u200b.es.gov.br; dmarc=pass"
    message = parse(mail(f"Authentication-Results: {ours}", f"Authentication-Results: {forged}", "From: a@x.br"))
    assert message.authentication_results == ("mx.es.gov.br; dmarc=pass", "mx?.es.gov.br; dmarc=pass")


def test_authentication_results_hold_nothing_invisible() -> None:
    """Found by fuzzing: a control character within our server's name reached the database unseen (D6)."""
    message = parse(mail(b"Authentication-Results: mx.es\x01.gov.br\x1c; dmarc=pass\x7f\xff"))
    assert message.authentication_results == ("mx.es?.gov.br?; dmarc=pass??",)


def test_the_fields_that_rules_read_are_kept() -> None:
    """Lower-case names, every instance, of Received only the topmost."""
    message = parse(
        mail(
            "Received: from b by mx; today",
            "Received: from a by b; yesterday",
            "Auto-Submitted: no",
            "AUTO-SUBMITTED: auto-replied",
            "List-Id: <x.y>",
            "Precedence: Bulk",
            "X-Triage-Loop: abc",
            "X-Other: nothing",
            "From: a@x.br",
        )
    )
    assert message.header("auto-submitted") == ("no", "auto-replied")
    assert message.header("list-id") == ("<x.y>",)
    assert message.header("precedence") == ("Bulk",)
    assert message.header("x-triage-loop") == ("abc",)
    assert message.header("received") == ("from b by mx; today",)
    assert message.header("x-other") == ()


def test_identifiers_are_only_what_stands_in_angles() -> None:
    """No line end or command gets through (RELIABILITY B14)."""
    message = parse(
        mail("From: a@x.br", 'In-Reply-To: <0@x> "Ana" <b c>', "References: <1@x>\r\n\t<2@x> junk <3@x>STORE 1:*")
    )
    assert message.message_id == "<1@x.br>"
    assert message.in_reply_to == ("<0@x>",)
    assert message.references == ("<1@x>", "<2@x>", "<3@x>")


def test_groups_and_lists_of_recipients_are_read() -> None:
    """Group syntax, commas in names, several fields."""
    message = parse(
        mail("From: a@x.br", 'To: Equipe: b@x.br, "Silva, C" <c@x.br>;, d@x.br', "Cc: E <E@X.BR>,", "Cc: f@x.br")
    )
    assert [address.addr for address in message.to] == ["b@x.br", "c@x.br", "d@x.br"]
    assert [address.addr for address in message.cc] == ["e@x.br", "f@x.br"]
    assert "duplicate-cc" in message.defects
