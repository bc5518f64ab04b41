"""The requester's first and last name, and no department, school or street (DOMAIN, `requester_name`)."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.fields.gather import Gathered
from triage.core.fields.names import find_names
from triage.core.fields.people import find_requester
from triage.core.lexicon import FIRST_NAMES
from triage.core.message import Address, Forwarded
from triage.core.text import Document
from triage.core.vocabulary import Field

OFFICE = Address("Gerência de Infraestrutura", "geinf@sedu.es.gov.br")
Read = Callable[..., Gathered]


def requester(read: Read, own: str, author: Address = OFFICE, **rest: object) -> str | None:
    return dict(read(own, author=author, **rest).values).get(Field.REQUESTER_NAME)


@pytest.mark.parametrize(
    ("own", "name"),
    [
        ("Solicito o bloqueio.\n\nAtenciosamente,\nMaria Aparecida dos Santos\nGerente", "Maria Aparecida dos Santos"),
        ("Solicitante: João Ferreira\nCNPJ: 1", "João Ferreira"),
        ("Solicito o bloqueio.\n3º Sgt PM Edmilson Fanchiotti\nP4/7º BPM", "Edmilson Fanchiotti"),
        ("Peço o bloqueio.\nProfª. Marta Viana, diretora", "Marta Viana"),
        ("bom dia preciso do bloqueio\nwesley quimquim\n27 99876-5432", "wesley quimquim"),
        ("oi aqui é a kauane simmer, preciso da segunda via", "kauane simmer"),
        ("SOLICITO O BLOQUEIO.\nIRACI BROETTO 027 3246-4904", "IRACI BROETTO"),
        ("Quem pede: Marlúcia Stein Breda, secretária", "Marlúcia Stein Breda"),
        ("Peço o bloqueio.\nOtávio D'Ávila Sant'Anna", "Otávio D'Ávila Sant'Anna"),
        ("Peço o bloqueio.\nRomildo Carlos FALQUETO - 3º Sgt PM", "Romildo Carlos FALQUETO"),
        ("Dá para parcelar? Anderson Bitti", "Anderson Bitti"),
        (
            "Encaminho, a pedido do diretor da unidade de saúde, Carlos\nAlberto Souza, o que segue.",
            "Carlos Alberto Souza",
        ),
        ("Para falar comigo, Cleonice Praia, ligue de manhã. Peço o bloqueio.", "Cleonice Praia"),
        ("Peço o bloqueio.\n\nRespeitosamente,\n\nGILMAR LUZ – Cb PM", "GILMAR LUZ"),
        ("Peço o bloqueio.\n\nEnf. Kamila Nossa Fiorot\nCoord. UTIN", "Kamila Nossa Fiorot"),
        ("Subscreve o pedido a Arq. Melissa Praia de Oliveira, do setor.", "Melissa Praia de Oliveira"),
        ("Quem pede é a Geovana Campos, da secretaria. Peço o bloqueio e o mais.", "Geovana Campos"),
        ("Peço o bloqueio.\nOuvidoria: Celso Vale\nFixo: (27) 3636-5260", "Celso Vale"),
        ("Peço o bloqueio. José Bento | SRE Vitória | (27) 3333-4321", "José Bento"),
    ],
)
def test_a_name_in_the_text_or_the_signature(read: Read, own: str, name: str) -> None:
    assert requester(read, own) == name


def test_the_display_name_counts(read: Read) -> None:
    assert (
        requester(read, "Solicito o bloqueio.", Address("Ana Paula Serra", "geinf@sedu.es.gov.br")) == "Ana Paula Serra"
    )


def test_the_display_names_accents_are_taken_for_the_same_name(read: Read) -> None:
    author = Address("Moisés Dadalto", "moises.dadalto@sedu.es.gov.br")
    assert requester(read, "bloqueia a linha\nmoises dadalto", author) == "Moisés Dadalto"
    plain = Address("Moises Dadalto", author.addr)
    assert requester(read, "Bloqueia a linha.\nMoisés Dadalto", plain) == "Moisés Dadalto"


@pytest.mark.parametrize(
    "own",
    [
        "Solicito o bloqueio.\n\nAtenciosamente,\nGerência de Infraestrutura\nNúcleo de Telefonia",
        "Solicito o bloqueio da linha da EEEFM Professora Aurora Zandonadi.",
        "Solicito o bloqueio na Praça Costa Pereira, Centro.",
        "Solicito a instalação na Rua Alberto de Oliveira Santos, 42.",
        "Prezada Karolina Rodrigues Ramos,\nsolicito o bloqueio.",
        "Prezado Senhor João Pereira,\nsolicito o bloqueio.",
        "Solicito o bloqueio.\nObrigada,\nMaria",
        "Solicito o bloqueio em Bento Ferreira.\n\nCordialmente,\nDomingos Martins",
    ],
)
def test_what_is_no_requester(read: Read, own: str) -> None:
    assert requester(read, own) is None


@pytest.mark.parametrize(
    "own",
    [
        "Quem pede é a Geovana Campos ou o Celso Vale, um dos dois. Peço o bloqueio e o mais.",
        "Quem atende é Ana e Josué, do setor. Peço o bloqueio e o mais.",
        'Faculdade de Música "Maurício Oliveira", em Vitória. Peço o bloqueio e o mais.',
        "INGRID BOM DIA PEÇO O BLOQUEIO.",
    ],
)
def test_of_several_people_or_of_a_name_given_to_a_thing_none_is_the_requester(read: Read, own: str) -> None:
    """The only one who is named is; one of two may be anybody."""
    assert requester(read, own) is None


def test_the_address_alone_names_nobody(read: Read) -> None:
    assert requester(read, "Solicito o bloqueio.", Address("", "maria.santos@sedu.es.gov.br")) is None


def test_a_contact_named_at_the_end_of_one_long_line(read: Read) -> None:
    own = "preciso bloquear a linha, CNPJ 82.784.826/0002-34, contato Jandira Velten 27 3636-3771 ou 27 99754-8802"
    assert requester(read, own, Address("Barreira", "barreira@idaf.es.gov.br")) == "Jandira Velten"


def test_a_quarter_of_the_town_is_nobody(read: Read) -> None:
    department = Address("Patrimônio SECULT", "patrimonio@secult.es.gov.br")
    own = "Para: Galeria Homero Massena, Cidade Alta, Vitória\nContato: 27 3636-7110\n\nPatrimônio - SECULT"
    assert requester(read, own, department) is None


def test_an_institutions_display_name_names_nobody(read: Read) -> None:
    school = Address("EEEFM Prof. Aurora Zandonadi", "escola.aurora@sedu.es.gov.br")
    assert requester(read, "Solicito o bloqueio.", school) is None
    assert requester(read, "Solicito o bloqueio.\nObrigada\nMarlúcia Stein Breda", school) == "Marlúcia Stein Breda"


def test_a_name_in_quoted_text_does_not_count(read: Read) -> None:
    quoted = "De: Maria Santos\nSolicito o bloqueio.\nMaria Santos"
    assert requester(read, "Reitero o pedido.", quoted=quoted) is None


def test_a_forwarder_who_signs_is_the_requester_else_the_author_of_what_is_forwarded(read: Read) -> None:
    part = Forwarded("Peço o bloqueio.\nPriscila Nardoto", Address("Priscila Nardoto", "p@sedu.es.gov.br"))
    wagner = Address("Wagner Loss", "wagner.loss@sedu.es.gov.br")
    assert requester(read, "Segue para providências.\n\nWagner Loss", wagner, forwarded=(part,)) == "Wagner Loss"
    assert requester(read, "Segue.", OFFICE, forwarded=(part,)) == "Priscila Nardoto"


def test_a_surname_that_is_a_common_word_belongs_to_the_name_that_the_sender_bears(read: Read) -> None:
    part = Forwarded("Peço o bloqueio.\n\nEng. Valter Nossa Coser", Address("Valter Nossa Coser", "v@iopes.es.gov.br"))
    assert requester(read, "Segue, para providências.", OFFICE, forwarded=(part,)) == "Valter Nossa Coser"
    assert (
        requester(read, "Peço o bloqueio.", Address("Valter Nossa Coser", "v@iopes.es.gov.br")) == "Valter Nossa Coser"
    )
    assert requester(read, "Nossa linha caiu, Nossa Equipe parou.", OFFICE) is None


@pytest.mark.parametrize(
    "shown", ["Não Responda", "Segunda Via", "Mensagem Automática", "Voz e Dados", "Frota Oficial"]
)
def test_common_words_shown_as_a_name_are_nobodys(read: Read, shown: str) -> None:
    assert requester(read, "Solicito a Segunda Via da Fatura.", Address(shown, "x1@sedu.es.gov.br")) is None


def test_who_uses_the_lines_of_a_list_is_not_the_requester(read: Read) -> None:
    told = "Favor bloquear celular, pois há abuso:\n(27) 3636-3604 Maria Silva\n(27) 3636-3605 João Souza\n"
    assert (
        requester(read, told + "Portaria 2026 Ana Reis autoriza o que for preciso em todos os casos.", OFFICE) is None
    )


def test_who_signs_behind_a_number_at_the_end_of_the_line_is_the_requester(read: Read) -> None:
    told = "peço o bloqueio da linha, qualquer dúvida me chame no (27) 99486-2071 Creuza Belisário"
    assert requester(read, told, OFFICE) == "Creuza Belisário"
    shown = Address("Secretaria da Cultura", "creuza.belisario@secult.es.gov.br")
    assert requester(read, "peço o bloqueio, att creuza belisário", shown) == "creuza belisário"


SURNAMES = st.sampled_from(["Souza", "Pereira", "Zanotelli", "Loss", "Krüger", "Viana", "Brasil", "Frota", "Linhares"])


@given(
    st.sampled_from(sorted(FIRST_NAMES)),
    SURNAMES,
    st.sampled_from(["{}\n", "Solicitante: {}", "Atenciosamente,\n{}\nGerente"]),
)
def test_every_first_name_with_a_surname_is_a_person(first: str, last: str, place: str) -> None:
    text = "Solicito o bloqueio.\n\n" + place.format(f"{first.capitalize()} {last}")
    found = find_requester(Document("body", text), len(text), (), OFFICE, frozenset())
    assert found is not None
    assert found.value == f"{first.capitalize()} {last}"


@given(st.text(max_size=300))
def test_it_never_raises_and_its_places_hold(text: str) -> None:
    document = Document("body", text)
    for name in find_names(document):
        assert 0 <= name.mention.start < name.mention.end <= len(text)
