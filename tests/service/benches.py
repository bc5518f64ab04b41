"""An outbox by itself: a real database, a relay that does as told, a clock that the test moves."""

import threading
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.servers.smtp import SmtpServer
from tests.service.houses import SENDER, START
from triage.core.decision import MailKind, OutboxState
from triage.core.verdict import Reply
from triage.mail.compose import compose, message_id
from triage.service.house import House
from triage.service.outbox import Outbox
from triage.store.engine import read, write
from triage.store.outbox import Letter, Outgoing, mails, put


@dataclass
class Bench:
    """One outbox on its bench."""

    house: House
    smtp: SmtpServer
    now: datetime = START
    outbox: Outbox = field(init=False)

    def __post_init__(self) -> None:
        self.house = replace(self.house, now=lambda: self.now)
        self.anew()

    def anew(self) -> None:
        """An outbox as after a restart."""
        self.outbox = Outbox(lambda: self.house, threading.Event())

    def write(self, kind: MailKind = MailKind.CORRECTION, name: str = "um") -> None:
        """A mail that is due."""
        own_id = message_id(self.house.signing_key, name, kind, "seger.es.gov.br")
        reply = Reply("ana@sedu.es.gov.br", "RES: telefone", "Olá!", "<p>Olá!</p>")
        raw = compose(reply, sender=SENDER, message_id=own_id, date=START)
        written = Letter(kind, name, own_id, SENDER, reply.to, raw, OutboxState.QUEUED, self.now)
        with write(self.house.engine) as connection:
            put(connection, written, self.now)

    def pass_by(self, minutes: float) -> None:
        """The clock goes on, and the outbox has its turn."""
        self.now += timedelta(minutes=minutes)
        self.outbox.flush()

    def mail(self) -> Outgoing:
        """The one mail."""
        with read(self.house.engine) as connection:
            (only,) = mails(connection)
        return only

    @property
    def state(self) -> OutboxState:
        return self.mail().state
