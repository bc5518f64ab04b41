"""One line of the doctor."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How a check came out."""

    FINE = "fine"
    NOTE = "note"
    WRONG = "wrong"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: what was looked at, how it is, and what to do where it is not well (pt-BR)."""

    what: str
    health: Health
    detail: str = ""
    cure: str = ""
