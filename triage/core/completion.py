"""Whether a text says in plain words that something is done: the rule beside the model (RELIABILITY E10, E11).

A case taken for done that is not is the worst that can happen. Where the words are strange, or the text leaves
something open, the model alone must be all but certain.
"""

import re

from triage.core.text import fold

STRANGE_WORDS = 0.98

_DONE = re.compile(
    r"\b(?:re|r|des)?(?:conclu|execut|realiz|efetu|efetiv|finaliz|termin|instal|ativ|bloque|cancel|lig|encerr|resolv|liber"
    r"|normaliz|migr|alter|troc|transfer|estabelec|inclu|cadastr|cri|retir|prorrog|regulariz|configur|corrig|ajust"
    r"|implant|habilit|remanej|atend|grav|lanc|reduz|acert|baix|aplic|credit|vincul|recolh|remov"
    r"|estorn|unific|separ)"
    r"(?:ad[oa]s?|id[oa]s?|amos|imos|emos|ou|eu|iu|aram|eram|iram|u?ei)\b"
    r"|\bfeit[oa]s?\b|\bfizemos\b|\bpront[oa]s?\b|\bentregues?\b|\bfunciona(?:ndo|m)?\b|\bno ar\b|\bok\b"
    r"|\baberta\b|\bconstam?\b|\bem (?:operacao|servico|producao)\b"
    r"|\b(?:anex[oa]s?|seguem?|(?:envi|mand|encaminh|emit)(?:o|ei|ou|amos|imos|ando|ad[oa]s?|id[oa]s?))\b"
    r"[^.\n]{0,80}\b(?:fatura|boleto|certid|via\b|cnd|crf|trabalhista|fgts)"
    r"|\b(?:fatura|boleto|certid\w{2,4}|via|cndt?|crf)\b[^.\n]{0,60}\banex[oa]s?\b"
    r"|\bja (?:estao?|saem|sai|aparecem?|valem?|toca|tocam|fala|falam|recebe|recebem)\b"
)
_OPEN = re.compile(
    r"\bprecis(?:o|amos)\b|\baguard\w{1,6}\b|\bfalta(?:m|ndo)?\b|\bpendentes?\b|\bcomec(?:ei|amos|ou)\b|\bainda\b"
    r"|\binici(?:ei|amos|ou|ad[oa])\b|\bamanha\b|\bassim que\b|\bem andamento\b|\bquando\b|\bserao?\b|\bfarao?\b"
    r"|\bvamos\b|\bvou\b|\bnao (?:foi|foram|esta|estao|conseguimos|consegui)\b|\bprocessando\b|\bsem sucesso\b"
    r"|\bem (?:execucao|processamento|tratamento|analise|fila|validacao|campo|teste)\b|\bimpro(?:cedente|dutiv[oa])s?\b"
    r"|\b(?:indeferid|negad|recusad|rejeitad)[oa]s?\b|\bsem (?:execucao|viabilidade)\b"
)


def plainly_done(text: str) -> bool:
    """Whether `text` has a word of completion, and none of something still to come."""
    folded = fold(text)
    return _DONE.search(folded) is not None and _OPEN.search(folded) is None
