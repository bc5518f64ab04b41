"""`triage doctor --probe`: a forged word in our own server's name, mailed to ourselves (RELIABILITY E3, RFC 8601).

Whether the border takes such a header away, and puts its own above it, decides whether the operator can be believed.
The message goes the way of our own mail, from our address to our address, and is filed as our own by the daemon. Sent
every day by a timer, it proves both ways besides: a blind listener looks like a mailbox nobody writes to (F6).
"""

import secrets
import time
from dataclasses import dataclass

from triage.core.border import authserv_id, fields
from triage.core.verdict import Reply
from triage.mail.compose import Origin, compose, message_id
from triage.mail.imap import Mailbox
from triage.mail.imap_connect import Timeouts
from triage.mail.imap_failure import MailboxFailure
from triage.mail.imap_folders import Role
from triage.mail.smtp import Relay, Sent
from triage.mail.smtp_session import Timeouts as SmtpTimeouts
from triage.service.house import House
from triage.store import facts
from triage.store.engine import write

PATIENCE = 90.0
LOOK_SECONDS = 2.0
_IMAP = Timeouts(connect=10.0, read=20.0)
_SMTP = SmtpTimeouts(connect=10.0, reply=60.0, final=120.0)
_NAMES = ("Message-ID", "Received", "Authentication-Results")
_TEXT = "Mensagem de teste do triage (triage doctor --probe). Pode ser apagada."


@dataclass(frozen=True, slots=True)
class Echo:
    """What came back: whether the forged word is still there, and whether our server's own stands above it."""

    survived: bool
    answered: bool

    @property
    def dangerous(self) -> bool:
        """Whether the forged word is the one that would be believed."""
        return self.survived and not self.answered


def probe(house: House, patience: float = PATIENCE) -> Echo | str:
    """Mail the forged word and wait for it; what came of it, or why nothing did (pt-BR). Raises MailboxFailure."""
    mark = f"probe-{secrets.token_hex(8)}.invalid"
    own_id = message_id(house.signing_key, mark, "probe", house.domain)
    try:
        with Mailbox(house.imap, _IMAP) as box:
            outcome = _mailed(house, own_id, mark)
            if not isinstance(outcome, Sent):
                return _lost(house, f"o servidor SMTP não aceitou a mensagem de teste ({outcome})")
            head = _awaited(house, box, own_id, patience)
    except MailboxFailure as failure:
        _lost(house, f"a caixa postal está fora de alcance ({type(failure).__name__})")
        raise
    if head is None:
        return _lost(house, f"a mensagem de teste não chegou à caixa em {patience:.0f} s")
    echo = _read(head, mark, _names(house))
    _remember(house, echo)
    return echo


def _lost(house: House, why: str) -> str:
    """Note that the way there and back is broken, until a later probe comes back."""
    with write(house.engine) as connection:
        facts.remember(connection, facts.LOST_PROBE, why, house.now())
    return why


def _names(house: House) -> frozenset[str]:
    """As the settings have them: those in force are none while the border is known to be open."""
    return house.settings.policy().authserv_ids


def _remember(house: House, echo: Echo) -> None:
    """While the border lets through what would count, nothing counts; a later probe that finds it shut ends that."""
    with write(house.engine) as connection:
        facts.forget(connection, facts.LOST_PROBE)
        if echo.dangerous:
            facts.remember(connection, facts.OPEN_BORDER, "a forged word came through", house.now())
        else:
            facts.forget(connection, facts.OPEN_BORDER)


def _mailed(house: House, own_id: str, mark: str) -> object:
    address = house.settings.smtp.address if house.settings.smtp else ""
    reply = Reply(address, "triage: teste da borda", _TEXT, f"<p>{_TEXT}</p>")
    raw = compose(reply, sender=house.sender, message_id=own_id, date=house.now(), origin=Origin.GENERATED)
    names = sorted(_names(house))
    forged = "".join(f"Authentication-Results: {name}; dmarc=pass header.from={mark}\r\n" for name in names)
    relay = Relay(house.smtp, _SMTP)
    try:
        return relay.send(address, address, forged.encode("ascii") + raw)
    finally:
        relay.close()


def _awaited(house: House, box: Mailbox, own_id: str, patience: float) -> str | None:
    """The header fields of the message once it lies in the inbox or in Junk."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        for folder in filter(None, (house.folder, box.special_folder(Role.JUNK))):
            for raw in box.recent_headers(folder, house.now().date(), _NAMES):
                head = raw.decode("ascii", "replace")
                if own_id in head:
                    return head
        time.sleep(LOOK_SECONDS)
    return None


def _read(head: str, mark: str, authserv_ids: frozenset[str]) -> Echo:
    words = [value for name, value in fields(head) if name == "authentication-results"]
    survived = any(mark in word for word in words)
    first = next((word for word in words if authserv_id(word) in authserv_ids), "")
    return Echo(survived, bool(first) and mark not in first)
