"""Contacts are told from the line that the request is about (DOMAIN, `landline`, `mobile`, `line`)."""

from collections.abc import Callable

import pytest

from triage.core.fields.gather import Gathered
from triage.core.fields.phone_numbers import find_numbers
from triage.core.fields.phones import find_phones
from triage.core.text import Document
from triage.core.verdict import Presence
from triage.core.vocabulary import Field

Read = Callable[..., Gathered]


def presence(gathered: Gathered, field: Field) -> Presence:
    (finding,) = gathered.required([field])
    return finding.presence


@pytest.mark.parametrize(
    "text",
    [
        "Favor bloquear a linha (27) 3636-1234.\n\nContato: (27) 3333-4321 / (27) 99876-5432\nMaria Santos",
        "Solicito cancelar o ramal 27 3636-1234.\n\nAtenciosamente,\nMaria Santos\n(27) 3333-4321\n(27) 99876-5432",
        "Linha: (27) 3636-1234\nFixo: (27) 3333-4321\nCelular: (27) 99876-5432",
        "Linha | Fixo | Celular\n(27) 3636-1234 | (27) 3333-4321 | (27) 99876-5432",
        "bom dia a linha 27 3636-1234 esta bloqueada meu fixo 27 3333-4321 e zap 27 99876-5432",
        "Peço desbloqueio do (27) 3636-1234. Falo pelo (27) 3333-4321 ou (27) 99876-5432.",
        "Bloqueio da linha (27) 3636-1234. Para falar comigo: celular (27) 99876-5432 ou o fixo da superintendência, "
        "(27) 3333-4321, que eu passo lá de manhã.\n\nObrigada,\nMaria Santos\nSecretária",
    ],
)
def test_contact_and_line_side_by_side(read: Read, text: str) -> None:
    values = dict(read(text).values)
    assert values[Field.LANDLINE] == "+552733334321"
    assert values[Field.MOBILE] == "+5527998765432"
    assert values[Field.LINE] == "+552736361234"


@pytest.mark.parametrize(
    "text",
    [
        "Solicito o bloqueio da linha (27) 3636-1234 para celular. Maria Santos, cel (27) 99876-5432",
        "Favor cancelar o ramal 3636-1234.\nMaria Santos\n27 99876-5432",
        "Preciso mudar o número da linha (27) 3636-1234, que recebe trotes.\n\nMaria Santos",
    ],
)
def test_the_line_concerned_is_no_contact(read: Read, text: str) -> None:
    assert presence(read(text), Field.LANDLINE) is Presence.MISSING


def test_an_extension_alone_and_free_calls_are_no_contact(read: Read) -> None:
    found = read("Contato: ramal 2034 ou 0800 031 8031.\nMaria Santos")
    assert presence(found, Field.LANDLINE) is Presence.MISSING


def test_a_number_without_area_code_is_invalid_when_it_is_the_only_one(read: Read) -> None:
    assert presence(read("Contatos: fixo 3333-4321"), Field.LANDLINE) is Presence.INVALID
    both = read("Contatos: fixo 3333-4321\nTel. da sala: (27) 3333-4322")
    assert dict(both.values)[Field.LANDLINE] == "+552733334322"


def test_the_operators_own_people_are_no_contact(read: Read) -> None:
    found = read("Karolina (27) 98825-5667, favor bloquear a linha.")
    assert presence(found, Field.MOBILE) is Presence.MISSING


def test_a_bills_line_is_told_by_the_bills_data(read: Read) -> None:
    found = read("027 3250-5741, 02/2026, R$ 310,00, venc. 16/03/2026: mais 10 dias?", bill=True)
    assert dict(found.values)[Field.LINE] == "+552732505741"
    assert presence(found, Field.LANDLINE) is Presence.MISSING


def test_a_line_without_area_code_is_invalid(read: Read) -> None:
    assert presence(read("Prorrogar a conta da linha 3636-1234.", bill=True), Field.LINE) is Presence.INVALID


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ana Reis,27 3149-2205,27 99640-8852", ["+552731492205", "+5527996408852"]),
        ("linhas 3636-1200,3636-1201,3636-1202", ["36361200", "36361201", "36361202"]),
        ("tel (27) 3636-1200,(27) 99640-8852", ["+552736361200", "+5527996408852"]),
        ("(27) 3636-1200,27 9 9640-8852", ["+552736361200", "+5527996408852"]),
        ("(27) 3636-1200,27 9.9640-8852", ["+552736361200", "+5527996408852"]),
        ("(27) 3636-1200,027 99640-8852", ["+552736361200", "+5527996408852"]),
        ("(27) 3636-1200,27  99640-8852", ["+552736361200", "+5527996408852"]),
        ("(27) 3636-1200,55 27 99640-8852", ["+552736361200", "+5527996408852"]),
        ("R$ 3636-1200,50", []),
        ("3636-1200,500", []),
    ],
)
def test_a_comma_without_a_blank_parts_two_numbers(text: str, expected: list[str]) -> None:
    assert [number.mention.value for number in find_numbers(Document("body", text))] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Solicito a reinstalação do software. Fico no (27) 3636-4730 até as 17h.",
        "Peço o cancelamento da linha (27) 3769-1133.\nSe precisarem falar comigo o telefone da sede é (27) 3762-4015.",
    ],
)
def test_where_somebody_says_that_he_is_reached_is_a_contact(read: Read, text: str) -> None:
    assert presence(read(text), Field.LANDLINE) is Presence.PRESENT


def test_a_number_is_a_contact_where_no_line_is_what_the_request_is_about(read: Read) -> None:
    text = "Instalar o software no computador do ramal (27) 3636-4730."
    assert presence(read(text), Field.LANDLINE) is Presence.MISSING
    assert presence(read(text, about_lines=False), Field.LANDLINE) is Presence.PRESENT
    assert presence(read("Instalar o software.", about_lines=False), Field.LANDLINE) is Presence.MISSING


def test_a_line_in_a_postscript_is_not_signed_with() -> None:
    text = "Peço o bloqueio.\n\nAtt,\nAna Reis\n(27) 3636-1234\n\nPS: vejam o (27) 3636-3604"
    signature_at = text.index("Att,")
    signed = find_phones(Document("body", text), signature_at)
    told = find_phones(Document("body", text), signature_at, postscript_at=text.index("PS:"))
    assert told[0].weight == signed[0].weight
    assert told[1].weight < signed[1].weight
