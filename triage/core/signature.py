"""Where the author's signature begins in the own text."""

import re

from triage.core.text import fold

_STRONG = (
    r"att(?:\.|,|$)|att?\.?te\b|atenciosamente|atentamente|cordialmente|respeitosamente|cordiais saudacoes|saudacoes"
    r"|(?:com os |meus )?(?:melhores )?cumprimentos|best regards|kind regards|regards|sincerely|sds\b|cds\b"
)
_WEAK = (
    r"grat[oa]s?|(?:muito |desde ja )?(?:obrigad[oa]|agradecid[oa]|agradecemos|agradeco)|abracos?|abs\b|abcs?\b"
    r"|thanks|thank you"
)
_CLOSING = re.compile(rf"[\s*_]{{0,8}}(?:{_STRONG})[\s*_,.;!:-]{{0,8}}(?P<rest>.{{0,60}})$")
_THANKS = re.compile(
    rf"[\s*_]{{0,8}}(?:{_WEAK})(?: (?:pela|a) atencao| e abracos?| desde ja)?[\s*_,.;!:-]{{0,8}}(?P<rest>.{{0,60}})$"
)
_DEVICE = re.compile(
    r"[\s*_]{0,8}(?:enviad[oa] (?:do|da|via|pelo|pela|a partir|de|com|por)|sent from|sent via|get outlook"
    r"|(?:obter|obtenha|baixe) o outlook|enviado usando) .{2,120}$"
)
_NAME_LIKE = re.compile(r"(?:(?:[A-ZÀ-Ý][\wÀ-ÿ'.-]{0,30}|d[aeo]s?|e)\s{0,2}){1,6}$")
_SENDS = re.compile(
    r"enviad[oa] (?:do|da) (?:meu|minha)|outlook|iphone|ipad|android|celular|smartphone|yahoo|gmail|galaxy|samsung"
    r"|motorola|xiaomi|mobile|proton|expresso|windows|mail"
)
_POSTSCRIPT = re.compile(
    r"\n[\s*_>(]{0,8}(?P<postscript>(?i:p{1,2}\.\s?s\b|p{1,2}s\s?[:.!]|em tempo\s?[:,–-])"
    r"|(?i:ps)(?:\s?[-–—,])?\s(?!d[aeo]s?\s)(?=[a-zà-ÿ]{1,20}\s[a-zà-ÿ0-9])"
    r"|(?i:ah)(?:[,!]|\s(?=[a-zà-ÿ]))|(?i:esqueci|(?:e )?mais uma coisa|aproveito|aproveitando|lembrando)\b[,:!.]?\s"
    r"|(?i:obs\.?|observa[cç](?:[aã]o|[oõ]es)|nota|aten[cç][aã]o|importante|adendo|n\.?b\.?)\s?[:!–-]"
    r"(?![^\n]{0,80}\b(?i:mensagem|e-?mail|confidencia|sigilo|imprim)))"
)
_DISCLAIMER = re.compile(
    r"[\s*_]{0,8}(?:esta mensagem|este e-?mail|esta comunicacao|aviso (?:legal|de confidencialidade)|as informacoes)\b"
    r".{0,200}?(?:confidenc|sigil|destinat|privilegiad)"
)
_TAIL_LINES = 14
_NOTICE_LINES = 6
_FIRST_NAME_LINES = 4
_CLOSING_LETTERS = frozenset("aArRcCmMbBkKsSgGoOtTdD")
_DEVICE_LETTERS = frozenset("eEsSgGoObB")


def signature_offset(text: str, author: str = "") -> int:
    """The offset at which the signature starts, len(text) where none is recognised."""
    lines = text.split("\n")
    starts = [index for index in (_delimiter(lines), _closing(lines), _device(lines)) if index is not None]
    if not starts:
        starts = [index for index in (_name_line(lines, author),) if index is not None]
    if not starts:
        starts = [index for index in (_disclaimer(lines),) if index is not None]
    if not starts:
        return len(text)
    return sum(len(line) + 1 for line in lines[: min(starts)])


def postscript_offset(text: str, signature_at: int) -> int | None:
    """The offset of a postscript below the signature, None where there is none: it belongs to what is said."""
    found = _POSTSCRIPT.search(text, signature_at)
    return found.start("postscript") if found else None


def _delimiter(lines: list[str]) -> int | None:
    """The "-- " line of RFC 3676; the trailing space is often lost."""
    return next((index for index, line in enumerate(lines) if line in ("-- ", "--") and index), None)


def _closing(lines: list[str]) -> int | None:
    """The first formal closing (thanks right above belong to it), else the last thanks before a name or nothing."""
    strong = next((index for index, line in enumerate(lines) if _closes(_CLOSING, line)), None)
    if strong is None:
        thanks = [index for index, line in enumerate(lines) if _closes(_THANKS, line)]
        return thanks[-1] if thanks and len(lines) - thanks[-1] <= _TAIL_LINES else None
    above = strong - 1
    while above > 0 and not lines[above].strip():
        above -= 1
    return above if above > 0 and _closes(_THANKS, lines[above]) else strong


def _closes(pattern: re.Pattern[str], line: str) -> bool:
    if len(line) > 110 or line.lstrip(" *_\t")[:1] not in _CLOSING_LETTERS:
        return False
    match = pattern.match(_folded(line))
    if match is None:
        return False
    rest = line[match.start("rest") :].strip(" *_")
    return not rest or _NAME_LIKE.match(rest) is not None


def _device(lines: list[str]) -> int | None:
    for index, line in enumerate(lines):
        if len(line) < 160 and line.lstrip(" *_\t")[:1] in _DEVICE_LETTERS:
            plain = _folded(line)
            if _DEVICE.match(plain) and _SENDS.search(plain):
                return index
    return None


def _disclaimer(lines: list[str]) -> int | None:
    """The notice that a mail may be confidential, where nothing else tells the signature: nobody's own words."""
    begin = max(1, len(lines) - _NOTICE_LINES)
    return next((index for index in range(begin, len(lines)) if _DISCLAIMER.match(_folded(lines[index]))), None)


def _name_line(lines: list[str], author: str) -> int | None:
    """An unannounced signature near the end: the author's display name on a line of its own, or the first name last."""
    name = fold(author).strip()
    if len(name) < 3:
        return None
    begin = max(1, len(lines) - _TAIL_LINES)
    for index in range(begin, len(lines)):
        line = fold(lines[index][:120]).strip(" *_,.-")
        if " " in name and (line.startswith(name) or _same_ends(line.split(), name.split())):
            return index
        if line == name.split()[0] and len(lines) - index <= _FIRST_NAME_LINES:
            return index
    return None


def _same_ends(line: list[str], name: list[str]) -> bool:
    """Whether the line is a name with the same first and last: "Karolina Ramos" for "Karolina Rodrigues Ramos"."""
    return 1 < len(line) <= _MOST_NAMES and (line[0], line[-1]) == (name[0], name[-1])


_MOST_NAMES = 6
_LOOKED_AT = 400


def _folded(line: str) -> str:
    """The beginning of a line, folded; no closing is longer."""
    return fold(line[:_LOOKED_AT])
