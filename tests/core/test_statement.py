"""Only the message's own text counts; a forwarded part where what stands above it leaves the word to it."""

import pytest

from triage.core.message import Address, Body, Forwarded, Message
from triage.core.statement import forward_counts, state
from triage.core.text import LONGEST

PART = Forwarded("Peço o bloqueio da linha (27) 3636-1234.", Address("Ana", "ana@sedu.es.gov.br"))


def message(own: str, *, signature_at: int | None = None, quoted: str = "") -> Message:
    body = Body(own, len(own) if signature_at is None else signature_at, quoted, (PART,))
    return Message("<1@x>", (Address("", "a@b"),), (), (), "assunto", body)


@pytest.mark.parametrize(
    "own",
    [
        "",
        "Segue.",
        "Para providências.",
        "Segue para atendimento.",
        "Conforme abaixo.",
        "Favor bloquear, dados abaixo.",
    ],
)
def test_a_forward_that_is_only_passed_on_counts(own: str) -> None:
    assert forward_counts(message(own))
    assert [d.text for d in state(message(own), ()).forwarded] == [PART.text]


@pytest.mark.parametrize(
    "own", ["Solicito o bloqueio da linha da escola.", "Favor ver a (27) 3636-1234.", "Peço a segunda via."]
)
def test_a_forward_under_a_request_of_its_own_is_background(own: str) -> None:
    assert not forward_counts(message(own))
    assert state(message(own), ()).inner == ()


def test_a_service_named_in_the_signature_does_not_count_as_a_request() -> None:
    own = "Segue.\nSetor de Instalação de Redes"
    assert forward_counts(message(own, signature_at=len("Segue.\n")))


def test_quoted_text_is_in_no_document() -> None:
    documents = state(message("Reitero.", quoted="CNPJ 27.080.571/0001-30"), ()).documents
    assert all("27.080" not in document.text for document in documents)


def test_long_texts_are_clipped_and_the_signature_still_found() -> None:
    own = "a " * 40_000 + "Maria"
    made = state(message(own, signature_at=len(own) - 5), ())
    assert len(made.body.text) == LONGEST
    assert made.body.text[made.signature_at :] == "Maria"
