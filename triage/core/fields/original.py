"""The copy of the original request that a follow-up brings along (item 1.12): quoted, forwarded or attached."""

import re

from triage.core.fields.mention import Mention
from triage.core.message import Attachment, Message
from triage.core.text import Document, clipped, fold

_LEAST_WORDS = 12
_MAIL_NAME = re.compile(r"\.(?:eml|msg)$")
_REQUEST_NAME = re.compile(
    r"oficio|\bof[ _.-]?\d|memorando|solicit|pedido|original|e-?mail|requer|chamado|demanda|\bci[ _-]?\d|copia"
    r"|mensagem|reitera|folhinha"
)
_SAYS_ATTACHED = re.compile(r"\banex|\bsegue(?:m)?\b|\bjunt[oa]\b|\bacompanha\b|\bapens[oa]\b")
_NAMES_REQUEST = re.compile(r"solicit|pedido|original|oficio|copia|e-?mail|mensagem|requer|memorando")
_PICTURE = re.compile(r"^(?:image\d{1,6}|logo|assinatura|brasao|outlook-)")
# Who wrote what is quoted: the sender line of a reply header, or the attribution above it.
_SENDER = re.compile(
    r"^[>\s*]{0,10}(?:de|from|remetente)\s?:\s?\*?(?P<header>[^\n]{1,200})$"
    r"|^[>\s]{0,10}(?:em|on|a|no dia)?\s?(?P<attribution>[^\n]{5,250}?(?:\n[^\n]{1,120}?)?)\s(?:escreveu|wrote"
    r"|a ecrit|escribio)\s?:",
    re.MULTILINE,
)
_OPERATOR = re.compile(
    r"\boi\b|karolina|gloria fernandes|ricardo cameron|ingrid|persofixa|contacorp|telemar|executiv[oa] de"
)


def find_original(message: Message, operator: frozenset[str]) -> Mention | None:
    """Where the earlier request stands, or None; what only the operator (its domains) wrote is none."""
    forwarded = next(iter(message.body.forwarded), None)
    if forwarded is not None:
        return _mention("forwarded", forwarded.text or forwarded.subject)
    if len(message.body.quoted.split()) > _LEAST_WORDS and not _only_operator(message.body.quoted, operator):
        return _mention("quoted", message.body.quoted)
    if not message.attachments:
        return None
    own = fold(clipped(message.body.own))
    announced = bool(_SAYS_ATTACHED.search(own) and _NAMES_REQUEST.search(own))
    attached = next((a for a in message.attachments if _is_request(a, announced=announced)), None)
    return _mention(f"attachment:{attached.filename}", attached.filename) if attached else None


def _mention(name: str, text: str) -> Mention:
    document = Document(name, text[:80])
    return Mention(document, 0, len(document.text), "")


def _only_operator(quoted: str, operator: frozenset[str]) -> bool:
    """Whether every sender named in the quotation is the operator's; without any named sender nobody can tell."""
    found = _SENDER.finditer(fold(clipped(quoted)))
    senders = [match["header"] or match["attribution"] for match in found]
    return bool(senders) and all(_is_operator(sender, operator) for sender in senders)


def _is_operator(sender: str, operator: frozenset[str]) -> bool:
    domains = re.findall(r"@([\w.-]{3,100})", sender)
    if domains:
        return all(domain.rstrip(".-") in operator for domain in domains)
    return bool(_OPERATOR.search(sender))


def _is_request(attachment: Attachment, *, announced: bool) -> bool:
    """A mail, a letter by its name, or a file that the text announces as the copy; never a signature's picture."""
    name = fold(attachment.filename)
    if _MAIL_NAME.search(name) or attachment.content_type == "message/rfc822":
        return True
    return not _PICTURE.match(name) and (announced or bool(_REQUEST_NAME.search(name)))
