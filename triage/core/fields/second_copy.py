"""Whether a second copy of the extended bill is wanted, and how it is to be sent (clause 4.3)."""

import re

from triage.core.fields.mention import Mention, sentence_around
from triage.core.text import Document

_COPY = re.compile(
    r"\b(?:2\s{0,2}[ao]?|segunda|nova|outra)\.?\s{0,3}vias?\b"
    r"|\bvias? (?:corrigida|atualizada|nova|prorrogada|d[ao]s? (?:contas?|faturas?|boletos?) (?:prorrogad"
    r"|corrigid|nov|atualizad))"
)
_FORMAT = re.compile(r"\b(?P<PDF>pdf)s?\b|\b(?P<TXT>txt)\b|\b(?P<EXCEL>excel|xlsx?|planilha)\b")
_FORMAT_SIGNS = ("pdf", "txt", "excel", "xls", "planilha")
_TICKED = re.compile(
    r"\(\s{0,2}x\s{0,2}\)\s{0,3}(?:(?P<no>nao)|(?P<yes>sim)|(?P<PDF>pdf)|(?P<TXT>txt)|(?P<EXCEL>excel))"
)
# The bulletin's own list of formats, as forms print it, is no choice of one.
_ALL_FORMATS = re.compile(r"pdf\s?[/,]\s?txt\s?(?:[/,]|ou|/ou|e)\s?excel")
# "Send me the new bill as PDF" asks for the copy without naming it; "the PDF is attached" does not.
_SENDING = re.compile(
    r"\b(?:mand|envi|reenvi|remet|encaminh|receb|quer|desej|prefer|prefir|precis|favor|pode|solicit|gostari)\w{0,8}"
)
_ATTACHED = re.compile(r"\banex|\bsegue|\bem apenso|\bprint\b|\bformulario|\bfolhinha")
_BILL = re.compile(r"\b(?:vias?|boletos?|faturas?|contas?|copias?|de novo|novamente)\b")
_REFUSED_BEFORE = re.compile(
    r"(?:\bnao\s(?:\w{1,12}\s){0,3}?(?:desej|precis|necessi|necessa|quer|requer|solicit|interess|carec|ha|e)\w*"
    r"|dispens[\w-]*|desnecessari\w|\bsem)\s(?:[\w.]{1,14}\s){0,6}$"
)
_REFUSED_AFTER = re.compile(
    r"^(?:\s(?:da|das|de|do|via|conta|fatura|contas|faturas|prorrogad[ao]s?|da prorrogacao)){0,6}\W{0,6}"
    r"(?:\(?[^\n)]{0,30}\)\W{0,3})?(?:\bnao\b(?! recebi| foi| chegou| veio)|dispens\w+|desnecessari\w"
    r"|(?:\w{1,10}\s){0,4}(?:dispensad|desnecessari)\w|nao (?:e|sera) necess\w+)"
)
_NO_COPY = re.compile(
    r"\bnao (?:e |ha |sera )?(?:precis|necess|quer|desej)\w{0,8}(?: \w{1,10}){0,3} (?:reenvi|enviar de novo"
    r"|mandar de novo|mandar (?:outra|nova|novamente)|enviar (?:outra|nova|novamente)|copia)"
)
_NO_FORMAT = "sem o tipo de envio"
_FURTHER = 120


def find_second_copy(document: Document) -> tuple[Mention, ...]:
    """What is said of the second copy: "no", PDF, TXT or EXCEL, best first; a wish without a format has a problem."""
    folded, told = document.folded, document.told
    if "excel" in told:
        folded = _ALL_FORMATS.sub(lambda match: "-" * len(match.group()), folded)
    found = [_wish(document, folded, match) for match in _COPY.finditer(folded)] if "via" in told else []
    if not any(not mention.problem for mention in found):
        found += _unnamed(document, folded)
    return tuple(sorted(found, key=lambda mention: bool(mention.problem)))


def _wish(document: Document, folded: str, match: re.Match[str]) -> Mention:
    start, end = sentence_around(document.text, match.start(), match.end())
    ticked = _TICKED.search(folded, match.end(), match.end() + _FURTHER)
    if _refused(folded, start, match) or (ticked and ticked.lastgroup == "no"):
        return Mention(document, match.start(), max(end, match.end()), "no")
    chosen = [
        m for m in _TICKED.finditer(folded, match.end(), match.end() + _FURTHER) if m.lastgroup not in ("yes", "no")
    ]
    wanted = next(iter(chosen), None) or _format(folded, match, start, end)
    if wanted is None:
        return Mention(document, match.start(), match.end(), "", _NO_FORMAT)
    return Mention(document, min(match.start(), wanted.start()), max(match.end(), wanted.end()), str(wanted.lastgroup))


def _refused(folded: str, start: int, match: re.Match[str]) -> bool:
    before = folded[max(start, match.start() - 80) : match.start()]
    return bool(_REFUSED_BEFORE.search(before) or _REFUSED_AFTER.search(folded[match.end() : match.end() + 90]))


def _format(folded: str, match: re.Match[str], start: int, end: int) -> re.Match[str] | None:
    """The format named in the sentence, behind the copy or before it, else soon after."""
    further = folded[end : match.end() + _FURTHER]
    return (
        _FORMAT.search(folded, match.end(), end)
        or _FORMAT.search(folded, start, match.start())
        or (None if _ATTACHED.search(further) else _FORMAT.search(folded, end, match.end() + _FURTHER))
    )


def _unnamed(document: Document, folded: str) -> list[Mention]:
    """A wish, or a refusal, that does not call the copy by its name."""
    refused = _NO_COPY.search(folded) if "nao " in document.told else None
    if refused:
        return [Mention(document, refused.start(), refused.end(), "no")]
    found = []
    for match in _FORMAT.finditer(folded) if any(map(document.told.__contains__, _FORMAT_SIGNS)) else ():
        start, end = sentence_around(document.text, match.start(), match.end())
        sentence = folded[start:end]
        if _SENDING.search(sentence) and _BILL.search(sentence) and not _ATTACHED.search(sentence):
            found.append(Mention(document, match.start(), match.end(), str(match.lastgroup)))
    return found
