"""Lines told from circuits, terminals from ramais, by the nouns alone."""

import pytest

from triage.core.neighbours import _CIRCUITS, _IN_CIRCUITS, awaited, backed, both_named, hinted, tempered
from triage.core.subject import left_open
from triage.core.text import Document

EVEN = {"1.1": 0.3, "1.8": 0.4, "2.2": 0.3}


def _best(items: dict[str, float], text: str) -> str:
    found = tempered(items, (Document("body", text),))
    assert sum(found.values()) == pytest.approx(1.0)
    return max(found, key=lambda number: found[number])


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("Solicito a transferência das linhas (27) 3256-4021 e 4022 para o novo quartel.", "1.1"),
        ("Solicito a transferência do circuito de dados para o novo quartel.", "1.8"),
        ("O link de internet vai para o outro prédio.", "1.8"),
        ("Vamos mudar de prédio.", "1.8"),  # neither side named: the classifier's word stands
        ("A linha e o circuito vão para o novo prédio.", "1.8"),  # both named: likewise
    ],
)
def test_a_one_sided_text_rules_the_other_side_out(text: str, item: str) -> None:
    """Where the things of one side alone are named."""
    assert _best(EVEN, text) == item


def test_terminals_are_no_ramais() -> None:
    """1.3 and 1.2 differ in what is installed."""
    even = {"1.2": 0.5, "1.3": 0.5}
    assert _best(even, "Instalar dois terminais não residenciais.") == "1.3"
    assert _best(even, "Precisa de 3 linhas comuns (TNR, sem PABX). Tel. (27) 3636-5244 ramal 12") == "1.3"
    assert tempered(even, (Document("body", "Instalar um ramal e um terminal."),)) == even
    assert tempered(even, (Document("body", "Instalar o ramal 5244 no lugar do terminal."),)) == even
    assert tempered(even, (Document("body", "o terminal 3636-1001, ramal 3636-1002"),)) == even


def test_items_of_neither_side_keep_their_share_among_themselves() -> None:
    """Only the other side loses."""
    found = tempered({"2.2": 0.4, "2.5": 0.4, "1.8": 0.2}, (Document("body", "a conta da linha"),))
    assert found["2.2"] == pytest.approx(found["2.5"])
    assert found["1.8"] < 0.02


def test_without_probabilities_there_is_nothing_to_temper() -> None:
    """A silent model stays silent."""
    assert tempered({}, (Document("body", "linha"),)) == {}


def test_a_fresh_subject_backs_its_item() -> None:
    """One designation makes its item likelier; none or two say nothing."""
    items = {"2.2": 0.6, "2.5": 0.4}
    found = backed(items, ("2.5",))
    assert found["2.5"] > found["2.2"]
    assert sum(found.values()) == pytest.approx(1.0)
    assert backed(items, ()) == backed(items, ("2.2", "2.5")) == items


@pytest.mark.parametrize(
    ("above", "waits"),
    [
        ("Já são vinte dias e a conta não veio. Vai abaixo o que escrevi.", True),
        ("Reencaminho o requerimento abaixo, sobre o qual não recebi resposta.", True),
        ("Segue para providências.", False),
        ("Conforme abaixo, favor atender até sexta.", False),
    ],
)
def test_who_forwards_a_request_and_says_that_it_waits_follows_it_up(above: str, waits: bool) -> None:
    found = awaited({"2.2": 0.7, "1.12": 0.3}, above)
    assert (max(found, key=found.__getitem__) == "1.12") is waits
    assert sum(found.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("above", "best"),
    [
        ("Desde o dia 4 esperamos, e ninguém apareceu.", "1.12"),
        ("Desde o dia 4 esperamos o bloqueio, e ninguém apareceu.", "1.6"),
        ("Segue, sem resposta até agora.", "1.12"),
        ("Reitero o pedido abaixo.", "1.12"),
        ("Não recebemos protocolo nem data.", "1.12"),
        ("O pedido não foi atendido.", "1.12"),
        ("Faz um mês e meio. Alguém olhou?", "1.12"),
        ("Faz um mês que mandei isto.", "1.12"),
        ("Pedi há mais de vinte dias.", "1.12"),
        ("Nadinha até hoje.", "1.12"),
        ("Até a presente data sem execução.", "1.12"),
        ("Está parado desde agosto.", "1.12"),
        ("Ficou esquecido na operadora.", "1.12"),
        ("Peço uma posição.", "1.12"),
        ("Tem notícia disto? Poderia verificar o andamento?", "1.12"),
    ],
)
def test_who_waits_and_names_no_service_asks_for_nothing_else(above: str, best: str) -> None:
    found = awaited({"1.6": 0.98, "1.12": 0.02}, above)
    assert max(found, key=found.__getitem__) == best


