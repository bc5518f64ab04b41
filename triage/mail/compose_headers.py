"""Header values for outgoing mail: one sanitizer for what comes from outside, and the encodings (RFC 2047, 5322)."""

import base64
import re
from collections.abc import Iterable
from email.utils import parseaddr
from urllib.parse import quote

LIMIT = 200  # characters of any value that someone else chose
FOLD_AT = 76
WORD_BYTES = 42  # of UTF-8 in one encoded word: 56 characters of base64, 68 with its frame, of the 75 allowed

BREAKS = re.compile("[\\t\\n\\v\\f\\r\\x85\\u2028\\u2029]")
# Unicode's Cc but tab, Cf and Cs, spelt out: asking for each character's category takes ten times as long.
UNSEEN = re.compile(
    "[\\x00-\\x08\\x0a-\\x1f\\x7f-\\x9f\\xad\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u180e\\u200b-\\u200f"
    "\\u2028-\\u202e\\u2060-\\u206f\\ud800-\\udfff\\ufeff\\ufff9-\\ufffb\\U000e0001-\\U000e007f]"
)
HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
UNQUOTABLE = re.compile(r"[^ !#-\[\]-~]")
PLAIN_NAME = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]*")


def clean(value: str, limit: int = LIMIT) -> str:
    """`value` as one visible line of at most `limit` characters; line ends and tabs become spaces."""
    return visible(BREAKS.sub(" ", value))[:limit].strip()


def visible(value: str) -> str:
    """`value` without controls (tab excepted), bidi marks, zero-width characters and lone surrogates."""
    return UNSEEN.sub("", value)


def encoded(value: str) -> str:
    """A clean value as it stands in a header: folded where it is plain ASCII, else in encoded words."""
    if not value.isascii() or "=?" in value:  # ASCII that only looks like an encoded word would be decoded by readers
        return "\r\n ".join(_encoded_words(value))
    return _folded(value.split(" "))


def header(name: str, value: str) -> tuple[str, str]:
    """A header of the caller's own. Raises ValueError where `name` is none."""
    if not HEADER_NAME.fullmatch(name):
        raise ValueError("not a header name")
    return name, encoded(clean(value))


def mailbox(text: str) -> str:
    """ "Name <address>" or a bare address, as it stands in From and To. Raises ValueError where there is no address."""
    name, address = parseaddr(text)
    if not ADDRESS.fullmatch(address) or text.count("@") > 1 + name.count("@"):
        raise ValueError("not one mailbox")
    name = clean(name)
    if not name:
        return address
    if not name.isascii() or "=?" in name:
        return f"{encoded(name)}\r\n <{address}>"
    quoted = name if PLAIN_NAME.fullmatch(name) else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{quoted} <{address}>"


def filename_parameters(filename: str) -> tuple[str, str]:
    """A file name as a quoted ASCII stand-in, and as the `filename` parameter: extended where it must be (RFC 2231)."""
    stem, dot, suffix = clean(filename).rpartition(".")
    name = f"{stem[:50]}{dot}{suffix[:10]}" if stem else f"{suffix[:50]}"
    plain = UNQUOTABLE.sub("_", name) or "anexo"
    if plain == name:
        return f'"{plain}"', f'filename="{plain}"'
    return f'"{plain}"', f"filename*=utf-8''{quote(name or plain, safe='')}"


def message_ids(values: Iterable[str]) -> list[str]:
    """The well-formed Message-IDs in `values`, in order."""
    return [found for value in values for found in MESSAGE_ID.findall(value)]


def folded_ids(ids: Iterable[str]) -> str:
    """Message-IDs, each on a line of its own."""
    return "\r\n ".join(ids)


def _encoded_words(value: str) -> Iterable[str]:
    word, size = "", 0
    for character in value:
        length = len(character.encode())
        if size + length > WORD_BYTES:
            yield _encoded_word(word)
            word, size = "", 0
        word, size = word + character, size + length
    yield _encoded_word(word)


def _encoded_word(text: str) -> str:
    return f"=?utf-8?b?{base64.b64encode(text.encode()).decode()}?="


def _folded(words: list[str]) -> str:
    lines = [words[0]]
    for word in words[1:]:
        # Only between two visible words: a line of blanks alone would end the headers for some readers.
        if word and lines[-1].strip() and len(lines[-1]) + len(word) >= FOLD_AT - 20 * (len(lines) == 1):
            lines.append(word)
        else:
            lines[-1] += " " + word
    return "\r\n ".join(lines)
