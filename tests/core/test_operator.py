"""The operator's number for a request, and the date that it promises (DOMAIN, "What the operator says")."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.message import Address, Body, Message
from triage.core.operator import operator_word
from triage.core.policy import Policy
from triage.core.protocol import find_protocol
from triage.core.reading import SILENT, Reading
from triage.core.text import Document
from triage.core.vocabulary import OperatorStatus


def protocol(text: str, *, bare: bool = False) -> str | None:
    found = find_protocol(Document("body", text), bare=bare)
    return found.text if found else None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Protocolo: 20261234567", "20261234567"),
        ("registrado sob o protocolo nº 88127.", "88127"),
        ("Prot. 2026 0004 1187 – em curso", "202600041187"),
        ("Protocolo: 2026 1102 774 019, linha (27) 3636-1234", "20261102774019"),
        ("PROTOCOLO 2026 0914 330 172 3636-1234", "20260914330172"),
        ("Pedido principal: 2026-1187342. Não há pendências.", "2026-1187342"),
        ("Protocolo | Serviço | Linha\n20260914-50283 | 2ª via | (27) 3636-6712", "20260914-50283"),
        ("LINHA\tOS\tSITUAÇÃO\n3636-6712\t5540221\tEXECUTADA", "5540221"),
        ("OS.....: 7001 4482 16\nTIPO...: MUD END", "7001448216"),
        ("Protocolo 26 0715 1180: serviço realizado", "2607151180"),
        ("A ordem V.208.114-C já está concluída", "V.208.114-C"),
        ("CRQ 2026 0088 4412", "202600884412"),
        ("Protocolo | 2026 0917 445 31\nLinha | (27) 3636-4283", "2026091744531"),
        ("Chamado: 2026 0827 0041 73", "20260827004173"),
        ("protocolo 2026 1102 774 019 27 3636-1234", "20261102774019"),
        ("Prot. 2026 0004 27 3636 1234", "20260004"),
        ("O.S. 771 9043 28\n\nValdeci", "771904328"),
        ("o pedido ganhou o nº 84-55102.", "84-55102"),
        ("o resultado do protocolo 20261105 60044:", "2026110560044"),
        ("BD 7719204 | Téc.: Gessé", "7719204"),
        ("Nº de controle 4.118.902", "4.118.902"),
        ("OS 5531-0026 gerada", "5531-0026"),
        ("OS baixada, nº 5540-2219", "5540-2219"),
        ("Registrei sob o nº 8-4410027719 e encaminhei.", "8-4410027719"),
        ("Com isso o 1-90884410 fica para trás.", "1-90884410"),
        ("Pedido aberto sob o nº 4471-0926", "4471-0926"),
        ("o dos ramais é o pedido 5590-2231", "5590-2231"),
        ("Abri hoje, é a 26-118.904", "26-118.904"),
        ("sua reclamação 2026.3301.88 seguiu", "2026.3301.88"),
        ("O.S. 5531.0026 encerrada", "5531.0026"),
        ("Ordem de serviço 1-51B660A executada", "1-51B660A"),
        ("seu pedido recebeu o número 2027/00418", "2027/00418"),
        ("Chamado CH-2219001 reprogramado", "CH-2219001"),
        ("20270100040017 (protocolo)", "20270100040017"),
        ("CT90017 é o protocolo da contestação", "CT90017"),
        ("SR-0101220\nServiço: retirada", "SR-0101220"),
        ("Protocolo segue o mesmo, 26-55410.", "26-55410"),
        ("Pedido em curso (solicitação n. 7799020).", "7799020"),
        ("bilhete 92.431.630 aceito", "92.431.630"),
        ("Chamado ontem no 0800, ticket 8841207", "8841207"),
        ("Contestação procedente, processo 2027.8832.82540.", "2027.8832.82540"),
        ("Falei com ela por telefone. 1-212125227.", "1-212125227"),
        ("Prot. 8 4410 0277, em curso", "844100277"),
        ("CNPJ 27.080.571/0001-30, pedido nº 4471-0926", "4471-0926"),
        ("(27) 3636-1234, pedido nº 4471-0926", "4471-0926"),
        ("o 4471-0926 (pedido)", "4471-0926"),
        ("Reclamação 4471-0926 procedente", "4471-0926"),
        ("OS encerrada ontem, nº 20261130998877", "20261130998877"),
        ("Pedido nº 1 000 447 812 em andamento", "1000447812"),
        ("a instalação da OS 61 88 04 77 foi adiada", "61880477"),
        ("Negociação registrada no nº 774120-26", "774120-26"),
        ("NOTA AUTOMÁTICA\nPedido: 620041975", "620041975"),
        ("Número do ramal: (27) 3736-1377. Pedido 55102846 encerrado.", "55102846"),
    ],
)
def test_a_number_in_every_spelling(text: str, number: str) -> None:
    assert protocol(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "Concluído o numero 27 999 991 234",
        "ordem executada hoje, 27 36 36 12 34",
        "protocolo 12 05 20 26",
        "protocolo 27 3636 1234",
        "ordem executada hoje, 31 3229 1188",
        "reparo 08 00 12 00",
        "Atendimento 0 800 031 080",
    ],
)
def test_a_phone_a_date_and_hours_in_groups_are_no_protocol(text: str) -> None:
    assert protocol(text) is None


def test_what_stands_in_a_signature_is_no_number_of_a_request() -> None:
    """It is the same below each of one's mails, and would tie them all to one case."""
    signed = "Instalação concluída.\n\nJonas Motta\nOi S.A. - ES, CAD-290503"
    sender = Address("Jonas Motta", "jonas@oi.net.br")
    message = Message("<1@oi.net.br>", (sender,), (), (), "RES: pedido", Body(signed, signed.index("Jonas")))
    assert operator_word(message, SILENT, Policy()).protocol is None
    assert protocol(signed, bare=True) == "CAD-290503"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("A ordem seguiu para a rede.\nCAD-012154", "CAD-012154"),
        ("Contestação de agosto, CO-26-33171, em análise.", "CO-26-33171"),
        ("Reproduzi o erro: INC0048812.", "INC0048812"),
        ("Está comigo, FAT#20931.", "FAT#20931"),
        ("Referente: TNR.0417.26", "TNR.0417.26"),
        ("Prezada Thaís,\n26-1469652. A linha já toca.", "26-1469652"),
        ("concluído ref-05-2026: 20251234567890.", "20251234567890"),
        ("instalação do VTA-948633 concluída", None),
        ("Tel-36361234, CEP-29050335, CNPJ-27080571", None),
        ("NF-123456 de mar-2026-12, Lei-14133, DDR-36361000", None),
        ("A fatura nº. 12345678 já foi lançada.", None),
        ("A conta n. 30012345678 foi atualizada.", None),
        ("contrato CT-12345, sala A-10203, wpp-27-99912345", None),
        ("a obra na BR-101 atrasou", None),
        ("o circuito VTA-30044 subiu", None),
        ("conta CT-700142", None),
        ("chamar no 27-99812-4470", None),
        ("Lei nº 14-133/2021", None),
    ],
)
def test_a_number_behind_a_sectors_letters_counts_where_nothing_is_called_the_protocol(
    text: str, number: str | None
) -> None:
    assert protocol(text) is None
    assert protocol(text, bare=True) == number


