"""The operator's text told apart: a part for each request or line, and one part where it speaks of one thing."""

import pytest

from triage.config import load_bulletin
from triage.core.message import Address, Body, Message
from triage.core.operator_parts import Part, parts_of

BULLETIN = load_bulletin()
A, B = "+552736362590", "+552736362533"


def parts(own: str) -> tuple[Part, ...]:
    message = Message("<1@x>", (Address("", "k@oi.net.br"),), (), (), "", Body(own, len(own)))
    return parts_of(message, BULLETIN)


@pytest.mark.parametrize(
    "own",
    [
        "Segue a posição:\n\n- Linha (27) 3636-2590: bloqueio concluído.\n- Linha (27) 3636-2533: agendado para 30/11.",
        "(27) 3636-2590 - concluído\n(27) 3636-2533 - agendado para 30/11/2026\n\nQualquer dúvida, à disposição.",
        "A linha (27) 3636-2590 foi bloqueada, e a linha (27) 3636-2533 está agendada para 30/11.",
        "Bloqueio concluído na linha (27) 3636-2590. A (27) 3636-2533 ainda está em tratamento.",
        "Linha | Situação\n(27) 3636-2590 | Concluído\n(27) 3636-2533 | Agendado 30/11",
        "Concluídas:\n(27) 3636-2590\nAgendadas para 30/11:\n(27) 3636-2533",
    ],
)
def test_each_line_has_its_part(own: str) -> None:
    assert [part.lines for part in parts(own)] == [(A,), (B,)]


def test_each_protocol_and_each_case_number_has_its_part() -> None:
    found = parts("Protocolo 2026.1145.10001 - executado.\n\nProtocolo 2026.1145.10002 - não foi possível atender.")
    assert [part.about for part in found] == [("2026.1145.10001",), ("2026.1145.10002",)]
    assert [part.said for part in found] == ["executado", "não foi possível atender"]
    found = parts("Caso 2026-000001: concluído.\nCaso 2026-000002: agendado para amanhã.")
    assert [part.about for part in found] == [("2026-000001",), ("2026-000002",)]


def test_a_line_without_its_area_code_is_named_by_eight_digits() -> None:
    assert [part.lines for part in parts("3636-2590 - concluído\n3636-2533 - agendado")] == [
        ("36362590",),
        ("36362533",),
    ]


@pytest.mark.parametrize(
    "own",
    [
        "O bloqueio da linha (27) 3636-2590 foi concluído. Protocolo 2026.1145.55501.",
        "A mudança da linha (27) 3636-2590 foi concluída. O novo número é (27) 3636-2777.",
        "As linhas (27) 3636-2590 e (27) 3636-2533 foram bloqueadas.",
        "Foram bloqueadas as linhas abaixo:\n(27) 3636-2590\n(27) 3636-2533",
        "Linha (27) 3636-2590 bloqueada. Dúvidas, ligue para (27) 3131-4040.",
        "Bom dia! Serviço concluído.",
        "",
    ],
)
def test_one_thing_has_no_parts(own: str) -> None:
    assert parts(own) == ()


def test_a_text_of_thousands_of_lines_names_no_parts() -> None:
    """A hostile or mistaken list is left to the whole: it costs no more than one reading."""
    assert parts("\n".join(f"(27) 3636-{1000 + number}: concluído" for number in range(500))) == ()
