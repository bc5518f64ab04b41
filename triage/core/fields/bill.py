"""The data of a bill (clause 4.3): its month, its amount and its original due date."""

import re
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise

from triage.core.again import once_a_text
from triage.core.fields.dates import find_dates, find_months, may_hold_dates
from triage.core.fields.mention import Mention, column_head, label_before
from triage.core.fields.numerals import numeral_beginning, numeral_ending
from triage.core.text import Document, fold

_AMOUNT = re.compile(
    r"(?P<us>\d{1,3}(?:,\d{3}){1,4}\.\d{2})(?![\d,])|(?P<br>\d{1,3}(?:\.\d{3}){1,4}(?:[.,]\d{2})?"
    r"|\d{1,9}(?:[.,]\d{2})?)(?![\d/%])"
)
_SPACED = re.compile(r"(?P<us>(?!))?(?P<br>\d{1,3}(?: \d{3}){1,3},\d{2})(?!\d)")  # only behind the sign of reais
_CURRENCY = re.compile(r"r\$\s{0,3}$")
_NAMED_AMOUNT = re.compile(r"\b(?:valor|total|quantia|importancia|montante)\b[^\n\d]{0,20}$")
_REAIS = re.compile(r"\s{0,2}(?:reais|r\$(?!\s{0,3}\d))(?!\w)")  # the sign before a digit belongs to the next number
_REAL, _CENTAVO = frozenset({"reais", "real"}), frozenset({"centavo", "centavos"})
_MORE_DIGITS = re.compile(r"[.,-]\d")
_CENTS = re.compile(r"[.,]\d{2}$")
# One of them stands where an amount does, or there are cents behind a comma.
_AMOUNT_SIGNS = ("$", "reais", "real", "valor", "total", "quantia", "importancia", "montante")
_CENTS_SOMEWHERE = re.compile(r",\d\d")
_AMOUNT_WORDS = re.compile(r"valor|total|fatura|conta|boleto|soma|import|quantia|montante")
_OTHER_AMOUNT = re.compile(
    r"multa|juros|encargo|diferenca|corret|devid|media|normal|parcela|credito|desconto|excede|a maior|indevid"
)
_MONTH_WORDS = re.compile(r"refer|\bref\b|competencia|\bmes\b|conta|fatura|periodo|ciclo|consumo|boleto|cobranca|via")
_NOT_MONTH = re.compile(
    r"venc|desde|instalad|contrato|oficio|portaria|emissao|emitid|prorrogar|pagar em|pagamento (?:em|para)|assinad"
    r"|memorando|decreto|\blei\b"
)
_DUE_WORDS = re.compile(r"venc|original|\bvcto\b|\bvto\b")
_NOT_DUE = re.compile(
    r"nov[oa]\b|prorrog|adia|\bate\b|para (?:o )?(?:dia )?$|pretendid|desejad|solicitad|proposta|sugerid|pagaremos"
    r"|pagamento (?:em|para|ate)|passe"
)
_PERIOD = re.compile(r"\s{0,3}(?:a|ate|e|-|–|à)\s{0,3}")
_PERIOD_LABEL = re.compile(r"period|refer|ciclo|consumo|de\s$")
_DATELINE = re.compile(
    r"(?:^|\n)[^\n]{0,40}(?:vitoria|vila velha|serra|cariacica|linhares|colatina|guarapari|cachoeiro|sao mateus"
    r"|aracruz|\bes)\s{0,2}[,(-][^\n]{0,6}$"
)


def find_month(document: Document) -> tuple[Mention, ...]:
    """The months that the text gives for the bill, best first; those without a year carry a problem."""
    if not may_hold_dates(document):
        return ()
    periods = _period_ends(document)
    months = [m for m in find_months(document) if not any(p.start <= m.start < p.end for p in periods)]
    scored = [(_weight(m, _MONTH_WORDS, _NOT_MONTH), m) for m in months] + [(1.5, p) for p in periods]
    return _ranked(scored, lambda weight, m: weight > (-0.5 if not m.problem else 0.4))


@once_a_text  # month and due date leave out the same
def _period_ends(document: Document) -> tuple[Mention, ...]:
    """Where two dates make a period, the month in which it ends, over the span of both."""
    dates = find_dates(document, _ANY_YEAR)
    return tuple(
        Mention(document, first.start, second.end, second.value[:7])
        for first, second in pairwise(dates)
        if _PERIOD.fullmatch(document.folded[first.end : second.start])
        and int(second.value[:4]) != _ANY_YEAR
        and _PERIOD_LABEL.search(label_before(document, first.start))
    )


