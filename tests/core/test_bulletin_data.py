"""The shipped data say what the printed bulletin says: each fact below was copied out of Boletim 0001 by hand."""

import re

import pytest

from triage.config import load_bulletin
from triage.core.bulletin import Bulletin
from triage.core.recipients import required_recipients
from triage.core.subject import designates
from triage.core.vocabulary import Field, Party, Service
from triage.paths import config_dir

ADDRESSES = [
    "persofixa@oi.net.br",
    "telefonia@seger.es.gov.br",
    "telefonias@seger.es.gov.br",
    "contacorpfixa@oi.net.br",
    "ingrid.tristao@oi.net.br",
    "ricardo.cameron@oi.net.br",
    "karolina.ramos@oi.net.br",
    "gloria.fernandes@oi.net.br",
]

PHONES = [
    "0800 031 8031",
    "0800 286 9545",
    "0800 641 0641",
    "0800-286-9545 opção 2",
    "0800-286-9545",
    "(62) 3240-3261",
    "(21) 96728-1042",
    "(21) 96871-9218",
    "(21) 96623-6341",
    "(11) 98050-0075",
    "(21) 98865-3105",
    "(27) 98817-5600",
    "(27) 3385-3055",
    "(27) 3385-3089",
    "(27) 98825-5667",
    "(27) 98809-0176",
]

PEOPLE = [
    "José Carlos da Silva Rodrigues",
    "Carlos Eduardo da Costa Fernandes",
    "Fabio de Araujo Henriques",
    "Helio Donisete Magatti",
    "Edson Basilio",
    "Ricardo Cameron",
    "Karolina Rodrigues Ramos",
    "Glória Fernandes",
    "Técnico de Plantão",
    "Analista técnico de Plantão",
    "Executivo de Negócios",
    "Executiva de Atenção",
]

AREAS = [
    "Equipe de Diagnóstico e Monitoramento (NOC)",
    "Analista Técnico",
    "Gestor Técnico",
    "Supervisor Gestão Técnica",
    "Gerência de Serviços Gerenciados",
    "Ger. Centro de Gerencia de Serviços",
]

PLACES = [
    "www.compras.es.gov.br",
    "Pesquisa de Fornecedores",
    "002/2016/Método",
    "Gestão de Telefonia",
    "área de Download",
    "Folhinha Voice-Net",
    "Prefixo 3636",
    "Contrato Fixa Local OI – Procedimentos",
]

TITLES = {
    "1.1": "Cancelamento e Mudança de endereço de linhas fixas (Ramal Virtual Avulso e Terminais Não Residenciais)",
    "1.2": "Instalação (Ramal Virtual Avulso)",
    "1.3": "Instalação (Terminais Não Residenciais)",
    "1.4": "Mudança de número",
    "1.5": "Implantar nova faixa de numeração – Prefixo 3636 ou demais prefixos",
    "1.6": "Troca de Categoria, Bloqueio/Desbloqueio",
    "1.7": "Instalação de Circuitos",
    "1.8": "Mudança de endereço e cancelamento de circuitos",
    "1.9": "Comunicar Defeito (Ramal Virtual Avulso e Terminais Não Residenciais)",
    "1.10": "Comunicar Defeito (Tronco E1 e Circuitos)",
    "1.11": "Status de Defeito (Circuitos)",
    "1.12": "Acompanhar serviços não atendidos pela operadora",
    "2.1": "Instalação/Reinstalação do Software, Suporte Técnico/Erro de Aplicativo, Treinamento, Dúvidas na "
    "utilização da ferramenta (como criação de novos centros de custos na ferramenta Conta Customizada - Ex. Novo "
    "Hospital, Nova Localidade, Nova Sede) e Adesão ao Portal Contas B2B (Extração de Nota Fiscal)",
    "2.2": "2ª Via de Conta, Contestação de Fatura, Prorrogação de Fatura",
    "2.3": "Inclusão de Meios na Conta Customizada",
    "2.4": "Criação de Nova Conta Customizada, Reestruturação, Alteração de Vencimento",
    "2.5": "Negociação de pagamento de Faturas Vencidas (Que não estejam em contestação)",
    "3.1": "Certidões",
    "3.2": "Solicitação de Certidões",
}

