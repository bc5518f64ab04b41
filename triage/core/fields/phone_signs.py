"""The signs in a text that a telephone is a way to reach the requester, or the line that the request is about."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

from triage.core.fields.mention import label_before, line_bounds
from triage.core.fields.phone_numbers import Number, Sort
from triage.core.kept import kept
from triage.core.text import Document

SIGNS = (
    "constant",
    "contact word before",
    "weak contact word before",
    "line word before",
    "contact word nearest",
    "line word nearest",
    "contact word behind",
    "service in the sentence",
    "signature",
    "mobile",
    "mobile beside it",
    "landline beside it",
    "bare line",
    "prose behind",
    "subject",
    "said in the subject",
    "form",
    "behind a name",
    "CNPJ on the line",
    "last landline of several",
    "only landline",
    "first landline of a bill",
    "last quarter",
    "nothing asked behind",
    "asked about, without a label",
    "bill's data behind",
)

_CONTACT = re.compile(
    r"(?P<strong>contatos?\b|whats\w*|zap\b|celular(?:es)?\b(?! n[oa]s? (?!numero|n[.º°]))"
    r"|fic(?:o|amos) n[oa]\b|\bcels?\b|movel|fal(?:ar|o|em|e|amos)\b"
    r"|lig(?:ar|ue|uem|a|em|o)\b(?! d[aeo]s?\b)"
    r"|retorno|tratar com|cham(?:ar|em|e)\b|encontr\w{1,6}|disponivel|disposicao"
    r"|recados?|plantao|telefones?\b|\btels?\b|\bfones?\b|\b[tfmc]:|atendo|atende\w? (?:em|no|n[oa]s)|meu numero"
    r"|nossos? numeros?|meu fixo|meu ramal|fixos?\b)"
    r"|(?P<weak>comercial|direto|pabx|recepcao|geral|gabinete|secretaria|sala|setor|comigo|responsavel"
    r"|solicitante|fiscal|gestor"
    r"|chefia|diretor\w*|coordena\w*|residencia|pessoal|administracao|gerencia|protocolo|portaria)"
)
_LINE = re.compile(
    r"(?P<strong>(?:conta|fatura|boleto|via|debito|cobranca)s?\b[^.;\n]{0,30}\b(?:telefone|fixo|numero|tel\.?)\b"
    r"|\blinhas?\b|ramal|ramais|termina(?:l|is)\b|bloque\w*|cancel\w*|instala\w*|mudanca|mudar|transfer\w*"
    r"|trocar|substitu\w*"
    r"|numero (?:atual|antigo|novo|da linha|a ser|do telefone|do ramal)|n.? da linha|faixas?\b|prefixo"
    r"|acessos?\b|circuito|tronco|defeito"
    r"|mudo|designacao|siga-me|desvi\w*|categoria|habilit\w*|liberar|inclu\w*|meios?\b|desativ\w*|deslig\w*"
    r"|fatura|\bcontas?\b|prorrog\w*"
    r"|contest\w*|2.? via|segunda via|referente|cobranca|extensao"
    r"|(?<!meu )(?<!nosso )(?<!nossos )(?<!seguintes )numeros?\b"
    r"|chamadas (?:para|pra|de) \w{4,8})"
)
_SERVICE_WORDS = frozenset(["via", "vias", "conta", "contas", "linha", "linhas", "ligam", "ligando", "recebe", "toca"])
_SERVICE_STEMS = (
    *(
        "bloque",
        "desbloque",
        "cancel",
        "instala",
        "reinstala",
        "mudar",
        "mudanca",
        "transfer",
        "troca",
        "desativ",
        "deslig",
    ),
    *("prorrog", "contest", "fatura", "boleto", "inclu", "chamadas"),
)
_HEAD = 3  # letters: hardly another word begins with those of any of these
_SERVICE_HEADS = frozenset(word[:_HEAD] for word in (*_SERVICE_WORDS, *_SERVICE_STEMS))
_PLACE_NOUN = re.compile(
    r"(?<!ou )\b(?:o|do|no|ao|a|da|na) (?:telefone|fixo|numero|aparelho|tel) (?:d[aeo]s? \w{3,20}\b)?[^:]{0,20}$"
)
_TO_REACH = re.compile(r"\b(?:falar|comigo|contato|duvidas?|me (?:ach|encontr|lig|cham)\w{1,5})\b")
_WORDS = re.compile(r"[^\W\d_]{2,}")
_NAMES = re.compile(r"\b[A-ZÀ-Ý][\w'’]{1,30}")
_NAMES_AND_ADDRESSES = re.compile(rf"[\w.+-]{{1,64}}@[\w.-]{{1,100}}|{_NAMES.pattern}")
_SENTENCE_END = re.compile(r"[a-z0-9]{4}[.;?!] ")
_BARE_LINE_WORDS = 2
_NAME_BEFORE = re.compile(r"[A-ZÀ-Ý][\wà-ÿ'’]{1,20}\s{0,2}[,;|/(–—-]{0,2}\s{0,2}$")
_PROSE_BEHIND = re.compile(
    r"\)?,?\s(?:e\s)?(?!(?:e|ou|cel|celular|movel|ramal|falar|com|whats\w*|zap|fixo|tel|telefone|r|das|a|as|o|em"
    r"|no)\b)[a-z]{1,20}\b"
)
_BILL_BEHIND = re.compile(
    r"[ ,;|/()–-]{1,4}(?:(?:ref|mes|conta|fatura|venc|valor|de)\w{0,9}\W{1,3}){0,2}"
    r"(?:\d{2}/\d{2,4}|r\$|\d{1,3}(?:\.\d{3}){0,3},\d{2}|jan|fev|mar|abr|mai|jun|jul|ago|set|out|nov|dez)"
)
_BESIDE = 30
_LAST_PART = 0.75


@dataclass(frozen=True)
class Surroundings:
    """What the signs of one document's numbers look at together.

    `signature_at`: where its signature begins, `postscript_at`: where what is said goes on below it; `subject`: the
    subject's digits; `bill`: the request is about a bill.
    """

    document: Document
    signature_at: int
    numbers: tuple[Number, ...]
    subject: str = ""
    bill: bool = False
    postscript_at: int | None = None

    @kept
    def services(self) -> tuple[int, ...]:
        """Where words stand that ask for a service or speak of a line."""
        asking = {word for word in self.document.vocabulary if word[:_HEAD] in _SERVICE_HEADS and _tells_service(word)}
        return tuple([start for start, _, word in self.document.words if word in asking]) if asking else ()

    def signs(self, start: int) -> bool:
        """Whether the signature is what stands at `start`."""
        return start >= self.signature_at and (self.postscript_at is None or start < self.postscript_at)

    @kept
    def landlines(self) -> tuple[int, ...]:
        """The indices of the landlines among the numbers."""
        return tuple(index for index, number in enumerate(self.numbers) if number.sort is Sort.LANDLINE)


def speaks_of_a_line(folded: str) -> bool:
    """Whether a folded text has a word for a line, or for something that is asked about one."""
    return _LINE.search(folded) is not None or any(map(_tells_service, _WORDS.findall(folded)))


def _tells_service(word: str) -> bool:
    return word in _SERVICE_WORDS or word.startswith(_SERVICE_STEMS)


def signs(index: int, around: Surroundings) -> tuple[float, ...]:
    """How strongly each of SIGNS (from 0 to 1) stands beside the number at `index`."""
    document, number = around.document, around.numbers[index]
    text, folded = document.text, document.folded
    start, end = number.mention.start, number.mention.end
    label = _same_sentence(label_before(document, start))
    begin, stop = line_bounds(text, start)
    stop = max(stop, end)
    landlines = around.landlines
    fixed = number.sort is Sort.LANDLINE
    contact, weak, line = _before(label)
    behind, weak_behind = _contact_behind(_behind(document, end))
    form = document.name.startswith("form:")
    return (
        1.0,
        contact,
        weak,
        line,
        float(contact > line),
        float(line > contact),
        max(behind, 0.5 * weak_behind),
        float(_asked_before(around.services, _sentence_start(text, start), start)),
        float(document.name == "body" and around.signs(start)),
        float(not fixed),
        float(fixed and _beside(index, around, Sort.MOBILE)),
        float(fixed and _beside(index, around, Sort.LANDLINE)),
        float(not form and _bare(text[begin:stop])),
        float(bool(_PROSE_BEHIND.match(folded[end:stop]))),
        float(document.name == "subject"),
        float(number.mention.value[-8:] in around.subject and document.name != "subject"),
        float(form),
        float(bool(_NAME_BEFORE.search(text[max(begin, start - 40) : start]))),
        float("cnpj" in folded[begin:stop]),
        float(fixed and len(landlines) > 1 and index == landlines[-1]),
        float(fixed and len(landlines) == 1),
        float(fixed and around.bill and index == landlines[0]),
        float(start > len(text) * _LAST_PART),
        float(not form and not (around.services and around.services[-1] >= end)),
        float(bool(_PLACE_NOUN.search(label)) and not _TO_REACH.search(label)),
        float(bool(_BILL_BEHIND.match(folded, end))),
    )


def _asked_before(services: tuple[int, ...], sentence: int, start: int) -> bool:
    """Whether a service is asked for between the sentence's beginning and the number at `start`."""
    nearest = bisect_left(services, start)
    return nearest > 0 and services[nearest - 1] >= sentence


