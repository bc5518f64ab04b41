"""The marks that mail programs leave where somebody else's words begin, in Portuguese and English.

Each finder looks at lines from an index on and says how many lines the mark takes, so that nothing backtracks.
"""

import re
from dataclasses import dataclass

from triage.core.text import fold

_SENT = ("enviado", "enviada em", "enviado em", "enviadas", "enviada", "sent", "data de envio")
_LABELS = {
    "de": "from",
    "from": "from",
    "remetente": "from",
    **dict.fromkeys(_SENT, "sent"),
    "data": "date",
    "date": "date",
    "data/hora": "date",
    "para": "to",
    "to": "to",
    "destinatario": "to",
    "destinatarios": "to",
    "cc": "cc",
    "cco": "cc",
    "bcc": "cc",
    "c/c": "cc",
    "copia": "cc",
    "assunto": "subject",
    "subject": "subject",
    "responder a": "reply",
    "responder para": "reply",
    "reply-to": "reply",
    "prioridade": "other",
    "importancia": "other",
    "importance": "other",
    "anexo": "other",
    "anexos": "other",
    "attachments": "other",
    "encaminhado por": "other",
    "message-id": "other",
    "organizacao": "other",
}
_LABEL = re.compile(
    r"[\s>|*_]{0,12}([A-Za-zÀ-ÿ/-]{2,16}(?: [A-Za-zÀ-ÿ]{1,5})?)[*_]{0,2} {0,2}:[*_]{0,2}(?:\s{1,20}|$)(.*)"
)
_QUOTE_PREFIX = re.compile(r"[\s>]{0,40}")
_RULE = re.compile(r"\s{0,8}(?:_{12,200}|-{12,200}|\*{12,200}|={12,200})\s{0,8}$")
_SEPARATOR = re.compile(
    r"[\s>*_-]{0,20}-{2,60} {0,3}(?:mensagem original|original message|mensaje original|mensagem anterior)"
    r" {0,3}(?:-{2,60})?[\s*_]{0,8}$"
)
_FORWARD = re.compile(
    r"[\s>*_]{0,12}(?:-{2,60} {0,3}(?:mensagem (?:encaminhada|reenviada|repassada)|(?:forwarded|fwd) message"
    r"|forwarded by|encaminhado por|encaminhada por|mensaje reenviado)\b.{0,200}"
    r"|inicio da mensagem (?:encaminhada|reenviada) {0,3}:|begin forwarded message {0,3}:"
    r"|-{2,60} {0,3}(?:fim da|end of) .{0,60})[\s*_]{0,8}$"
)
_WROTE = re.compile(
    r"(?:escreveu|wrote|escreveram|escribio|a ecrit)(?: em .{6,40}| no dia .{6,40})? {0,3}:\s{0,5}-{0,8}\s{0,5}$"
)
_RULE_CHARACTERS = frozenset("_-*=")
_SPELLED_FORWARDS = frozenset({"início", "inicio", "begin "})
_ATTRIBUTION_START = re.compile(
    r"[\s>*_-]{0,12}(?:em|no dia|on|dia|as|às|a|el|le|citando|quoting)\s|[\s>*_]{0,12}\d{4}-\d\d-\d\d ",
    re.IGNORECASE,
)
_SHORT_ATTRIBUTION = re.compile(
    r"[\s>*_-]{0,12}(?:(?:citando|quoting) .{2,200}"
    r"|\d{4}-\d\d-\d\d \d\d?:\d\d.{0,200}[<(][^<>\s]{1,100}@[^<>\s]{1,200}[>)]) {0,3}:\s{0,5}$"
)
_CLOCK = re.compile(r"\b\d{1,2}(?::|h)\d\d\b|\d{1,2}/\d{1,2}/\d{2,4}|\b(?:19|20)\d\d\b")
_LOTUS_DATE = re.compile(r"\s{0,8}\d\d/\d\d/\d{2,4} \d\d:\d\d(?::\d\d)?(?: [AP]M)?(?:\s{2,80}\S.{0,200})?$")
_MAX_ATTRIBUTION_LINES = 4
_MAX_BLOCK_LINES = 16


