"""Plain helpers on Portuguese text. Every pattern here and elsewhere in the core is linear in its input."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from operator import add, itemgetter

from triage.core.kept import kept

# No text is longer when patterns are run over it (RELIABILITY, D11): the head, and the tail for the signature.
LONGEST = 20_000
_TAIL = 5_000


Word = tuple[int, int, str]
Stretch = tuple[int, int, int]  # where it begins, where its last number begins, where it ends
_WORD = re.compile(r"[^\W_]+")
# Cells of a table that hold long decimals, as spreadsheets compute them: nobody's phone, date, amount or account.
# They begin with what all have in common, so that the search goes from one "0." to the next.
_COMPUTED = re.compile(r"0\.(?:(?<=\| 0\.)|(?<=\d\n0\.))[0-9]{15,40}(?:(?: \| |\n)0\.[0-9]{15,40})*(?= \||\n|$)")


@dataclass(frozen=True)  # without slots: what many readers ask of a text is worked out once and kept
class Document:
    """A named text that counts as the author's own: "subject", "body", "forwarded", or "form:<file name>"."""

    name: str
    text: str

    @kept
    def folded(self) -> str:
        """The text in lower case without accents, of the same length."""
        return fold(self.text)

    @kept
    def computed(self) -> tuple[Stretch, ...]:
        """The stretches of a form in which nothing stands but computed decimals, each from cell to cell."""
        return tuple(_computed(self.text)) if self.name.startswith("form:") else ()

    @kept
    def told(self) -> str:
        """The folded text, each stretch of computed decimals cut down to a zero: for what may stand in it at all."""
        return "".join(_without(self.folded, self.computed)) if self.computed else self.folded

    @kept
    def words(self) -> tuple[Word, ...]:
        """Every run of letters and digits: start, end, folded. Of computed decimals the first and the last one."""
        folded = "".join(_blanked(self.folded, self.computed)) if self.computed else self.folded
        return tuple(_words_of_octets(folded) if folded.isascii() else _words_of(folded))

    @kept
    def numbered(self) -> tuple[int, ...]:
        """The places, among the words, of those that are not of letters alone."""
        return tuple([place for place, (_, _, word) in enumerate(self.words) if not word.isalpha()])

    @kept
    def vocabulary(self) -> frozenset[str]:
        """The different words, numbers left out: what may stand in the text at all is told by these much faster."""
        words = self.words
        numbers = filter(str.isdigit, [words[place][2] for place in self.numbered])
        return frozenset(map(itemgetter(2), words)).difference(numbers)

    @kept
    def numbers(self) -> tuple[int, ...]:
        """Where each run of digits begins that no letter or digit precedes; in a form, computed decimals left out."""
        words = self.words
        starts = [words[place][0] for place in self.numbered if words[place][2][0].isdigit()]
        left_out = {start for first, last, _ in self.computed for start in (first, last)}
        return tuple([start for start in starts if start not in left_out] if left_out else starts)


def _computed(text: str) -> Iterator[Stretch]:
    for found in _COMPUTED.finditer(text):
        start, end = found.span()
        yield start, text.rindex(".", start, end) + 1, end


def _without(text: str, stretches: tuple[Stretch, ...]) -> Iterator[str]:
    """The pieces of `text` with a zero for each stretch."""
    behind = 0
    for first, _, end in stretches:
        yield text[behind : first + 1]
        behind = end
    yield text[behind:]


def _blanked(text: str, stretches: tuple[Stretch, ...]) -> Iterator[str]:
    """The pieces of `text` with blanks between the first and the last number of each stretch."""
    behind = 0
    for first, last, _ in stretches:
        yield text[behind : first + 1]
        yield " " * (last - first - 1)
        behind = last
    yield text[behind:]


def _words_of(folded: str) -> Iterator[Word]:
    end = 0
    for word in _WORD.findall(folded):
        start = folded.index(word, end)  # nothing but signs stands between: asking each match takes twice as long
        end = start + len(word)
        yield start, end, word


_LETTERS = [chr(octet).isalnum() and octet < 128 for octet in range(256)]
_ONLY_WORDS = bytes(octet if letter else ord(" ") for octet, letter in enumerate(_LETTERS))
_ONLY_GAPS = bytes(ord(" ") if letter else ord(".") for letter in _LETTERS)


def _words_of_octets(folded: str) -> Iterable[Word]:
    """The same of an ASCII text in a third of the time: words and gaps are split off, their lengths tell the places."""
    octets = folded.encode()
    words = octets.translate(_ONLY_WORDS).decode().split()
    lengths = [*map(len, words)]
    gaps = map(len, octets.translate(_ONLY_GAPS).split())
    first = 0 if folded[:1].isalnum() else next(gaps, 0)
    starts = [*accumulate(map(add, lengths, gaps), initial=first)]
    return zip(starts, map(add, starts, lengths), words, strict=False)


class _Folding(dict[int, str]):
    """The folding of each character, worked out when first met."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if code < _KEPT_BELOW:
            self[code] = folded
        return folded


_KEPT_BELOW = 0x3000  # the scripts of correspondence; a hostile text cannot fill the memory with the rest


def _fold_character(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character)[0].lower()
    return plain if len(plain) == 1 else character


_FOLDING = _Folding()


# Correspondence is written in these: an octet a character, so that a table folds a text ten times faster.
_CHARSETS = ("latin-1", "cp1252")


def _octet_foldings(charset: str) -> bytes:
    """For each octet of a charset the folded one; NUL where it stands for nothing, or folds to nothing here."""
    written = bytes(range(256)).decode(charset, "replace")
    folded = (_fold_character(character).encode(charset, "ignore") for character in written)
    return b"".join(octet or b"\x00" for octet in folded)


_SHORT = 20
_OCTET_FOLDINGS = {charset: _octet_foldings(charset) for charset in _CHARSETS}


def fold(text: str) -> str:
    """Lower case without accents, of the same length as `text`, so that offsets hold."""
    if text.isascii():
        return text.lower()
    if len(text) > _SHORT:
        for charset, foldings in _OCTET_FOLDINGS.items():
            folded = _folded_octets(text, charset, foldings)
            if folded:
                return folded
    return text.translate(_FOLDING)


def _folded_octets(text: str, charset: str, foldings: bytes) -> str:
    """The folded text; "" where it has characters that the table does not tell."""
    try:
        octets = text.encode(charset).translate(foldings)
    except UnicodeEncodeError:
        return ""
    return "" if b"\x00" in octets else octets.decode(charset)


def clipped(text: str) -> str:
    """`text`, or its head and its tail where it is longer than any pattern shall see."""
    return text if len(text) <= LONGEST else text[: LONGEST - _TAIL] + text[-_TAIL:]


def clipped_at(text: str, position: int) -> int:
    """Where `position` of `text` stands in `clipped(text)`; the seam for what was left out."""
    lost = max(0, len(text) - LONGEST)
    seam = LONGEST - _TAIL
    return position if not lost or position <= seam else max(seam, position - lost)


def one_slip(seen: str, meant: str) -> bool:
    """Whether one keystroke (wrong, lost, added, or two swapped) turns `meant` into `seen`."""
    if abs(len(seen) - len(meant)) > 1:
        return False
    head = 0
    for one, other in zip(seen, meant, strict=False):
        if one != other:
            break
        head += 1
    s, m = seen[head:], meant[head:]
    return s[1:] == m[1:] or s == m[1:] or s[1:] == m or (s[:2] == m[1::-1] and s[2:] == m[2:])
