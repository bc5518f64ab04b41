"""Which mail a machine wrote, and whom we may answer automatically (RFC 3834, RFC 5230 §4.5–4.6, MS-OXCMAIL)."""

import re
from dataclasses import dataclass

from triage.core.again import asked_again
from triage.core.message import Address, Message
from triage.core.policy import Policy
from triage.core.subject import bare, is_forward
from triage.core.text import fold

LIST_HEADERS = ("list-id", "list-help", "list-subscribe", "list-unsubscribe", "list-post", "list-owner", "list-archive")
BULK_PRECEDENCE = frozenset({"bulk", "junk", "list", "auto_reply"})
VENDOR_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-auto-reply-from",
    "x-mail-autoreply",
    "x-cron-env",
    "x-ms-exchange-message-is-ndr",
    "x-failed-recipients",
)
SUPPRESSING = frozenset({"all", "oof", "autoreply"})

_SYSTEM_LOCAL_PART = re.compile(
    r"(?:mailer[._-]?daemon|listserv|majordomo|post[._-]?master|abuse|owner-.{0,64}|.{1,64}-owner|.{1,64}-request|.{0,64}-bounces.{0,64}"
    r"|bounces?(?:[+-].{0,64})?|auto-?(?:reply|resposta).{0,20})"
)
_NO_REPLY = re.compile(
    r"(?:^|[._+-])(?:no[._-]?reply|nao[._-]?respond[ae]r?|do[._-]?not[._-]?reply|donotreply)(?:$|[._+-])"
)
_MACHINE_SUBJECT = re.compile(
    r"^(?:resposta automatica|automatic reply|auto(?:matic)?[ -]?(?:reply|response|resposta)|autoresposta"
    r"|fora d[oa] (?:escritorio|reparticao)|out of (?:the )?office|aviso de ausencia|ausencia temporaria"
    r"|ausente:|ferias:|estou de ferias"
    # delivery reports
    r"|nao e possivel entregar|undeliver(?:able|ed)|delivery (?:status|failure|report|has failed)|mail delivery"
    r"|failure notice|returned mail|falha na entrega|notificacao de (?:status de )?entrega|mensagem nao entregue"
    r"|devolvid[ao]:|complaint about message from|loop alert:"
    # receipts, and the answers of calendars
    r"|lid[ao]:|nao lid[ao]:|read:|not read:|confirmacao de leitura|recibo de leitura|entregue:|delivered:|recall:"
    r"|retransmitid[ao]:|relayed:|aceit[ao]:|accepted:|recusad[ao]:|declined:|provisori[ao]:|tentative:|cancelad[ao]: )"
)
# How mail systems begin to say that a mail did not arrive; who passes that on begins with words of their own.
_REPORT_TEXT = re.compile(
    r"(?:this message was created automatically by mail|this is the (?:mail system|qmail-send|mail delivery agent)"
    r"|this is an automatically generated delivery|this report relates to a message you sent|hi\. this is the "
    r"|i'm sorry to have to inform you that|[-* ]{0,10}the following address(?:es)? had "
    r"|[-* ]{0,10}the original message was |delivery to the following recipients? (?:has )?failed"
    r"|[-* ]{0,10}(?:your|the) message (?:to .{1,100} )?(?:could not|cannot|was not|has not been) (?:be )?delivered"
    r"|esta (?:mensagem foi criada|e uma mensagem gerada) automaticamente|(?:a )?sua mensagem nao chegou a"
    r"|(?:a )?sua mensagem (?:para .{1,100} )?nao (?:pode|foi) (?:ser )?entregue"
    r"|(?:nao foi possivel entregar|a entrega|falha na entrega)(?: d?a(?: sua)? mensagem)?"
    r" (?:para|a) estes? destinatario)"
)
_REPORT_TYPES = (
    "multipart/report",
    "message/delivery-status",
    "message/disposition-notification",
    "text/calendar",
    "message/feedback-report",
)
_OPENING = 400


@asked_again
def machine_signs(message: Message) -> tuple[str, ...]:
    """Codes of every sign that no person wrote this for us; empty where there is none. Order is fixed."""
    named = {name for name, _ in message.headers}
    checks = (
        ("null-return-path", _null_return_path(message)),
        ("auto-submitted", any(_automatic(value) for value in message.header("auto-submitted"))),
        ("list", not named.isdisjoint(LIST_HEADERS)),
        ("precedence", bool(BULK_PRECEDENCE & _words(message, "precedence", "x-precedence"))),
        ("report", _is_report(message)),
        ("vendor-autoreply", not named.isdisjoint(VENDOR_HEADERS)),
        ("system-sender", any(is_system(address) for address in (*message.from_, *message.sender))),
        ("machine-subject", _by_subject(message.subject)),
    )
    return tuple(code for code, present in checks if present)