@dataclass(frozen=True, slots=True)
class InnerHeader:
    """The header block of a quoted or forwarded message: fields by role, and the line behind it."""

    fields: dict[str, str]
    end: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Where another message begins: lines `start` to `end`, said to be a forward or not, header block where given."""

    start: int
    end: int
    forward: bool
    header: InnerHeader | None = None
    attribution: bool = False


def find_mark(lines: list[str], begin: int) -> Mark | None:
    """The first mark at or below line `begin`."""
    for index in range(begin, len(lines)):
        mark = mark_at(lines, index)
        if mark is not None:
            return mark
    return None


def mark_at(lines: list[str], index: int) -> Mark | None:
    """The mark that line `index` opens, if any."""
    line = lines[index]
    bare = line.lstrip()
    if bare[:1] in _RULE_CHARACTERS and _RULE.match(line):
        return _ruled(lines, index)
    opening = bare.lstrip(" \t>*_|")
    if len(opening) < 3:
        return None
    if opening[0] == "-" or opening[:6].lower() in _SPELLED_FORWARDS:
        found = _separator(lines, index, folded(line))
        if found is not None:
            return found
    if ":" in line[:32]:
        header = header_block(lines, index)
        if header is not None:
            return Mark(index, header.end, forward=False, header=header)
    end = _attribution(lines, index)
    if end:
        return Mark(index, end, forward=False, attribution=True)
    return _lotus_block(lines, index) if opening[0] in "0123" and _LOTUS_DATE.match(line) else None


def folded(line: str) -> str:
    """The beginning of a line in lower case without accents, of the same length."""
    line = line[:400]
    return line.lower() if line.isascii() else fold(line)


def _separator(lines: list[str], index: int, folded: str) -> Mark | None:
    forward = _FORWARD.match(folded) is not None
    if not forward and not _SEPARATOR.match(folded):
        return None
    below = _skip_blank(lines, index + 1)
    header = header_block(lines, below, trusted=True) if below < len(lines) else None
    return Mark(index, header.end if header else index + 1, forward=forward, header=header)


def _ruled(lines: list[str], index: int) -> Mark | None:
    """A horizontal line that stands right above a header block, or right above another mark."""
    below = _skip_blank(lines, index + 1)
    header = header_block(lines, below) if below < len(lines) else None
    return Mark(index, header.end, forward=False, header=header) if header else None


def _lotus_block(lines: list[str], index: int) -> Mark | None:
    """Notes: the sender's name, the date, then To, cc and Subject as bare labels."""
    end, labels = index + 1, set[str]()
    first = lines[index].split(None, 2)
    rest = first[2].split(None, 1)[0] if len(first) > 2 else ""
    labels.add(_LABELS.get(fold(rest), ""))
    for position in range(index + 1, min(index + 12, len(lines))):
        words = lines[position].split(None, 1)
        role = _LABELS.get(fold(words[0].rstrip(":")), "") if words else ""
        if role:
            labels.add(role)
            end = position + 1
    if not {"to", "subject"} <= labels:
        return None
    start = index - 1 if index and lines[index - 1].strip() else index
    return Mark(start, end, forward=False)


def _skip_blank(lines: list[str], index: int) -> int:
    while index < len(lines) and not lines[index].strip("> \t"):
        index += 1
    return index


def header_block(lines: list[str], index: int, *, trusted: bool = False) -> InnerHeader | None:
    """The block "De:/Enviada em:/Para:/Assunto:" that opens at line `index`, in any order of its lines.

    A memo's own "De:/Para:/Assunto:" is none: without a separator above (`trusted`) the block must say when it was
    sent in a mail program's words, or hold an address.
    """
    first = _label_of(lines[index])
    if first is None or first[0] in ("other", "reply", "cc"):
        return None
    fields, end = _collect_block(lines, index)
    if "from" not in fields or len(fields) < (2 if trusted else 3):
        return None
    if not trusted and not ({"sent", "date"} & fields.keys() or {"to", "subject"} <= fields.keys()):
        return None
    proven = trusted or "sent" in fields or any("@" in value for value in fields.values())
    return InnerHeader(fields, end) if proven else None