def _same_sentence(label: str) -> str:
    """The part of a label behind the last full stop that words follow ("… celular. Número a ser alterado:")."""
    cut = max([match.end() for match in _SENTENCE_END.finditer(label)], default=0)
    return label[cut:] if cut and _WORDS.search(label, cut) else label


@lru_cache(maxsize=1_024)  # people label their numbers in much the same words
def _before(label: str) -> tuple[float, float, float]:
    """How near the nearest strong and weak word of a contact, and the nearest of a line, stand to the label's end."""
    line, _ = _nearness(label, _LINE, from_end=True)
    return *_nearness(label, _CONTACT, from_end=True), line


@lru_cache(maxsize=1_024)
def _contact_behind(behind: str) -> tuple[float, float]:
    return _nearness(behind, _CONTACT, from_end=False)


def _nearness(label: str, words: re.Pattern[str], *, from_end: bool) -> tuple[float, float]:
    """How near the nearest strong and the nearest weak word stand: 1 beside the number, 0.5 at 60 characters."""
    best = {"strong": 0.0, "weak": 0.0}
    for match in words.finditer(label):
        distance = len(label) - match.end() if from_end else match.start()
        kind = match.lastgroup or "weak"
        best[kind] = max(best[kind], 1 - min(distance, 60) / 120)
    return best["strong"], best["weak"]


