"""Numbers in words, there and back."""

from hypothesis import given
from hypothesis import strategies as st

from triage.core.fields.numerals import numeral_beginning, numeral_ending, value_of
from triage.core.text import Document, fold

WORDS = """
zero um dois três quatro cinco seis sete oito nove dez onze doze treze quatorze quinze dezesseis dezessete \
dezoito dezenove
vinte trinta quarenta cinquenta sessenta setenta oitenta noventa
cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos
"""
UNITS, TENS, HUNDREDS = (line.split() for line in WORDS.strip().split("\n"))


def spelt(number: int) -> str:
    """The number as a notary writes it."""
    if number >= 1_000:
        thousands, rest = divmod(number, 1_000)
        head = "mil" if thousands == 1 else f"{spelt(thousands)} mil"
        return head if not rest else f"{head} e {spelt(rest)}"
    if number == 100:
        return "cem"
    parts = [HUNDREDS[number // 100 - 1]] if number >= 100 else []
    rest = number % 100
    if rest >= 20:
        parts.append(TENS[rest // 10 - 2])
        rest %= 10
    if rest or not parts:
        parts.append(UNITS[rest])
    return " e ".join(parts)


@given(st.integers(min_value=0, max_value=999_999))
def test_every_number_is_read_back_from_either_end(number: int) -> None:
    document = Document("body", spelt(number))
    last = len(document.words) - 1
    assert numeral_ending(document, last) == (0, number)
    assert numeral_beginning(document, 0) == (last + 1, number)


@given(st.text(max_size=40))
def test_any_text_spells_a_number_or_none(text: str) -> None:
    found = value_of(fold(text).split())
    assert found is None or found >= 0
