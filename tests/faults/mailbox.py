"""Faults of the mailbox: its server, the way to it, and the people who use it meanwhile."""

import contextlib
import random
import time

from imapclient import IMAPClient

from tests.faults.harm import Fault
from tests.faults.stage import Stage
from tests.servers.dovecot import PASSWORD, USER


def imap_gone(stage: Stage) -> None:
    """The server dies without a word in mid-work and stays away for seconds."""
    stage.start()
    stage.pump(stage.chance.uniform(1.0, 3.0))
    stage.imap.kill()
    stage.pump(stage.chance.uniform(0.5, 4.0), lambda: False) if not stage._due else time.sleep(1)
    stage.imap.start()
    stage.pump(2.0)


def imap_bye(stage: Stage) -> None:
    """The server is restarted in order: BYE."""
    stage.start()
    stage.pump(stage.chance.uniform(1.0, 3.0))
    stage.imap.restart()
    stage.pump(1.0)


def imap_cut(stage: Stage) -> None:
    """Connections break in mid-literal, in mid-command, in mid-anything, again and again."""
    left = stage.chance.randint(2, 6)
    chance = random.Random(stage.chance.random())

    def hook(way: str, piece: bytes) -> bool:
        nonlocal left
        cut = left > 0 and (b"BODY[" in piece or chance.random() < 0.05)
        left -= cut
        return cut

    stage.proxy.hook = hook
    stage.start()
    stage.pump(6.0)
    stage.proxy.hook = None


def half_open(stage: Stage) -> None:
    """The connection stands and nothing comes through: only our own patience ends it."""
    stage.start()
    stage.pump(stage.chance.uniform(1.0, 3.0))
    stage.proxy.stall()
    stage.pump(stage.chance.uniform(1.0, 6.0))
    stage.proxy.flowing.set()
    stage.pump(1.0)


def renumbered(stage: Stage) -> None:
    """UIDVALIDITY changes: all is presented again; nothing is answered again, and new mail waits for a person."""
    stage.start()
    stage.pump(stage.chance.uniform(1.5, 4.0))
    stage.imap.change_uidvalidity(stage.chance.randint(2_000_000_000, 2_100_000_000))
    stage.pump(2.0)


def expunged(stage: Stage) -> None:
    """Somebody deletes a mail between our SEARCH and our FETCH of it."""

    def hook(way: str, piece: bytes) -> bool:
        if way == "up" and b"UID FETCH" in piece and stage.chance.random() < 0.5:
            fresh = [one for one in stage.delivered if one[0] not in stage.removed]
            if fresh:
                message_id, path = fresh[-1]
                stage.removed.add(message_id)
                stage.imap.expunge(path)
        return False

    stage.proxy.hook = hook
    stage.start()
    stage.pump(4.0)
    stage.proxy.hook = None


def people(stage: Stage) -> None:
    """Colleagues read, flag, move and delete as they please."""
    stage.start()
    deadline = time.monotonic() + 4.0
    while time.monotonic() < deadline:
        stage.pump(stage.chance.uniform(0.1, 0.6))
        _meddle(stage)


def _meddle(stage: Stage) -> None:
    with contextlib.suppress(Exception), IMAPClient("localhost", port=stage.imap.port, ssl=False, timeout=5) as box:
        box.login(USER, PASSWORD)
        box.select_folder("INBOX")
        uids = box.search()
        if not uids:
            return
        uid = stage.chance.choice(uids)
        box.add_flags([uid], [b"\\Seen", b"\\Flagged"])
        found = box.fetch([uid], ["BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"])[uid]
        header = next(value for key, value in found.items() if key.startswith(b"BODY"))
        away = stage.chance.random()
        if away < 0.6:
            stage.removed.add(header.decode().partition(":")[2].strip())
        if away < 0.3:
            box.move([uid], "Junk")
        elif away < 0.6:
            box.delete_messages([uid])
            box.expunge()


MAILBOX: dict[str, Fault] = {
    "IMAP server killed": Fault(imap_gone),
    "IMAP server says BYE": Fault(imap_bye),
    "IMAP cut in mid-literal": Fault(imap_cut),
    "IMAP half-open": Fault(half_open),
    "UIDVALIDITY changed": Fault(renumbered, excused=True, rounds=(1, 1)),
    "expunged before FETCH": Fault(expunged),
    "people in the mailbox": Fault(people, excused=True),  # what they take for junk is theirs to answer
}
