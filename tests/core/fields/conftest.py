"""The printed bulletin, and messages made of a few words."""

from collections.abc import Callable

import pytest

from triage.config import load_bulletin
from triage.core.bulletin import Bulletin
from triage.core.fields.gather import Gathered, gather
from triage.core.form import find_forms
from triage.core.message import Address, Attachment, Body, Forwarded, Message
from triage.core.organ import tell_organ
from triage.core.policy import Policy
from triage.core.reading import Reading
from triage.core.signature import postscript_offset, signature_offset
from triage.core.statement import state

MARIA = Address("Maria Aparecida dos Santos", "maria.santos@sedu.es.gov.br")


@pytest.fixture(scope="session")
def bulletin() -> Bulletin:
    loaded = load_bulletin()
    assert isinstance(loaded, Bulletin)
    return loaded


def make_message(
    own: str,
    *,
    subject: str = "",
    author: Address = MARIA,
    quoted: str = "",
    forwarded: tuple[Forwarded, ...] = (),
    attachments: tuple[Attachment, ...] = (),
) -> Message:
    signature_at = signature_offset(own, author.name)
    body = Body(own, signature_at, quoted, forwarded, postscript_offset(own, signature_at))
    return Message("<1@sedu.es.gov.br>", (author,), (), (), subject, body, date="2026-08-04", attachments=attachments)


@pytest.fixture(scope="session")
def read(bulletin: Bulletin) -> Callable[..., Gathered]:
    """Everything found in a message of these words; `bill`: it is about a bill, `about_lines`: or about a line."""

    def reading(
        own: str, *, bill: bool = False, about_lines: bool = True, says_why: float = 0.0, **rest: object
    ) -> Gathered:
        message = make_message(own, **rest)  # type: ignore[arg-type]  # the keywords of make_message
        policy = Policy()
        statement = state(message, find_forms(message))
        organ = tell_organ(message, statement.documents, statement.inner, bulletin, policy.own)
        found = Reading({}, {}, {}, {}, 0.0, says_why, "")
        return gather(message, statement, found, organ, bulletin, policy, bill=bill, about_lines=about_lines)

    return reading
