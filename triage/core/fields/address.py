"""The client's e-mail address (clause 4.3)."""

import re

from triage.core.autoreply import is_no_reply, is_system
from triage.core.fields.mention import Mention
from triage.core.message import Address
from triage.core.text import Document

_EMAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{1,100}\.[A-Za-z]{2,12}(?![\w-])")


def find_client_email(documents: tuple[Document, ...], author: Address, others: frozenset[str]) -> Mention | None:
    """An address of the requester: the From address unless no one reads it, else one in the text.

    `others` are domains and addresses that are not the requester's (our own, the operator's, the carrier's).
    """
    if author.addr and not (is_no_reply(author) or is_system(author)):
        return Mention(Document("from", author.addr), 0, len(author.addr), author.addr)
    for document in documents:
        for match in _EMAIL.finditer(document.text):
            written = Address("", match.group().lower())
            if not ({written.addr, written.domain} & others or is_no_reply(written)):
                return Mention(document, match.start(), match.end(), written.addr)
    return None
