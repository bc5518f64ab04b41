"""The digest: one for each date, whatever happens; whole, small and well-formed; made from what the store holds."""

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.core.digest_samples import HOSTILE
from tests.core.digest_samples import case as a_case
from tests.service.digest_house import LOCAL, MONDAY, TEAM, Clock, digests, house_in, parsed, wall
from tests.store.builders import file_message
from triage.core.case import By, Case, CaseEvent, Happened
from triage.core.decision import Filing, LedgerState, MailKind, OutboxState, Place
from triage.core.vocabulary import Outcome, State
from triage.service.calendar import ZONE, calendar_for, local_zone
from triage.service.digest import MAX_BYTES, digest_text, send_digest
from triage.service.digest_loop import DigestLoop, due_now
from triage.service.house import House
from triage.store import facts
from triage.store.casebook import CaseBook
from triage.store.engine import write
from triage.store.ledger import Received, Spot, receive
from triage.store.mailboxes import meet
from triage.store.outbox import Letter, put

RACE = """
import sys
from datetime import date
from pathlib import Path
from tests.service.digest_house import Clock, house_in
from triage.service.digest import send_digest
house = house_in(Path(sys.argv[1]), Clock())
print("ready", flush=True)
sys.stdin.readline()
print(sum(send_digest(house, date(2026, 5, day)) for day in (4, 5, 6, 7, 8)))
"""
ROOT = Path(__file__).parents[2]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> Iterator[House]:
    made = house_in(tmp_path, clock)
    yield made
    made.engine.dispose()


def opened(house: House, case: Case, what: Happened = Happened.COMPLETE_REQUEST) -> Case:
    """The case in the store, with the event that opened or ended it."""
    with write(house.engine) as connection:
        book = CaseBook(connection, house.now())
        rank, stored = book.open(case)
        book.note(rank, CaseEvent(case.opened_at, what, By.REQUESTER, "", "", None, case.state))
        book.flush()
    return stored


def received(house: House, number: int, place: Place = Place.INBOX) -> list[int]:
    with write(house.engine) as connection:
        spot = Spot("INBOX" if place is Place.INBOX else place, 7, place)
        meet(connection, spot.mailbox, 7, house.now())
        known = [Received(uid, b"raw", f"{place}-{uid}", 3) for uid in range(1, number + 1)]
        return receive(connection, spot, known, house.now())


def test_a_date_has_one_digest_for_each_recipient_however_often_it_is_asked_for(house: House, clock: Clock) -> None:
    assert send_digest(house, MONDAY)
    assert not send_digest(house, MONDAY)
    clock.at -= timedelta(days=1)
    assert not send_digest(house, MONDAY)
    assert [mail.recipient for mail in digests(house)] == list(TEAM)
    assert {mail.state for mail in digests(house)} == {OutboxState.QUEUED}


def test_a_restart_makes_no_second_digest(house: House, tmp_path: Path) -> None:
    assert send_digest(house, MONDAY)
    again = house_in(tmp_path, Clock())
    assert due_now(again) is None
    assert not send_digest(again, MONDAY)
    again.engine.dispose()


def test_two_processes_that_race_make_exactly_one_digest_of_each_date(house: House, tmp_path: Path) -> None:
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACE, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for _ in range(2)
    ]
    for racer in racers:
        assert racer.stdout
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin
        racer.stdin.write("go\n")
        racer.stdin.flush()
    won = [int(racer.communicate(timeout=60)[0].splitlines()[-1]) for racer in racers]
    assert sum(won) == 5
    assert Counter(mail.cause[:10] for mail in digests(house)) == {f"2026-05-0{day}": len(TEAM) for day in range(4, 9)}


