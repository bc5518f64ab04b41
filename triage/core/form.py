"""The form "Folhinha Voice-Net" (items 1.1–1.3): which attachment it is, and whether somebody filled it in."""

import re
from dataclasses import dataclass

from triage.core.again import asked_again
from triage.core.form_cells import holds_value, is_label
from triage.core.message import Attachment, Message
from triage.core.text import Document, clipped, fold
from triage.core.vocabulary import FormState

_NAME = re.compile(r"folhinha|folinha|voice[ _-]?net")
_ANNOUNCED = re.compile(rf"{_NAME.pattern}|formul")
_PERHAPS = re.compile(r"formul|ficha|\bform\b|rva|tnr|ramal")
_LETTER = re.compile(
    r"\b(?:oficio|of|memorando|memo|ci|carta|despacho|procuracao|comprovante|fatura|conta|boleto|nota|print)\b"
)
_NEVER_TEXT = re.compile(r"image/|audio/|video/|application/pdf|application/octet-stream")
_NAMED = re.compile(r"voice[ _-]?net|folhinha")
_LEAST_LABELS, _FEW_LABELS = 4, 2
_LEAST_VALUES, _ENOUGH_SHARE = 2, 3
_SPECIFIC = re.compile(r"\d(?:[./ -]{0,2}\d){4}|@")
_SPLIT = re.compile(r"[|\t]|:(?:\s|$)")


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


def may_be_form(message: Message) -> bool:
    """Whether something attached may be the form although nothing calls it so: it has some of its labels, or cannot be
    read where the text says that the form comes along.
    """
    announced = _ANNOUNCED.search(fold(clipped(message.body.above))) is not None
    return any(_perhaps(attachment, announced=announced) for attachment in message.attachments)


def _perhaps(attachment: Attachment, *, announced: bool) -> bool:
    content = _content(attachment)
    return announced if not content.strip() else len(_labels(content)) >= _FEW_LABELS


def form_document(form: Form) -> Document:
    """The form as a document to read fields in."""
    return Document(f"form:{form.attachment.filename}", _content(form.attachment))


def _as_form(attachment: Attachment) -> Form | None:
    content = _content(attachment)
    if not _is_form(fold(attachment.filename.replace("_", " ")), content):
        return None
    if not content.strip():
        unread = attachment.problem or _NEVER_TEXT.match(attachment.content_type)
        return Form(attachment, FormState.FILLED if unread else FormState.BLANK, readable=not unread)
    return Form(attachment, FormState.FILLED if _is_filled(content) else FormState.BLANK, readable=True)


@asked_again
def _content(attachment: Attachment) -> str:
    rows = "\n".join(" | ".join(row) for row in attachment.rows)
    return clipped(rows if rows else attachment.text)


def _is_form(name: str, content: str) -> bool:
    """By its name, unless that is a letter's; by its labels where the name leaves it open."""
    named, letter = _NAME.search(name), _LETTER.search(name)
    if named and not (letter and letter.start() < named.start()):
        return True
    if not content.strip():
        return bool(_PERHAPS.search(name)) and not letter
    least = _FEW_LABELS if _PERHAPS.search(name) and not letter else _LEAST_LABELS
    folded = fold(content)
    speaks = bool(_NAMED.search(folded)) or (not letter and ("razao social" in folded or least == _FEW_LABELS))
    return speaks and len(_labels(content)) >= least


def _labels(content: str) -> set[str]:
    """The different labels that begin a line or a cell."""
    cells = (cell.strip() for line in content.splitlines() for cell in _SPLIT.split(line))
    return {fold(cell) for cell in cells if cell and is_label(cell)}


def _is_filled(content: str) -> bool:
    """Two values make it filled; one does where it is a number or an address, or the form is short."""
    values, labelled, above_is_label = [], 0, False
    for line in content.splitlines():
        cells = [cell.strip() for cell in _SPLIT.split(line)]
        labelled += any(is_label(cell) for cell in cells if cell)
        if holds_value(cells, under_label=above_is_label):
            values.append(line)
            if len(values) == _LEAST_VALUES:
                return True
        above_is_label = len(cells) == 1 and is_label(cells[0])
    return bool(values) and (bool(_SPECIFIC.search(values[0])) or len(values) * _ENOUGH_SHARE >= labelled)
