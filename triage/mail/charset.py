"""Bytes of uncertain charset to clean text (RELIABILITY D5–D7)."""

import codecs
import re
import unicodedata
from functools import lru_cache

_ALIASES = {
    "": "utf-8",
    "x-unknown": "utf-8",
    "unknown-8bit": "utf-8",
    "unknown": "utf-8",
    "default": "utf-8",
    "utf": "utf-8",
    "utf8mb4": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "ansi": "cp1252",
    "x-ansi": "cp1252",
    "windows-1252": "cp1252",
    "x-cp1252": "cp1252",
}
# Stateful or escape-driven codecs turn harmless bytes into markup or control characters.
_REFUSED = frozenset({"utf_7", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined", "hz"})

# NUL and other controls, soft hyphen, fillers, zero-width, bidi controls, variation selectors, tags, lone surrogates.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# The octets of Latin-1 that `clean` changes: controls, the no-break space, the soft hyphen.
_ODD_OCTETS = bytes(octet for octet in (*range(0xA1), 0xAD) if octet not in b"\t\n" and not 0x20 <= octet < 0x7F)
_SPACE = re.compile("[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_SPACES = re.compile(r"\s+")
_META = re.compile(rb"<meta[^>]{0,200}charset\s{0,5}=\s{0,5}[\"']?([\w.:-]{1,40})", re.IGNORECASE)


@lru_cache(maxsize=256)
def codec_name(label: str) -> str:
    """The codec that a charset label stands for; "utf-8" where the label is unknown or refused."""
    label = label.strip(" \t\"'").lower()
    if label in _ALIASES:
        return _ALIASES[label]
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return "utf-8"
    return "utf-8" if name.replace("-", "_") in _REFUSED else _ALIASES.get(name, name)


def decode(data: bytes, declared: str = "") -> str:
    """Text of `data`: by the declared charset, else UTF-8, else cp1252. Never raises, never drops a byte.

    Bytes that are UTF-8 beyond doubt are read as such whatever a single-byte label claims.
    """
    codec = codec_name(declared)
    utf8 = _strict(data, "utf-8")
    if utf8 is not None and (codec in ("utf-8", "cp1252") or codec.startswith("iso8859")):
        return utf8
    if codec != "utf-8":
        text = _strict(data, codec)
        if text is not None:
            return text
    return utf8 if utf8 is not None else _mixed(data)


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None


def _mixed(data: bytes) -> str:
    """Neither fits: UTF-8 with a few broken bytes keeps its letters, anything else is read as cp1252."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = sum(1 for character in text if character > "\x7f") - broken
    return text if sound > broken else data.decode("cp1252", "replace")


def decode_html(data: bytes, declared: str = "") -> str:
    """As `decode`; the document's own <meta charset> is asked only where MIME names no charset (RFC 2854)."""
    if not declared:
        meta = _META.search(data[:4096])
        declared = meta[1].decode("ascii", "replace") if meta else ""
    return decode(data, declared)


def from_wire(value: str) -> str:
    """A header value as the stdlib keeps it (8-bit octets as surrogates), its octets read as UTF-8 or cp1252."""
    if value.isascii():
        return value
    return decode(value.encode("utf-8", "surrogateescape")) if _SURROGATE.search(value) else value


def clean(text: str) -> str:
    """Text fit to store, show and match: LF line ends, NFC, nothing invisible, no control but newline and tab."""
    if _is_clean_latin(text):
        return text
    text = _LINE_END.sub("\n", text)
    text = _SURROGATE.sub("\ufffd", _UNSEEN.sub("", text))
    return unicodedata.normalize("NFC", _SPACE.sub(" ", text))


def _is_clean_latin(text: str) -> bool:
    """Whether a text of Latin-1 letters, which are composed, has nothing to be cleaned: told ten times faster."""
    try:
        octets = text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return len(octets.translate(None, _ODD_OCTETS)) == len(octets)


def are_clean_lines(text: str) -> bool:
    """Whether `clean_line` would do no more than strip each of the cells or lines that `text` was put together from."""
    return _is_clean_latin(text) and not ("  " in text or "\t" in text or "\n" in text)


def clean_line(text: str) -> str:
    """As `clean`, on one line."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return _SPACES.sub(" ", clean(text)).strip()


def has_unseen(text: str) -> bool:
    """Whether `text` holds characters that `clean` removes."""
    return _UNSEEN.search(text) is not None