@pytest.mark.parametrize(
    "above",
    [
        "Pessoal, ficou parada a sala, por isso segue o pedido.",
        "A Ana esqueceu de copiar vocês, segue o pedido dela.",
        "Segue o pedido da colega, até hoje ela não tinha o e-mail de vocês.",
        "Segue o pedido. Não houve tempo de mandar antes.",
        "Não recebi a folhinha, mas segue o pedido.",
        "Segue pedido. Já faz 3 meses que o setor mudou.",
        "Insisto que a assinatura é do secretário. Fico no aguardo de uma posição.",
        "Favor dar andamento.",
    ],
)
def test_who_waits_for_something_else_forwards_a_request_of_its_own(above: str) -> None:
    """Taken for a nudge it would be accepted, and nobody would be told what it lacks."""
    found = awaited({"1.6": 0.98, "1.12": 0.02}, above)
    assert max(found, key=found.__getitem__) == "1.6"


def test_the_state_of_a_circuits_repair_stays_one() -> None:
    assert awaited({"1.11": 0.8, "1.12": 0.2}, "O prazo abaixo estourou. Alguém sabe do andamento?") == {
        "1.11": pytest.approx(0.8),
        "1.12": pytest.approx(0.2),
    }


def test_a_subject_of_certificates_says_not_whether_they_are_to_be_sent() -> None:
    assert backed({"3.1": 0.3, "3.2": 0.7}, ("3.1",)) == {"3.1": 0.3, "3.2": 0.7}


def test_a_subject_that_fits_two_items_makes_neither_likelier() -> None:
    assert backed(EVEN, ("1.1", "1.8")) == EVEN


def test_a_circuit_is_met_by_the_letters_it_begins_with() -> None:
    """What is looked for before the pattern is part of each of its alternatives, and of each text that it matches."""
    for said in ("um link novo", "o E1 caiu", "dois E1s", "a LAN-to-LAN", "dois troncos", "200 megas", "VTA/1"):
        assert _best(EVEN, said) == "1.8", said
    assert all(len(letters) > 1 and letters in _CIRCUITS.pattern for letters in _IN_CIRCUITS)


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Mudança de endereço", {"1.1", "1.8"}),
        ("MUDANCA DE ENDERECO", {"1.1", "1.8"}),
        ("Cancelamento", {"1.1", "1.8"}),
        ("Solicitação de cancelamento urgente", {"1.1", "1.8"}),
        ("Mudança", set()),
        ("Mudança de número", set()),
        ("Cancelamento de linhas fixas", set()),
        ("Cancelamento de circuitos", set()),
        ("IASES", set()),
        ("Endereço", set()),
        ("Cancelamento da reunião", set()),
        ("", set()),
    ],
)
def test_a_title_cut_short_leaves_lines_and_circuits_open(subject: str, expected: set[str]) -> None:
    """Negócios among the recipients made a circuit that moves one that is installed."""
    assert left_open(subject) == expected


def test_what_is_left_open_is_made_likelier() -> None:
    found = hinted({"1.1": 0.1, "1.7": 0.6, "1.8": 0.3}, frozenset({"1.1", "1.8"}))
    assert found["1.8"] > found["1.7"] > found["1.1"] / 2
    assert sum(found.values()) == pytest.approx(1)
    assert hinted(EVEN, frozenset()) == EVEN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Quatro ramais virtuais, e uma linha para o fax.", True),
        ("Dois RVA no balcão e um terminal no elevador.", True),
        ("Um ramal virtual avulso, pois no local não há nenhum ponto de voz.", False),
        ("Dois terminais não residenciais; contato (27) 3636-1234, ramal 12.", False),
    ],
)
def test_ramais_and_terminals_together_need_a_word_for_each(text: str, expected: bool) -> None:
    documents = (Document("body", text),)
    assert both_named(frozenset({"1.2", "1.3"}), documents) is expected
    assert both_named(frozenset({"1.2", "2.2"}), documents)
