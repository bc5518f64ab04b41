"""A house on a store of its own, with a clock that does as it is told and an SMTP server beside it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from triage.service.house import House, furnish
from triage.settings import load_settings
from triage.store.engine import open_store, read
from triage.store.outbox import Outgoing, mails

LOCAL = timezone(timedelta(hours=-3))
TEAM = ("chefia@seger.es.gov.br", "plantao@seger.es.gov.br")
MONDAY = date(2026, 5, 4)


def wall(day: date, hour: int = 8, minute: int = 0) -> datetime:
    """An instant, given on our wall."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LOCAL).astimezone(UTC)


@dataclass
class Clock:
    """A clock to be set."""

    at: datetime = field(default_factory=lambda: wall(MONDAY))

    def __call__(self) -> datetime:
        return self.at


def write_settings(folder: Path, smtp_port: int = 1, to: tuple[str, ...] = TEAM) -> Path:
    """Settings for a store in `folder`. Nobody listens on the IMAP port."""
    path = folder / "triage.toml"
    path.write_text(
        f"""
[mailbox]
host = "localhost"
port = 1
security = "none"
username = "telefonia"
password = "x"
[smtp]
host = "localhost"
port = {smtp_port}
security = "none"
sender = "SEGER Telefonia <telefonia@seger.es.gov.br>"
[database]
url = "sqlite:///{folder}/triage.db"
[state]
directory = "{folder}"
[policy]
mode = "send"
[timeouts]
smtp_connect = 2
[digest]
to = [{", ".join(f'"{address}"' for address in to)}]
""",
        encoding="utf-8",
    )
    return path


def house_in(folder: Path, clock: Clock, to: tuple[str, ...] = TEAM) -> House:
    """A house as a process finds it at its start; the settings in `folder` are written where there are none."""
    path = folder / "triage.toml"
    settings = load_settings(path if path.exists() else write_settings(folder, to=to), need_mailbox=True)
    return furnish(settings, open_store(f"sqlite:///{folder / 'triage.db'}", check=False), clock)


def digests(house: House) -> list[Outgoing]:
    """The digests in the outbox, oldest first."""
    with read(house.engine) as connection:
        return [mail for mail in mails(connection) if mail.kind == "digest"][::-1]


def parsed(raw: bytes) -> EmailMessage:
    """A mail as its reader's program sees it."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message
