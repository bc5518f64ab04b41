"""Telephone numbers in any Brazilian spelling, fixed told from mobile; what only looks like one is left out."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from triage.core.fields.mention import Mention, label_before, line_bounds
from triage.core.text import Document

# Area codes in use (Anatel's numbering plan).
AREA_CODES = frozenset(
    f"{first}{second}"
    for first, seconds in {
        "1": "123456789", "2": "12478", "3": "01234578", "4": "123456789", "5": "1345",
        "6": "123456789", "7": "134579", "8": "123456789", "9": "123456789",
    }.items()
    for second in seconds
)  # fmt: skip


class Sort(StrEnum):
    """Fixed or mobile, by the first digit of the subscriber number."""

    LANDLINE = "landline"
    MOBILE = "mobile"


class Number(NamedTuple):
    """A number in the text. `mention.value` is E.164 with an area code, the bare subscriber digits without one."""

    mention: Mention
    sort: Sort

    @property
    def complete(self) -> bool:
        """Whether the area code is known."""
        return self.mention.value.startswith("+")


# What begins like a phone and is none: addresses, CNPJ and CPF, dates, money, CEP, process numbers, 0800.
_NOT_PHONE = re.compile(
    r"""[\w.+-]{1,64}@
    |[0-9a-z]{2}[.\s]?[0-9a-z]{3}[.\s]?[0-9a-z]{3}\s?/\s?[0-9a-z]{4}(?:\s?[-–]\s?|[^\S\n]{0,2})\d{2}\b
    |\d{3}\.\d{3}\.\d{3}-\d{2}\b
    |\d{1,2}/\d{1,2}/\d{2,4}\b
    |\d{1,2}[.-]\d{1,2}[.-](?:19|20)\d{2}\b
    |\d{1,3}(?:\.\d{3}){0,4},\d{2}\b
    |\d{2}\.?\d{3}-\d{3}\b
    |0[3589]00[\s.-]?\d{2,3}[\s.-]?\d{3,4}(?:[\s.-]?\d{1,4})?\b
    |\d{7}-\d{2}\.\d{4}\.\d\.\d{2}\.\d{4}\b
    |(?:19|20)\d{2}-[0-9a-z]{4,8}\b(?!-?\d)
    |\d{1,10}/(?:19|20)\d{2}\b
    |(?:19|20)\d{6,20}\b""",
    re.VERBOSE,
)
# Neither decimals nor the next part of a longer number follow; the next phone may, with no blank after the comma.
_NEXT_PHONE = r"(?:55\W{1,2})?0?\d{2}\)?[ \xa0./-]{0,3}\(?(?:9\)?[ .-]?)?\d{4}[ .-]?\d{4}(?!\d)"
_END = rf"(?![0-9a-z_]|[.-]\d|,(?!{_NEXT_PHONE})\d{{1,3}}(?!\d)|/\d{{4}}-\d\d(?!\d))"
_SUBSCRIBER = r"(?P<head>9[ .-]?\d{4}|\d{4})(?P<middle>[ \xa0.\-–]{0,3}|-\n)(?P<tail>\d{4})" + _END
_AREA = (
    r"(?:(?:00)?55[ \xa0.(-]{0,3}(?=\(?0?[1-9]\d\)?[ \xa0.-]{0,3}9?[ .-]?\d{4}[ \xa0.-]{0,3}\d{4}(?!\d)))?"
    r"\(?(?:0(?:xx|\*\*|\(xx\)|\d\d(?=\d\d\)))?[ (-]{0,2})?(?P<area>[1-9]\d)"
)
_WITH_AREA = re.compile(_AREA + r"(?:[ \xa0]?\)[\s.\-–:]{0,3}|[ \xa0.\-–|/:,]{0,4})" + _SUBSCRIBER)
_LOCAL = re.compile(_SUBSCRIBER)
_LOOSE = re.compile(_AREA + r"(?P<closed>\)?)[ .-]{0,3}(?P<rest>\d(?:[ .-]?\d){7,8})" + _END)
_LONE_AREA = re.compile(r"\bddd\W{0,4}\(?0?(\d{2})\b")
_AREA_BEHIND = re.compile(r"\s?\(?ddd:?\s?\(?0?(\d{2})\b|\s?\(0?(\d{2})\)(?!\s?\d)")
_AREA_ALONE = re.compile(r"(?:\(0?|\bddd\W{0,4}0?)(\d{2})\b\)?(?!\W{0,3}\d)")
_ALL = r"\b(?:ambos|ambas|dois|duas|tod[oa]s)\b"
_WITH = r"(?:\W{1,3}(?:o|os|a|as|nos?|nas?|d[oae]|com|em|pa?ra|e|sao)\b){0,2}\W{1,3}"
_DDD = r"\bddd\W{0,4}0?(\d{2})\b"
_AREA_OF_ALL = re.compile(f"{_DDD}{_WITH}{_ALL}|{_ALL}{_WITH}{_DDD}")
# "3636-1234: bloquear DDD 21 para todos": where it may call, not where it is.
_CALLS = re.compile(
    r"\b(?:des)?bloque|\bliber|\brestri|\bchamada|\bligac|\bligar|\binterurban|\bdisca|\bcategori|\bfaz|\bnao\b"
)
_CALL_WORDS = re.compile(
    r"tel|fone|contato|cel|movel|whats|zap|lig|ramal|linha|terminal|numero|fixo|falar|ddd|plantao|acesso|pabx|cham"
)
_OTHER_NUMBER = re.compile(
    r"(?:protocolo|processo|oficio|chamado|pedido|contrato|patrimonio|matricula|customizada|\bos|nota|empenho|\bcep"
    r"|e-?docs|\bsei|\bcpf|\bcnpj|\brg|fatura n\S{0,2}|circuito|designacao|\bsiafi)\W{0,12}(?:n\W{0,3}|numero )?$"
)
# Numbers that whole companies share, callable without an area code: no one's contact.
_NATIONAL = frozenset(["4003", "4004", "3003", "3004", "4020", "4062"])
_SENTENCE_END = re.compile(r"[.;!?]\s")
_NOT_DIGITS = re.compile(r"\D")
_REACH = 200


def find_numbers(document: Document) -> tuple[Number, ...]:
    """Every phone in the document, in order; one area code serves the numbers that follow it on the same line."""
    found: list[Number] = []
    behind = 0
    for start in document.numbers:
        if start < behind:
            continue
        other = _NOT_PHONE.match(document.folded, start)
        if other:
            behind = other.end()
            continue
        number = _number(document, start, found[-1].mention.end if found else -1)
        if number is not None:
            behind = number.mention.end
            found.append(number)
    return tuple(_with_inherited_areas(document, found))


def _number(document: Document, start: int, last_end: int) -> Number | None:
    """The phone whose first digit stands at `start`; `last_end` is where the one before it ended."""
    glued = _glued(document.text, start, last_end)
    if glued != "digit":
        number = _with_area(document, start)
        if number is not None:
            return number
    return _without_area(document, start) if not glued else None


def _glued(text: str, start: int, last_end: int) -> str:
    """Whether the digits hang on a "digit" or a "letter" by a point, hyphen or slash; "" after another phone."""
    if start < 2 or text[start - 1] not in ".,-/=#_" or start - 1 == last_end:
        return ""
    before = text[start - 2]
    return "digit" if before.isdigit() else "letter" if before.isalpha() and text[start - 1] != "." else ""


def _with_area(document: Document, start: int) -> Number | None:
    match = _WITH_AREA.match(document.folded, start)
    digits = match and _NOT_DIGITS.sub("", match["head"]) + match["tail"]
    if match is None or match["area"] not in AREA_CODES:
        match = _LOOSE.match(document.folded, start)
        if match is None or match["area"] not in AREA_CODES or not (match["closed"] or _named(document, start)):
            return None
        digits = _NOT_DIGITS.sub("", match["rest"])
    sort = _sort(digits or "")
    if sort is None or (match.group().isdigit() and _is_number_of_something(document, start)):
        return None
    return Number(Mention(document, _opening(document.text, start), match.end(), f"+55{match['area']}{digits}"), sort)


def _opening(text: str, start: int) -> int:
    """Where the number begins with the bracket or the plus sign before its first digit."""
    while start and text[start - 1] in "(+":
        start -= 1
    return start


def _without_area(document: Document, start: int) -> Number | None:
    match = _LOCAL.match(document.folded, start)
    if match is None or match["head"] in _NATIONAL:
        return None
    digits = _NOT_DIGITS.sub("", match["head"]) + match["tail"]
    sort = _sort(digits)
    if sort is None or _is_number_of_something(document, start) or not (match["middle"] or _named(document, start)):
        return None
    behind = _AREA_BEHIND.match(document.folded, match.end())
    area = behind and (behind[1] or behind[2])
    if area in AREA_CODES:
        return Number(Mention(document, start, match.end(), f"+55{area}{digits}"), sort)
    return Number(Mention(document, start, match.end(), digits, "sem DDD"), sort)


def _sort(digits: str) -> Sort | None:
    if len(digits) == 9:
        return Sort.MOBILE if digits[0] == "9" and digits[1] in "456789" else None
    if digits[0] in "2345":
        return Sort.LANDLINE
    return Sort.MOBILE if digits[0] in "89" else None


def _named(document: Document, start: int) -> bool:
    """Digits run together are a phone only where a word nearby says so."""
    return bool(_CALL_WORDS.search(label_before(document, start, 30)))


def _is_number_of_something(document: Document, start: int) -> bool:
    begin, _ = line_bounds(document.text, start)
    return bool(_OTHER_NUMBER.search(document.folded[max(begin, start - 40) : start]))


def _with_inherited_areas(document: Document, numbers: list[Number]) -> Iterator[Number]:
    area, end = "", 0
    for number in numbers:
        start = number.mention.start
        if not _same_line(document.text[end:start]):
            area = ""
        area = _lone_area(document.folded[max(end, start - _REACH) : start]) or area
        end = number.mention.end
        if number.complete:
            area = number.mention.value[3:5]
            yield number
        else:
            known = area or _area_of_all(document, end)
            yield _completed(number, known) if known else number


def _area_of_all(document: Document, start: int) -> str:
    """An area code that the rest of the line gives for all of its numbers: "DDD 27 nos dois"."""
    found = _AREA_OF_ALL.search(document.folded, start, line_bounds(document.text, start)[1])
    if found is None or _CALLS.search(_SENTENCE_END.split(document.folded[start : found.start()])[-1]):
        return ""
    area: str = found[1] or found[2]
    return area if area in AREA_CODES else ""


def area_behind(mention: Mention) -> bool:
    """Whether an area code by itself stands farther on in the line of a number that has none ("3636-8050 e … (27)")."""
    document = mention.document
    stop = line_bounds(document.text, mention.end)[1]
    return any(match[1] in AREA_CODES for match in _AREA_ALONE.finditer(document.folded, mention.end, stop))


def _same_line(between: str) -> bool:
    """Whether two numbers stand on one line, or on two of which the first ends in the middle of an enumeration."""
    head, line_end, rest = between.partition("\n")
    return not line_end or ("\n" not in rest and head.rstrip().endswith(("/", ",", " e", " ou")))


def _lone_area(before: str) -> str:
    match = _LONE_AREA.search(before) if "ddd" in before else None
    return match[1] if match and match[1] in AREA_CODES else ""


def _completed(number: Number, area: str) -> Number:
    return number._replace(mention=number.mention._replace(value=f"+55{area}{number.mention.value}", problem=""))