KAROLINA = [
    "ADERES",
    "AGERH",
    "APEES",
    "ARSP",
    "CBMES",
    "CETURB",
    "DER-ES",
    "DETRAN",
    "DIO",
    "EESP",
    "FAMES",
    "FAPES",
    "HPM",
    "IASES",
    "IEMA",
    "IJSN",
    "IOPES",
    "IPAJM",
    "IPEM",
    "JUCESS",
    "PCES",
    "PGE",
    "PMES",
    "PROCON",
    "PRODEST",
    "RTV",
    "SECOM",
    "SECONT",
    "SECTI",
    "SECULT",
    "SEDES",
    "SEDH",
    "SEDU",
    "SEDURB",
    "SEFAZ",
    "SEGER",
    "SEJUS",
    "SEP",
    "SESA",
    "SESP",
    "SESPORT",
    "SETADES",
    "SETOP",
    "SETUR",
]

GLORIA = ["CASA CIVIL", "CASA MILITAR", "CEASA", "DFP", "IDAF", "INCAPER", "SEAG", "SEG", "VG"]

# Organs whose domain is not their acronym.
DOMAINS = {
    "CBMES": "bombeiros.es.gov.br",
    "DER-ES": "der.es.gov.br",
    "EESP": "esesp.es.gov.br",
    "JUCESS": "jucees.es.gov.br",
    "PCES": "pc.es.gov.br",
    "PMES": "pm.es.gov.br",
    "CASA CIVIL": "casacivil.es.gov.br",
    "CASA MILITAR": "casamilitar.es.gov.br",
    "DFP": "defensoria.es.gov.br",
    "VG": "vicegov.es.gov.br",
}

# form, recipients besides the executive of attention, executive of attention, carrier, redirected
PROCEDURES = {
    "1.1": (True, ["persofixa"], True, True, False),
    "1.2": (True, [], True, True, False),
    "1.3": (True, ["persofixa", "ricardo.cameron"], False, True, False),
    "1.4": (False, [], True, True, False),
    "1.5": (False, ["ricardo.cameron"], False, True, False),
    "1.6": (False, ["persofixa"], True, False, False),
    "1.7": (False, ["ricardo.cameron"], False, False, False),
    "1.8": (False, [], True, False, False),
    "1.9": (False, [], False, False, True),
    "1.10": (False, [], False, False, True),
    "1.11": (False, [], False, False, True),
    "1.12": (False, [], True, False, False),
    "2.1": (False, [], True, False, False),
    "2.2": (False, ["contacorpfixa"], True, False, False),
    "2.3": (False, [], True, False, False),
    "2.4": (False, [], True, False, False),
    "2.5": (False, ["ingrid.tristao"], False, False, False),
    "3.1": (False, [], False, False, True),
    "3.2": (False, ["ingrid.tristao"], True, False, False),
}

CONTACT = ["cnpj", "company_name", "reason", "requester_name", "landline", "mobile", "client_email"]
EXTENSION = ["line", "bill_month", "bill_amount", "due_date", "second_copy"]


@pytest.fixture(scope="module")
def bulletin() -> Bulletin:
    return load_bulletin()


@pytest.fixture(scope="module")
def written() -> str:
    """Every value of the data files, comments left out."""
    files = [*sorted(config_dir().glob("boletim-*.toml")), config_dir() / "organs.toml"]
    return "\n".join(re.sub(r"(?m)^#.*$", "", path.read_text(encoding="utf-8")) for path in files)


@pytest.mark.parametrize("fact", [*ADDRESSES, *PHONES, *PEOPLE, *AREAS, *PLACES])
def test_every_printed_fact_stands_in_the_data(fact: str, written: str) -> None:
    assert fact in written


