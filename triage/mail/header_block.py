"""The header block that opens a quoted or forwarded message: "De:/Enviada em:/Para:/Assunto:", in any order."""

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
    r"[\s>|*_]{0,12}([A-Za-zÀ-ÿ/-]{2,16}(?: [A-Za-zÀ-ÿ]{1,5})?)[*_]{0,2} {0,2}:[*_]{0,2}\s{0,20}(?!//)(.*)"
)
_NOTES_DATE = re.compile(r"\s{0,8}\d\d/\d\d/\d{2,4} \d\d:\d\d(?::\d\d)?(?: [AP]M)?(?:\s{2,80}\S.{0,200})?$")
_MAX_BLOCK_LINES = 16


@dataclass(frozen=True, slots=True)
class InnerHeader:
    """The header block of a quoted or forwarded message: fields by role, and the line behind it."""

    fields: dict[str, str]
    end: int


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


def notes_block(lines: list[str], index: int) -> int:
    """Lotus Notes: a line that begins with the date, then To, cc and Subject as bare labels; the line behind, or 0."""
    if not _NOTES_DATE.match(lines[index]):
        return 0
    end, roles = index + 1, {_role(word) for word in lines[index].split()[2:3]}
    for position in range(index + 1, min(index + 12, len(lines))):
        role = next(map(_role, lines[position].split()[:1]), "")
        if role:
            roles.add(role)
            end = position + 1
    return end if {"to", "subject"} <= roles else 0


def _role(word: str) -> str:
    return _LABELS.get(fold(word.rstrip(":")), "")
