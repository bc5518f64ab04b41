"""E10: of the operator's real-life texts, by writers that the model has never seen, none is wrongly taken for done."""

from functools import cache

import pytest

from tests.learn.story import bulletin, classifier, corpus
from triage.core.completion import PART_LEFT, SOMETHING_OPEN, STRANGE_WORDS, certainty_needed, left_below
from triage.core.judge import judge
from triage.core.verdict import Verdict
from triage.core.vocabulary import Action, Kind, OperatorStatus
from triage.learn.corpus import Record
from triage.learn.rendering import TRAINING_POLICY, message_of

LEAST_SENTENCES, LEAST_RECALL = 300, 0.7
USUAL = 0.8


@cache
def held_out() -> tuple[tuple[Record, Verdict], ...]:
    """Every word of the operator's, held out, with its verdict under the thresholds in force."""
    records = [record for record in corpus().split()[1] if record.label["kind"] == Kind.OPERATOR]
    return tuple((record, _judged(record)) for record in records)


def _judged(record: Record) -> Verdict:
    message = message_of(record)
    return judge(message, classifier().read(message, bulletin(), TRAINING_POLICY), bulletin(), TRAINING_POLICY)


def _moves_to_done(verdict: Verdict) -> bool:
    completed = verdict.operator is not None and verdict.operator.status is OperatorStatus.COMPLETED
    return completed and verdict.action is Action.UPDATE


def test_nothing_is_called_done_that_is_not() -> None:
    """The worst that the program can do; hundreds of texts of many hands, with every trap of the language."""
    wrong = [
        r.id for r, v in held_out() if _moves_to_done(v) and r.label["operator_status"] != OperatorStatus.COMPLETED
    ]
    assert len(held_out()) >= LEAST_SENTENCES
    assert wrong == []


def test_most_of_what_is_done_is_still_recognised() -> None:
    """What is not costs a person a look: reported here so that nobody buys the promise above with silence."""
    done = [v for r, v in held_out() if r.label["operator_status"] == OperatorStatus.COMPLETED and v.trusted]
    assert sum(map(_moves_to_done, done)) / len(done) >= LEAST_RECALL


@pytest.mark.parametrize(
    "text",
    [
        "Não foi feito ainda, falta o cabo.",
        "OS finalizada ontem, voltou hoje pra equipe de campo.",
        "Serviço executado e a OS voltou para nosso setor para correção.",
        "Ramal 1 ok, ramal 2 ok, ramal 3 sem porta.",
        "OS gerada e atendida pela triagem.",
        "Pendência do cliente baixada, a OS saiu do parado.",
        "Protocolo criado e registrado com sucesso.",
        "Vistoria realizada com sucesso.",
        "Será executado amanhã.",
        "Assim que concluído, avisamos.",
        "Começamos a instalação; quando estiver pronto retorno.",
        "Falta só liberar na central.",
        "Concluído. Status anterior: ativo; falta o ramal 3636-1003.",
        "Encaminhada a fatura ao setor de contestação.",
        "Linha criada, e encaminho o pedido à engenharia.",
        "Aguardando técnico, análise concluída.",
        "Lote 1: concluído. Lote 2: processando.",
        "Pedido concluído sem sucesso.",
        "Terminal entregue; a retirada está em execução.",
        "Bloqueio feito no 3137-1001; o 3137-1002 está em tratativa.",
        "Os R$ 380,00 correspondem à instalação executada em maio: valor mantido.",
        "Fase 1 executada, fase 2 por executar.",
        "A OS foi baixada, mas a linha segue ligada.",
        "Dos 3 terminais, dois já baixados.",
        "O 8811 foi baixado; o 8812 está com o jurídico.",
        "3137-1001 ok\n3137-1002 ok\n3137-1003 a executar",
        "3137-1001 cancelada, 3137-1002 a cancelar.",
        "Linha cancelada; a outra depende do cadastro.",
        "OS criada e liberada para o técnico.",
        "Quase tudo pronto.",
        "3137-1001 ok; 3137-1003 só na semana que vem.",
        "Linha bloqueada; a do balcão na próxima janela.",
        "Já foi criada a ordem e o terminal está ativo na base, técnico a caminho.",
        "O link está no ar em caráter provisório.",
        "Após o pagamento a linha é cancelada. Boleto anexo.",
        "Anote: meu telefone antigo foi desativado, agora atendo no (27) 3385-4471.",
        "Segue a planilha arrumada; meu telefone novo é o (27) 3385-4471.",
        "Para seguirmos: print da tela, fatura de maio em anexo.",
        "Hoje peguei a rua alagada. Já remarquei, as duas linhas ficam funcionando.",
        "Visita reagendada; fica pronto.",
        "Quinta passo aí, os dois ficam prontos.",
        "Achei o par; volto com a escada e fica pronto.",
        "Faço as duas linhas e deixo tudo funcionando.",
        "Chego cedo, aí instalo e fica funcionando.",
        "Instalado no dia 26, na primeira hora.",
        "Tudo pronto para quinta.",
    ],
)
def test_a_text_that_leaves_something_open_asks_for_near_certainty(text: str) -> None:
    """Negation, future and condition each take the plainness away."""
    assert certainty_needed(text, USUAL) == SOMETHING_OPEN


