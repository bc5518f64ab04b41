"""Intake against servers that misbehave: what breaks the connection costs itself, never the others (B13, B16, B20)."""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.servers.dovecot import Dovecot
from tests.servers.imap_stub import CLOSE, DONE, Answerer, ImapStub, Step
from tests.service.houses import house_at
from tests.service.running import SCHOOL, Running, mail, wait_for
from triage.core.decision import Place
from triage.mail import imap
from triage.mail.imap import Mailbox
from triage.mail.imap_failure import MailboxFailure
from triage.service.fetching import STRIKES, Fetching
from triage.service.house import House
from triage.service.intake import Intake
from triage.store.engine import read
from triage.store.ledger import Spot
from triage.store.rows import LEDGER

INBOX = Spot("INBOX", 1, Place.INBOX)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = house_at(tmp_path)
    yield made
    made.engine.dispose()


def _ledger(house: House) -> dict[int, tuple[str, str]]:
    with read(house.engine) as connection:
        rows = connection.execute(select(LEDGER.c.uid, LEDGER.c.state, LEDGER.c.reason))
        return {uid: (state, reason) for uid, state, reason in rows}


def _poisoned_at(stub: ImapStub, poison: int) -> Answerer:
    """Closes the connection over the body of one message."""

    def answer(tag: str, what: str) -> Iterable[Step]:
        uids, items = what.split(" ", 1)
        for uid in map(int, uids.split(",")):
            if uid == poison and "BODY" in items:
                yield CLOSE
            yield stub.fetched(uid, items)
        yield f"{tag} OK done\r\n".encode()

    return answer


def test_a_message_that_breaks_the_connection_is_found_out_and_set_aside(house: House) -> None:
    """Its companions come, one by one if need be; after three tries alone it is set aside without its bytes."""
    with ImapStub() as stub:
        stub.messages = {uid: f"Subject: {uid}\r\n\r\n{uid}\r\n".encode() for uid in (1, 2, 3)}
        stub.answers["UID-FETCH"] = _poisoned_at(stub, 2)
        fetching = Fetching(lambda: house, lambda: None)
        failures = 0
        for _ in range(2 * STRIKES + 2):
            wanted = [uid for uid in (1, 2, 3) if uid not in _ledger(house)]
            if not wanted:
                break
            failures += _breaks(stub, fetching, wanted)
    assert _ledger(house) == {1: ("new", ""), 2: ("quarantined", "unfetchable"), 3: ("new", "")}
    assert failures == STRIKES + 1


def _breaks(stub: ImapStub, fetching: Fetching, wanted: list[int]) -> bool:
    """Whether a connection of its own breaks while `wanted` are fetched."""
    try:
        with Mailbox(stub.endpoint()) as box:
            box.open("INBOX")
            fetching.fetch(box, INBOX, wanted)
    except MailboxFailure:
        return True
    return False


def _in_order_of_reading(house: House) -> list[int]:
    with read(house.engine) as connection:
        return list(connection.scalars(select(LEDGER.c.uid).order_by(LEDGER.c.id)))


def test_after_a_cut_mail_is_still_read_in_the_order_in_which_it_came(house: House) -> None:
    """The operator's "done" that comes meanwhile is not read before the request that it answers."""
    with ImapStub() as stub:
        stub.messages = {uid: f"Subject: {uid}\r\n\r\n{uid}\r\n".encode() for uid in (1, 2, 3)}
        fetching = Fetching(lambda: house, lambda: None)
        stub.answers["UID-FETCH"] = _poisoned_at(stub, 1)
        assert _breaks(stub, fetching, [1, 2])
        del stub.answers["UID-FETCH"]
        assert not _breaks(stub, fetching, [1, 2, 3])
    assert _in_order_of_reading(house) == [1, 2, 3]


def test_what_breaks_the_connection_alone_waits_for_all_others(house: House) -> None:
    with ImapStub() as stub:
        stub.messages = {uid: f"Subject: {uid}\r\n\r\n{uid}\r\n".encode() for uid in (1, 2, 3)}
        fetching = Fetching(lambda: house, lambda: None)
        stub.answers["UID-FETCH"] = _poisoned_at(stub, 1)
        assert all(_breaks(stub, fetching, wanted) for wanted in ([1, 2], [1, 2, 3], [1, 2, 3], [1, 2, 3]))
    assert _in_order_of_reading(house) == [2, 3]


