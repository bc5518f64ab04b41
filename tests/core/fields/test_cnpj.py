"""CNPJ numbers: 14 characters with right check digits, letters allowed (DOMAIN, `cnpj`)."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from validate_docbr import CNPJ

from triage.core.fields.cnpj import find_cnpjs, is_valid
from triage.core.fields.gather import Gathered
from triage.core.text import Document
from triage.core.verdict import Presence
from triage.core.vocabulary import Field

VALID, WRONG = "27080571000130", "27.080.571/0001-31"


def found(text: str) -> list[tuple[str, str]]:
    return [(mention.value, mention.problem) for mention in find_cnpjs(Document("body", text))]


@pytest.mark.parametrize(
    "written",
    [
        "27.080.571/0001-30",
        "27080571000130",
        "27080571/0001-30",
        "27.080.571/0001.30",
        "CNPJ 270805710001-30",
        "27 080 571 0001 30",
        "CNPJ:27.080.571/0001-30.",
        "C.N.P.J. 27.080.571/0001-30",
        "(27.080.571/0001-30)",
        "CNPJ 27.080.571 / 0001 - 30",
        "27.080.571/0001   30",
    ],
)
def test_every_punctuation(written: str) -> None:
    assert found(written) == [(VALID, "")]


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (f"CNPJ {WRONG}", "dígitos verificadores"),
        ("CNPJ: 123.456.789-09", "é um CPF"),
        ("CNPJ 27.080.571/0001-3", "tem 13 caracteres, e não 14"),
    ],
)
def test_what_stands_for_one_but_is_wrong(written: str, problem: str) -> None:
    assert [why for _, why in found(written)] == [problem]


def test_one_cut_short_takes_no_phone_of_the_next_line(read: Callable[..., Gathered]) -> None:
    gathered = read("cnpj 27.080.571/0001\n27 3136-2300 / 27 99904-1177")
    values = dict(gathered.values)
    assert (values[Field.LANDLINE], values[Field.MOBILE]) == ("+552731362300", "+5527999041177")
    assert [finding.presence for finding in gathered.required([Field.CNPJ])] == [Presence.INVALID]


def test_one_that_a_client_has_wrapped_is_whole() -> None:
    assert found("CNPJ 27.080.571/0001-\n30") == found("CNPJ 27.080.571/\n0001-30") == [(VALID, "")]
    assert found("CNPJ 27.080.571/0001\n30") == found("27080571/0001 \n30, Vitória") == [(VALID, "")]


@pytest.mark.parametrize("behind", ["30 3636-1234", "(30) 3636-1234", "30) 3636-1234", "15 linhas", "30-3636-1234"])
def test_what_begins_the_next_line_is_no_end_of_one(behind: str) -> None:
    """A phone's area code, a number of lines."""
    assert found(f"CNPJ 27.080.571/0001\n{behind}") == [("270805710001", "tem 12 caracteres, e não 14")]


@pytest.mark.parametrize("written", ["CPF 123.456.789-09", "(27) 3636-1234", "processo 2026-ABC12", "sem CNPJ"])
def test_what_is_none(written: str) -> None:
    assert found(written) == []


def test_the_valid_one_counts_beside_a_wrong_one(read: Callable[..., Gathered]) -> None:
    gathered = read(f"CNPJ {WRONG}, aliás 27.080.571/0001-30")
    assert dict(gathered.values)[Field.CNPJ] == VALID
    (finding,) = read(f"CNPJ {WRONG}").required([Field.CNPJ])
    assert (finding.presence, finding.value) == (Presence.INVALID, WRONG)


def test_the_operators_own_number_comes_last(read: Callable[..., Gathered]) -> None:
    gathered = read("Pagamento à Oi S/A, CNPJ 76.535.764/0001-43; nosso CNPJ: 27.080.571/0001-30")
    assert dict(gathered.values)[Field.CNPJ] == VALID


CHARACTERS = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=12, max_size=12)


def checked(base: str) -> str:
    """The base with its check digits: modulo 11 over ASCII − 48 (IN RFB 2.229/2024)."""
    for _ in range(2):
        weights = [2 + (len(base) - 1 - i) % 8 for i in range(len(base))]
        rest = sum((ord(c) - 48) * w for c, w in zip(base, weights, strict=True)) % 11
        base += str(0 if rest < 2 else 11 - rest)
    return base


@given(CHARACTERS, st.sampled_from(["{0}.{1}.{2}/{3}-{4}", "{0}{1}{2}/{3}-{4}", "{0}{1}{2}{3}{4}"]))
def test_every_spelling_made_from_a_number_is_read_back(base: str, spelling: str) -> None:
    value = checked(base)
    if sum(character.isdigit() for character in value) < 5 or len(set(value)) == 1:
        return
    assert is_valid(value)
    parts = (value[:2], value[2:5], value[5:8], value[8:12], value[12:])
    assert (value, "") in found(f"CNPJ: {spelling.format(*parts)}, obrigado")


def test_the_library_agrees_on_numeric_ones() -> None:
    made = CNPJ().generate()
    assert is_valid(made)


@given(st.text(max_size=300))
def test_it_never_raises(text: str) -> None:
    find_cnpjs(Document("body", text))