@pytest.mark.parametrize(
    "text",
    [
        "Serviço concluído, restando o ramal 3636-1003.",
        "Concluído. Resta um ramal.",
        "Saldo levantado, memória de cálculo anexa. A cobrança fará a proposta.",
        "O ramal 3636-1001 foi cancelado; o 3636-1002 cancelaremos depois da migração.",
        "O ramal 3636-1001 foi cancelado; o 3636-1002 desligaremos depois da obra.",
        "Concluído. Os técnicos finalizarão o restante.",
        "Concluído. Status anterior: aberto\nStatus atual: concluído parcialmente.",
        "Linha cancelada. Situação anterior: ativo; resta o ramal 3636-1003.",
        "Parcialmente executado: 2 linhas canceladas.",
        "Pedido atendido em parte.",
        "Metade das linhas já foi cancelada.",
        "Todas canceladas, exceto a 3137-1003.",
        "Excetuado o terminal da portaria, tudo executado.",
        "Feito, com exceção do ramal 2034.",
        "Canceladas todas, menos a linha 3137-1003.",
        "Na planilha que mandei ontem a coluna saiu deslocada. Segue a mesma arrumada.",
    ],
)
def test_a_part_that_is_named_as_left_out_is_for_a_person(text: str) -> None:
    """The model is as good as certain of the first word, "concluído", whatever stands behind it."""
    assert certainty_needed(text, USUAL) == certainty_needed(text, 1.0) == PART_LEFT > 1.0


@pytest.mark.parametrize(
    "text", ["Prezada, segue a relação.", "Segue em anexo o relatório que pediram.", "Missão dada."]
)
def test_where_no_plain_word_stands_the_model_must_be_certain(text: str) -> None:
    """Its words may be anybody's for anything."""
    assert certainty_needed(text, USUAL) == STRANGE_WORDS


@pytest.mark.parametrize(
    "text",
    [
        "Ambos executados na central ainda ontem à noite.",
        "Encaminho a CNDT e o CRF, conforme solicitado.",
        "Remeto em anexo a fatura de maio, corrigida.",
        "Linha ativada. Não falta mais nada.",
        "Bloqueio feito hoje pela manhã.",
        "Encaminhamos, em anexo, a segunda via da fatura de maio.",
        "Concluído: o ramal agora fará apenas chamadas locais.",
        "Linha cancelada. Seguimos à disposição para continuar atendendo esse órgão.",
        "Situação anterior: EM EXECUÇÃO\nSituação atual: EXECUTADO COM SUCESSO",
    ],
)
def test_what_only_sounds_open_asks_for_no_more_than_usual(text: str) -> None:
    """What was sent is what was asked for; what does not lack; yesterday."""
    assert certainty_needed(text, USUAL) == USUAL


def test_the_settings_may_ask_for_more_than_the_words_do() -> None:
    """Whoever wants near certainty always has it."""
    assert {certainty_needed(text, 0.995) for text in ("Feito.", "Missão dada.", "Amanhã.")} == {0.995}


@pytest.mark.parametrize(
    "text",
    [
        "Serviço concluído.",
        "Instalamos hoje o ramal.",
        "Feito, pode testar.",
        "Desbloqueada.",
        "Situação: BAIXADA",
        "Segue a segunda via em PDF.",
        "As certidões vão anexas.",
        "A linha já recebe e fala.",
        "Os quatro ramais estão falando.",
        "O 3137-1001 passou a tocar no gabinete; nada mais pendente.",
        "OS baixada em campo ontem às 15h.",
        "Todas as linhas canceladas, nada mais a executar.",
        "Feito o bloqueio parcial na linha 3198-6999.",
        "Contestação procedente em parte, crédito lançado na conta.",
        "Linha liberada para celular. Não resta nada de nossa parte; a entrega não depende de vocês.",
        "Linha bloqueada para tudo, exceto 0800 e emergência.",
        "Peço desculpas pela falta que o telefone fez: linha religada.",
    ],
)
def test_plain_words_are_plain(text: str) -> None:
    """The words that people use when something is done."""
    assert certainty_needed(text, USUAL) == USUAL


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("Executado em partes.", PART_LEFT),
        ("Executado conforme pedido, com ressalva do ramal 1003.", PART_LEFT),
        ("OS baixada por erro operacional, nova OS 8-123.", PART_LEFT),
        ("Bloqueio executado, sem ressalvas.", USUAL),
        ("Informo a baixa das linhas nesta data.", USUAL),
        ("Informamos a baixa da ordem; abrir chamado.", STRANGE_WORDS),
        ("Confirmamos a mudança dos ramais para o dia 20/03.", STRANGE_WORDS),
        ("Aí está, válida até dezembro.", USUAL),
        ("Aí vai depender da engenharia.", STRANGE_WORDS),
    ],
)
def test_how_certain_the_model_must_be(text: str, needed: float) -> None:
    assert certainty_needed(text, USUAL) == needed


@pytest.mark.parametrize(
    ("below", "left"),
    [
        ("Karolina Ramos\nA 3605 não foi feita ainda", True),
        ("Karolina Ramos\n* falta a 3605", True),
        ("Karolina Ramos\nPPS: a 3605 ficou para amanhã", True),
        ("Karolina Ramos\nSe você não foi o destinatário desta mensagem, apague-a.", False),
        ("Karolina Ramos\nOi", False),
        ("", False),
    ],
)
def test_what_is_told_below_the_name_is_heard(below: str, left: bool) -> None:
    assert left_below(below) is left
