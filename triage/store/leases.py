"""Duties that one process has at a time, fenced by a growing token (RELIABILITY B18)."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from triage.store.rows import LEASE


def acquire(connection: Connection, name: str, owner: str, now: datetime, seconds: float) -> int | None:
    """Take or renew the duty `name` for `owner`: the token, or None while another holds it.

    A new holder gets a higher token than any before; a renewal keeps its own.
    """
    until = now + timedelta(seconds=seconds)
    row = connection.execute(
        select(LEASE.c.owner, LEASE.c.token, LEASE.c.until).where(LEASE.c.name == name).with_for_update()
    ).first()
    if row is None:
        connection.execute(insert(LEASE), {"name": name, "owner": owner, "token": 1, "until": until})
        return 1
    if row.owner != owner and row.until > now:
        return None
    # A holder whose time ran out may have been overtaken without knowing it: it too starts anew.
    token = int(row.token) if row.owner == owner and row.until > now else int(row.token) + 1
    connection.execute(update(LEASE).where(LEASE.c.name == name).values(owner=owner, token=token, until=until))
    return token


def holds(connection: Connection, name: str, token: int, now: datetime) -> bool:
    """Whether the duty is still held under `token`. To be asked before every act that others can see."""
    row = connection.execute(select(LEASE.c.token, LEASE.c.until).where(LEASE.c.name == name)).first()
    return bool(row and row.token == token and row.until > now)


def release(connection: Connection, name: str, token: int, now: datetime) -> None:
    """Give the duty back at once, if it is still held under `token`."""
    connection.execute(update(LEASE).where(LEASE.c.name == name, LEASE.c.token == token).values(until=now))
