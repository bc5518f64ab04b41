"""Which organ a message speaks for (DOMAIN, "Organs, and the domain each writes from")."""

import unicodedata

import pytest

from triage.config import load_bulletin
from triage.core.bulletin import Bulletin
from triage.core.message import Address, Body, Message
from triage.core.organ import acronym_in, names_in, organ_of_domain, tell_organ
from triage.core.policy import Policy
from triage.core.text import Document

LOADED = load_bulletin()
assert isinstance(LOADED, Bulletin)
BULLETIN: Bulletin = LOADED


def told(author: str, own: str = "", subject: str = "", inner: str = "", shown: str = "") -> str | None:
    message = Message("<1@x>", (Address(shown, author),), (), (), subject, Body(own, len(own)))
    documents = (Document("body", own), Document("subject", subject))
    senders = (Address("", inner),) if inner else ()
    organ = tell_organ(message, documents, senders, BULLETIN, Policy().own)
    return organ.acronym if organ else None


def spellings(name: str) -> set[str]:
    plain = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    return {
        name,
        name.upper(),
        plain.lower(),
        name.replace(" ", "\n", 2),
        name.replace("de Estado ", ""),
        f"{name} do Estado",
    }


def test_every_name_in_every_spelling_tells_its_organ_and_no_other() -> None:
    for organ in BULLETIN.organs:
        for written in spellings(organ.name):
            found = [o.acronym for o, _ in names_in([Document("body", f"Prezados, a {written} pede")], BULLETIN)]
            assert found == [organ.acronym], written


def test_every_acronym_tells_its_organ() -> None:
    for organ in BULLETIN.organs:
        for acronym in (organ.acronym, *organ.acronyms):
            assert acronym_in(f"o ramal da {acronym} mudou", BULLETIN) == organ


def test_the_place_of_a_name_holds() -> None:
    text = "Pela\nSecretaria de Estado\nda Educação, peço"
    ((_, evidence),) = names_in([Document("body", text)], BULLETIN)
    assert text[evidence.start : evidence.end] == "Secretaria de Estado\nda Educação" == evidence.text


@pytest.mark.parametrize(
    ("domain", "acronym"),
    [
        ("sedu.es.gov.br", "SEDU"),
        ("edu.sedu.es.gov.br", "SEDU"),
        ("pc.es.gov.br", "PCES"),
        ("jucees.es.gov.br", "JUCESS"),
    ],
)
def test_the_domain_tells(domain: str, acronym: str) -> None:
    organ = organ_of_domain(domain, BULLETIN)
    assert organ is not None
    assert organ.acronym == acronym


def test_a_domain_that_only_ends_alike_tells_nothing() -> None:
    assert organ_of_domain("xsedu.es.gov.br", BULLETIN) is None
    assert organ_of_domain("gmail.com", BULLETIN) is None


def test_the_domain_wins_and_a_forwarded_senders_goes_first() -> None:
    assert told("a@sedu.es.gov.br", "Secretaria de Estado da Saúde") == "SEDU"
    assert told("a@seger.es.gov.br", inner="b@iema.es.gov.br") == "IEMA"
    assert told("a@gmail.com", "Da Secretaria da Saúde: bloquear") == "SESA"
    assert told("a@gmail.com", "bloquear a linha da DSPM") == "HPM"
    assert told("a@gmail.com", subject="Bloqueio - IEMA") == "IEMA"
    assert told("a@gmail.com", "bloquear a linha") is None


def test_segers_name_as_the_addressee_tells_nothing() -> None:
    assert told("a@gmail.com", "À Secretaria de Estado de Gestão e Recursos Humanos - SEGER") is None


def test_a_part_named_in_the_text_is_told_from_the_whole_that_it_writes_from() -> None:
    assert told("a@pm.es.gov.br", "Hospital da Polícia Militar - HPM") == "HPM"
    assert told("a@pm.es.gov.br", shown="HPM - Informática") == "HPM"
    assert told("a@pm.es.gov.br", "Polícia Militar do Espírito Santo") == "PMES"


@pytest.mark.parametrize("text", ["der certo", "segunda a sexta", "SEG A SEX", "pge@x.com", "a seção dio"])
def test_words_are_no_acronyms(text: str) -> None:
    assert acronym_in(text, BULLETIN) is None
