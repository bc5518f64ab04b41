"""What is known about a message without reading its prose, as named indicators."""

import re
from collections.abc import Iterator

from triage.core.autoreply import is_no_reply, machine_signs
from triage.core.bulletin import Bulletin
from triage.core.message import Message
from triage.core.organ import organ_of_domain
from triage.core.policy import Policy
from triage.core.subject import designated_items, is_forward, is_reply
from triage.core.trust import Claim, identify

_CNPJ = re.compile(r"[0-9A-Z]{2}\.?[0-9A-Z]{3}\.?[0-9A-Z]{3}/?[0-9A-Z]{4}-?\d{2}")
_PHONE = re.compile(r"\b\d{4,5}[-. ]?\d{4}\b")
_AMOUNT = re.compile(r"R\$ ?\d|\d,\d{2}\b")
_DATE = re.compile(r"\b\d{1,2}/\d{1,2}\b|\b\d{1,2} de [a-zç]{4,9}\b")
_PEOPLE = {
    "persofixa@oi.net.br": "persofixa",
    "contacorpfixa@oi.net.br": "contacorpfixa",
    "ingrid.tristao@oi.net.br": "collections",
    "ricardo.cameron@oi.net.br": "business",
    "karolina.ramos@oi.net.br": "attention",
    "gloria.fernandes@oi.net.br": "attention",
}
_FORM = re.compile(r"folhinha|voice", re.IGNORECASE)
_READ = 20_000


def facts_of(message: Message, bulletin: Bulletin, policy: Policy) -> tuple[str, ...]:
    """The names of every indicator that holds, each once, in a fixed order."""
    return tuple(
        dict.fromkeys(
            (
                *_sender(message, bulletin, policy),
                *_thread(message, policy),
                *_recipients(message, policy),
                *_attached(message),
                *(f"machine:{sign}" for sign in machine_signs(message)),
                *_designated(message, bulletin),
                *_shape(message.body.own[:_READ]),
            )
        )
    )


def _sender(message: Message, bulletin: Bulletin, policy: Policy) -> Iterator[str]:
    sender = identify(message, policy)
    who = str(sender.claim)
    if sender.claim is Claim.ANYONE:
        who = "organ" if organ_of_domain(message.author.domain, bulletin) else "stranger"
    yield f"from:{who}"
    yield f"auth:{sender.authentication}"
    yield f"from:{who}:{sender.authentication}"
    if is_no_reply(message.author):
        yield "from:no-reply"


def _thread(message: Message, policy: Policy) -> Iterator[str]:
    reply = bool(message.in_reply_to or message.references)
    if reply:
        yield "thread:in-reply-to"
    if is_reply(message.subject):
        yield "thread:reply-prefix"
    if is_forward(message.subject):
        yield "thread:forward-prefix"
    if message.body.forwarded:
        yield "thread:forwarded"
    if message.body.quoted:
        yield "thread:quoted"
        yield from _quoted_author(message.body.quoted[:600].lower(), policy)
    yield f"thread:{'reply' if reply or message.body.quoted else 'first'}"


def _quoted_author(head: str, policy: Policy) -> Iterator[str]:
    if any(own in head for own in policy.own) or "telefonia seger" in head:
        yield "quoted:seger"
    if any(domain in head for domain in policy.operator_domains):
        yield "quoted:operator"


def _recipients(message: Message, policy: Policy) -> Iterator[str]:
    named = {address.addr for address in (*message.to, *message.cc)}
    if not named:
        return
    reached = [role for addr, role in _PEOPLE.items() if addr in named]
    yield from (f"to:{role}" for role in reached)
    if any(address.domain in policy.operator_domains for address in (*message.to, *message.cc)):
        yield "to:operator"
    else:
        yield "to:no-operator"


def _attached(message: Message) -> Iterator[str]:
    for attachment in message.attachments:
        yield "attached:form" if _FORM.search(attachment.filename) else "attached:other"


def _designated(message: Message, bulletin: Bulletin) -> Iterator[str]:
    items = designated_items(message.subject[:300], bulletin)
    yield from (f"subject:{number}" for number in items)
    yield f"subject:designates-{min(len(items), 2)}"


def _shape(own: str) -> Iterator[str]:
    yield f"length:{min(len(own).bit_length(), 12)}"
    patterns = (("cnpj", _CNPJ), ("phone", _PHONE), ("amount", _AMOUNT), ("date", _DATE))
    yield from (f"has:{name}" for name, pattern in patterns if pattern.search(own))
    if "?" in own:
        yield "has:question"
