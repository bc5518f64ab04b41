"""Whether a second copy is wanted, and as what (DOMAIN, `second_copy`)."""

import pytest

from triage.core.fields.second_copy import find_second_copy
from triage.core.text import Document


def wish(text: str) -> tuple[str, str] | None:
    found = find_second_copy(Document("body", text))
    return (found[0].value, found[0].problem) if found else None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Desejo a 2ª via em PDF.", "PDF"),
        ("quero segunda via (excel)", "EXCEL"),
        ("2a via: sim, txt", "TXT"),
        ("2ª via: Sim. Formato: PDF", "PDF"),
        ("2ª via (PDF/TXT/EXCEL): PDF", "PDF"),
        ("2ª via (x) sim ( ) não - (x) PDF ( ) TXT ( ) EXCEL", "PDF"),
        ("E mandem a via corrigida em PDF.", "PDF"),
        ("Mandem de novo a conta em PDF, tá?", "PDF"),
        ("pode mandar o boleto novo em PDF", "PDF"),
        ("Deseja 2ª via? Sim | Tipo: EXCEL", "EXCEL"),
        ("não recebi a conta, quero a 2ª via em PDF", "PDF"),
        ("não desejamos 2ª via", "no"),
        ("2ª via: não", "no"),
        ("2ª via ( ) sim (x) não", "no"),
        ("dispenso a segunda via", "no"),
        ("sem 2ª via", "no"),
        ("não é necessário reenviar a conta", "no"),
    ],
)
def test_a_wish_or_a_refusal_in_any_words(text: str, value: str) -> None:
    assert wish(text) == (value, "")


def test_a_wish_without_a_format_lacks_one() -> None:
    assert wish("Quero a 2ª via.") == ("", "sem o tipo de envio")


@pytest.mark.parametrize("text", ["segue a fatura em PDF anexa", "peço mais prazo para a conta", "formulário em PDF"])
def test_a_file_that_came_along_is_no_wish(text: str) -> None:
    assert wish(text) is None
