"""Month, amount and original due date of a bill (DOMAIN, 2.2 prorrogação)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.fields.bill import find_amount, find_due_date, find_month
from triage.core.text import Document


def body(text: str) -> Document:
    return Document("body", text)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("R$ 1.234,56", "1234.56"),
        ("R$1234,56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("R$ 1234.56", "1234.56"),
        ("R$ 1,234.56", "1234.56"),
        ("R$ 2 345,10", "2345.10"),
        ("350 reais", "350.00"),
        ("valor: 350", "350.00"),
        ("R$ 1.234.567,89", "1234567.89"),
        ("R$ ٣٤٥,٦٧", "345.67"),
    ],
)
def test_an_amount_in_any_spelling(written: str, value: str) -> None:
    assert [m.value for m in find_amount(body(f"{written} de conta"))] == [value]


def test_the_total_goes_before_fines_and_parts() -> None:
    found = find_amount(body("com multa de R$ 5,00, a fatura no valor de R$ 105,00"))
    assert found[0].value == "105.00"


@pytest.mark.parametrize("written", ["10,5%", "CNPJ 27.080.571/0001-30", "(27) 3636-1234", "29.050-335", "em 05/2026"])
def test_what_is_no_amount(written: str) -> None:
    assert find_amount(body(written)) == ()


@given(st.decimals(min_value="0.01", max_value="9999999.99", places=2))
def test_every_amount_is_read_back(amount: Decimal) -> None:
    written = f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
    assert [m.value for m in find_amount(body(f"valor R$ {written}."))] == [f"{amount:.2f}"]


@pytest.mark.parametrize(
    "text",
    [
        "vencimento original 10/06/2026, novo vencimento 30/06/2026",
        "passar de 10/06/2026 para 30/06/2026",
        "a conta vence em 10/06/2026; pagaremos em 30/06/2026",
        "Vitória, 01 de junho de 2026.\nVencimento: 10/06/2026",
        "venc. 10.06.26 prorrogar até 30.06.26",
    ],
)
def test_the_original_due_date_and_not_the_new_one(text: str) -> None:
    assert find_due_date(body(text), 2026)[0].value == "2026-06-10"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("fatura de 05/2026 com vencimento 06/2026", "2026-05"),
        ("referência: mai/26", "2026-05"),
        ("período de 16/04/2026 a 15/05/2026", "2026-05"),
        ("período de 16/04 a 15/05/2026", "2026-05"),
    ],
)
def test_the_bills_month(text: str, value: str) -> None:
    found = find_month(body(text))
    assert (found[0].value, found[0].problem) == (value, "")


def test_a_period_without_its_year_gives_no_month() -> None:
    assert all(mention.problem for mention in find_month(body("período de 16/04 a 15/05")))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("quatro mil e duzentos reais", "4200.00"),
        ("mil trezentos e quarenta e cinco reais e sete centavos", "1345.07"),
        ("um milhão de reais", "1000000.00"),
        ("cem reais", "100.00"),
    ],
)
def test_an_amount_in_words(written: str, value: str) -> None:
    assert [m.value for m in find_amount(body(f"no valor de {written}, da linha"))] == [value]


@pytest.mark.parametrize("written", ["dois ramais reais", "o valor real", "os reais motivos"])
def test_real_is_not_always_money(written: str) -> None:
    assert find_amount(body(written)) == ()


def test_the_sign_of_the_next_cell_makes_no_amount_of_a_year() -> None:
    found = find_amount(body("Mês da conta\tValor\nsetembro/2026\tR$ 2.764,90"))
    assert [m.value for m in found] == ["2764.90"]
