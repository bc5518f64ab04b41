"""The form "Folhinha Voice-Net": missing, blank or filled (DOMAIN, footnote 1)."""

import pytest

from triage.core.form import find_forms, form_document, form_state
from triage.core.message import Address, Attachment, Body, Message
from triage.core.vocabulary import FormState

NAME = "Folhinha Voice-Net.xlsx"
Rows = list[list[str]]


def file(
    name: str, rows: Rows | None = None, text: str = "", problem: str = "", kind: str = "application/vnd"
) -> Attachment:
    return Attachment(name, kind, 10, text, tuple(tuple(row) for row in rows or []), problem)


def state(*attachments: Attachment) -> FormState:
    message = Message("<1@x>", (Address("", "a@b"),), (), (), "", Body("", 0), attachments=attachments)
    return form_state(find_forms(message))


PRINTED = [
    ["FOLHINHA VOICE-NET"],
    ["DADOS DO CLIENTE"],
    ["Razão Social:", "____________"],
    ["CNPJ:", "00.000.000/0000-00"],
    ["Serviço:", "( ) Instalação ( ) Cancelamento"],
    ["Telefone:", "(__) ____-____"],
    ["Data:", "__/__/____"],
    ["Cliente", "Governo do Estado do Espírito Santo"],
    ["Obs.:", "Preencher todos os campos"],
    ["Versão: 2.0"],
]


@pytest.mark.parametrize(
    "rows",
    [
        [["Razão Social:"], ["CNPJ:"]],
        [["Razão Social", "", "CNPJ", ""], ["Telefone de contato", "", "Celular", ""]],
        [["Linha", "Endereço atual", "Endereço novo"]],
        PRINTED,
    ],
)
def test_labels_and_printed_matter_alone_are_blank(rows: Rows) -> None:
    assert state(file(NAME, rows)) is FormState.BLANK


@pytest.mark.parametrize(
    "rows",
    [
        [["Produto", "TNR"], ["Qtd", "2"]],
        [["Razão Social:", "Polícia Civil do Estado do Espírito Santo"], ["Qtde", "2"]],
        [["De:", "Rua Alberto de Oliveira Santos, 42"], ["Para:", "Rua Sete, térreo"]],
        [["Tipo de serviço:", "(x) Instalação ( ) Cancelamento"], ["Endereço:", "Rua 7"], ["CNPJ:"]],
        [["Linha", "Endereço atual", "Endereço novo"], ["(27) 3636-1234", "Rua A", "Rua B"]],
        [*PRINTED, ["Conta customizada:", "7546018"]],
    ],
)
def test_what_somebody_wrote_fills_it(rows: Rows) -> None:
    assert state(file(NAME, rows)) is FormState.FILLED


def test_running_text_is_read_too() -> None:
    blank = "FOLHINHA VOICE-NET\nRazão Social: ____\nCNPJ: ____ Telefone: ____\nServiço: Instalação / Cancelamento"
    filled = "Razão Social\nSecretaria de Estado da Educação\nCNPJ\n27.080.571/0001-30\nEndereço\nRua 1"
    assert state(file("folhinha.doc", text=blank)) is FormState.BLANK
    assert state(file("folhinha.doc", text=filled)) is FormState.FILLED


def test_a_letter_that_speaks_of_the_form_is_not_the_form() -> None:
    letter = file(
        "Oficio 123-2026.docx", text="Senhora Executiva,\nencaminho a Folhinha Voice-Net. CNPJ: 27.080.571/0001-30"
    )
    assert state(letter) is FormState.MISSING
    assert state(letter, file(NAME, [["Razão Social:"], ["CNPJ:"]])) is FormState.BLANK


@pytest.mark.parametrize("name", ["conta_maio.pdf", "image001.png", "formulario de ferias.docx"])
def test_other_files_are_not_the_form(name: str) -> None:
    assert state(file(name, text="Solicito a partir de 10/10.")) is FormState.MISSING


def test_the_form_under_another_name_is_known_by_its_labels() -> None:
    rows = [["Razão Social:", "SEDU"], ["CNPJ:", "1"], ["Endereço:", "Rua"], ["Telefone:", "27"]]
    assert state(file("doc1.xlsx", rows)) is FormState.FILLED


def test_a_filled_one_counts_before_a_blank_one() -> None:
    assert state(file(NAME, [["CNPJ:"]]), file(NAME, [["Qtd", "2"], ["Produto", "TNR"]])) is FormState.FILLED


def test_one_that_cannot_be_read_is_not_called_blank() -> None:
    for unread in (file(NAME, problem="cifrado"), file("folhinha.pdf", kind="application/pdf")):
        message = Message("<1@x>", (Address("", "a@b"),), (), (), "", Body("", 0), attachments=(unread,))
        (form,) = find_forms(message)
        assert (form.state, form.readable) == (FormState.FILLED, False)


def test_its_document_holds_the_rows() -> None:
    message = Message(
        "<1@x>", (Address("", "a@b"),), (), (), "", Body("", 0), attachments=(file(NAME, [["CNPJ", "1"]]),)
    )
    assert form_document(find_forms(message)[0]).text == "CNPJ | 1"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Folhinha Voice-Net - Of 214.docx", FormState.FILLED),
        ("Voice-Net conforme memorando 12.xlsx", FormState.FILLED),
        ("Oficio 214 encaminha folhinha.docx", FormState.MISSING),
        ("Memo 12 - voice net.docx", FormState.MISSING),
    ],
)
def test_a_letter_is_called_so_before_the_form_is_named(name: str, expected: FormState) -> None:
    """The form that goes with a letter bears its number behind its own name."""
    assert state(file(name, [["CNPJ", "27.080.571/0001-30"], ["Linhas", "(27) 3636-1234"]])) is expected
