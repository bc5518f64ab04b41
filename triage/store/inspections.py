"""What the last look through the house found, kept for the digest, the health file and the doctor (RELIABILITY C17)."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from triage.store import facts

KEY = "inspection"


@dataclass(frozen=True, slots=True)
class Inspected:
    """When it was, and what was found broken: each the rule, and where."""

    at: datetime
    found: tuple[tuple[str, str], ...] = ()


def keep_inspection(connection: Connection, made: Inspected) -> None:
    """In the place of the one before."""
    facts.remember(connection, KEY, json.dumps(made.found, ensure_ascii=False), made.at)


def last_inspection(connection: Connection) -> Inspected | None:
    """The newest, whichever life of the daemon made it; None where there was none yet, or its note cannot be read."""
    known = facts.fact(connection, KEY)
    try:
        return Inspected(known[1], tuple((str(rule), str(at)) for rule, at in json.loads(known[0]))) if known else None
    except (ValueError, TypeError):
        return None