def _behind(document: Document, end: int) -> str:
    return _CELL_OR_CLAUSE_END.split(document.folded[end : end + 30], maxsplit=1)[0]


_CELL_OR_CLAUSE_END = re.compile(r"[|\t,;\n]")


def _sentence_start(text: str, start: int, reach: int = 120) -> int:
    begin = max(0, start - reach)
    return max(begin, *[text.rfind(end, begin, start) for end in _ENDS])


_ENDS = (". ", "\n\n", "? ", "! ", "\n-")


def _beside(index: int, around: Surroundings, sort: Sort) -> bool:
    """Whether a number of `sort` stands right before or behind this one."""
    here = around.numbers[index].mention
    before = around.numbers[index - 1] if index else None
    after = around.numbers[index + 1] if index + 1 < len(around.numbers) else None
    return bool(
        (before and before.sort is sort and here.start - before.mention.end <= _BESIDE)
        or (after and after.sort is sort and after.mention.start - here.end <= _BESIDE)
    )


def _bare(line: str) -> bool:
    line = line[:200]
    if len([word for word in line.split() if len(word) > 1 and word.islower() and word.isalpha()]) > _BARE_LINE_WORDS:
        return False
    left_out = _NAMES_AND_ADDRESSES if "@" in line else _NAMES
    return len(_WORDS.findall(left_out.sub(" ", line))) <= _BARE_LINE_WORDS
