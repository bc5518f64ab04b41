"""Telephone numbers: found in any Brazilian spelling, fixed told from mobile, contacts told from the line concerned."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from triage.core.fields.mention import Mention, label_before, line_bounds
from triage.core.text import Document, fold

# Area codes in use (Anatel's numbering plan).
AREA_CODES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "16",
        "17",
        "18",
        "19",
        "21",
        "22",
        "24",
        "27",
        "28",
        "31",
        "32",
        "33",
        "34",
        "35",
        "37",
        "38",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "47",
        "48",
        "49",
        "51",
        "53",
        "54",
        "55",
        "61",
        "62",
        "63",
        "64",
        "65",
        "66",
        "67",
        "68",
        "69",
        "71",
        "73",
        "74",
        "75",
        "77",
        "79",
        "81",
        "82",
        "83",
        "84",
        "85",
        "86",
        "87",
        "88",
        "89",
        "91",
        "92",
        "93",
        "94",
        "95",
        "96",
        "97",
        "98",
        "99",
    ]
)


class Sort(StrEnum):
    """Fixed or mobile, by the first digit of the subscriber number."""

    LANDLINE = "landline"
    MOBILE = "mobile"


class Role(StrEnum):
    """What the number is for: a way to reach the requester, the line that the request is about, or neither clearly."""

    CONTACT = "contact"
    LINE = "line"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Phone:
    """A number in the text. `mention.value` is E.164 with an area code, the bare subscriber digits without one.

    `weight` says how surely it is a contact; `aside` that it stands in the signature or in a form.
    """

    mention: Mention
    sort: Sort
    role: Role
    weight: float = 0.0
    aside: bool = False

    @property
    def complete(self) -> bool:
        """Whether the area code is known."""
        return self.mention.value.startswith("+")


# What looks like a phone and is none: addresses, CNPJ and CPF, dates, money, CEP, process and protocol numbers, 0800.
_NOT_PHONES = re.compile(
    r"""[\w.+-]{1,64}@[\w.-]{1,100}
    |https?://\S{1,200}
    |\b[0-9A-Z]{2}[.\s]?[0-9A-Z]{3}[.\s]?[0-9A-Z]{3}\s?/\s?[0-9A-Z]{4}\s?[-–]?\s?\d{2}\b
    |\b\d{3}\.\d{3}\.\d{3}-\d{2}\b
    |\b\d{1,2}/\d{1,2}/\d{2,4}\b
    |\b\d{1,2}[.-]\d{1,2}[.-](?:19|20)\d{2}\b
    |R\$\s?[\d.,]{1,20}
    |\b\d{1,3}(?:\.\d{3}){1,4},\d{2}\b
    |\b\d{2}\.?\d{3}-\d{3}\b
    |\b0[3589]00[\s.-]?\d{2,3}[\s.-]?\d{3,4}(?:[\s.-]?\d{1,4})?\b
    |\b\d{7}-\d{2}\.\d{4}\.\d\.\d{2}\.\d{4}\b
    |\b(?:19|20)\d{2}-[0-9A-Z]{4,8}\b(?!-?\d)
    |\b\d{1,10}/(?:19|20)\d{2}\b
    |\b(?:19|20)\d{6,}\b""",
    re.VERBOSE | re.IGNORECASE,
)
_NUMBER = re.compile(
    r"""(?<![\d\w/.,-])
    (?:\+?55[\s.-]{0,2})?
    (?:\(?\s?(?:0?(?:xx|\d\d(?=\d{2}\)))?)(?P<area>\d{2})\s?\)?[\s.|\-–/:]{0,4})?
    (?P<head>9[\s.-]?\d{4}|\d{4})
    (?P<middle>[\s.\-–]{0,3})
    (?P<tail>\d{4})
    (?![\d\w]|[.,-]\d|/\d{4}-)""",
    re.VERBOSE | re.IGNORECASE,
)
_LONE_AREA = re.compile(r"\bddd\W{0,4}\(?0?(\d{2})\b", re.IGNORECASE)
_CALL_WORDS = re.compile(
    r"tel|fone|contato|cel|movel|whats|zap|lig|ramal|linha|terminal|numero|fixo|falar|ddd|plantao|acesso|pabx"
)

_CONTACT = re.compile(
    r"(?P<strong>contatos?\b|whats\w*|zap\b|celular(?:es)?\b|\bcels?\b|movel|falar com|lig(?:ar|ue|uem|a|em|o)\b|retorno|tratar com|chamar"
    r"|recados?|plantao|telefones?\b|\btels?\b|\bfones?\b|\b[tfmc]:|atendo|atende\w? (?:em|no|n[oa]s)|meu numero|nossos? numeros?|meu fixo|meu ramal|fixos?\b)"
    r"|(?P<weak>comercial|direto|pabx|recepcao|geral|gabinete|secretaria|sala|setor|comigo|responsavel|solicitante|fiscal|gestor"
    r"|chefia|diretor\w*|coordena\w*|residencia|pessoal|administracao|gerencia|protocolo|portaria)"
)
_LINE = re.compile(
    r"(?P<strong>(?:conta|fatura|boleto|via|debito|cobranca)s?\b[^.;\n]{0,30}\b(?:telefone|fixo|numero|tel\.?)\b|\blinhas?\b|ramal|ramais|termina(?:l|is)\b|bloque\w*|cancel\w*|instala\w*|mudanca|mudar|transfer\w*|trocar|substitu\w*"
    r"|numero (?:atual|antigo|novo|da linha|a ser|do telefone|do ramal)|n.? da linha|faixas?\b|prefixo|acessos?\b|circuito|tronco|defeito"
    r"|mudo|designacao|siga-me|desvi\w*|categoria|habilit\w*|liberar|inclu\w*|meios?\b|desativ\w*|deslig\w*|fatura|\bcontas?\b|prorrog\w*"
    r"|contest\w*|2.? via|segunda via|referente|cobranca|extensao|numeros?\b"
    r"|chamadas (?:para|pra|de) \w{4,8})"
)

# Weights of the signs that a number is a contact; the sum decides (≥ _CONTACT_FROM contact, ≤ _LINE_UPTO line).
_IN_SIGNATURE, _MOBILE, _BESIDE_MOBILE, _IN_BARE_LINE, _IN_PROSE, _IN_SUBJECT = 1.2, 0.9, 0.5, 0.8, -0.8, -2.0
_CONTACT_FROM, _LINE_UPTO = 0.3, -0.3


def find_phones(document: Document, signature_at: int, known: frozenset[str] = frozenset()) -> tuple[Phone, ...]:
    """Every phone in the document with its sort and role.

    `signature_at` is where the signature begins (len of the text where there is none); `known` are numbers (E.164)
    that belong to others, such as the operator's executives, and are left out.
    """
    hidden = _NOT_PHONES.sub(lambda match: "¤" * len(match.group()), document.text)
    phones = [phone for match in _NUMBER.finditer(hidden) if (phone := _phone(document, hidden, match, signature_at))]
    return tuple(phone for phone in _with_inherited_areas(document, phones) if phone.mention.value not in known)


def _phone(document: Document, hidden: str, match: re.Match[str], signature_at: int) -> Phone | None:
    area, head, tail = match["area"], re.sub(r"\D", "", match["head"]), match["tail"]
    if area and area not in AREA_CODES:
        return None
    sort = _sort(head)
    start = match.start() if area else match.start("head")
    if sort is None or not (area or match["middle"] or _named(document, start)):
        return None
    if not area and _is_number_of_something(hidden, start):
        return None
    role, weight = _role(document, start, match.end(), sort, signature_at)
    value = f"+55{area}{head}{tail}" if area else head + tail
    mention = Mention(document, start, match.end(), value, "" if area else "sem DDD")
    aside = document.name.startswith("form:") or (document.name == "body" and start >= signature_at)
    return Phone(mention, sort, role, weight, aside)


def _sort(head: str) -> Sort | None:
    if len(head) == 5:
        return Sort.MOBILE if head[1] in "6789" else None
    if head[0] in "2345":
        return Sort.LANDLINE
    return Sort.MOBILE if head[0] in "89" else None


def _named(document: Document, start: int) -> bool:
    """Eight digits run together are a phone only where a word nearby says so."""
    return bool(_CALL_WORDS.search(label_before(document, start, 30)))


_OTHER_NUMBER = re.compile(
    r"(?:protocolo|processo|oficio|chamado|pedido|contrato|patrimonio|matricula|customizada|\bos|nota|empenho|\bcep|e-?docs|\bsei)\W{0,12}(?:n\W{0,3})?$"
)


def _is_number_of_something(hidden: str, start: int) -> bool:
    begin, _ = line_bounds(hidden, start)
    return bool(_OTHER_NUMBER.search(fold(hidden[begin:start][-40:])))


def _with_inherited_areas(document: Document, phones: list[Phone]) -> Iterator[Phone]:
    """One area code serves the numbers that follow it on the same line."""
    area, line = "", (-1, -1)
    for phone in phones:
        here = line_bounds(document.text, phone.mention.start)
        if here != line:
            area, line = _lone_area(document.text[here[0] : phone.mention.start]), here
        if phone.complete:
            area = phone.mention.value[3:5]
            yield phone
        else:
            yield _completed(phone, area) if area else phone


def _lone_area(before: str) -> str:
    match = _LONE_AREA.search(before)
    return match[1] if match and match[1] in AREA_CODES else ""


def _completed(phone: Phone, area: str) -> Phone:
    mention = phone.mention
    whole = Mention(mention.document, mention.start, mention.end, f"+55{area}{mention.value}")
    return replace(phone, mention=whole)


def _role(document: Document, start: int, end: int, sort: Sort, signature_at: int) -> tuple[Role, float]:
    """The role by the nearest words before it (on its line or in its column) and after it, and by where it stands."""
    label = label_before(document, start)
    weight = _nearness(label, _CONTACT, from_end=True) - _nearness(label, _LINE, from_end=True)
    weight += 0.6 * _nearness(_after(document.text, end), _CONTACT, from_end=False)
    weight += _by_place(document, start, end, sort, signature_at)
    return (Role.CONTACT if weight >= _CONTACT_FROM else Role.LINE if weight <= _LINE_UPTO else Role.UNCLEAR), weight


def _by_place(document: Document, start: int, end: int, sort: Sort, signature_at: int) -> float:
    if document.name == "subject":
        return _IN_SUBJECT
    begin, stop = line_bounds(document.text, start)
    line, after = document.text[begin:stop], document.text[end:stop]
    bare = len(_WORDS.findall(_NOT_WORDS.sub(" ", line))) <= _BARE_LINE_WORDS
    signs = (
        (_IN_SIGNATURE, document.name == "body" and start >= signature_at),
        (_MOBILE, sort is Sort.MOBILE),
        (_BESIDE_MOBILE, sort is Sort.LANDLINE and bool(_MOBILE_NEXT.match(after))),
        (_IN_BARE_LINE, bare and not document.name.startswith("form:")),
        (_IN_PROSE, bool(_PROSE_AFTER.match(after))),
    )
    return sum(weight for weight, holds in signs if holds)


_WORDS = re.compile(r"[^\W\d_]{2,}")
_NOT_WORDS = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,100}|\b[A-ZÀ-Ý][\w'’]{1,30}")
_BARE_LINE_WORDS = 2
_MOBILE_NEXT = re.compile(
    r"[\s,;/|e-]{0,6}(?:cel\w*|whats\w*|m[oó]vel|zap|c\.?)?[\s:.]{0,3}\(?\d{0,2}\)?[\s.-]?9[\s.-]?[6-9]\d{3}",
    re.IGNORECASE,
)
_PROSE_AFTER = re.compile(
    r"\)?,?\s(?:e\s)?(?!(?:e|ou|cel|celular|movel|móvel|ramal|falar|com|whats\w*|zap|fixo|tel|telefone|r|das|a|às|o|em|no)\b)[a-zà-ú]{1,20}\b"
)


def _after(text: str, end: int) -> str:
    _, stop = line_bounds(text, end)
    return fold(re.split(r"[|\t,;]", text[end : min(stop, end + 30)], maxsplit=1)[0])


def _nearness(label: str, words: re.Pattern[str], *, from_end: bool) -> float:
    """1.6 for a strong word right beside the number, falling to half with distance; half of that for a weak word."""
    best = 0.0
    for match in words.finditer(label):
        distance = len(label) - match.end() if from_end else match.start()
        strength = 1.6 if match["strong"] else 0.8
        best = max(best, strength * (1 - min(distance, 60) / 120))
    return best


def of_the_bill(phones: tuple[Phone, ...]) -> tuple[Phone, ...]:
    """The phones of a request about a bill (2.2): the first landline that no word offers as a contact is the bill's."""
    if any(phone.sort is Sort.LANDLINE and phone.role is Role.LINE for phone in phones):
        return phones
    doubtful = next((p for p in phones if p.sort is Sort.LANDLINE and p.weight < _OFFERED and not p.aside), None)
    return tuple(replace(phone, role=Role.LINE) if phone is doubtful else phone for phone in phones)


_OFFERED = 1.0


def choose(phones: tuple[Phone, ...], sort: Sort, accept: Callable[[Phone], bool]) -> Phone | None:
    """The best phone of `sort` that `accept`s: with an area code before without, then the surest contact, then the first."""
    fitting = [phone for phone in phones if phone.sort is sort and accept(phone)]
    return max(fitting, key=lambda phone: (phone.complete, phone.weight), default=None)
