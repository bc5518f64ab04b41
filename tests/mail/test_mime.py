"""The quick way through MIME gives what the standard library gives, part for part and defect for defect."""

import email
import random
from email.message import Message as Part

import pytest

from triage.mail.mime import message_from

LETTER = b"""From: Ana <ana@sedu.es.gov.br>
Subject: Pedido
 dobrado
Content-Type: multipart/mixed; boundary="o"

preamble
--o
Content-Type: multipart/alternative; boundary="oi"

--oi
Content-Type: text/plain; charset=utf-8

Ol\xc3\xa1

--oi
Content-Type: text/html

<p>Ol&aacute;</p>
--oi--

--o
Content-Type: application/pdf; name="a.pdf"
Content-Transfer-Encoding: base64

JVBERg==

--o--
epilogue
"""
CARRIED = b"""Subject: Enc
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: message/rfc822

Subject: x

y
--b--
"""
ODD = {
    "letter": LETTER,
    "carried": CARRIED,
    "no fields": b"\nbody\n",
    "no body": b"Subject: x\n",
    "no gap": b"Subject: x\nbody",
    "plain": b"Subject: x\nX-Empty:\nX-Folded:\n folded\n\nbody\n--b\n",
    "never closed": LETTER.replace(b"--o--\n", b""),
    "inner never closed": LETTER.replace(b"--oi--\n", b""),
    "never opened": LETTER.replace(b"--o\n", b""),
    "twice opened": LETTER.replace(b"--o\n", b"--o\n--o\n"),
    "closed at once": LETTER.replace(b"--o\n", b"--o--\n", 1),
    "blanks behind": LETTER.replace(b"--oi\n", b"--oi \t\n"),
    "no boundary": LETTER.replace(b'; boundary="o"', b""),
    "encoded container": LETTER.replace(b"Subject: Pedido", b"Content-Transfer-Encoding: base64"),
    "digest": LETTER.replace(b"multipart/mixed", b"multipart/digest"),
    "old line ends": LETTER.replace(b"\n", b"\r\n"),
    "unix from": LETTER.replace(b"Subject", b"From ana\nSubject"),
    "no name": LETTER.replace(b"Subject", b": x\nSubject"),
    "begins folded": b" " + LETTER,
    "report": LETTER.replace(b"application/pdf", b"message/delivery-status"),
}


def tree(part: Part) -> tuple[object, ...]:
    held = part._payload  # type: ignore[attr-defined]
    below = [tree(child) for child in held] if isinstance(held, list) else held
    defects = [type(defect).__name__ for defect in part.defects]
    return (list(part.raw_items()), part.preamble, part.epilogue, defects, part.get_unixfrom(), below)


@pytest.mark.parametrize("name", ODD)
def test_odd_structures_come_out_as_the_standard_library_has_them(name: str) -> None:
    assert tree(message_from(ODD[name])) == tree(email.message_from_bytes(ODD[name]))


def test_so_do_damaged_ones() -> None:
    dice = random.Random(7)
    pieces = (
        b"--o",
        b"--oi",
        b"--o--",
        b"--oi--",
        b"",
        b" ",
        b"From x",
        b"Content-Type: text/plain",
        b"--o x",
        b"--ox",
    )
    for _ in range(3_000):
        lines = LETTER.split(b"\n")
        for _ in range(dice.randint(1, 4)):
            at = dice.randrange(len(lines))
            lines[at : at + dice.randint(0, 2)] = [dice.choice(pieces)] * dice.randint(0, 2)
        damaged = b"\n".join(lines)
        assert tree(message_from(damaged)) == tree(email.message_from_bytes(damaged)), damaged


def test_a_message_in_order_takes_the_quick_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def unexpected(text: str) -> Part:
        raise AssertionError(text)

    monkeypatch.setattr(email, "message_from_string", unexpected)
    assert message_from(LETTER).is_multipart()
