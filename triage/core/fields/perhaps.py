"""What may be a field that was not found, in words that no rule is sure of.

To demand what somebody has written is the worst mistake, and no reader of prose is without it: where something in a
message could be the field that it seems to lack, a person looks before anything is asked for.
"""

from collections.abc import Iterable, Iterator

from triage.core.fields.people import may_be_named
from triage.core.fields.phone_numbers import Sort
from triage.core.fields.phones import Phone
from triage.core.fields.reason import certainty_of_why
from triage.core.reading import Reading
from triage.core.statement import Statement
from triage.core.vocabulary import Field

# Log-odds of being a contact, below which what is called a line is one and nothing else. Of the demands for a landline
# in the exams one in ten stood beside a number above it; of three that were wrong in their time, two.
_LEAST_CONTACT = -2.5
# P(it says why) from which on it may say why, though more likely it does not.
_LEAST_WHY = 0.06


def perhaps_there(
    found: Iterable[Field], statement: Statement, reading: Reading, phones: tuple[Phone, ...], others: frozenset[str]
) -> Iterator[Field]:
    """The fields that are not among `found` and of which something stands in the statement nevertheless.

    `others` are the folded names of people who are not the requester.
    """
    told = set(found)
    if Field.LANDLINE not in told and any(map(_may_be_a_contact, phones)):
        yield Field.LANDLINE
    if Field.MOBILE not in told and any(phone.sort is Sort.MOBILE for phone in phones):
        yield Field.MOBILE
    if Field.REASON not in told and certainty_of_why(statement, reading) >= _LEAST_WHY:
        yield Field.REASON
    if Field.REQUESTER_NAME not in told and may_be_named(statement.written, others):
        yield Field.REQUESTER_NAME


def _may_be_a_contact(phone: Phone) -> bool:
    return phone.sort is Sort.LANDLINE and (phone.weight > _LEAST_CONTACT or not phone.called_a_line)
