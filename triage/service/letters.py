"""Decided mails in their final bytes: rendered once, within the deciding transaction (RELIABILITY C2, C3)."""

from triage.core.case import Case
from triage.core.decision import Mail, MailKind
from triage.core.message import Address, Body, Message
from triage.core.reply import CarrierFacts, render_carrier_notice, render_reply
from triage.core.verdict import Reply
from triage.core.vocabulary import Field
from triage.mail.compose import compose, message_id
from triage.service.house import House
from triage.store.commit import Rendered


def render(house: House, mail: Mail, case: Case) -> Rendered:
    """The mail as it will leave, whenever it does: identical bytes and Message-ID at each attempt."""
    own_id = message_id(house.signing_key, mail.cause, mail.kind, house.domain, case.number or None)
    raw = compose(
        _reply(house, mail, case),
        sender=house.sender,
        message_id=own_id,
        date=house.now(),
        in_reply_to=mail.in_reply_to,
        references=mail.references,
    )
    return Rendered(own_id, house.sender, raw)


def _reply(house: House, mail: Mail, case: Case) -> Reply:
    if mail.kind is MailKind.CARRIER_NOTICE:
        return render_carrier_notice(carrier_facts(mail, case), house.bulletin, house.templates)
    if mail.verdict is None:
        raise ValueError(f"a {mail.kind} without a verdict")
    addressed = Message("", (Address("", mail.to),), (), (), "", Body("", 0))
    return render_reply(mail.verdict, addressed, house.bulletin, house.templates, case.number, max(case.rounds, 1))


def carrier_facts(mail: Mail, case: Case) -> CarrierFacts:
    """What the long-distance carrier needs to know of a finished case."""
    values = dict(case.values)
    done = case.done_at
    return CarrierFacts(
        to=mail.to,
        item=case.category or "",
        organ=case.organ,
        cnpj=values.get(Field.CNPJ, ""),
        old_line=case.lines[0] if case.lines else "",
        new_line=case.new_lines[0] if case.new_lines else "",
        address=case.place,
        completed_on=done.date().isoformat() if done else "",
        protocol=case.protocols[-1] if case.protocols else "",
        case=case.number,
    )
