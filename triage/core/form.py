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
    """How many pieces hold a value and not a label, a heading or filler."""
    pieces = (piece.strip(" \t_.:-") for line in content.splitlines() for piece in _pieces(line))
    return sum(_is_value(piece) for piece in pieces)


def _pieces(line: str) -> list[str]:
    """The cells of a row; of "Label: value" only the value, of a bare label nothing."""
    found = []
    for cell in re.split(r"[|\t]", line):
        head, colon, tail = cell.partition(":")
        found.append(tail if colon and _LABELS.search(fold(head)) else cell)
    return found


def _is_value(piece: str) -> bool:
    if re.search(r"\d{4}", piece) or "@" in piece:
        return True
    folded = fold(piece)
    return (
        len(folded) > 2
        and not _LABELS.search(folded)
        and bool(re.search(r"[a-z]{2}", folded))
        and not _HEADING.search(folded)
    )


_HEADING = re.compile(
    r"folhinha|voice|formulario|dados|preench|campo|obrigatori|\(x\)|\( ?\)|oi\b|seger|assinatura|espirito santo|governo|pedido de|uso (?:exclusivo|interno)|marque|exemplo|sim / nao|anexo"
)
