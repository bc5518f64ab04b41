"""What may be the field that a message seems to lack (DOMAIN: to demand what is there is the worst mistake)."""

from collections.abc import Callable

import pytest

from triage.core.fields.gather import Gathered
from triage.core.message import Address
from triage.core.vocabulary import Field

Read = Callable[..., Gathered]
DEPARTMENT = Address("Protocolo SEDU", "protocolo@sedu.es.gov.br")
LINE = "Peço a mudança do número da linha (27) 3636-2590."


@pytest.mark.parametrize(
    "text",
    [
        f"Bom dia, por ordem de Creuza Belisário da folha de pagamento. {LINE}",
        f"{LINE} Valter Nossa Coser me pediu que escrevesse hoje.",
        f"A sala onde Jandira Pretti trabalha mudou. {LINE}",
    ],
)
def test_words_written_as_a_name_is_may_be_the_requester(read: Read, text: str) -> None:
    """Nothing vouches for whose name it is."""
    found = read(text, author=DEPARTMENT)
    assert Field.REQUESTER_NAME not in found.found
    assert Field.REQUESTER_NAME in found.perhaps


@pytest.mark.parametrize(
    "text",
    [
        LINE,
        f"Prezada Karolina Ramos, {LINE}",
        f"{LINE} Fica no Palácio Sônia Cabral, ao lado da Escola Maria Ortiz.",
        f"{LINE}\nJandira\nSetor de Logística",
        f"{LINE} O ramal é da Ana Escola não sabe de quem.",
    ],
)
def test_first_names_places_and_whom_it_is_written_to_are_no_requester(read: Read, text: str) -> None:
    assert Field.REQUESTER_NAME not in read(text, author=DEPARTMENT).perhaps


def test_a_name_that_was_found_is_not_perhaps_there(read: Read) -> None:
    found = read(f"{LINE}\n\nAna Souza\nFixo (27) 3636-1000, celular (27) 99812-4470", says_why=0.9)
    assert {Field.REQUESTER_NAME, Field.LANDLINE, Field.MOBILE, Field.REASON} <= set(found.found)
    assert not found.perhaps


def test_a_landline_that_is_hardly_the_line_may_be_a_contact(read: Read) -> None:
    """The line that is asked about, and nothing else, is not."""
    unclear = read("Favor cancelar o 3636-2590 em outubro. No (27) 3636-4411 tem gente o dia inteiro.")
    assert Field.LANDLINE not in unclear.found
    assert Field.LANDLINE in unclear.perhaps
    assert Field.LANDLINE not in read(f"Bom dia. {LINE} Obrigada.\n\nSetor de Compras").perhaps


@pytest.mark.parametrize(("says_why", "perhaps"), [(0.02, False), (0.1, True)])
def test_a_bare_why_may_be_one(read: Read, says_why: float, perhaps: bool) -> None:
    """Far less likely than not, and yet more likely than is worth a wrong demand."""
    found = read(LINE, says_why=says_why)
    assert Field.REASON not in found.found
    assert (Field.REASON in found.perhaps) is perhaps
