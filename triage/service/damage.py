"""That the database was found damaged, noted in the state directory: the database is no place to write it down (C13).

While the note is there nothing leaves, whoever would send it. A start that finds the database whole takes it away.
"""

from contextlib import suppress
from pathlib import Path

NOTE = "database-damaged"


def note_damage(directory: Path, how: str) -> None:
    """Have every process know of it. A disk that does not take the note must not keep the loops from being stopped."""
    with suppress(OSError):
        (directory / NOTE).write_text(f"{how}\n", encoding="utf-8")


def known_damage(directory: Path) -> str:
    """How the database is damaged, as far as it is known; "" where it is not known to be."""
    try:
        return (directory / NOTE).read_text(encoding="utf-8").strip() or NOTE
    except OSError:
        return ""


def forget_damage(directory: Path) -> None:
    """The database was looked through, and is whole."""
    with suppress(OSError):
        (directory / NOTE).unlink(missing_ok=True)
