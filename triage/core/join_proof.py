"""The proofs that a message brings along: whose thread it answers, whose number or protocol it cites."""

from collections.abc import Iterator

from triage.core.case import Case
from triage.core.decision import Arrival
from triage.core.join_keys import Candidates
from triage.core.joined import Tie, distinct, takes_part
from triage.core.policy import Policy


def proofs(arrival: Arrival, found: Candidates, policy: Policy) -> Iterator[tuple[Tie, tuple[Case, ...]]]:
    """Each proof with the cases that it points to, the strongest first, the nearest message of the thread first.

    A number or a protocol counts only from somebody who takes part in that case: anyone may have read it somewhere.
    """
    nearest = distinct(case for _, cases in found.by_reference for case in cases)
    if nearest:
        yield Tie.REFERENCE, nearest
    for tie, cases in ((Tie.NUMBER, found.by_number), (Tie.PROTOCOL, found.by_protocol)):
        known = tuple(case for case in cases if takes_part(arrival.sender.addr, case, policy))
        if known:
            yield tie, known