def test_a_failure_while_it_is_made_leaves_no_claim_behind(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The claim and the mails are one commit: the next try makes it."""
    with monkeypatch.context() as patched:
        patched.setattr("triage.service.digest.render_digest", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            send_digest(house, MONDAY)
    assert digests(house) == []
    assert send_digest(house, MONDAY)


def test_nobody_to_send_to_makes_nothing_and_claims_nothing(tmp_path: Path, clock: Clock) -> None:
    house = house_in(tmp_path, clock, to=())
    assert not send_digest(house, MONDAY)
    with write(house.engine) as connection:
        assert facts.last_digest(connection) is None
    house.engine.dispose()


def test_the_mail_is_text_html_with_its_charts_and_a_spreadsheet(house: House) -> None:
    opened(house, a_case(0, State.WITH_OPERATOR, "1.1", "SEDU", wall(MONDAY, 7)))
    send_digest(house, MONDAY)
    mail = parsed(digests(house)[0].raw)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "image/png",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["To"] == TEAM[0]
    assert mail["Date"].datetime == wall(MONDAY).astimezone(LOCAL)
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr] - seen above
    for image in (part for part in mail.walk() if part.get_content_maintype() == "image"):
        assert f"cid:{image['Content-ID'].strip('<>')}" in html


def test_all_of_it_stays_within_200_kb_whoever_wrote_the_subjects(house: House) -> None:
    noise = "".join(chr(0x1F300 + (n * 7919) % 700) for n in range(300))
    texts = [*(text.encode("utf-8", "ignore").decode()[:5000].replace("\0", "") for text in HOSTILE), noise]
    with write(house.engine) as connection:
        for number in range(700):
            text = texts[number % len(texts)] + noise[number % 300 :]
            named = {"subject": text, "requester_name": text}
            book = CaseBook(connection, house.now())
            book.open(a_case(0, State.WITH_OPERATOR, "2.2", "SEDU", wall(MONDAY, 7), **named))
            book.flush()
    send_digest(house, MONDAY)
    raw = digests(house)[0].raw
    assert len(raw) <= MAX_BYTES
    sheet = next(part for part in parsed(raw).iter_attachments())
    book = load_workbook(BytesIO(sheet.get_content()))
    assert "f" not in {cell.data_type for page in book for row in page.iter_rows() for cell in row}


def test_a_case_that_ended_is_told_once_though_its_mail_is_older_than_the_last_digest(
    house: House, clock: Clock
) -> None:
    """Ends carry the date of the mail that caused them; what counts is that the last digest could not know."""
    send_digest(house, MONDAY)
    clock.at = wall(date(2026, 5, 5))
    ended = a_case(0, State.CLOSED, "1.9", "SEDU", wall(MONDAY, 7), outcome=Outcome.REDIRECTED)
    number = opened(house, ended, Happened.REDIRECTED_REQUEST).number
    assert number in digest_text(house, date(2026, 5, 5))
    send_digest(house, date(2026, 5, 5))
    assert number not in digest_text(house, date(2026, 5, 6))


def test_the_accounts_of_two_digests_hold_every_message_once(house: House, clock: Clock) -> None:
    received(house, 3)
    clock.at += timedelta(hours=1)
    assert "3 recebidas" in digest_text(house, MONDAY)
    send_digest(house, MONDAY)
    assert "    0 recebidas" in digest_text(house, date(2026, 5, 5))
    ids = received(house, 2, Place.JUNK)
    with write(house.engine) as connection:
        file_message(connection, ids[0], Filing(LedgerState.IGNORED, "automatic"), house.now())
        file_message(connection, ids[1], Filing(LedgerState.QUARANTINED, "crashed: SIGSEGV"), house.now())
    clock.at = wall(date(2026, 5, 5))
    text = digest_text(house, date(2026, 5, 5), on_server=3)
    assert "2 = 0 + 0 + 1 + 1" in text
    assert "registradas, 3. Confere." in text
    assert f"Nº {ids[1]}" in text


def test_answered_means_that_our_answer_left(house: House, clock: Clock) -> None:
    ids = received(house, 2)
    with write(house.engine) as connection:
        book = CaseBook(connection, house.now())
        rank, stored = book.open(a_case(0, State.INCOMPLETE, "1.1", "SEDU", wall(MONDAY, 7)))
        book.flush()
        row = book.row(rank)
        for ledger in ids:
            name = f"<{ledger}@sedu>"
            file_message(connection, ledger, Filing(LedgerState.JUDGED), house.now(), message_id=name, case_id=row)
            state = OutboxState.SENT if ledger == ids[0] else OutboxState.HELD
            letter = Letter(
                MailKind.CORRECTION,
                name,
                name,
                house.sender,
                "a@b.example",
                b"",
                state,
                house.now(),
                row,
                stored.number,
            )
            put(connection, letter, house.now())
    clock.at += timedelta(minutes=1)
    assert "2 = 1 + 1 + 0 + 0" in digest_text(house, MONDAY)


def test_the_breaker_and_the_kill_switch_stand_at_the_top(house: House) -> None:
    with write(house.engine) as connection:
        facts.trip(connection, "30 mensagens em 10 minutos", house.now())
    assert "triage rearm" in digest_text(house, MONDAY).split("PRECISA DA SEGER")[0]
    (house.state_dir / "stop-sending").touch()
    assert str(house.state_dir / "stop-sending") in digest_text(house, MONDAY)


def test_showing_it_writes_nothing(house: House, tmp_path: Path) -> None:
    before = (tmp_path / "triage.db").read_bytes()
    assert "Resumo da telefonia: segunda-feira, 4 de maio de 2026" in digest_text(house, MONDAY)
    assert (tmp_path / "triage.db").read_bytes() == before


def test_the_loop_makes_it_at_its_hour_and_once_through_clock_jumps(house: House, clock: Clock) -> None:
    """Back a day, forward two, over the weekend and back: each business day that it met has one."""
    woken: list[None] = []
    loop = DigestLoop(lambda: house, lambda: woken.append(None), threading.Event(), count=lambda _: None)
    days = (4, 4, 3, 6, 5, 6, 9, 8, 4)
    made = []
    for hour, day in [(7, 4), *((9, day) for day in days)]:
        clock.at = wall(date(2026, 5, day), hour)
        made.append(loop.look())
    assert made == [None, *(date(2026, 5, day) if day else None for day in (4, 0, 0, 6, 5, 0, 0, 8, 0))]
    assert len(woken) == 4
    assert len(digests(house)) == 4 * len(TEAM)


def test_the_loop_wakes_at_the_hour_and_at_least_each_minute(house: House, clock: Clock) -> None:
    loop = DigestLoop(lambda: house, lambda: None, threading.Event())
    clock.at = wall(MONDAY, 7, 59) + timedelta(seconds=48)
    assert loop._seconds_to_next() == 12
    for hour in (0, 8, 12, 23):
        clock.at = wall(MONDAY, hour)
        assert loop._seconds_to_next() == 60


def test_the_loop_outlives_a_digest_that_cannot_be_made_and_makes_it_later(house: House) -> None:
    stop, tries = threading.Event(), []

    def count(_: House) -> int | None:
        tries.append(None)
        if len(tries) == 1:
            loop.work.set()
            raise RuntimeError("no count")
        return 4

    def written() -> None:
        stop.set()
        loop.work.set()

    loop = DigestLoop(lambda: house, written, stop, count=count)
    loop.run()
    assert len(tries) == 2
    assert len(digests(house)) == len(TEAM)


def test_a_loop_without_recipients_goes_on(tmp_path: Path, clock: Clock) -> None:
    house = house_in(tmp_path, clock, to=())
    loop = DigestLoop(lambda: house, lambda: None, threading.Event())
    assert [loop.look(), loop.look()] == [None, None]
    assert loop._nobody
    house.engine.dispose()


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 4, 13), False),
        (date(2026, 4, 21), False),
        (date(2026, 9, 8), False),
        (date(2026, 11, 20), False),
        (date(2026, 2, 17), True),
        (date(2026, 12, 24), False),
        (date(2026, 5, 4), True),
        (date(2026, 5, 3), False),
    ],
    ids=["Penha", "Tiradentes", "Vitória", "Zumbi", "optional", "from the settings", "Monday", "Sunday"],
)
def test_days_off_are_those_of_brazil_the_state_the_city_and_the_settings(day: date, works: bool) -> None:
    calendar = calendar_for(MONDAY, [date(2026, 12, 24)])
    assert calendar.works_on(day) is works
    assert str(local_zone()) == ZONE
