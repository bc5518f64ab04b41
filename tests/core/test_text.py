"""Folding keeps offsets, long texts are clipped, one slip of the keyboard is told from two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.text import LONGEST, Document, _words_of, _words_of_octets, clipped, clipped_at, fold, one_slip


@given(st.text(max_size=200))
def test_folding_keeps_the_length_and_is_done_once(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=200))
def test_every_word_stands_where_it_is_said_to(text: str) -> None:
    document = Document("body", text)
    assert all(document.folded[start:end] == word for start, end, word in document.words)
    assert all(document.folded[start].isdigit() for start in document.numbers)


def test_a_form_s_computed_decimals_are_no_numbers_but_what_may_be_one_stays() -> None:
    rows = "Valor | 12\n0.12345678901234567 | 0.98765432109876543\nR$\n0.12345678901234567"
    form, body = Document("form:a.xlsx", rows), Document("body", rows)
    assert [rows[at : at + 3] for at in form.numbers] == ["12\n", "0.1", "123"]
    assert form.numbers[1] == rows.rindex("0.1")
    assert len(body.numbers) == 7


def test_of_a_form_s_computed_decimals_the_first_and_the_last_number_stay() -> None:
    rows = "Órgão | 0.12345678901234567 | 0.22345678901234567\n0.32345678901234567\nSala 3"
    form = Document("form:a.xlsx", rows)
    assert form.told == "orgao | 0\nsala 3"
    assert [word for _, _, word in form.words] == ["orgao", "0", "32345678901234567", "sala", "3"]
    assert all(form.folded[start:end] == word for start, end, word in form.words)
    assert Document("body", rows).told == Document("body", rows).folded


def test_accents_and_capitals_go() -> None:
    assert fold("AÇÃO à 2ª via, nº 3") == "acao a 2a via, no 3"


def test_a_long_text_keeps_its_head_and_its_tail() -> None:
    text = "a" * 50_000 + "Maria Santos"
    assert len(clipped(text)) == LONGEST
    assert clipped(text).endswith("Maria Santos")
    assert clipped(text)[clipped_at(text, 50_000) :] == "Maria Santos"
    assert clipped("short") == "short"


@pytest.mark.parametrize("seen", ["contestaçao", "contestacaoo", "contestcao", "contesatcao", "xontestacao"])
def test_one_slip_is_forgiven(seen: str) -> None:
    assert one_slip(fold(seen), "contestacao")


@pytest.mark.parametrize("seen", ["contestado", "prorrogacao", "contestar", ""])
def test_two_slips_are_not(seen: str) -> None:
    assert not one_slip(seen, "contestacao")


@given(st.text(st.characters(max_codepoint=127)) | st.text("a9 _.-\n\x1c"))
def test_words_split_off_by_octets_are_those_of_the_pattern(text: str) -> None:
    """With the places, whatever the text begins and ends with."""
    folded = fold(text)
    assert tuple(_words_of_octets(folded)) == tuple(_words_of(folded))