_ANY_YEAR = 1972  # a leap year no bill is of: marks a date that was written without one


def find_amount(document: Document) -> tuple[Mention, ...]:
    """The amounts in reais, normalised to a point and two decimals, the likeliest total of the bill first."""
    folded, told = document.folded, document.told
    if not any(map(told.__contains__, _AMOUNT_SIGNS)) and not _CENTS_SOMEWHERE.search(told):
        return ()
    free = [s for s in document.numbers if not (s > 1 and folded[s - 1] in ".,/-" and folded[s - 2].isdigit())]
    found: list[Mention] = []
    for start in free:
        amount = _amount(document, start) if not found or start >= found[-1].end else None
        found += [amount] if amount else []
    found += _written_out(document)
    return _ranked([(_weight(m, _AMOUNT_WORDS, _OTHER_AMOUNT), m) for m in found], lambda _weight, _m: True)


def _amount(document: Document, start: int) -> Mention | None:
    """The amount that begins here: in reais by its sign or its word, or with cents, or named as a value."""
    folded = document.folded
    before = folded[max(0, start - 40) : start]
    currency = "$" in before[-5:] and _CURRENCY.search(before)
    match = (currency and _SPACED.match(folded, start)) or _AMOUNT.match(folded, start)
    if match is None:
        return None
    sure = currency or _REAIS.match(folded, match.end())
    if not sure and not ("," in match.group() and _CENTS.search(match.group())):
        written_out = not _MORE_DIGITS.match(folded, match.end())
        if not (written_out and _NAMED_AMOUNT.search(before)):
            return None
    return Mention(document, start, match.end(), _decimal(match))


def _written_out(document: Document) -> list[Mention]:
    """The amounts in words: "quatro mil e duzentos reais e cinco centavos"."""
    if not any(map(document.told.__contains__, _REAL)):
        return []
    words = document.words
    found = []
    for place, (_, end, word) in enumerate(words):
        if word not in _REAL or place == 0:
            continue
        reais = numeral_ending(document, place - 1)
        if reais is None:
            continue
        cents = numeral_beginning(document, place + 1) if place + 1 < len(words) else None
        spelt = cents is not None and cents[0] < len(words) and words[cents[0]][2] in _CENTAVO
        behind = words[cents[0]][1] if cents and spelt else end
        value = Decimal(reais[1]) + (Decimal(cents[1]) / 100 if cents and spelt else 0)
        found.append(Mention(document, words[reais[0]][0], behind, f"{value:.2f}"))
    return found


def _decimal(match: re.Match[str]) -> str:
    if match["us"]:
        return f"{Decimal(match['us'].replace(',', '')):.2f}"
    plain = match["br"].replace(" ", "")
    decimals = plain[-2:] if _CENTS.search(plain) else "00"
    whole = plain[:-3] if _CENTS.search(plain) else plain
    digits = re.sub(r"\D", "", whole)
    return str(Decimal(f"{digits}.{decimals}"))


def find_due_date(document: Document, year_hint: int | None) -> tuple[Mention, ...]:
    """The dates that may be the original due date, best first; the new one and those of a period are left out."""
    if not may_hold_dates(document):
        return ()
    periods = _period_ends(document)
    candidates = [
        date
        for date in find_dates(document, year_hint)
        if not _is_dateline(document, date.start) and not any(p.start <= date.start < p.end for p in periods)
    ]
    return _ranked([(_weight(m, _DUE_WORDS, _NOT_DUE), m) for m in candidates], lambda weight, _m: weight > -0.5)


def _is_dateline(document: Document, start: int) -> bool:
    return bool(_DATELINE.search(document.folded[max(0, start - 60) : start]))


def _weight(mention: Mention, wanted: re.Pattern[str], unwanted: re.Pattern[str]) -> float:
    """How much nearer a wanted word stands before the mention than an unwanted one; a column head decides alone."""
    head = fold(column_head(mention.document, mention.start))
    label = head if wanted.search(head) or unwanted.search(head) else label_before(mention.document, mention.start, 70)
    return _last(wanted, label) - 1.2 * _last(unwanted, label)


def _last(words: re.Pattern[str], label: str) -> float:
    ends = [match.end() for match in words.finditer(label)]
    return 1.5 - (len(label) - ends[-1]) / 70 if ends else 0.0


def _ranked(scored: list[tuple[float, Mention]], keep: Callable[[float, Mention], bool]) -> tuple[Mention, ...]:
    kept = [(weight, mention) for weight, mention in scored if keep(weight, mention)]
    kept.sort(key=lambda pair: (bool(pair[1].problem), -pair[0], pair[1].start))
    return tuple(mention for _, mention in kept)
