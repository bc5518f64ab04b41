"""What must be quarantined is, quickly, and with a reason (RELIABILITY D1, D2)."""

import contextlib
import time
from collections.abc import Callable

import pytest

from triage.mail.parse import Unreadable, parse

HEAD = b"From: a@x.br\nSubject: x\n"


def nested_multiparts(levels: int) -> bytes:
    """Multiparts one within the other."""
    opening = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(levels))
    return HEAD + opening + b"Content-Type: text/plain\n\nx\n"


def nested_messages(levels: int) -> bytes:
    """Messages one within the other."""
    return HEAD + b"Content-Type: message/rfc822\n\nFrom: b@x.br\n" * levels + b"\nx\n"


def folded_boundaries(levels: int) -> bytes:
    """Nesting whose boundaries the cheap scan does not recognise (RFC 2231)."""
    opening = b"".join(b"Content-Type: multipart/mixed; boundary*0=b%d\n\n--b%d\n" % (n, n) for n in range(levels))
    return HEAD + opening + b"\nx\n"


def many_parts(count: int) -> bytes:
    """Siblings."""
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * count + b"--b--\n"


BAITS: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "empty"),
    "blank": (lambda: b"\r\n \r\n", "empty"),
    "noise": (lambda: bytes(range(256)) * 10, "no-headers"),
    "a text that is no mail": (lambda: b"apenas um texto\n", "no-headers"),
    "large": (lambda: HEAD + b"\n" + b"x" * 25_000_001, "too-large"),
    "large header block": (lambda: b"X: " + b"y" * 60_000 + b"\n" + HEAD * 60_000, "header-block"),
    "many headers": (lambda: b"".join(b"X-%d: y\n" % n for n in range(1_001)) + HEAD + b"\nx", "too-many-headers"),
    "long header": (lambda: b"X: " + b"y" * 65_000 + b"\n" + HEAD + b"\nx", "header-too-long"),
    "long folded header": (lambda: b"X: y\n" + b" y\n" * 30_000 + HEAD + b"\nx", "header-too-long"),
    "many addresses": (lambda: HEAD + b"To: " + b"a@x.br, " * 201 + b"\n\nx", "too-many-addresses"),
    "many commas": (lambda: HEAD + b"To: " + b",a" * 20_000 + b"\n\nx", "too-many-addresses"),
    "many parts": (lambda: many_parts(501), "too-many-parts"),
    "very many parts": (lambda: many_parts(100_000), "too-many-parts"),
    "21 multiparts": (lambda: nested_multiparts(22), "nesting"),
    "100 multiparts": (lambda: nested_multiparts(100), "nesting"),
    "2,000 multiparts": (lambda: nested_multiparts(2_000), "nesting"),
    "10,000 multiparts": (lambda: nested_multiparts(10_000), "too-many-parts"),
    "100 messages": (lambda: nested_messages(100), "nesting"),
    "10,000 messages": (lambda: nested_messages(10_000), "too-many-parts"),
    "hidden boundaries": (lambda: folded_boundaries(60), "nesting"),
}


@pytest.mark.parametrize("bait", BAITS)
def test_what_would_cost_too_much_is_refused_with_its_reason(bait: str) -> None:
    """Each within two seconds."""
    make, reason = BAITS[bait]
    raw = make()
    begin = time.process_time()
    with pytest.raises(Unreadable) as caught:
        parse(raw)
    assert caught.value.reason_code == reason
    assert time.process_time() - begin < 2


COSTLY: dict[str, Callable[[], bytes]] = {
    "encoded words": lambda: HEAD + b"X-A: y\nTo: " + b"=?utf-8?q?a?= " * 4_000 + b"<a@x.br>\n\nx",
    "RFC 2231 pieces": lambda: (
        HEAD + b"Content-Type: text/plain" + b"".join(b";\n name*%d*=a" % n for n in range(3_500)) + b"\n\nx"
    ),
    "parentheses in From": lambda: b"From: " + b"(" * 30_000 + b" a@x.br\n\nx",
    "quotes in From": lambda: b"From: " + b'"' * 30_000 + b" <a@x.br>\n\nx",
    "spaces in From": lambda: b"From: a" + b" " * 60_000 + b"b\n\nx",
    "angles in From": lambda: b"From: " + b"<" * 60_000 + b"\n\nx",
    "quote marks": lambda: HEAD + b"\n" + b">" * 400_000,
    "header look-alikes": lambda: HEAD + b"\n" + b"De: x\n" * 80_000,
    "attribution look-alikes": lambda: HEAD + b"\n" + b"Em 10:21 x\n" * 40_000,
    "separators": lambda: HEAD + b"\n" + b"-----Mensagem original-----\n" * 17_000,
    "a long line": lambda: HEAD + b"\n" + b"Em 10:21 " + b"a " * 240_000,
    "closings": lambda: HEAD + b"\n" + b"att " * 120_000 + b"\n" + b"Att.\n" * 40_000,
    "forwards within forwards": lambda: (
        b"Subject: ENC: x\n\n" + b"---------- Forwarded message ----------\nx\n" * 9_000
    ),
    "boundary words": lambda: HEAD + b"\n" + b"boundary=" * 4_900,
    "broken base64": lambda: HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"=A" * 200_000,
}


@pytest.mark.parametrize("bait", COSTLY)
def test_hostile_but_small_input_is_read_quickly(bait: str) -> None:
    """Linear work only: none of these takes two seconds."""
    raw = COSTLY[bait]()
    begin = time.process_time()
    with contextlib.suppress(Unreadable):
        parse(raw)
    assert time.process_time() - begin < 2


def test_twenty_levels_are_still_read() -> None:
    """The cap stands where the rule says, not below."""
    assert parse(nested_multiparts(19)).body.own == "x"


def test_an_attached_message_over_the_caps_is_left_out_and_named() -> None:
    """A bounce that carries a mail to 300 people is still a readable bounce."""
    inner = b"From: b@x.br\nTo: " + b"c@x.br, " * 300 + b"\n\ny\n"
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\nContent-Type: message/rfc822\n\n" + inner
    message = parse(raw + b"\n--b--\n")
    assert message.body.own == "x"
    assert message.body.forwarded == ()
    assert "unreadable-attached" in message.defects
