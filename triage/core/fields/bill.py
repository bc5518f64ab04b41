"""The data of a bill (clause 4.3): its month, amount and original due date, and whether a second copy is wanted."""

import re
from collections.abc import Callable
from decimal import Decimal

from triage.core.fields.dates import find_dates, find_months
from triage.core.fields.mention import Mention, column_head, label_before, sentence_around
from triage.core.text import Document, fold

_AMOUNT = re.compile(
    r"R\$\s{0,3}(?P<a>\d{1,3}(?:[.\s]\d{3}){1,4}(?:,\d{2})?|\d{1,9}(?:[.,]\d{2})?)(?![\d])"
    r"|(?<![\d.,/-])(?P<b>\d{1,3}(?:\.\d{3}){1,4},\d{2}|\d{1,7},\d{2})(?![\d/%])"
    r"|(?<![\d.,/-])(?P<c>\d{1,3}(?:\.\d{3}){1,4}|\d{1,7})(?=\s{1,2}reais\b)",
    re.IGNORECASE,
)
_AMOUNT_WORDS = re.compile(r"valor|total|fatura|conta|boleto|soma|import|quantia|montante")
_OTHER_AMOUNT = re.compile(
    r"multa|juros|encargo|diferenca|corret|devid|media|normal|parcela|credito|desconto|excede|a maior|indevid"
)
_MONTH_WORDS = re.compile(r"refer|\bref\b|competencia|\bmes\b|conta|fatura|periodo|ciclo|consumo|boleto|cobranca|via")
_NOT_MONTH = re.compile(
    r"venc|desde|instalad|contrato|oficio|portaria|emissao|emitid|prorrogar|pagar em|pagamento (?:em|para)|assinad|memorando|decreto|\blei\b"
)
_DUE_WORDS = re.compile(r"venc|original|\bvcto\b|\bvto\b")
_NOT_DUE = re.compile(
    r"nov[oa]\b|prorrog|adia|\bate\b|para (?:o )?(?:dia )?$|pretendid|desejad|solicitad|proposta|sugerid|pagaremos|pagamento (?:em|para|ate)|passe"
)
_PERIOD = re.compile(r"\s{0,3}(?:a|ate|e|-|–|à)\s{0,3}")
_DATELINE = re.compile(
    r"(?:^|\n)[^\n]{0,40}(?:vitoria|vila velha|serra|cariacica|linhares|colatina|guarapari|cachoeiro|sao mateus|aracruz|\bes)\s{0,2}[,(-][^\n]{0,6}$"
)
_COPY = re.compile(r"(?<!\w)(?:2\s{0,2}(?:ª|a|º|o|°)?|segunda)\.?\s{1,3}vias?\b")
_FORMAT = re.compile(r"\b(?P<PDF>pdf)\b|\b(?P<TXT>txt)\b|\b(?P<EXCEL>excel|xlsx?|planilha)\b")
_REFUSED_BEFORE = re.compile(
    r"(?:\bnao\s(?:\w{1,12}\s){0,3}?(?:desej|precis|necessi|necessa|quer|requer|solicit|interess|carec|ha|e)\w*|dispens[\w-]*|desnecessari\w|\bsem)\s(?:[\w.]{1,14}\s){0,6}$"
)
_REFUSED_AFTER = re.compile(
    r"^(?:\s(?:da|das|de|do|via|conta|fatura|contas|faturas|prorrogad[ao]s?|da prorrogacao)){0,6}\W{0,6}(?:\(?[^\n)]{0,30}\)\W{0,3})?(?:\bnao\b(?! recebi| foi| chegou| veio)|dispens\w+|desnecessari\w|(?:\w{1,10}\s){0,4}(?:dispensad|desnecessari)\w|nao (?:e|sera) necess\w+)"
)


def find_month(document: Document) -> tuple[Mention, ...]:
    """The months that the text gives for the bill, best first; those without a year carry a problem."""
    periods = _period_ends(document)
    months = [m for m in find_months(document) if not any(p.start <= m.start < p.end for p in periods)]
    scored = [(_weight(m, _MONTH_WORDS, _NOT_MONTH), m) for m in months] + [(1.5, p) for p in periods]
    return _ranked(scored, lambda weight, m: weight > (-0.5 if not m.problem else 0.4))


def _period_ends(document: Document) -> list[Mention]:
    """Where two dates make a period, the month in which it ends, over the span of both."""
    dates = find_dates(document)
    pairs = zip(dates, dates[1:], strict=False)
    return [
        Mention(document, first.start, second.end, second.value[:7])
        for first, second in pairs
        if _PERIOD.fullmatch(fold(document.text[first.end : second.start]))
        and re.search(r"period|refer|ciclo|consumo|de\s$", label_before(document, first.start))
    ]


def find_amount(document: Document) -> tuple[Mention, ...]:
    """The amounts in reais, normalised to a point and two decimals, the likeliest total of the bill first."""
    found = [
        Mention(document, m.start(), m.end(), _decimal(m["a"] or m["b"] or m["c"]))
        for m in _AMOUNT.finditer(document.text)
    ]
    return _ranked([(_weight(m, _AMOUNT_WORDS, _OTHER_AMOUNT), m) for m in found], lambda _weight, _m: True)


def _decimal(written: str) -> str:
    plain = re.sub(r"\s", "", written)
    plain = (
        plain.replace(".", "").replace(",", ".") if re.search(r",\d{2}$|\.\d{3}$", plain) else plain.replace(",", ".")
    )
    return f"{Decimal(plain):.2f}"


def find_due_date(document: Document, year_hint: int | None) -> tuple[Mention, ...]:
    """The dates that may be the original due date, best first; those labelled as the new one are left out."""
    candidates = [m for m in find_dates(document, year_hint) if not _is_dateline(document, m.start)]
    return _ranked([(_weight(m, _DUE_WORDS, _NOT_DUE), m) for m in candidates], lambda weight, _m: weight > -0.5)


def _is_dateline(document: Document, start: int) -> bool:
    return bool(_DATELINE.search(fold(document.text[max(0, start - 60) : start])))


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


def find_second_copy(document: Document) -> tuple[Mention, ...]:
    """What is said of the second copy: "no", PDF, TXT or EXCEL; a wish without a format carries a problem."""
    folded = fold(document.text)
    found = [_copy_wish(document, folded, match) for match in _COPY.finditer(folded)]
    return tuple(sorted(found, key=lambda m: bool(m.problem)))


def _copy_wish(document: Document, folded: str, match: re.Match[str]) -> Mention:
    start, end = sentence_around(document.text, match.start(), match.end())
    if _REFUSED_BEFORE.search(folded[max(start, match.start() - 80) : match.start()]) or _REFUSED_AFTER.search(
        folded[match.end() : match.end() + 90]
    ):
        return Mention(document, match.start(), end, "no")
    wanted = _FORMAT.search(folded, match.end(), end) or _FORMAT.search(folded, start, match.start())
    if wanted is None:
        return Mention(document, match.start(), match.end(), "", "sem o tipo de envio")
    return Mention(document, min(match.start(), wanted.start()), max(match.end(), wanted.end()), str(wanted.lastgroup))