def _null_return_path(message: Message) -> bool:
    return message.return_path is not None and message.return_path.strip(" <>\t") == ""


def _by_subject(subject: str) -> bool:
    return bool(_MACHINE_SUBJECT.match(fold(subject).strip()))


def _is_report(message: Message) -> bool:
    """A delivery report, a receipt, an invitation: by its type, by its inline calendar, or by its first words."""
    invited = any(file.content_type == "text/calendar" and not file.filename for file in message.attachments)
    told = fold(message.body.own[:_OPENING]).lstrip()
    return message.content_type.startswith(_REPORT_TYPES) or invited or bool(_REPORT_TEXT.match(told))


def _automatic(value: str) -> bool:
    return re.split(r"[;(\s]", value.strip().lower(), maxsplit=1)[0] != "no"


def _words(message: Message, *names: str) -> set[str]:
    return {
        word for name in names for value in message.header(name) for word in re.split(r"[\s,;]+", value.strip().lower())
    }


def is_system(address: Address) -> bool:
    """Whether the local part belongs to a mail system (RFC 5230 §4.6), never to a person."""
    return bool(_SYSTEM_LOCAL_PART.fullmatch(address.addr.rpartition("@")[0].lower()))


def is_no_reply(address: Address) -> bool:
    """Whether the address says that it does not want answers; a person may still have written from it."""
    return bool(_NO_REPLY.search(address.addr.rpartition("@")[0].lower()))


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether an automatic reply may go out, the one address it may go to, and the code of the reason otherwise."""

    allowed: bool
    recipient: str = ""
    reason: str = ""


def may_reply(message: Message, policy: Policy) -> Permission:
    """Whether `message` may be answered by a machine, and where to. Any doubt, any failure: no."""
    try:
        reason = _objection(message, policy)
        return Permission(False, reason=reason) if reason else _recipient(message, policy)
    except (ValueError, IndexError, AttributeError, TypeError) as failure:
        return Permission(False, reason=f"failed:{type(failure).__name__}")


def _objection(message: Message, policy: Policy) -> str:
    signs = machine_signs(message)
    if signs:
        return signs[0]
    if len(message.from_) != 1 or not message.author.addr:
        return "not-one-author"
    if SUPPRESSING & _words(message, "x-auto-response-suppress"):
        return "auto-response-suppressed"
    if message.header("x-triage-loop"):
        return "our-own-loop-header"
    if is_forward(message.subject) and _by_subject(bare(message.subject)):
        return "report-passed-on"  # a person sent it, but what they want of us is in no bulletin
    if _ourselves(message, policy):
        return "from-ourselves"
    return "" if _addressed_to_us(message, policy) else "not-addressed-to-us"


def _ourselves(message: Message, policy: Policy) -> bool:
    senders = {address.addr for address in (*message.from_, *message.sender)}
    return bool(senders & policy.own) or (message.return_path or "").strip("<> ").lower() in policy.own


def _addressed_to_us(message: Message, policy: Policy) -> bool:
    """RFC 5230 §4.5: one of our addresses stands literally in To, Cc, Resent-To or Resent-Cc."""
    named = {address.addr for address in (*message.to, *message.cc)}
    resent = " ".join((*message.header("resent-to"), *message.header("resent-cc"))).lower()
    return bool(named & policy.own) or any(own in re.split(r"[\s,;<>]+", resent) for own in policy.own)


def _recipient(message: Message, policy: Policy) -> Permission:
    """Reply-To where it is one address in the author's own domain, else From (CONTRACT, "Replies")."""
    if len(message.reply_to) > 1:
        return Permission(False, reason="several-reply-to")
    author = message.author
    chosen = message.reply_to[0] if message.reply_to and message.reply_to[0].domain == author.domain else author
    if is_system(chosen) or is_no_reply(chosen):
        return Permission(False, reason="no-reply-address")
    if chosen.domain in policy.operator_domains | policy.carrier_domains or chosen.addr in policy.own:
        return Permission(False, reason="not-a-requester")
    return Permission(True, recipient=chosen.addr)
