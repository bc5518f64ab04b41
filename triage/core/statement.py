"""What counts as the author's own word: the text, a forwarded part that it points down to, and the form."""

import re
from dataclasses import dataclass

from triage.core.again import asked_again
from triage.core.form import Form, form_document
from triage.core.message import Address, Message
from triage.core.text import Document, clipped, clipped_at, fold

# A service or a line named above a forwarded part makes it background; pointing down makes it the message itself.
_SERVICE = re.compile(
    r"instala|cancel|desativ|deslig|bloque|mudanca|mudar|transfer|troca|alter|prorrog|contest|segunda via|2a via"
    r"|2.{0,2}via|negocia|inclu|reestrutur|certid|defeito|mud[oa]\b|sem linha|sem sinal|implanta|treinamento"
    r"|software|faixa|vencimento|parcel|acompanh|cobran"
)
_LINE = re.compile(r"\(?\b\d{2}\)?[\s.-]?\d{4}[\s.-]?\d{4}\b|\b[2-5]\d{3}-\d{4}\b|\bramal \d{4}\b")
_POINTS_DOWN = re.compile(
    r"\babaixo\b|\bque segue\b|\bsegue(?:m)? (?:o |a )?(?:e-?mail|mensagem|solicitacao|pedido|demanda)"
    r"|\bencaminhad[ao] pel[ao]|\bem anexo\b.{0,30}\b(?:e-?mail|mensagem)\b|\be-?mail (?:recebido|anterior)\b"
)

_LONGEST_SUBJECT = 1_000


@dataclass(frozen=True, slots=True)
class Statement:
    """The documents in which fields are read, and the forwarded senders who count as their authors."""

    body: Document
    signature_at: int
    forwarded: tuple[Document, ...]
    forms: tuple[Document, ...]
    subject: Document
    inner: tuple[Address, ...]
    postscript_at: int | None = None

    @property
    def documents(self) -> tuple[Document, ...]:
        """Everything that counts, the subject last."""
        return (self.body, *self.forwarded, *self.forms, self.subject)

    @property
    def prose(self) -> tuple[Document, ...]:
        """Everything that counts but the forms, whose labels name whatever can be asked for."""
        return (self.body, *self.forwarded, self.subject)

    @property
    def written(self) -> tuple[Document, ...]:
        """Everything that counts but the subject."""
        return (self.body, *self.forwarded, *self.forms)


def state(message: Message, forms: tuple[Form, ...]) -> Statement:
    """The statement that `message` makes."""
    after = message.body.postscript_at
    counted = tuple(part for part in message.body.forwarded if forward_counts(message))
    return Statement(
        body=Document("body", clipped(message.body.own)),
        signature_at=clipped_at(message.body.own, message.body.signature_at),
        forwarded=tuple(Document("forwarded", clipped(part.text)) for part in counted),
        forms=tuple(form_document(form) for form in forms),
        subject=Document("subject", message.subject[:_LONGEST_SUBJECT]),
        inner=tuple(part.sender for part in counted if part.sender),
        postscript_at=None if after is None else clipped_at(message.body.own, after),
    )


@asked_again
def forward_counts(message: Message) -> bool:
    """Whether a forwarded part is the author's own: what stands above names no service and no line, or points down."""
    above = fold(clipped(message.body.above))
    return bool(_POINTS_DOWN.search(above)) or not (names_service(above) or _LINE.search(above))


def names_service(folded: str) -> bool:
    """Whether a folded text has a word for something that the operator does."""
    return _SERVICE.search(folded) is not None
