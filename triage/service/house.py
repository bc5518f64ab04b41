"""What every loop of the daemon shares: the settings in force, the bulletin, the database, the clock, who we are."""

import hashlib
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from triage import __version__
from triage.config import load_bulletin, load_templates
from triage.core.bulletin import Bulletin
from triage.core.decision import CarrierMode, Limits, World
from triage.core.policy import Policy, believing_nobody
from triage.core.reply import Templates
from triage.mail.wire import Endpoint
from triage.paths import models_dir
from triage.service.damage import known_damage
from triage.service.watermark import seal_if_older
from triage.settings import Settings
from triage.store import facts
from triage.store.engine import write
from triage.store.ledger import Versions

KILL_SWITCH = "stop-sending"
DAMAGED = "database-damaged"
CARD = "card.json"


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class House:
    """The daemon's surroundings; replaced whole when the settings are read again (SIGHUP)."""

    settings: Settings
    bulletin: Bulletin
    templates: Templates
    policy: Policy
    engine: Engine
    versions: Versions
    first_run: datetime
    signing_key: bytes
    now: Callable[[], datetime] = utc_now

    @property
    def imap(self) -> Endpoint:
        """The IMAP server."""
        assert self.settings.mailbox is not None
        return self.settings.mailbox.endpoint()

    @property
    def folder(self) -> str:
        """The folder that is watched."""
        assert self.settings.mailbox is not None
        return self.settings.mailbox.folder

    @property
    def smtp(self) -> Endpoint:
        """The SMTP relay."""
        assert self.settings.smtp is not None
        return self.settings.smtp.endpoint()

    @property
    def sender(self) -> str:
        """Our From: "Name <address>"."""
        assert self.settings.smtp is not None
        return self.settings.smtp.sender

    @property
    def domain(self) -> str:
        """The domain of our address, for Message-IDs."""
        assert self.settings.smtp is not None
        return self.settings.smtp.address.rpartition("@")[2]

    @property
    def state_dir(self) -> Path:
        """The folder for the lock, the kill switch and the health file."""
        return self.settings.state.directory

    @property
    def disk(self) -> Path:
        """The folder of whose disk the database takes its space."""
        file = self.engine.url.database
        return Path(file).parent if self.engine.dialect.name == "sqlite" and file else self.state_dir

    @property
    def owner(self) -> str:
        """Who holds a duty: whoever runs on this machine under the lock of this state directory."""
        return f"{socket.gethostname()}:{self.state_dir.absolute()}"

    def world(self, connection: Connection) -> World:
        """What deciding reads beside the message and its case, as of now."""
        limits = self.settings.limits
        return World(
            policy=self.policy,
            bulletin=self.bulletin,
            now=self.now(),
            first_run=self.first_run,
            carrier_mode=CarrierMode(self.settings.carrier.mode),
            carrier_hold_minutes=self.settings.carrier.hold_minutes,
            limits=Limits(
                per_message=limits.per_message,
                per_case=limits.per_case,
                per_sender_day=limits.per_sender_day,
                per_domain_day=limits.per_domain_day,
                breaker=limits.breaker,
                breaker_minutes=limits.breaker_minutes,
            ),
            stopped=self.stopped(connection),
        )

    def stopped(self, connection: Connection) -> str:
        """Why no reply may leave now: the kill switch file, damage, or the breaker; "" where all is well (A13, C13)."""
        tripped = facts.tripped(connection)
        return self.silent() or (tripped[0] if tripped else "")

    def silent(self) -> str:
        """Why nothing at all may leave now, not even the digest that would tell of it."""
        if (self.state_dir / KILL_SWITCH).exists():
            return "kill-switch"
        return DAMAGED if known_damage(self.state_dir) else ""


def furnish(settings: Settings, engine: Engine, now: Callable[[], datetime] = utc_now) -> House:
    """The house for these settings. Raises ConfigProblems where the bulletin's data are wrong."""
    bulletin = load_bulletin()
    with write(engine) as connection:
        first_run = facts.first_run(connection, now())
        key = facts.signing_key(connection, now())
        open_border = facts.fact(connection, facts.OPEN_BORDER) is not None
    seal_if_older(engine, settings.state.directory, key, now())
    return House(
        settings=settings,
        bulletin=bulletin,
        templates=load_templates(),
        policy=believing_nobody(settings.policy()) if open_border else settings.policy(),
        engine=engine,
        versions=Versions(rules=__version__, model=model_version(), bulletin=bulletin.version),
        first_run=first_run,
        signing_key=key,
        now=now,
    )


def model_version() -> str:
    """The identity of the trained classifier: a digest of its card, "" where there is none."""
    card = models_dir() / CARD
    return hashlib.sha256(card.read_bytes()).hexdigest()[:16] if card.exists() else ""
