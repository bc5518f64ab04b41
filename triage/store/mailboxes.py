"""The watched folders' identities. A folder whose UIDVALIDITY changed is frozen until a person says go on (B2)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, select, update

from triage.store.rows import MAILBOX


class Identity(StrEnum):
    """What a folder's UIDVALIDITY says: never seen, the same as before, or another folder under the old name."""

    FIRST = "first"
    SAME = "same"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class KnownMailbox:
    """What is remembered of a folder."""

    name: str
    uidvalidity: int
    since: datetime
    frozen: str


def meet(connection: Connection, name: str, uidvalidity: int, now: datetime) -> Identity:
    """Remember the folder's identity; a changed one freezes its replies."""
    known = mailbox(connection, name)
    if known is None:
        row = {"name": name, "uidvalidity": uidvalidity, "since": now, "frozen": ""}
        connection.execute(insert(MAILBOX), row)
        return Identity.FIRST
    if known.uidvalidity == uidvalidity:
        return Identity.SAME
    values = {"uidvalidity": uidvalidity, "since": now, "frozen": f"uidvalidity {known.uidvalidity} -> {uidvalidity}"}
    connection.execute(update(MAILBOX).where(MAILBOX.c.name == name).values(values))
    return Identity.CHANGED


def mailbox(connection: Connection, name: str) -> KnownMailbox | None:
    """What is remembered of the folder `name`."""
    row = connection.execute(select(MAILBOX).where(MAILBOX.c.name == name)).first()
    return KnownMailbox(row.name, row.uidvalidity, row.since, row.frozen) if row else None


def frozen(connection: Connection) -> list[KnownMailbox]:
    """The folders whose mail is not answered for now."""
    rows = connection.execute(select(MAILBOX).where(MAILBOX.c.frozen != "").order_by(MAILBOX.c.name))
    return [KnownMailbox(row.name, row.uidvalidity, row.since, row.frozen) for row in rows]


def thaw(connection: Connection, name: str) -> bool:
    """A person confirms a folder's new identity: its mail is answered again. Whether it was frozen."""
    statement = update(MAILBOX).where(MAILBOX.c.name == name, MAILBOX.c.frozen != "").values(frozen="")
    return connection.execute(statement).rowcount == 1
