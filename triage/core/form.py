"""The form "Folhinha Voice-Net" (items 1.1–1.3): which attachment it is, and whether somebody filled it in."""

import re
from dataclasses import dataclass

from triage.core.message import Attachment, Message
from triage.core.text import Document, fold
from triage.core.vocabulary import FormState

_NAME = re.compile(r"folhinha|voice[ _-]?net|formul|ficha")
_LABELS = re.compile(
    r"razao social|cnpj|endereco|bairro|municipio|cidade|\bcep\b|contato|telefone|terminal|ramal|linha|servico|solicitante|nome|e-?mail|conta customizada|orgao|motivo|data|responsavel|categoria|velocidade|quantidade|observac|ddd|celular|fixo|cargo|matricula|numero|instalacao|atual|novo|tipo"
)
_LEAST_LABELS = 4
_LEAST_VALUES = 2


@dataclass(frozen=True, slots=True)
class Form:
    """The attachment that is the form, and its state; `readable` is False where it could not be opened."""

    attachment: Attachment
    state: FormState
    readable: bool


def find_forms(message: Message) -> tuple[Form, ...]:
    """The attachments that are the form, filled ones first."""
    forms = [form for attachment in message.attachments if (form := _as_form(attachment))]
    return tuple(sorted(forms, key=lambda form: form.state is not FormState.FILLED))


def form_state(forms: tuple[Form, ...]) -> FormState:
    """What the item's form came to: the best of the attached ones, or missing."""
    return forms[0].state if forms else FormState.MISSING


def _as_form(attachment: Attachment) -> Form | None:
    named = bool(_NAME.search(fold(attachment.filename)))
    content = _content(attachment)
    if not named and not _has_labels(content):
        return None
    if not content.strip():
        return (
            Form(attachment, FormState.FILLED, readable=False)
            if attachment.problem
            else Form(attachment, FormState.BLANK, readable=True)
        )
    return Form(attachment, FormState.FILLED if _values(content) >= _LEAST_VALUES else FormState.BLANK, readable=True)


def _content(attachment: Attachment) -> str:
    rows = "\n".join(" | ".join(row) for row in attachment.rows)
    return rows if rows else attachment.text


def form_document(form: Form) -> Document:
    """The form as a document to read fields in."""
    return Document(f"form:{form.attachment.filename}", _content(form.attachment))


def _has_labels(content: str) -> bool:
    folded = fold(content)
    return (
        "voice-net" in folded
        or "voice net" in folded
        or ("razao social" in folded and len(set(_LABELS.findall(folded))) >= _LEAST_LABELS + 2)
    )


def _values(content: str) -> int:
    """How many lines hold a value, and not only labels, headings or filler."""
    return sum(_holds_value(line) for line in content.splitlines())


def _holds_value(line: str) -> bool:
    """Behind a label anything is a value; elsewhere only what no form has printed on it."""
    cells = [cell.strip(" \t_.:-–") for cell in re.split(r"[|\t:]", line)]
    if len(cells) > 1 and _LABELS.search(fold(cells[0])):
        return any(cell and not _PRINTED.search(fold(cell)) and not _is_label(cell) for cell in cells[1:])
    return any(len(re.findall(r"\d", cell)) >= _LEAST_DIGITS or "@" in cell for cell in cells)


_LEAST_DIGITS = 4
_PRINTED = re.compile(
    r"^(?:\(?\s?x?\s?\)?|sim ?/ ?nao|seger|campo obrigatorio|preencher.{0,40}|obrigatorio|xx.{0,30}|\(?preench.{0,60}|nao preencher|uso (?:exclusivo|interno).{0,40}|governo do estado.{0,60})$"
)


def _is_label(cell: str) -> bool:
    """Whether a cell beside a label is but the next label of the row: short, known words, no digits."""
    folded = fold(cell)
    return bool(_LABELS.fullmatch(folded)) or (
        len(folded.split()) <= _LABEL_WORDS and bool(_LABELS.match(folded)) and not re.search(r"\d", folded)
    )


_LABEL_WORDS = 4
