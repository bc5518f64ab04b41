"""Telephone numbers are read in every spelling, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.fields.phone_numbers import AREA_CODES, Sort, find_numbers
from triage.core.text import Document


def values(text: str) -> list[str]:
    return [number.mention.value for number in find_numbers(Document("body", text))]


@pytest.mark.parametrize(
    "written",
    [
        "(27) 3636-1234",
        "(27)3636-1234",
        "27 3636-1234",
        "27 36361234",
        "27.3636.1234",
        "27-3636-1234",
        "27/3636-1234",
        "(27) 3636 1234",
        "2736361234",
        "(027) 3636-1234",
        "027 3636-1234",
        "0 27 3636-1234",
        "0xx27 3636-1234",
        "(0xx27) 3636-1234",
        "(0**27) 3636-1234",
        "+55 27 3636-1234",
        "+55 (27) 3636-1234",
        "+552736361234",
        "0055 27 3636-1234",
        "55 27 3636-1234",
        "27 | 3636-1234",
        "(27)\n3636-1234",
        "(27) 36 36 12 34",
        "3636-1234 (DDD 27)",
        "DDD 27: 3636-1234",
        "tel.: (27) 3636.1234 r. 2034",
        "(27) 3636-1234, ramal 2034",
        "contato:(27)3636–1234",
    ],
)
def test_a_landline_in_any_spelling(written: str) -> None:
    assert values(written) == ["+552736361234"]


@pytest.mark.parametrize("area", ["DDD 27 nos dois", "ambos DDD (27)", "os dois com DDD 027"])
def test_one_area_code_behind_all_numbers_of_a_line(area: str) -> None:
    assert values(f"3636-1234 (fixo) / 99876-5432 (cel), {area}") == ["+552736361234", "+5527998765432"]


def test_an_area_code_that_is_said_of_nobody_else_is_not_theirs() -> None:
    assert values("3636-1234 e 3636-1235; o DDD 27 mudou") == ["36361234", "36361235"]


@pytest.mark.parametrize(
    "said",
    [
        "bloquear DDD 21 para todos",
        "liberar DDD 27 em todos os ramais",
        "não faz DDD 11, todos",
        "todos sem DDD 27",
        "nos dois meses, ddd 27",
        "DDD 20 nos dois",
    ],
)
def test_where_a_line_may_call_is_not_where_it_is(said: str) -> None:
    """Else the line that is to be blocked becomes one of another state's."""
    assert values(f"3636-1234: {said}") == ["36361234"]
    assert values(f"Restringir a chamadas locais o 3636-1234. {said}") == ["36361234"]


def test_the_area_code_of_all_is_for_those_of_its_line_that_have_none() -> None:
    assert values("(28) 3555-1234 e 3555-1235, DDD 27 nos dois") == ["+552835551234", "+552835551235"]
    assert values("3636-1234\n99988-7766, DDD 27 nos dois") == ["36361234", "+5527999887766"]


def test_what_was_asked_before_does_not_hide_the_area_code_of_all() -> None:
    assert values("Restringir o 3636-1234 a chamadas locais. Ambos DDD 27.") == ["+552736361234"]


@pytest.mark.parametrize(
    "written",
    ["(27) 99876-5432", "27 9 9876-5432", "27 9.9876-5432", "(27) 998765432", "27998765432", "cel 27 998 765 432"],
)
def test_a_mobile_in_any_spelling(written: str) -> None:
    (number,) = find_numbers(Document("body", written))
    assert (number.mention.value, number.sort) == ("+5527998765432", Sort.MOBILE)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("27 99876-5432/3636-1234", ["+5527998765432", "+552736361234"]),
        ("(27) 99876-5432 / 3636-1234", ["+5527998765432", "+552736361234"]),
        ("27 3636-1234 e 3636-1235", ["+552736361234", "+552736361235"]),
        ("(27) 99876-5432 /\n3636-1234", ["+5527998765432", "+552736361234"]),
        ("(27) 3636-1234\n99876-5432", ["+552736361234", "998765432"]),
    ],
)
def test_one_area_code_serves_what_follows_on_its_line(written: str, expected: list[str]) -> None:
    assert values(written) == expected


def test_without_an_area_code_the_number_says_what_is_wrong() -> None:
    (number,) = find_numbers(Document("body", "fixo 3636-1234"))
    assert (number.mention.value, number.mention.problem, number.complete) == ("36361234", "sem DDD", False)


@pytest.mark.parametrize(
    "written",
    [
        "CNPJ 27.080.571/0001-30",
        "CPF 123.456.789-09",
        "CEP 29050-335",
        "29.050-335",
        "R$ 2.736,36",
        "12/05/2026",
        "0800 031 8031",
        "4004-1234",
        "processo 2026-ABC12",
        "protocolo 2736361234",
        "conta customizada 27363612",
        "circuito VTA/IP/30211",
        "0001234-56.2026.8.08.0024",
        "ofício 12345678/2026",
        "tel2736@sedu.es.gov.br",
        "ramal 2034",
    ],
)
def test_what_only_looks_like_a_phone_is_none(written: str) -> None:
    assert values(written) == []


AREAS = st.sampled_from(sorted(AREA_CODES))
LANDLINES = st.tuples(st.sampled_from("2345"), st.integers(0, 9_999_999)).map(lambda p: f"{p[0]}{p[1]:07d}")
MOBILES = st.tuples(st.sampled_from("6789"), st.integers(0, 9_999_999)).map(lambda p: f"9{p[0]}{p[1]:07d}")
SPELLINGS = st.sampled_from(
    ["({a}) {h}-{t}", "{a} {h}-{t}", "({a}){h}{t}", "+55 {a} {h}-{t}", "0{a} {h}-{t}", "({a}) {h}.{t}", "({a}) {h} {t}"]
)


@given(AREAS, LANDLINES | MOBILES, SPELLINGS)
def test_every_spelling_of_a_number_is_read_back(area: str, digits: str, spelling: str) -> None:
    written = spelling.format(a=area, h=digits[:-4], t=digits[-4:])
    assert values(f"Contato: {written}.")[0].startswith("+55")
    if digits[:4] not in {"4003", "4004", "3003", "3004", "4020", "4062"}:
        assert values(f"Contato: {written}.") == [f"+55{area}{digits}"]


@given(st.text(max_size=300))
def test_it_never_raises_and_its_places_hold(text: str) -> None:
    document = Document("body", text)
    for number in find_numbers(document):
        assert document.text[number.mention.start : number.mention.end] == number.mention.written