def test_no_address_or_phone_stands_in_the_data_that_the_bulletin_does_not_print(written: str) -> None:
    examples = {"(27) 3000-0000", "(27) 90000-0000"}
    assert set(re.findall(r"[\w.]+@[\w.]+", written)) == set(ADDRESSES)
    assert set(re.findall(r"\(\d\d\) \d{4,5}-\d{4}", written)) - examples == {p for p in PHONES if p.startswith("(")}


def test_the_items_bear_the_printed_titles(bulletin: Bulletin) -> None:
    assert {item.number: item.title for item in bulletin.items} == TITLES


@pytest.mark.parametrize("number", TITLES)
def test_each_item_follows_its_procedure(number: str, bulletin: Bulletin) -> None:
    form, fixed, attention, carrier, redirect = PROCEDURES[number]
    item, organ = bulletin.item(number), bulletin.organ("SEDU")
    executive = ["karolina.ramos@oi.net.br"] if attention else []
    assert (item.form, item.carrier, item.redirect) == (form, carrier, redirect)
    assert list(required_recipients(item, organ, bulletin)) == [f"{name}@oi.net.br" for name in fixed] + executive


@pytest.mark.parametrize("number", TITLES)
def test_each_item_demands_its_fields(number: str, bulletin: Bulletin) -> None:
    expected = {
        "1.12": ["original_request"],
        "3.2": ["cnpj", "certificate"],
        **{redirected: [] for redirected in ("1.9", "1.10", "1.11", "3.1")},
        **{installation: [*CONTACT, "custom_account"] for installation in ("1.2", "1.3", "1.7")},
    }.get(number, CONTACT)
    assert list(bulletin.item(number).required(None)) == expected


def test_only_an_extension_demands_the_particulars_of_the_bill(bulletin: Bulletin) -> None:
    item = bulletin.item("2.2")
    assert list(item.required(Service.EXTENSION)) == CONTACT + EXTENSION
    assert list(item.required(Service.CONTEST)) == list(item.required(Service.SECOND_COPY)) == CONTACT


def test_the_services_of_2_2_have_a_subject_of_their_own(bulletin: Bulletin) -> None:
    item = bulletin.item("2.2")
    subjects = [item.suggested(service) for service in Service]
    assert subjects == ["2.2 2ª Via de Conta", "2.2 Contestação de Fatura", "2.2 Prorrogação de Fatura"]


def test_only_1_1_and_1_4_are_closed_to_organs_with_a_pabx(bulletin: Bulletin) -> None:
    assert [item.number for item in bulletin.items if item.pabx_excluded] == ["1.1", "1.4"]


def test_each_portfolio_has_its_organs_and_its_executives(bulletin: Bulletin) -> None:
    served = {p.letter: (p.attention.name, p.business and p.business.phones) for p in bulletin.portfolios}
    assert served == {
        "A": ("Karolina Rodrigues Ramos", ("(27) 98817-5600", "(27) 3385-3055")),
        "B": ("Glória Fernandes", ("(27) 98817-5600", "(27) 3385-3089")),
    }
    assert [organ.acronym for organ in bulletin.organs if organ.portfolio == "A"] == KAROLINA
    assert [organ.acronym for organ in bulletin.organs if organ.portfolio == "B"] == GLORIA


def test_each_organ_writes_from_its_domain(bulletin: Bulletin) -> None:
    usual = {organ.acronym: f"{organ.acronym.lower()}.es.gov.br" for organ in bulletin.organs}
    assert {organ.acronym: organ.domain for organ in bulletin.organs} == usual | DOMAINS


@pytest.mark.parametrize(
    ("acronym", "other"), [("HPM", "DSPM"), ("EESP", "ESESP"), ("JUCESS", "JUCEES"), ("DFP", "DPES"), ("DER-ES", "DER")]
)
def test_organs_are_known_by_their_other_acronyms_too(acronym: str, other: str, bulletin: Bulletin) -> None:
    organ = bulletin.organ(acronym)
    assert organ is not None
    assert other in organ.acronyms


