"""The number of the conta customizada (clause 4.4)."""

import re

from triage.core.fields.mention import Mention, column_head
from triage.core.text import Document, fold

_NUMBER = re.compile(r"\d[\d.\-/]{1,20}\d(?:-x)?(?![\w])")
_LEAST_DIGITS, _MOST_DIGITS = 4, 14
_CUSTOM = r"(?<![a-z0-9])c[ou]st[ou]m\w{0,9}|\bcta\.? cust\b|\bconta cust\b"
# Between the name and its number: linking words only, or anything short that names no other sort of number.
_DIRECT = re.compile(
    rf"(?:{_CUSTOM})[\s.:|()\"'ºo°,=–-]{{0,12}}"
    r"(?:(?:de |do |da |e |eh |a )?(?:n[ºo°.]{0,2}|numero|num)?[\s:.|-]{0,6})$"
)
_NEAR = re.compile(rf"(?:{_CUSTOM})(?P<gap>[^\d;]{{0,60}})$")
_OTHER = re.compile(
    r"linha|ramal|ramais|telefone|fone|circuito|acesso|termina|cnpj|\bcep\b|protocolo|processo|oficio|fixo|cel"
    r"|\bdia\b|venc|r\$"
    r"|contato|patrimonio|fatura n"
)
_CUSTOM_BEHIND = re.compile(r"[\s(,–-]{0,4}(?:a |da |na )?(?:conta |cta\.? )?(?:c[ou]st[ou]m)")
_PLAIN = re.compile(
    r"(?:^|[\n|\t ,;.(])(?P<word>contas?|cta|c/c|ct)\b[ .]{0,2}(?:(?:de )?(?:n[ºo°.]{0,2}|numero"
    r"|num)[: .]{0,3})?[:|=.( -]{0,8}$"
)
_BANK = re.compile(r"\bbanco\b|\bagencia\b|\bag\b|corrente|banestes|caixa economica|\bpix\b")
_CNPJ_SHAPE = re.compile(r"\d{2}\.?\d{3}\.?\d{3}/\d{4}-?\d{0,2}")
_DATE_SHAPE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{1,2}/\d{2,4}|(?:19|20)\d{2}(?:-\d{2}){0,2}")
_PHONE_SHAPE = re.compile(r"\d{4}-\d{4}|9\d{4}-\d{4}|(?:27|28)[ .-]?9?\d{4}[-.]?\d{4}")
_AREA_BEFORE = re.compile(r"\(0?\d{2}\)\s?$")
_CALLED = re.compile(r"\b(?:conta|cta|c/?c|numero|n[ºo.]?)\b[^\n\d]{0,12}$")
_CELL_BEGINS = re.compile(r"(?:^|[|\t])\s{0,3}$")
_HEADINGS = frozenset(["conta", "cta", "n da conta", "no da conta", "numero da conta"])
_NAMES = ("conta", "custom", "costum", "cta", "c/c", "cust")
_REACH, _NEARBY = 80, 25
_ACCOUNT = re.compile(rf"{_CUSTOM}|\bcontas?\b|\bcta\b|\bc/?c\b")


def find_custom_account(document: Document) -> tuple[Mention, ...]:
    """The number of the conta customizada, the one named as such first, as written."""
    if not any(map(document.told.__contains__, _NAMES)):
        return ()
    found: list[tuple[int, Mention]] = []
    for start in document.numbers:
        match = _NUMBER.match(document.folded, start)
        rank = _rank(document, start, match.group()) if match else 0
        if match and rank:
            written = document.text[start : match.end()]
            found.append((-rank, Mention(document, start, match.end(), written.strip("./-"))))
    found.sort(key=lambda pair: (pair[0], pair[1].start))
    return tuple(mention for _, mention in found[:1])


def may_be_account(document: Document) -> bool:
    """Whether a number that could be an account's stands near a word for an account, whatever else it may be."""
    return any(
        _like_an_account(match.group()) and not _PHONE_SHAPE.fullmatch(match.group()) and _is_near(document, match)
        for start in document.numbers
        if (match := _NUMBER.match(document.folded, start))
    )


def _is_near(document: Document, number: re.Match[str]) -> bool:
    around = document.folded[max(0, number.start() - _NEARBY) : number.start()]
    around += document.folded[number.end() : number.end() + _NEARBY].partition("\n")[0]
    return _ACCOUNT.search(around) is not None


def _rank(document: Document, start: int, written: str) -> int:
    """How surely it is the account's number: named so (3), under such a heading (2), called "conta" (1), not at all."""
    before = document.folded[max(0, start - _REACH) : start]
    near, cell = any(map(before.__contains__, _NAMES)), _begins_cell(document.text, start)
    if not (near or cell or _named_behind(document, start + len(written), before)) or not _like_an_account(written):
        return 0
    phone = bool(_PHONE_SHAPE.fullmatch(written) or _AREA_BEFORE.search(before))
    if near and _named(before, phone=phone):
        return 3
    if not phone and _named_behind(document, start + len(written), before):
        return 3
    heading = 2 * (cell and not phone and _under_heading(document, start))
    return heading or (_plain(document, before, phone=phone) if near else 0)


def _like_an_account(written: str) -> bool:
    digits = sum(map(str.isdigit, written))
    other = _CNPJ_SHAPE.match(written) or _DATE_SHAPE.fullmatch(written)
    return _LEAST_DIGITS <= digits <= _MOST_DIGITS and not other


def _begins_cell(text: str, start: int) -> bool:
    line = text[text.rfind("\n", 0, start) + 1 : start]
    return bool(_CELL_BEGINS.search(line[-4:]))  # a sign and three blanks


def _named(before: str, *, phone: bool) -> bool:
    """Whether what stands before names the account; right beside its name any number is one, farther off no phone."""
    if _DIRECT.search(before):
        return True
    near = None if phone else _NEAR.search(before)
    return bool(near and near["gap"].count("\n") <= 1 and not _OTHER.search(near["gap"]))


def _named_behind(document: Document, end: int, before: str) -> bool:
    """ "conta 767.460.161 (customizada)"."""
    return bool(_CUSTOM_BEHIND.match(document.folded, end) and _CALLED.search(before))


def _under_heading(document: Document, start: int) -> bool:
    """Whether the cell is in a column headed "Conta customizada" or "Conta"."""
    head = fold(column_head(document, start)).strip(" .:")
    return head in _HEADINGS or re.search(_CUSTOM, head) is not None


def _plain(document: Document, before: str, *, phone: bool) -> int:
    """Called just "conta" ("na conta 990-2"); in a form that is enough, elsewhere it may be a bank's or a bill's."""
    match = _PLAIN.search(before)
    if match is None or _BANK.search(before[-60:]):
        return 0
    cell = document.name.startswith("form:") and before[match.end("word") :].strip(" .:") in ("|", "")
    return int(cell or not phone)
