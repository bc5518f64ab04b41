"""The address of the service: labelled or a street, never the signature's."""

import pytest

from triage.core.fields.place import find_place
from triage.core.statement import Statement
from triage.core.text import Document


def place(text: str, signature: str = "", *forms: str) -> str:
    body = Document("body", text + signature)
    documents = tuple(Document("form:f", form) for form in forms)
    return find_place(Statement(body, len(text), (), documents, Document("subject", ""), ()))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cancelar a linha da Rua Sete de Setembro, 362, Centro, pois fechou.", "Rua Sete de Setembro, 362, Centro"),
        ("Endereço de instalação: Av. César Hilal, 1111 - Vitória\nConta 1", "Av. César Hilal, 1111 - Vitória"),
        ("mudar da Rua A, 1 para outro lugar.\nNovo endereço: Praça João Clímaco, 20", "Praça João Clímaco, 20"),
        ("bloquear a linha da recepção", ""),
    ],
)  # fmt: skip
def test_the_place_is_found(text: str, found: str) -> None:
    assert place(text) == found


def test_the_forms_address_goes_before_the_texts() -> None:
    assert place("na Rua A, 1", "", "Endereço de instalação | Rua B, 2 | x") == "Rua B, 2"


def test_the_signatures_address_is_not_the_services() -> None:
    assert place("bloquear a linha", "\nAna\nRua C, 3") == ""
