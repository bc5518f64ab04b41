"""The digest's small change: dates and codes in Portuguese, and other people's text made inert (RELIABILITY D13)."""

import re
import unicodedata
from datetime import date, datetime, tzinfo

from triage.core.decision import Release, Way
from triage.core.words import in_words

_WEEKDAYS = ("segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo")
_MONTHS = ("janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro")
MONTHS = (*_MONTHS, "novembro", "dezembro")

# What mail readers turn into a link by themselves: a scheme, and a point inside a name.
_SCHEME = re.compile(r":(?=//)")
_POINT = re.compile(r"(?<=[^\W_])\.(?=[^\W\d_]{2})")
_ADDRESS = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}")
_MISHAPS = {"interrupted": "o programa parou no meio do envio"}
_PICTURES = 0x2400
_DELETE = 0x7F
_MARKS = 3  # combining marks in a row: more is no language, only a blot over the lines beside it


def inert(text: str, limit: int = 90) -> str:
    """Other people's text as one line that no reader acts on: controls shown, links cut, at most `limit` characters."""
    shown = "".join(_shown(character) for character in _without_blots(text[: 4 * limit].strip(" ")))
    line = _POINT.sub("[.]", _SCHEME.sub("[:]", shown))
    return line if len(line) <= limit else line[: limit - 1] + "…"


def address(text: str) -> str:
    """A mail address as it is, where it has the strict form of one; inert text otherwise."""
    return text if _ADDRESS.fullmatch(text) else inert(text, 80)


def _without_blots(text: str) -> str:
    marks, kept = 0, []
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MARKS:
            kept.append(character)
    return "".join(kept)


def _shown(character: str) -> str:
    """The character, or what stands for it where it could not be seen: ␀ for a control, ‹202E› for a bidi mark."""
    code = ord(character)
    if code < 0x20:
        return chr(_PICTURES + code)
    if code == _DELETE:
        return "␡"
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return f"‹{code:04X}›"
    return " " if unicodedata.category(character) == "Zs" else character


def long_date(day: date) -> str:
    """ "segunda-feira, 4 de maio de 2026"."""
    return f"{_WEEKDAYS[day.weekday()]}, {day.day} de {MONTHS[day.month - 1]} de {day.year}"


def short_date(day: date) -> str:
    """ "04/05/2026"."""
    return f"{day:%d/%m/%Y}"


def moment(instant: datetime, zone: tzinfo) -> str:
    """ "04/05 às 08:15", as the clock on our wall shows it."""
    return f"{instant.astimezone(zone):%d/%m às %H:%M}"


def business_days(number: int) -> str:
    """ "hoje", "1 dia útil", "3 dias úteis"."""
    if number == 0:
        return "hoje"
    return f"{number} dia útil" if number == 1 else f"{number} dias úteis"


def count(number: int, one: str, many: str) -> str:
    """ "1 mensagem", "2 mensagens"; thousands with a point."""
    return f"{number:,}".replace(",", ".") + f" {one if number == 1 else many}"


def capital(words: str) -> str:
    """The words as they begin a sentence."""
    return words[:1].upper() + words[1:]


def joined(words: list[str]) -> str:
    """ "a, b e c"."""
    return " e ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def reason(code: str) -> str:
    """Why a mail did not leave, from its code; what is no code stands as it is."""
    return _MISHAPS.get(code) or in_words(Release(Way.NO, code))
