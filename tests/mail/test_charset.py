"""Charset traps: no letter is lost, nothing invisible comes through (RELIABILITY D5–D7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.mail.charset import clean, codec_name, decode
from triage.mail.parse import parse

WORDS = "Solicitação de instalação: João"


def mail(content_type: str, body: bytes, encoding: str = "8bit") -> bytes:
    """A one-part message with these very octets."""
    head = f"From: a@x.br\nContent-Type: {content_type}\nContent-Transfer-Encoding: {encoding}\n\n"
    return head.encode("ascii") + body


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("utf-8", "utf-8"),
        ("iso-8859-1", "cp1252"),
        ("us-ascii", "cp1252"),
        ("us-ascii", "utf-8"),
        ("iso-8859-1", "utf-8"),
        ("utf-8", "cp1252"),
        ("X-UNKNOWN", "utf-8"),
        ("X-UNKNOWN", "cp1252"),
        ("", "utf-8"),
        ("garbage-9", "cp1252"),
        ("utf-16", "utf-16"),
        ("base64", "utf-8"),
        ("utf-7", "utf-8"),
        ("'windows-1252'", "cp1252"),
        ("a" * 500, "utf-8"),
    ],
)
def test_accents_survive_right_wrong_and_missing_labels(label: str, codec: str) -> None:
    """Declared, else UTF-8, else cp1252."""
    content_type = f'text/plain; charset="{label}"' if label else "text/plain"
    if codec == "utf-16":
        assert decode(WORDS.encode(codec), label) == WORDS
        return
    assert parse(mail(content_type, WORDS.encode(codec))).body.own == WORDS


def test_typographic_characters_of_windows_are_read_under_a_latin_1_label() -> None:
    """Octets 80–9F are quotes and dashes, not controls."""
    assert parse(mail("text/plain; charset=iso-8859-1", "“aspas” – €".encode("cp1252"))).body.own == "“aspas” – €"


def test_a_few_broken_octets_do_not_spoil_utf_8() -> None:
    """A truncated character costs itself only."""
    assert decode("ção ção ção".encode() + b"\xc3", "utf-8").startswith("ção ção ção")


def test_utf_7_stays_inert() -> None:
    """Its octets would decode to markup."""
    text = parse(mail("text/plain; charset=utf-7", b"+ADw-script+AD4-alert(1)")).body.own
    assert text == "+ADw-script+AD4-alert(1)"
    assert "<" not in parse(b"From: a@x.br\nSubject: =?utf-7?q?+ADw-script+AD4-?=\n\nx").subject


def test_a_meta_charset_counts_only_where_mime_names_none() -> None:
    """RFC 2854: the transport's label stands over the document's."""
    html = "<meta charset=utf-8><p>ção</p>".encode("cp1252")
    assert parse(mail("text/html; charset=iso-8859-1", html)).body.own == "ção"
    greek = '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-7"><p>αβγ</p>'.encode("iso-8859-7")
    assert parse(mail("text/html", greek)).body.own == "αβγ"


@pytest.mark.parametrize(
    "label", ["utf-7", "UTF7", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined", "hz"]
)
def test_refused_codecs_are_never_used(label: str) -> None:
    """Stateful and escape codecs turn harmless octets into something else."""
    assert codec_name(label) == "utf-8"


def test_unseen_characters_are_removed() -> None:
    """NUL, controls, bidi, zero-width, soft hyphens and surrogates; no-break spaces become spaces."""
    assert clean("R\u200bA\u00adM\u202eA\ufeffL\x00\x1b\x9f 1\xa02\r\n3\u20284\ud8005") == "RAMAL 1 2\n3\n4\ufffd5"
    assert clean("c\u0327a\u0303o") == "ção"


@given(st.text(alphabet=st.characters(min_codepoint=0, max_codepoint=0x10FFFF, categories=None)))
def test_clean_text_can_be_stored_and_cleaning_is_final(text: str) -> None:
    """Encodes as UTF-8, holds no control but newline and tab, and a second pass changes nothing."""
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert all(character in "\n\t" or character >= " " for character in cleaned)
    assert not any("\x7f" <= character <= "\x9f" for character in cleaned)
    assert clean(cleaned) == cleaned


@given(st.binary(), st.sampled_from(["", "utf-8", "latin-1", "cp1252", "utf-16", "big5", "iso-2022-jp", "x", "utf-7"]))
def test_decoding_never_raises(data: bytes, label: str) -> None:
    """Whatever the octets and the label."""
    assert isinstance(decode(data, label), str)
