"""The day's digest as a value: what it is made from, and what its reader sees, before any formatting.

`triage.core.digest_build` makes the one from the other; `triage.core.digest_text` puts it into words and HTML.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from triage.core.case import Case
from triage.core.decision import LedgerState, MailKind, OutboxState, Place

Groups = Mapping[tuple[Place, LedgerState, str], int]


@dataclass(frozen=True, slots=True)
class Post:
    """An outgoing mail without its bytes. `id` is its number in the outbox.

    `answer` is the server's, or the name of the folder in which a draft lies.
    """

    id: int
    kind: MailKind
    case: str
    cause: str
    state: OutboxState
    reason: str
    answer: str
    recipient: str
    not_before: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class SetAside:
    """A message that nobody could read: its ledger id, where and when it came, why, and its size in bytes."""

    ledger: int
    place: Place
    state: LedgerState
    reason: str
    at: datetime
    size: int


@dataclass(frozen=True, slots=True)
class Accounts:
    """Messages first seen in the digest's period, by place, state and reason; `answered`: those that we answered.

    `in_ledger` and `on_server` are counts of the whole inbox, now; None where nobody could tell.
    """

    groups: Groups
    answered: int = 0
    in_ledger: int | None = None
    on_server: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a digest is made from. The period is [`since`, `now`); `last` is the day of the digest before.

    `open` are cases that somebody is waited for in or must look at, `closed` those that ended in the period. `opened`
    counts the cases of the last 30 days by item ("": unknown), `unanswered` says why automatic answers were left out.
    `stopped` is the reason why nothing leaves ("" where it does) and `kill_switch` the file that a person may make to
    stop everything; `frozen` are folders whose mail is not answered; `broken` are rules that the last look through the
    house found broken, each with where. `silent_hours`: working hours without any mail, where that is alarming.
    """

    day: date
    now: datetime
    since: datetime
    last: date | None
    open: tuple[Case, ...]
    closed: tuple[Case, ...]
    posts: tuple[Post, ...]
    aside: tuple[SetAside, ...]
    accounts: Accounts
    opened: Mapping[str, int]
    unanswered: Mapping[str, int]
    stopped: str = ""
    kill_switch: str = ""
    frozen: tuple[str, ...] = ()
    broken: tuple[tuple[str, str], ...] = ()
    silent_hours: float = 0.0
    observing: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what to search for, what it is, what more there is to know, and how long it has waited."""

    head: str
    text: str
    details: tuple[str, ...] = ()
    tag: str = ""
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Rows under a title. `hint` says what to do about them; `total` is how many there are, shown here or not."""

    title: str
    rows: tuple[Row, ...]
    hint: str = ""
    total: int = 0

    @property
    def hidden(self) -> int:
        """How many there are besides those shown."""
        return max(0, self.total - len(self.rows))


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the digest; `calm` is what stands there where it has no blocks."""

    title: str
    blocks: tuple[Block, ...]
    calm: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A number to be seen first."""

    number: int
    label: str
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A column of a chart: its label, and its parts from the bottom up, one for each name in the legend."""

    label: str
    parts: tuple[int, ...]

    @property
    def total(self) -> int:
        """The whole column."""
        return sum(self.parts)


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns beside each other. `name` is that of its image; `legend` names and colours (#rrggbb) the parts."""

    name: str
    title: str
    bars: tuple[Bar, ...]
    legend: tuple[tuple[str, str], ...]

    @property
    def words(self) -> str:
        """The chart for those who don't see it."""
        return f"{self.title}: " + "; ".join(f"{bar.label}: {bar.total}" for bar in self.bars)


@dataclass(frozen=True, slots=True)
class Term:
    """One term of the account of the day: a number, what it counts, and what it is made of."""

    number: int
    label: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """The account of the day: `received` is the sum of `terms`. `besides` and `mailbox` are whole sentences."""

    received: int
    terms: tuple[Term, ...]
    besides: tuple[str, ...]
    mailbox: str
    alert: bool


@dataclass(frozen=True, slots=True)
class Digest:
    """What the reader sees, in the order in which it is seen."""

    day: date
    subject: str
    title: str
    period: str
    alarms: tuple[Row, ...]
    tiles: tuple[Tile, ...]
    today: Section
    waiting: Section
    finished: Section
    mail: Section
    charts: tuple[Chart, ...]
    statement: Statement

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections but the first, which stands apart."""
        return (self.waiting, self.finished, self.mail)
