"""The cells of a form: labels and printed matter told from what somebody wrote."""

import re

from triage.core.organ import LINKING
from triage.core.text import fold

_LABEL_WORDS = frozenset(
    word
    for line in (
        "razao social cnpj endereco end bairro municipio cidade cep contato contatos telefone telefones fone tel"
        " fixo movel",
        "celular cel terminal terminais ramal ramais linha linhas servico servicos tipo solicitante requerente"
        " nome sobrenome",
        "email mail conta cta customizada orgao entidade motivo justificativa data responsavel categoria"
        " velocidade quantidade",
        "qtd qtde observacao observacoes obs ddd cargo matricula numero numeros nr num atual antigo novo nova"
        " produto local",
        "complemento uf estado cliente empresa assinatura setor departamento andar sala referencia ponto horario"
        " visita",
        "facilidades facilidade operacao modalidade item descricao valor inscricao estadual municipal fax dados"
        " cadastrais",
        "informacoes gerais solicitacao acesso acessos circuito tecnico retirada completo envolvidas envolvida"
        " designacao",
        "cancelar cancelamento instalar instalacao mudanca formulario folhinha voice net campo campos preenchimento",
    )
    for word in line.split()
)
# Alone, beside a label, these are what was chosen.
_CHOSEN = frozenset(["instalacao", "cancelamento", "mudanca", "estadual", "municipal", "municipio", "novo", "nova"])
_MOST_LABEL_WORDS = 6
_FILLER = re.compile(r"[\W_0x]*")
_UNTICKED = re.compile(r"\(\s{0,3}\)|\[\s{0,3}\]|☐|□")
_TICKED = re.compile(r"\(\s{0,2}x\s{0,2}\)|\[\s{0,2}x\s{0,2}\]|☒|☑|✓|✔", re.IGNORECASE)
_PRINTED = re.compile(
    r"(?:sim ?/ ?nao|seger|oi|oi s/?a|es|brasil|vitoria ?[/-] ?es|campo obrigatorio|obrigatorio"
    r"|(?:favor )?preench.{0,80}|nao preencher"
    r"|uso (?:exclusivo|interno|da operadora).{0,60}|governo do (?:estado|es).{0,60}|estado do espirito santo"
    r"|selecion.{0,40}|escolh.{0,40}"
    r"|ex(?:\.|emplo).{0,80}|inform(?:e|ar) .{0,80}|digite.{0,60}|xx.{0,40}|modelo|nome do (?:orgao|solicitante)"
    r"|fixa local)"
)
_OPTIONS = re.compile(r"[^\d/]{3,40}(?:/[^\d/]{3,40}){1,5}")
_SERVICES = re.compile(r"instala|cancel|mudanca|ramal|termina|transfer|nao residencial|sim|nao")
_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d")
_LEAST_DIGITS = 4
_PRINTED_LABELS = frozenset(["versao", "contrato", "boletim", "operadora", "pagina", "revisao", "carteira"])


def is_label(cell: str) -> bool:
    """Whether a cell is but the name of a field: a few known words, no number."""
    if _has_digit(cell):
        return False
    words = _WORD.findall(fold(cell[:80]))
    if not words:
        return False
    essential = [word for word in words if word not in LINKING and len(word) > 1]
    known = 0 < len(essential) <= _MOST_LABEL_WORDS and all(word in _LABEL_WORDS for word in essential)
    return known and not (len(essential) == 1 and essential[0] in _CHOSEN and not cell.rstrip().endswith(":"))


def _has_digit(cell: str) -> bool:
    return bool(_DIGITS.search(cell)) or (not cell.isascii() and any(character.isdigit() for character in cell))


def is_printed(cell: str) -> bool:
    """Whether a cell holds nothing that a person wrote: rules, zeros, unticked boxes, instructions, printed choices."""
    if _TICKED.search(cell):
        return False
    folded = fold(cell).strip(" _.:-–*()")
    if _FILLER.fullmatch(folded) or _UNTICKED.search(cell):
        return True
    choices = _OPTIONS.fullmatch(folded) and len(_SERVICES.findall(folded)) > 1
    return bool(choices or _PRINTED.fullmatch(folded))


def holds_value(cells: list[str], *, under_label: bool) -> bool:
    """Whether a row holds something written in: beside its label, or under a line that is only a label.

    Elsewhere only what no form has printed on it counts: a number of some length, an address.
    """
    filled = [cell for cell in cells if cell]
    if not filled:
        return False
    words = set(re.findall(r"[a-z]+", fold(filled[0])))
    if words & _PRINTED_LABELS:
        return False
    beside = filled if under_label and len(cells) == 1 else filled[1:]
    if any(not is_label(cell) and not is_printed(cell) for cell in beside):
        return True
    return any(not is_printed(c) and (len(_DIGITS.findall(c)) >= _LEAST_DIGITS or "@" in c) for c in filled[:1])
