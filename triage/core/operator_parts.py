"""The operator's text told apart where it speaks of several requests or lines: a part for each, with what names it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from triage.core.bulletin import Bulletin
from triage.core.fields.gather import operator_phones
from triage.core.fields.phone_numbers import Sort
from triage.core.fields.phones import Phone, find_phones
from triage.core.message import Message
from triage.core.organ import once
from triage.core.protocol import find_protocol
from triage.core.text import Document, clipped, fold

MOST = 20  # parts of one message

OUR_NUMBER = re.compile(r"(?<![\d-])20\d{2}-\d{6}(?![\d-])")
# A sentence, a line, or "…, e a linha …" within one.
_SEAM = re.compile(
    r"(?<=[.;!?])[ \t]{1,8}(?=\S)|\n"
    r"|(?:,[ \t]{1,4}(?:e |já |mas |porém |enquanto )?|[ \t]{1,4}(?:e|já|mas|porém|enquanto) )"
    r"(?=(?:[ao]s? )?(?:linha|ramal|terminal|protocolo|chamado|caso|\(\d\d\))|[ao] [2-5]\d{3}-?\d{4})"
)
_NAMED_BY = re.compile(
    r"(?i)\b(?:protocolo|chamado|caso|pedido|ordem de serviço|os)\b[^\w\n]{0,4}(?:n\S{0,2} {0,2})?"
    r"\d[\w./-]{3,25}(?<![./-])"
)
_MORE_OF_IT = re.compile(
    r"\bnov[oa]s?\b|\bantig[oa]s?\b|\bduvidas?\b|\bcontato\b|\blig(?:ue|ar)\b|\bpass(?:ou|a) a ser\b|\bagora e\b"
)
_SAYS = re.compile(r"[a-z]{3,}")
_NAMES = frozenset(
    {"linha", "linhas", "ramal", "ramais", "terminal", "terminais", "protocolo", "caso", "numero", "chamado"}
    | {"ref", "referente", "item", "das", "dos", "para"}
)


@dataclass(frozen=True, slots=True)
class Part:
    """What the message says of one thing. `about`: our case numbers and protocols; `lines`: E.164, or the last eight
    digits where no area code is given."""

    text: str
    about: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """Everything that tells which request is meant."""
        return frozenset((*self.about, *self.lines))

    @property
    def said(self) -> str:
        """The text without the numbers that name the request: "Protocolo 123 - concluído" says that it is done."""
        rest = _NAMED_BY.sub(" ", self.text) if self.about else self.text
        return rest.strip(" \t-–:.,*•") or self.text

    def with_more(self, other: "Part") -> "Part":
        """Both as one."""
        about, lines = dict.fromkeys((*self.about, *other.about)), dict.fromkeys((*self.lines, *other.lines))
        return Part(f"{self.text}\n{other.text}", tuple(about), tuple(lines))


@dataclass(slots=True)
class _Parts:
    """The parts so far; `heading`: the last one began with a line such as "Concluídas:" and gathers what follows."""

    found: list[Part] = field(default_factory=list)
    heading: bool = False

    def add(self, piece: Part, *, paragraph: bool) -> None:
        last = self.found[-1] if self.found else None
        if not piece.names:
            self._add_nameless(piece, last, paragraph=paragraph)
        elif last is not None and not last.names and _is_preamble(last) and _says_much(piece):
            self.found[-1], self.heading = piece, False
        elif last is not None and self._belongs(piece, last):
            self.found[-1] = last.with_more(piece)
        else:
            self.found.append(piece)
            self.heading = False

    def _add_nameless(self, piece: Part, last: Part | None, *, paragraph: bool) -> None:
        if piece.text.rstrip().endswith(":"):
            self.found.append(piece)
            self.heading = True
        elif last is not None and last.names and (not paragraph or not _says_much(last)):
            self.found[-1] = last.with_more(piece)

    def _belongs(self, piece: Part, last: Part) -> bool:
        """Whether `piece` is about the same thing: it gives a protocol or the new number, or only a name more."""
        if not last.names or not _others(piece, last) or _MORE_OF_IT.search(fold(piece.text)):
            return True
        return not _says_much(piece if self.heading else last)


def parts_of(message: Message, bulletin: Bulletin) -> tuple[Part, ...]:
    """The parts of the newest text, at least two of them; none where it speaks of one thing, or of nothing by name."""
    text = clipped(message.body.above)
    known = once(operator_phones, bulletin)
    parts = _Parts()
    for piece, paragraph in _pieces(text, find_phones(Document("body", text), len(text), known)):
        parts.add(piece, paragraph=paragraph)
    named = tuple(part for part in parts.found if part.names)
    return named if 1 < len(named) <= MOST else ()


def local_lines(phones: tuple[Phone, ...]) -> tuple[str, ...]:
    """The fixed lines among `phones`, each once: E.164, or the last eight digits where no area code is given."""
    return tuple(dict.fromkeys(phone.mention.value for phone in phones if phone.sort is Sort.LANDLINE))


def _pieces(text: str, phones: tuple[Phone, ...]) -> Iterator[tuple[Part, bool]]:
    """Each piece of the text by itself, and whether a new paragraph begins with it."""
    start, paragraph = 0, True
    for end, after in (*((m.start(), m.end()) for m in _SEAM.finditer(text)), (len(text), len(text))):
        piece = text[start:end]
        if piece.strip():
            yield _part(piece, tuple(phone for phone in phones if start <= phone.mention.start < end)), paragraph
            paragraph = False
        else:
            paragraph = True
        start = after


def _part(text: str, phones: tuple[Phone, ...]) -> Part:
    ours = tuple(OUR_NUMBER.findall(text))
    protocol = find_protocol(Document("body", without_our_numbers(text)))
    return Part(text.strip(), (*ours, *((protocol.text,) if protocol else ())), local_lines(phones))


def without_our_numbers(text: str) -> str:
    """The text with what we call a case's number blanked out, so that nobody takes it for the operator's."""
    return _CASE_NUMBER.sub(lambda found: " " * len(found.group()), text)


_CASE_NUMBER = re.compile(r"\bcaso\b[^\w\n]{0,4}(?:n\S{0,2} {0,2})?20\d{2}-\d{6}(?![\d-])", re.IGNORECASE)


def _is_preamble(part: Part) -> bool:
    """Whether it announces a list rather than being the heading of a part of it ("Concluídas:")."""
    return len(part.text.split()) > _LONGEST_HEADING


_LONGEST_HEADING = 4


def _others(piece: Part, last: Part) -> bool:
    """Whether `piece` names things of a sort that `last` names too, and not the same ones."""
    return any(
        new and known and not set(new) <= set(known)
        for new, known in ((piece.about, last.about), (piece.lines, last.lines))
    )


def _says_much(part: Part) -> bool:
    """Whether it holds a word beyond the names of things."""
    return any(word not in _NAMES for word in _SAYS.findall(fold(part.text)))