@pytest.mark.parametrize(
    "text",
    [
        "número 3636-1234 ativado",
        "o novo número é (27) 3636-1234",
        "pedido recebido em 10/04/2026",
        "protocolo em breve",
        "Protocolo | Linha\n(27) 3636-6712 | baixada",
        "Protocolo | Linha\n3636-6712 | 3636-6713",
        "Linha | Situação\n55403321 | ok",
        "pedido de 2026",
        "a conta nasceu: número 3020044",
        "fatura 05/2026 no valor de R$ 1.234,56",
        "CNPJ 27.080.571/0001-30",
        "Oi S.A., inscrita sob o nº 76.535.764/0001-43",
        "inscrito sob o nº 123.456.789-00",
        "prazo: 120h",
        "A solicitação no 3636-1234 foi executada",
        "Pedido 3636-1234: sem tom",
        "pedido 27 3636-1234",
        "Requisição 2736361234 atendida",
        "Solicitação 99988-7766 concluída",
        "Ligue sob o nº 3333-4444",
        "a rede opera sob 13800 volts",
        "pedido de cancelamento do 4471-0926",
        "número 4471-0926 ativado",
        "matrícula OI-77120",
        "sob o nº 27 3333-4444",
        "Ordem executada hoje, 3636-1234 com tom",
        "chamado encerrado, 3137-1001 bloqueada",
        "Atendimento SAC 0800 031 8031",
        "reparo aberto no 0800",
        "Matrícula 3-1234567",
        "Tel.: 3-36341234",
        "conta corrente nº 4-1234567-8",
        "3-3634-1234",
    ],
)
def test_a_line_a_date_an_amount_is_none(text: str) -> None:
    assert protocol(text) is None


def test_a_bare_number_counts_only_in_the_operators_own_text() -> None:
    assert protocol("Refiz com outra rota, 99202318.") is None
    assert protocol("Refiz com outra rota, 99202318.", bare=True) == "99202318"
    assert protocol("A linha 2736361234 está ativa.", bare=True) is None


def word(own: str, status: OperatorStatus, subject: str = "", quoted: str = "") -> tuple[str | None, str | None]:
    body = Body(own, len(own), quoted)
    message = Message("<1@x>", (Address("", "a@oi.net.br"),), (), (), subject, body, date="2026-08-04")
    said = operator_word(message, Reading({}, {}, {}, {status.value: 0.9}, 0.0, 0.5, ""), Policy())
    assert said.status is status
    return said.protocol, said.promised


def test_the_subjects_protocol_counts_where_the_text_gives_none_the_quoted_never() -> None:
    assert word("Em andamento.", OperatorStatus.ACKNOWLEDGED, "RES: Bloqueio - protocolo 88127") == ("88127", None)
    assert word("Em andamento.", OperatorStatus.ACKNOWLEDGED, quoted="protocolo 88127") == (None, None)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Pedido nº 4-7719 0032, aberto.", "4-77190032"),
        ("Ch. 310-88472 em campo.", "310-88472"),
        ("Protocolo: 2026 0914 00871.", "2026091400871"),
        ("Protocolo: CT 2026 550 917", "CT2026550917"),
        ("Pedido inserido no sistema sob nº 3-8840112.", "3-8840112"),
        ("Protocolo 20260914 27 3333-1234", "20260914"),
    ],
)
def test_a_number_as_written_without_spaces(text: str, number: str) -> None:
    assert word(text, OperatorStatus.ACKNOWLEDGED) == (number, None)


def test_a_scheduled_visit_gives_its_date() -> None:
    assert word("Reagendado de 10/08 para 12/08.", OperatorStatus.SCHEDULED)[1] == "2026-08-12"
    assert word("Concluído em 10/08.", OperatorStatus.COMPLETED)[1] is None


@given(st.from_regex(r"[1-9]\d{6,13}", fullmatch=True), st.sampled_from(["Protocolo {}", "protocolo nº {}.", "OS: {}"]))
def test_every_number_called_a_protocol_is_read_back(number: str, spelling: str) -> None:
    assert protocol(spelling.format(number)) == number


@given(st.text(max_size=300))
def test_it_never_raises(text: str) -> None:
    protocol(text, bare=True)
