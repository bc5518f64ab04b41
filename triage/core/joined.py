"""Where a message belongs: the result of joining, and the small questions that joining asks of a case."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from triage.core.case import Case
from triage.core.decision import Arrival
from triage.core.join_keys import OwnMail, Seen, lines_of, plain_protocol
from triage.core.policy import Policy
from triage.core.verdict import OperatorWord, Verdict
from triage.core.vocabulary import Field

LOCAL_DIGITS = 8
PUBLIC_DOMAINS = frozenset(
    {
        "gmail.com",
        "hotmail.com",
        "outlook.com",
        "outlook.com.br",
        "live.com",
        "yahoo.com",
        "yahoo.com.br",
        "icloud.com",
        "uol.com.br",
        "bol.com.br",
        "terra.com.br",
        "ig.com.br",
    }
)


class Tie(StrEnum):
    """What ties a message to its case (DESIGN 6). `new`: nothing; `ambiguous`: one of several, nobody knows which."""

    REFERENCE = "reference"
    NUMBER = "number"
    PROTOCOL = "protocol"
    MATTER = "matter"
    AMBIGUOUS = "ambiguous"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Joined:
    """The case or cases a message belongs to, the likeliest first; none where the tie is `new`.

    `duplicate` is the message in the ledger that this one repeats. `why` says in Portuguese what tied it, or why
    nothing did. `reused_id`: another message bore the same Message-ID. `answered`: a colleague has
    answered it already. `itself`: the mail of ours that it is a copy of. `intruding`: it answers a mail of ours, which
    somebody else was sent.
    """

    tie: Tie
    cases: tuple[Case, ...] = ()
    why: str = ""
    duplicate: Seen | None = None
    reused_id: bool = False
    answered: bool = False
    itself: OwnMail | None = None
    intruding: bool = False

    @property
    def case(self) -> Case | None:
        """The case that the message belongs to."""
        return self.cases[0] if self.cases else None

    @property
    def number(self) -> str:
        """That case's number, or ""."""
        return self.cases[0].number if self.cases else ""

    @property
    def tied(self) -> bool:
        """Whether there is proof: without it the operator's word moves nothing."""
        return self.tie not in (Tie.NEW, Tie.AMBIGUOUS)


NOTHING = Joined(Tie.NEW, why="nenhum caso corresponde")


def takes_part(address: str, case: Case, policy: Policy) -> bool:
    """Whether `address` may speak in the case: its requester, a colleague of theirs, whoever was addressed in it, the
    operator, the carrier, or we ourselves. Anyone else may have copied its number from somewhere."""
    domain = address.rpartition("@")[2]
    professionals = policy.operator_domains | policy.carrier_domains
    known = address == case.requester or address in case.participants or address in policy.own
    return known or domain in professionals or same_house(address, case)


def same_house(address: str, case: Case) -> bool:
    """Whether `address` is of the requester's own organ, told by a mail domain that is not open to everybody."""
    domain = address.rpartition("@")[2]
    return bool(domain) and domain == case.domain and domain not in PUBLIC_DOMAINS


def same_item(verdict: Verdict, case: Case) -> bool:
    """Whether a request asks for what the case is about: the item, and the service where both name one."""
    if verdict.category != case.category:
        return False
    return verdict.service is None or case.service is None or verdict.service == case.service


def shares_line(verdict: Verdict, case: Case) -> bool:
    """Whether the message is about a line of the case."""
    return any(same_line(said, ours) for said in lines_of(verdict) for ours in (*case.lines, *case.new_lines))


def same_line(said: str, ours: str) -> bool:
    """Whether both are one line; a number without its area code is told by its last eight digits."""
    return said == ours or (not said.startswith("+") and len(said) == LOCAL_DIGITS and ours.endswith(said))


def is_about(word: OperatorWord, case: Case) -> bool:
    """Whether the operator's word names the case: by our number, its own protocol, or a line."""
    ours = {case.number, *map(plain_protocol, case.protocols)} - {""}
    said = {*word.about, *map(plain_protocol, word.about)}
    return bool(ours & said) or any(same_line(one, line) for one in word.lines for line in case.lines)


def conflicts(verdict: Verdict, case: Case) -> bool:
    """Whether the message speaks of another line, bill or account than the case."""
    lines = set(lines_of(verdict))
    if lines and case.lines and not lines & set(case.lines):
        return True
    told, known = dict(verdict.values), dict(case.values)
    both = (field for field in (Field.BILL_MONTH, Field.CUSTOM_ACCOUNT) if field in told and field in known)
    return any(told[field] != known[field] for field in both)


def sent_again(arrival: Arrival, case: Case) -> bool:
    """Whether the message says word for word what the case's last request said, or passes just that on."""
    return bool(case.content) and (case.content == arrival.content or case.content in arrival.carried)


def distinct(cases: Iterable[Case]) -> tuple[Case, ...]:
    """The cases, each once, in order."""
    return tuple({case.number: case for case in cases}.values())


def numbers(cases: Iterable[Case]) -> str:
    """The cases' numbers, for a person."""
    return ", ".join(case.number for case in cases)