def _collect_block(lines: list[str], index: int) -> tuple[dict[str, str], int]:
    """Fields by role and the line behind the block; a value may wrap onto unlabelled lines between two labels."""
    fields: dict[str, str] = {}
    role, end, unlabelled = "", index, 0
    for position in range(index, min(index + _MAX_BLOCK_LINES, len(lines))):
        found = _label_of(lines[position])
        if found is not None and (found[0] not in fields or found[0] in ("other", "cc")):
            role, value = found
            fields[role] = value
            end, unlabelled = position + 1, 0
            continue
        text = lines[position].strip("> \t*")
        if found is not None or (not text and "subject" in fields and len(fields) > 2):
            break
        unlabelled += bool(text)
        if unlabelled > 3:
            break
        wrapped = _wraps(lines, position)
        if text and wrapped:
            fields[role] = f"{fields[role]} {text}".strip()
            end = position + 1
    return fields, end


def _wraps(lines: list[str], position: int) -> bool:
    """Whether an unlabelled line is a wrapped value: another label follows within the next few lines."""
    for line in lines[position + 1 : position + 4]:
        if not line.strip("> \t"):
            return False
        if _label_of(line) is not None:
            return True
    return False


def _label_of(line: str) -> tuple[str, str] | None:
    if ":" not in line[:32]:
        return None
    match = _LABEL.match(line[:2_000])
    if match is None:
        return None
    role = _LABELS.get(fold(match[1]))
    return (role, match[2].strip(" *\t")) if role else None


def _attribution(lines: list[str], index: int) -> int:
    """The line behind "Em … escreveu:" (which may wrap over a few lines), 0 where there is none."""
    line = lines[index]
    ends = line.rstrip(" \t-*_").endswith(":")
    if ends and _names_writer(folded(line)):
        return index + 1
    if _ATTRIBUTION_START.match(line):
        found = _wrapped_attribution(lines, index)
        if found:
            return found
    wrapped = index + 1 < len(lines) and lines[index + 1].rstrip().endswith(":")
    if (ends or wrapped) and ("@" in line or _CLOCK.search(line[:200])):
        return _foreign_attribution(lines, index)
    return 0


def _foreign_attribution(lines: list[str], index: int) -> int:
    """In whatever language: a dated or addressed line that ends in a colon right above ">" lines; may wrap once."""
    for end in (index + 1, index + 2):
        if lines[end - 1 : end] and lines[end - 1].rstrip().endswith(":"):
            return end if _quote_follows(lines, end) else 0
    return 0


def _names_writer(line: str) -> bool:
    """Whether one line says it all: "Fulano <x@y> escreveu:", "Citando Fulano:", "-----Fulano escreveu: -----"."""
    if _SHORT_ATTRIBUTION.match(line):
        return True
    return _WROTE.search(line) is not None and ("@" in line or line.lstrip().startswith("-"))


def _wrapped_attribution(lines: list[str], index: int) -> int:
    joined = ""
    for end in range(index, min(index + _MAX_ATTRIBUTION_LINES, len(lines))):
        if not lines[end].strip("> \t"):
            return 0
        joined = f"{joined} {folded(lines[end].strip('> '))}"
        if len(joined) > 500:
            return 0
        if _WROTE.search(joined[-120:]):
            return end + 1 if _is_dated(joined) or _quote_follows(lines, end + 1) else 0
    return 0


def _is_dated(joined: str) -> bool:
    return "@" in joined or _CLOCK.search(joined) is not None


def _quote_follows(lines: list[str], index: int) -> bool:
    below = index
    while below < len(lines) and not lines[below].strip():
        below += 1
    return below < len(lines) and lines[below].lstrip().startswith(">")


def is_prefixed(line: str) -> bool:
    """Whether the line is quoted by a ">" in front."""
    return line.lstrip(" \t|").startswith(">")


def unprefixed(line: str) -> str:
    """The line without its quote marks."""
    match = _QUOTE_PREFIX.match(line)
    return line[match.end() :] if match else line