def _refusing(tag: str, _: str) -> Iterable[Step]:
    yield f"{tag} NO [UNAVAILABLE] try again later\r\n".encode()


def test_mail_that_the_server_will_not_give_just_now_is_not_gone(house: House) -> None:
    """B13: a busy server says NO to every FETCH for a while. Only what is no longer listed has vanished."""
    with ImapStub() as stub:
        stub.messages = {uid: f"Subject: {uid}\r\n\r\n{uid}\r\n".encode() for uid in (1, 3)}
        fetching = Fetching(lambda: house, lambda: None)
        with Mailbox(stub.endpoint()) as box:
            box.open("INBOX")
            stub.answers["UID-FETCH"] = _refusing
            fetching.fetch(box, INBOX, [1, 2, 3])
            assert _ledger(house) == {2: ("gone", "vanished")}
            del stub.answers["UID-FETCH"]
            fetching.fetch(box, INBOX, [1, 3])
    assert _ledger(house) == {1: ("new", ""), 2: ("gone", "vanished"), 3: ("new", "")}


def _always_news(tag: str, _: str) -> Iterable[Step]:
    yield b"+ idling\r\n* 1 FETCH (FLAGS (\\Seen))\r\n"
    yield DONE
    yield f"{tag} OK done\r\n".encode()


@pytest.mark.parametrize("capabilities", ["IMAP4rev1 IDLE", "IMAP4rev1"])
def test_all_folders_are_looked_at_in_time_however_busy_the_inbox_is(
    house: House, monkeypatch: pytest.MonkeyPatch, capabilities: str
) -> None:
    """B7: with a server that always has news, and with one that knows no IDLE and is looked at all the time."""
    monkeypatch.setattr(imap, "NO_IDLE_POLL", 0.02)
    timeouts = house.settings.timeouts.model_copy(update={"rescan": 0.3})
    house = replace(house, settings=replace(house.settings, timeouts=timeouts))
    stop = threading.Event()
    with ImapStub(capabilities) as stub:
        stub.answers["IDLE"] = _always_news
        assert house.settings.mailbox is not None
        at = house.settings.mailbox.model_copy(update={"port": stub.port})
        house = replace(house, settings=replace(house.settings, mailbox=at))
        intake = Intake(lambda: house, lambda: None, stop)
        watching = threading.Thread(target=intake.run)
        watching.start()
        try:
            wait_for(lambda: sum("LIST" in line for line in stub.lines) >= 6, "three looks at every folder", 5)
        finally:
            stop.set()
            intake.wake()
            watching.join()
    assert stub.connections == 1


def test_a_changed_uidvalidity_freezes_replies_until_a_person_thaws(program: Running, dovecot: Dovecot) -> None:
    """B2: known mail is recognised, new mail is recorded, nothing is answered; `triage thaw` lets it go on."""
    program.imap.deliver(mail("velha"))
    assert program.once().returncode == 0
    assert len(program.smtp.accepted) == 1
    dovecot.change_uidvalidity(4242)
    program.imap.deliver(mail("nova", SCHOOL.replace("1846", "1777"), sender="Ana <ana@sesa.es.gov.br>"))
    assert program.once().returncode == 0
    assert len(program.smtp.accepted) == 1
    assert program.rows("select reason from outbox where state = 'held'") == [("mailbox-identity",)]
    assert program.count("ledger", "state = 'duplicate'") == 1
    assert "pasta congelada" in program.call("doctor").stdout
    assert program.call("thaw", "INBOX").returncode == 0
    assert program.call("outbox", "release", "--all").returncode == 0
    assert program.once().returncode == 0
    assert len(program.smtp.accepted) == 2


def test_a_folder_that_cannot_be_read_does_not_starve_the_inbox(program: Running, dovecot: Dovecot) -> None:
    """B20: Junk forbidden by its permissions is said and left out."""
    junk = dovecot.root / "Maildir" / ".Junk"
    junk.mkdir(exist_ok=True)
    before = junk.stat().st_mode
    junk.chmod(0)
    try:
        program.start()
        program.imap.deliver(mail("pedido"))
        wait_for(lambda: program.smtp.accepted, "the reply")
        assert program.logged("folder left out for an hour: it cannot be read") == 1
    finally:
        junk.chmod(before)
