"""What may be the field that a message seems to lack (DOMAIN: to demand what is there is the worst mistake)."""

from collections.abc import Callable

import pytest

from triage.core.fields.gather import Gathered
from triage.core.message import Address, Attachment
from triage.core.verdict import Finding, Presence
from triage.core.vocabulary import Field

Read = Callable[..., Gathered]
DEPARTMENT = Address("Protocolo SEDU", "protocolo@sedu.es.gov.br")
LINE = "Peço a mudança do número da linha (27) 3636-2590."


def perhaps(found: Gathered, field: Field, presence: Presence = Presence.MISSING) -> bool:
    """Whether a field that is not there as it should be may be there; it must really not be."""
    there = found.found.get(field)
    assert (there.presence if there else Presence.MISSING) is presence
    return field in found.perhaps([Finding(field, presence)])


@pytest.mark.parametrize(
    "text",
    [
        f"Bom dia, por ordem de Creuza Belisário da folha de pagamento. {LINE}",
        f"{LINE} Valter Nosso me pediu que escrevesse hoje, e aqui estou eu.",
        f"{LINE}\n\nAtt.\n\nKleverson Praia\nSetor de Compras",
        f"{LINE}\n\nAtt.\n\nEnf. Jorvânia Nossa - UTIN",
    ],
)
def test_words_written_as_a_name_is_may_be_the_requester(read: Read, text: str) -> None:
    """Nothing vouches for whose name it is, or that it is one."""
    assert perhaps(read(text, author=DEPARTMENT), Field.REQUESTER_NAME)


@pytest.mark.parametrize(
    "text",
    [
        LINE,
        f"Prezada Karolina Ramos, {LINE}",
        f"Prezado Cleber Mantovani, {LINE}",
        f"{LINE} Fica no Palácio Sônia Cabral, ao lado da Escola Maria Ortiz.",
        f"{LINE}\nJandira\nSetor de Logística",
        f"{LINE}\n\nAtt.\n\nSecretaria Escolar\nVila Velha\nBom Dia",
    ],
)
def test_first_names_places_and_whom_it_is_written_to_are_no_requester(read: Read, text: str) -> None:
    assert not perhaps(read(text, author=DEPARTMENT), Field.REQUESTER_NAME)


def test_what_was_found_is_not_perhaps_there(read: Read) -> None:
    found = read(f"{LINE}\n\nAna Souza\nFixo (27) 3636-1000, celular (27) 99812-4470", says_why=0.9)
    fields = (Field.REQUESTER_NAME, Field.LANDLINE, Field.MOBILE, Field.REASON)
    assert not found.perhaps(found.required(fields))


def test_where_there_is_no_number_at_all_none_may_be_a_contact(read: Read) -> None:
    found = read("Favor bloquear.")
    assert not perhaps(found, Field.LANDLINE)
    assert not perhaps(found, Field.MOBILE)


def test_a_landline_that_is_hardly_the_line_may_be_a_contact(read: Read) -> None:
    """The line that is asked about, and nothing else, is not."""
    unclear = read("Favor cancelar o 3636-2590 em outubro. No (27) 3636-4411 tem gente o dia inteiro.")
    assert perhaps(unclear, Field.LANDLINE)
    assert not perhaps(read(f"Bom dia. {LINE} Obrigada.\n\nSetor de Compras"), Field.LANDLINE)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Mudar a linha (27) 3636-2590 para a sala nova, disque (27) 3636-4411 e peça o setor.", True),
        ("Favor cancelar o ramal 27 3636-2590, a sala fechou. O (27) 3636-4411 é aqui do lado.", True),
        ("Favor cancelar o ramal 27 3636-2590 da sala dos fundos e a linha (27) 3636-4411.", False),
        ("Favor cancelar o ramal 27 3636-2590 e o (27) 3636-4411.", False),
        ("27 3636-4418: bloquear DDD e celular. Hoje, se der.", True),
        ("Favor cancelar o 27 3636-2590, o da sala dos fundos, sim, o 27 3636-2590.", False),
    ],
)
def test_a_landline_of_which_nothing_is_asked_may_be_a_contact(read: Read, text: str, told: bool) -> None:
    assert perhaps(read(text), Field.LANDLINE) is told


def test_a_mobile_is_hardly_ever_the_line(read: Read) -> None:
    modem = "Inclua na fatura o circuito e o acesso do modem 27 99518-4000, linha de dados cancelada. Bloquear."
    assert perhaps(read(modem), Field.MOBILE)


def test_an_area_code_behind_both_numbers_may_be_meant_for_both(read: Read) -> None:
    """It serves what follows (DOMAIN); whether what stands before it, too, is for a person."""
    behind = read(f"{LINE}\n\nAna Souza\n3636-8050 e 99232-0418 (27)")
    assert perhaps(behind, Field.LANDLINE, Presence.INVALID)
    assert not perhaps(read(f"{LINE}\n\nAna Souza\n3636-8050\n(27) 99232-0418"), Field.LANDLINE, Presence.INVALID)


@pytest.mark.parametrize(("says_why", "told"), [(0.02, False), (0.1, True)])
def test_a_bare_why_may_be_one(read: Read, says_why: float, told: bool) -> None:
    """Far less likely than not, and yet more likely than is worth a wrong demand."""
    assert perhaps(read(LINE, says_why=says_why), Field.REASON) is told


@pytest.mark.parametrize(
    ("field", "told", "not_told"),
    [
        (Field.CNPJ, "Nosso número: 27 # 080 # 571 # 0001 # 30.", "Nosso número: 27 # 080 # 571 # 0001 # 31."),
        (Field.COMPANY_NAME, "Na pasta da Educação falta tudo.", "Da Secretaria de Estado."),
        (Field.BILL_AMOUNT, "São R$ e tantos.", "É pouca coisa."),
        (Field.SECOND_COPY, "Como PDF fica bom.", "Fica bom."),
        (Field.CUSTOM_ACCOUNT, "Ver 778.120 das contas.", "Ver 778.120 da lista."),
        (Field.CERTIFICATE, "Precisamos daquela dos municipais.", "Precisamos daquela."),
    ],
)
def test_a_trace_of_a_datum_is_enough(read: Read, field: Field, told: str, not_told: str) -> None:
    """An amount, a date, a format, a number beside the word for an account, in no shape that the rules know."""
    assert perhaps(read(told), field)
    assert not perhaps(read(not_told), field)


def test_whatever_a_nudge_brings_along_may_be_the_original(read: Read) -> None:
    """A picture of a screen may show it; nothing at all does not."""
    picture = Attachment("image001.png", "image/png", 900)
    assert perhaps(read("E o meu caso?", attachments=(picture,)), Field.ORIGINAL_REQUEST)
    assert perhaps(read("E o meu caso?", quoted="Bom dia."), Field.ORIGINAL_REQUEST)
    assert not perhaps(read("E o meu caso?"), Field.ORIGINAL_REQUEST)
