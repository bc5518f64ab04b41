"""Recipients for the records of the compact form, which leave them out although no real message does.

Without them the classifier would learn that a message without recipients is the operator's, which is an accident of how
the corpus was written. They are drawn as often right, short or missing as in the records that have them. Training only:
nothing is held against a record whose recipients were made up.
"""

import hashlib
from dataclasses import replace

from triage.core.bulletin import Bulletin
from triage.core.policy import SEGER_ADDRESS
from triage.core.recipients import required_recipients
from triage.core.vocabulary import Kind
from triage.learn.corpus import Record

_RIGHT, _SHORT = 0.8, 0.92
_ANY_EXECUTIVE = ("karolina.ramos@oi.net.br",)
_REQUESTER = "solicitante@sedu.es.gov.br"


def addressed(record: Record, bulletin: Bulletin) -> Record:
    """`record` with recipients: its own, or such as a message of its kind would have."""
    if record.full:
        return record
    if record.label["kind"] == Kind.OPERATOR:
        return replace(record, to=(_REQUESTER,), cc=(SEGER_ADDRESS,))
    if record.label["kind"] != Kind.REQUEST:
        return replace(record, to=(SEGER_ADDRESS,), cc=())
    return replace(record, to=_recipients(record, bulletin), cc=(SEGER_ADDRESS,))


def _recipients(record: Record, bulletin: Bulletin) -> tuple[str, ...]:
    item = bulletin.item(record.label["category"])
    organ = bulletin.organ(record.label.get("organ"))
    due = required_recipients(item, organ, bulletin) or _ANY_EXECUTIVE
    chance = _chance(record.id)
    if chance < _RIGHT:
        return due
    return due[1:] or _ANY_EXECUTIVE if chance < _SHORT else ()


def _chance(name: str) -> float:
    """A number from 0 to 1 that is the same for the same name everywhere."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) / 2**32