@pytest.mark.parametrize(
    ("acronym", "name"),
    [
        ("SEDU", "Secretaria da Educação"),
        ("DFP", "Defensoria Pública do Estado"),
        ("SECTI", "Secretaria da Ciência e Tecnologia"),
        ("JUCESS", "Junta Comercial"),
        ("CASA CIVIL", "Secretaria de Estado da Casa Civil"),
    ],
)
def test_near_names_are_among_the_aliases(acronym: str, name: str, bulletin: Bulletin) -> None:
    organ = bulletin.organ(acronym)
    assert organ is not None
    assert name in organ.aliases


def test_no_acronym_counts_as_a_company_name(bulletin: Bulletin) -> None:
    names = {name for organ in bulletin.organs for name in (organ.name, *organ.aliases)}
    assert not {name for name in names if name.isupper()}


def test_the_escalation_list_is_whole_and_in_order(bulletin: Bulletin) -> None:
    assert [level.level for level in bulletin.escalation] == [1, 2, 3, 4, 5, 6]
    assert [level.area for level in bulletin.escalation] == AREAS
    assert [level.name for level in bulletin.escalation] == [PEOPLE[8], PEOPLE[9], *PEOPLE[:4]]
    assert [level.phone for level in bulletin.escalation] == [PHONES[3], *PHONES[5:10]]
    assert len(bulletin.escalation_rules) == 6


@pytest.mark.parametrize("number", ["1.9", "1.10", "1.11", "3.1"])
def test_a_redirected_item_says_where_to_go(number: str, bulletin: Bulletin) -> None:
    phones = {"1.9": ("0800 031 8031",), "1.10": ("0800 286 9545", "0800 641 0641")}
    item = bulletin.item(number)
    assert item.answer
    assert item.phones == phones.get(number, ())


def test_every_field_has_its_clause(bulletin: Bulletin) -> None:
    clauses = {field: bulletin.rule(field).clause for field in Field}
    special = {Field.CUSTOM_ACCOUNT: "4.4", Field.CERTIFICATE: "3.2", Field.ORIGINAL_REQUEST: "1.12"}
    assert clauses == dict.fromkeys(Field, "4.3") | special
    assert bulletin.clause(bulletin.item("3.2"), Field.CNPJ) == "3.2"
    assert bulletin.clause(bulletin.item("2.2"), Field.CNPJ) == "4.3"


def test_the_operator_has_a_deadline_for_each_item_that_it_serves(bulletin: Bulletin) -> None:
    for item in bulletin.items:
        assert (bulletin.deadline(item, Party.OPERATOR) is None) == item.redirect, item.number
    assert bulletin.deadline(bulletin.item("1.7"), Party.OPERATOR) == 30
    assert bulletin.deadline(None, Party.REQUESTER) == 5
    assert bulletin.deadline(None, Party.SEGER) == 2
    assert bulletin.deadline(None, Party.NOBODY) is None


@pytest.mark.parametrize(
    "subject",
    ["", "Solicitação", "Telefone", "Instalação", "Cancelamento", "Mudança de endereço", "1.4", "Conta", "Fatura"],
)
def test_what_cannot_tell_two_items_apart_designates_none(subject: str, bulletin: Bulletin) -> None:
    assert [item.number for item in bulletin.items if designates(subject, item)] == []


# 2.5's title ends in "(Que não estejam em contestação)", a service of 2.2;
# 2.1's "criação de novos centros de custos na … Conta Customizada" holds the words of 2.4's "Criação de … Conta
# Customizada", and 3.2's "Solicitação de Certidões" those of 3.1 (whose subject nobody checks).
OVERLAPS = {("2.5", "2.2"), ("2.1", "2.4"), ("3.2", "3.1")}


def test_a_designation_is_right_for_its_own_item_alone(bulletin: Bulletin) -> None:
    crossed = {
        (item.number, other.number)
        for item in bulletin.items
        for name in item.designations
        for other in bulletin.items
        if other is not item and designates(name, other)
    }
    assert crossed == OVERLAPS
