"""The number of the conta customizada (clause 4.4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.fields.account import find_custom_account
from triage.core.text import Document


def account(text: str, name: str = "body") -> str | None:
    found = find_custom_account(Document(name, text))
    return found[0].value if found else None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Conta Customizada nº 5016044121", "5016044121"),
        ("conta customizada: 0331-5", "0331-5"),
        ("conta customizada 41020-X, por favor", "41020-X"),
        ("CONTA CUSTOMIZADA..: 744.827.812", "744.827.812"),
        ("conta customizada 0091-7733.", "0091-7733"),
        ("na conta 990-2 em duas", "990-2"),
        ("Conta 5504.", "5504"),
        ("Cta. customizada 4040997529", "4040997529"),
        ("conta costumizada 12345", "12345"),
        ("conta 767.460.161 (customizada)", "767.460.161"),
        ("cc 445112 (conta customizada)", "445112"),
        ("conta_customizada=100482", "100482"),
        ("da conta customizada da Secretaria, a de número 77-001928, no", "77-001928"),
        ("o número da tal conta customizada eu achei na fatura: 277101282.", "277101282"),
        ("conta customizada:\n270.555.123", "270.555.123"),
        ("Conta Customizada (SEDU) 2701234", "2701234"),
        ("Conta customizada | Linha\n5504-1 | (27) 3636-1234", "5504-1"),
    ],
)
def test_in_any_spelling(text: str, value: str) -> None:
    assert account(text) == value


def test_in_a_form_the_label_conta_is_enough() -> None:
    assert (
        account("CNPJ | 27.080.571/0001-30\nConta | 2715479955\nFixo | (27) 3636-1234", "form:f.xlsx") == "2715479955"
    )


@pytest.mark.parametrize(
    "text",
    [
        "a conta de 05/2026",
        "a conta do telefone 2732676703",
        "incluir na conta customizada a linha 2732141234",
        "incluir na conta customizada o número (27) 3636-1234",
        "Banco Banestes, ag. 123, conta 12345-6",
        "mudar a conta customizada do dia 10 para o dia 20",
        "a conta veio 5000 reais",
        "conta customizada, CNPJ 27.080.571/0001-30",
        "conta customizada de 2026",
    ],
)
def test_what_is_another_number(text: str) -> None:
    assert account(text) is None


@given(
    st.from_regex(r"[1-9]\d{4,9}(-\d)?", fullmatch=True),
    st.sampled_from(["conta customizada {}", "Conta Customizada: {}", "CONTA CUSTOMIZADA Nº {}"]),
)
def test_every_number_named_so_is_read_back(number: str, spelling: str) -> None:
    assert account(spelling.format(number)) == number
