"""Whether a text says in plain words that something is done: the rule beside the model (RELIABILITY E10, E11).

A case taken for done that is not is the worst that can happen. Where no plain word says it, the model alone must be
certain; where the text leaves something open, all but certain; where it names a part that is left out, a person looks.
"""

import re
from math import inf

from triage.core.text import fold

STRANGE_WORDS, SOMETHING_OPEN, PART_LEFT = 0.98, 0.985, inf

_SAYS_DONE = (
    # the verb, ended
    r"\b(?:re|r|des)?(?:conclu|execut|realiz|efetu|efetiv|finaliz|termin|instal|ativ|bloque|cancel|lig|encerr|resolv"
    r"|liber|normaliz|migr|alter|troc|transfer|estabelec|inclu|cadastr|cri|retir|prorrog|posterg|regulariz|configur|corrig"
    r"|ajust|implant|habilit|remanej|atend|grav|lanc|reduz|acert|baix|aplic|credit|vincul|recolh|remov|estorn|unific"
    r"|separ|conect|estend|emit|restitu|renov|mud|extint)"
    r"(?:ad[oa]s?|id[oa]s?|amos|imos|emos|ou|eu|iu|aram|eram|iram|u?ei)\b",
    r"\bfeit[oa]s?\b|\bfizemos\b|\bpront(?:inh)?[oa]s?\b|\bentregues?\b|\bok\b|\baberta\b",
    # the state that it is in now
    r"\bfunciona(?:ndo|m)?\b|\bno ar\b|\bconstam?\b|\bem (?:operacao|servico|producao)\b|\bcom tom\b",
    r"\bja (?:estao?|tao?|saem|sai|aparecem?|valem?|tocam?|falam?|recebem?|discam?|operam?|chamam?|atendem?|faz)\b",
    r"\b(?:fal|toc|atend|disc|naveg|cham|respond|val)[ae]ndo\b|\bpassou a\b|\bvirou\b|\bvoltou\b|\bdeixou de \w+r\b",
    r"\btud[oa] (?:certo|em ordem)\b|\bpodem? (?:testar|ligar|usar|conferir|utilizar)\b",
    r"\bnada (?:mais )?(?:a fazer|a executar|pendente)\b",
    r"\b(?:informo|informamos|comunico|comunicamos|confirmo|confirmamos|registro|registramos) [ao] (?:baixa"
    r"|cancelamento|desligamento|desativacao|instalacao|ativacao|bloqueio|desbloqueio|mudanca|liberacao|prorrogacao"
    r"|inclusao|retirada) d[aeo]s? (?!pedido|solicitacao|os\b|ordem|chamado|protocolo|visita|data|prazo|analise"
    r"|vistoria|projeto)(?![^.\n]{0,60}\b(?:para|por|a partir)\b)",
    # what was asked for is enclosed
    r"\b(?:anex[oa]s?|seguem?|(?:envi|mand|encaminh|emit)(?:o|ei|ou|amos|imos|ando|ad[oa]s?|id[oa]s?))\b"
    r"[^.\n]{0,80}\b(?:fatura|boleto|certid|via\b|cnd|crf|trabalhista|fgts)",
    r"\b(?:fatura|boleto|certid\w{2,4}|via|cndt?|crf)\b[^.\n]{0,60}\banex[oa]s?\b"
    r"|\bai (?:esta|estao|vai|vao)\b"
    r"(?:,? (?:[oa]s? )?(?:suas? )?(?:fatura|boleto|certid|segunda via|2.? via|cnd|crf)|[.,!] )",
)
_DONE = re.compile("|".join(_SAYS_DONE))
_SOMETHING_OPEN = (
    # wanted, waited for
    r"\bpara (?:prosseguir|seguir|avancar|continuar|dar (?:andamento|sequencia|continuidade|prosseguimento))"
    r"\w{0,5}\s?[:,]"
    r"|\bprecis(?:o|amos)\b|(?<!\bnao )\bprecisam?\b|(?<!\ba )(?<!\bda )(?<!\bpela )(?<!\bnao )\bfalta(?:m|ndo)?\b",
    r"\baguard\w{1,6}\b|(?<!\bnada )(?<!\bnada mais )\bpendentes?\b|\baprovacao\b|\bprazos?\b",
    # begun, passed on, under way
    r"\bcomec(?:ei|amos|ou)\b|\binici(?:ei|amos|ou|ad[oa])\b|\btent(?:o|amos|arei|aremos)\b|\breabri\w{0,3}\b",
    r"\b(?:encaminh|remet)(?:ad[oa]s?|id[oa]s?|emos|amos|ei|i|o)\b"
    r"(?!,? (?:(?:em )?anex[oa]s?,? )?(?:(?:a|o|as|os)(?: suas?)? )?"
    r"(?:fatura|boleto|certid|segunda via|2.? via|cndt?|crf)"
    r"(?![^.\n]{0,40}\b(?:ao|area|setor|para (?:a|o|analise|validacao|assinatura))\b))"
    r"|\bremetem-se\b|\bem andamento\b"
    r"|\bvoltou (?:\w{1,10} ){0,2}(?:p/|pr[ao]s?|para|aos?|as?)(?: [ao]s?)?(?: noss[ao]s?)? ?(?:contratad|fila|equipe"
    r"|campo|area|tecnic|setor|mesa|engenharia|analise|time|backoffice|cadastro|correcao)"
    r"|\bsem porta\b|\bem renovacao\b|\bvencida;"
    r"|\bvistoria (?:realizad|feit|conclui)|\b(?:protocolo|os|ordem) (?:criad|gerad|registrad)[oa]s?\b"
    r"|\bpendencias? (?:\w{1,12} ){0,3}(?:baixad|resolvid|sanad|superad)",
    r"\b(?:process|renov|verific|analis|trat|tent|pedi|negoci|corr)[aei]?ndo\b|(?<![ai]d[oa] )\bem campo\b",
    r"\bem (?:execucao|processamento|tratamento|tratativas?|analise|fila|validacao|teste|projeto|registro)\b",
    r"\bem (?:estudo|diligencia)\b|\b(?:es)?ta(?:o|mos)? com (?:o|a|os|as)\b",
    # to come
    r"\bainda\b(?! ontem\b)|\bamanha\b|\bassim que\b|\bquando\b|\bserao?\b|\bvamos\b|\bvou\b",
    r"\ba caminho\b|\bcarater provisorio\b|\bprovisoriamente\b"
    r"|\bapos [oa] (?:aceite|assinatura|confirmacao|envio|liberacao|obra|pagamento|quitacao|retorno|vistoria|visita)\b",
    r"\bsemana que vem\b|\bproxima (?:semana|janela)\b",
    # a visit set anew, and what a technician will do then
    r"\b(?:remarqu|remarc|reagend|reprogram)\w+|\bvolto\b|\bpasso (?:ai|la)\b|\bdeixo tudo\b",
    r"\b(?:ai|e) (?:eu )?(?:instalo|ligo|fecho|troco|resolvo|libero|mando|termino|concluo|faco|deixo|puxo)\b",
    r"\bdia \d\d?,? (?:as|na primeira|de manha|pela manha|a tarde)\b"
    r"|\bp(?:a)?ra (?:a |esta |essa |proxima )?(?:segunda|terca|quarta|quinta|sexta)\b",
    r"\bpor (?:executar|gerar|fazer|concluir|instalar|enviar)\b|(?<!\bnao )\bdependem?\b",
    r"(?<!nada )(?<!mais )\ba (?:executar|concluir|instalar|cancelar|ativar|bloquear|programar|desligar|retirar)\b"
    r"[ \t]{0,3}(?![^.,;)\n])",
    r"\bliberad[oa]s? p(?:ara|ra) (?:[oa]s? )?(?:tecnic|equipe|area|campo|execuc|instalac|engenharia|programac)",
    # a part of it
    r"\bquase (?:tud|pront|concluid)[oa]s?\b|\b(?:proxima )?(?:etapa|fase)\b",
    r"\bd[oa]s (?:\d{1,3}|dois|duas|tres|quatro|cinco|seis|sete|oito|nove|dez)\b",
    r"\b(?:segue|continua|permanece)m? (?:ligad|ativ|pend|abert|com o)",
    # the writer's own telephone
    r"\bmeu (?:\w{1,10} )?(?:telefone|numero|ramal|celular|contato)(?: \w{1,10})? (?:(?:foi|mudou|passou|agora)\b"
    r"|e (?:o |\(?\d))",
    # denied, refused
    r"\bnao (?:foi|foram|esta|estao|conseguimos|consegui|procede|ha credito)\b|\bnenhum valor\b",
    r"\bsem (?:sucesso|execucao|viabilidade)\b|\bimpro(?:cedente|dutiv[oa])s?\b",
    r"\b(?:indeferid|negad|recusad|rejeitad|mantid|devid)[oa]s?\b",
)
_OPEN = re.compile("|".join(_SOMETHING_OPEN))
# "Situação anterior: em execução / Situação atual: executado" tells what was open.
_FORMERLY = re.compile(r"\b(?:situacao|status|etapa|estado) anterior\b\W{0,3}[^\n.;,|/()–-]{0,40}")
# "Concluído, restando o ramal 3636-1003": the model hears the first word, and is as good as certain of it.
_PART_LEFT = re.compile(
    r"\bparcialmente\b|\bmetade\b|(?<!sem )\bressalvas?\b|\bpor erro\b|\bnova os\b"
    r"|\b(?:atendid|cancelad|concluid|cumprid|executad|feit|realizad)[oa]s? em partes?\b"
    r"|\b(?:exceto|excetuad[oa]s?|menos|(?:com|a) excecao d[aeo]s?)"
    r" (?:[oa]s? d[aeo]s?\b|(?:[oa]s? )?(?:linha|rama|termina|numero|circuito|\(?[1-9]\d))"
    # or a step that somebody has yet to take: of a score of such texts in models/corpus none tells the end
    r"|\b(?:cancel|bloque|instal|retir|ativ|deslig|execut|conclu|finaliz|realiz|efetu|migr|alter|troc|transfer"
    r"|program|analis|avali|providenci|emit|envi)(?:[aei]remos|[aei]ra|[aei]rao)\b|\bfaremos\b"
    r"|(?<!\bja )(?<!\bagora )(?<!\bso )\bfarao?\b(?! (?:apenas |so |somente )?(?:chamad|ligac|discag))"
    r"|\brestando\b|(?<!\bnao )(?<!\bnada )\brestam? (?:[oa]s?|so|apenas|somente|uma?|dois|duas|\d{1,3})\b"
    # a slip of the writer's own, mended
    r"|\bleia-se\b|\bque (?:eu )?(?:mandei|enviei|escrevi|passei)\b[^.\n]{0,70}\b(?:saiu|estava|veio|trocad|errad)"
)

# Below the signature, where a label is often wanting: "A 3605 não foi feita ainda".
_LEFT_BELOW = re.compile(
    r"\bnao (?:foi|foram|ficou|ficaram|deu|consegu\w{2,6})\b|\bainda nao\b|\bfalt(?:a|am|ou|aram|ando)\b|\bpendentes?\b"
    r"|\bfic(?:a|am|ou|aram) (?:para|pra|faltando|de fora)\b"
)
_FOOTER = re.compile(r"destinat|mensagem|e-?mail|confidencia|sigilo|imprim")


def left_below(told: str) -> bool:
    """Whether a line of what is `told` from the author's name on says that something is not done."""
    lines = fold(told).split("\n")
    return any(_LEFT_BELOW.search(line) and not _FOOTER.search(line) for line in lines)


def certainty_needed(text: str, usual: float) -> float:
    """How certain the model must be that `text` says done: `usual` where plain words say so and nothing is open."""
    folded = fold(text)
    if _PART_LEFT.search(folded):
        return PART_LEFT
    if _OPEN.search(_FORMERLY.sub("", folded)):
        return max(usual, SOMETHING_OPEN)
    return usual if _DONE.search(folded) else max(usual, STRANGE_WORDS)
