"""A piece of messages is decided about on a slate, and written at once: row for row what one by one would have written.

Each mailbox is made up as it goes, from what the database says after each message, so that mails answer each other and
answer ours; then it is told again to a copy of the empty database, in pieces.
"""

import random
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select, text
from sqlmodel import SQLModel

from tests.core.story import (
    ANA,
    BIA,
    CARRIER,
    LINE,
    OI,
    OTHER_LINE,
    OURS,
    SEGER,
    STRANGER,
    operator_verdict,
    request_verdict,
    supplement_verdict,
)
from tests.service.houses import START, house_at
from tests.store.postgres import AVAILABLE, postgres
from triage.core.case import By, Case, CaseEvent, Happened
from triage.core.decision import Change, Decision, Mail, Place
from triage.core.message import Address, Body, Message
from triage.core.reading import SILENT
from triage.core.verdict import Verdict
from triage.core.vocabulary import Action, Field, Kind, OperatorStatus
from triage.service import desk
from triage.service.confine import Pool
from triage.service.desk import Desk
from triage.service.house import House
from triage.service.wire import Judged, Outcome, Reason, Unreadable
from triage.store import casebook
from triage.store.cases import StaleCase, find_case, history
from triage.store.commit import Rendered, commit_decision
from triage.store.engine import open_store, read, write
from triage.store.ledger import Received, Spot, receive
from triage.store.slate import Slate

PEOPLE = (ANA, BIA, STRANGER)
LINES = ((LINE,), (OTHER_LINE,), (), (LINE, OTHER_LINE))
WORDS = (
    "Segue o pedido da escola, com tudo o que há a dizer.",
    "Outra vez o mesmo telefone mudo, por favor vejam.",
    "",
)
LENGTH = 80


@dataclass(frozen=True)
class Letter:
    """A mail of the story with its verdict; `raw` matters only where it reports a bounce."""

    judged: Judged
    place: Place = Place.INBOX
    raw: bytes = b"raw"
    shaky: bool = False
    readable: bool = True


class Readers:
    """In place of the pool: every message has been judged before."""

    def __init__(self, letters: Sequence[Letter]) -> None:
        self.letters = letters

    def judge_many(self, items: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, Outcome]]:
        """By the ledger's ids, which count from one."""
        for ledger_id, _ in items:
            letter = self.letters[ledger_id - 1]
            yield ledger_id, letter.judged if letter.readable else Unreadable(Reason.MALFORMED, "nesting")


class Author:
    """Makes up the next mail from those before it and from what we have sent."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.letters: list[Letter] = []

    def next(self, house: House) -> Letter:
        """One more mail, of any kind."""
        kinds: tuple[Callable[[House], Letter], ...] = (
            self._request, self._request, self._request, self._supplement, self._supplement, self._operator,
            self._colleague, self._noise, self._again, self._bounce, self._left,
        )  # fmt: skip
        letter = self.chance.choice(kinds)(house)
        self.letters.append(letter)
        return letter

    def _request(self, house: House) -> Letter:
        item = self.chance.choice(("1.4", "1.6", "1.9", "1.12", "2.3"))
        missing = self.chance.choice(((), (Field.MOBILE,), (Field.MOBILE, Field.CNPJ))) if item[0] == "1" else ()
        verdict = request_verdict(
            item,
            missing=missing if item not in ("1.9", "1.12") else (),
            lines=self.chance.choice(LINES),
            confidence=self.chance.choice((0.99, 0.5)),
        )
        return self._letter(house, verdict, self.chance.choice(PEOPLE), (OI.addr, OURS))

    def _supplement(self, house: House) -> Letter:
        field = self.chance.choice((Field.MOBILE, Field.CNPJ))
        verdict = supplement_verdict({field: "1"}, withdrawn=self.chance.random() < 0.2)
        return self._letter(house, verdict, self.chance.choice(PEOPLE), (OURS,))

    def _operator(self, house: House) -> Letter:
        verdict = operator_verdict(
            self.chance.choice(tuple(OperatorStatus)),
            trusted=self.chance.random() < 0.8,
            protocol=self.chance.choice((None, "2026-77001", "OI 4455-66")),
            lines=self.chance.choice(LINES),
        )
        return self._letter(house, verdict, OI, (self.chance.choice(PEOPLE).addr, OURS))

    def _colleague(self, house: House) -> Letter:
        verdict = Verdict(Kind.OTHER, Action.IGNORE, 0.9, lines=self.chance.choice(LINES))
        to = self.chance.choice((ANA.addr, BIA.addr, CARRIER.addr, OI.addr))
        return self._letter(house, verdict, SEGER, (to,), place=Place.SENT)

    def _noise(self, house: House) -> Letter:
        kind = self.chance.choice((Kind.AUTOMATIC, Kind.OTHER, Kind.CARRIER))
        who = CARRIER if kind is Kind.CARRIER else self.chance.choice(PEOPLE)
        action = Action.UPDATE if kind is Kind.CARRIER else self.chance.choice((Action.IGNORE, Action.REVIEW))
        place = self.chance.choice((Place.INBOX, Place.JUNK))
        return self._letter(house, Verdict(kind, action, 0.9), who, (OURS,), place=place)

    def _again(self, house: House) -> Letter:
        """An earlier mail once more: by another way, under another Message-ID, or another under the same."""
        if not self.letters:
            return self._request(house)
        letter = self.chance.choice(self.letters)
        message = letter.judged.message
        changes = self.chance.choice(
            ({}, {"message_id": f"<copy{len(self.letters)}@x>"}, {"fingerprint": f"copy-{len(self.letters)}"})
        )
        return replace(letter, judged=replace(letter.judged, message=replace(message, **changes)))

    def _bounce(self, house: House) -> Letter:
        ours = self._ours(house)
        if not ours:
            return self._noise(house)
        raw = f"Action: failed\nStatus: 5.1.1\n\n{self.chance.choice(ours)}\n".encode()
        letter = self._letter(
            house, Verdict(Kind.AUTOMATIC, Action.IGNORE, 0.9), Address("", "mailer-daemon@x"), (OURS,)
        )
        report = replace(letter.judged.message, content_type="multipart/report; report-type=delivery-status")
        return replace(letter, judged=replace(letter.judged, message=report), raw=raw)

    def _left(self, house: House) -> Letter:
        """A mail of ours, seen in Sent: somebody has sent what was drafted or held."""
        ours = self._ours(house)
        if not ours:
            return self._colleague(house)
        letter = self._letter(house, Verdict(Kind.OTHER, Action.IGNORE, 0.9), SEGER, (ANA.addr,), place=Place.SENT)
        message = replace(letter.judged.message, message_id=self.chance.choice(ours), references=(), in_reply_to=())
        return replace(letter, judged=replace(letter.judged, message=message))

    def _letter(
        self, house: House, verdict: Verdict, sender: Address, to: Sequence[str], place: Place = Place.INBOX
    ) -> Letter:
        number = len(self.letters)
        chain = self._chain(house)
        own = (
            self.chance.choice(WORDS)
            or f"Texto da mensagem número {number}, com o que há a dizer. {self._cited(house)}"
        )
        message = Message(
            message_id=f"<m{number}@{sender.domain}>" if self.chance.random() < 0.95 else "",
            from_=(sender,),
            to=tuple(Address("", a) for a in to[:1]),
            cc=tuple(Address("", a) for a in to[1:]),
            subject=self.chance.choice(("Bloqueio de linha", "1.6 Bloqueio", "ENC: telefone", "RES: telefone")),
            body=Body(own, len(own)),
            in_reply_to=chain[-1:],
            references=chain,
            fingerprint=f"print-{number}",
        )
        return Letter(
            Judged(message, SILENT, verdict),
            place,
            shaky=self.chance.random() < 0.05,
            readable=self.chance.random() < 0.96,
        )

    def _chain(self, house: House) -> tuple[str, ...]:
        """What the mail answers: nothing, one of theirs, or one of ours."""
        ours = self._ours(house)
        answered = self.chance.random()
        if ours and answered < 0.4:
            return (self.chance.choice(ours),)
        if self.letters and answered < 0.7:
            before = self.chance.choice(self.letters).judged.message
            return tuple(i for i in (*before.references, before.message_id) if i)
        return ()

    def _cited(self, house: House) -> str:
        with read(house.engine) as connection:
            numbers = connection.scalars(text("select number from cases order by id")).all()
        return f"Caso {self.chance.choice(numbers)}." if numbers and self.chance.random() < 0.3 else ""

    def _ours(self, house: House) -> list[str]:
        with read(house.engine) as connection:
            return list(connection.scalars(text("select message_id from outbox order by id")))


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A house's folder with an empty database, for copies that have its key."""
    folder = tmp_path / "empty"
    folder.mkdir()
    house_at(folder).engine.dispose()
    return folder


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of a PostgreSQL."""
    if not AVAILABLE:
        pytest.skip("no PostgreSQL or no psycopg here")
    with postgres() as url:
        yield url


@pytest.fixture
def engine(server: str) -> Iterator[Engine]:
    """An empty database there; `_elsewhere` empties it for each house."""
    engine = open_store(server)
    yield engine
    engine.dispose()


def _elsewhere(engine: Engine, house: House) -> House:
    """The same house with its database on a server, emptied."""
    names = ", ".join(table.name for table in SQLModel.metadata.sorted_tables)
    with write(engine) as connection:
        connection.execute(text(f"truncate {names} restart identity cascade"))
    house.engine.dispose()
    return replace(house, engine=engine)


def _house(empty: Path, name: str, **limits: int) -> House:
    folder = empty.parent / name
    folder.mkdir()
    shutil.copyfile(empty / "triage.db", folder / "triage.db")
    made = house_at(folder)
    event.listen(made.engine, "connect", lambda connection, _: connection.execute("pragma synchronous=off"))
    made.engine.dispose()
    settings = replace(made.settings, limits=made.settings.limits.model_copy(update=limits))
    policy = replace(made.policy, carrier_domains=frozenset({CARRIER.domain}), carrier_to=(CARRIER.addr,))
    return replace(made, settings=settings, policy=policy, first_run=START - timedelta(days=2))


def _arrive(house: House, letters: Sequence[Letter], first: int) -> None:
    with write(house.engine) as connection:
        for uid, letter in enumerate(letters, start=first):
            spot = Spot(letter.place, 0 if letter.shaky else 1, letter.place)
            mark = letter.judged.message.fingerprint
            receive(connection, spot, [Received(uid, letter.raw, mark, len(letter.raw), START)], START)


def _clear(house: House, letters: Sequence[Letter]) -> None:
    readers: Pool = Readers(letters)  # type: ignore[assignment]
    Desk(lambda: house, readers, lambda: None, threading.Event()).clear()


def _one_by_one(house: House, author: Author, length: int) -> list[Letter]:
    for uid in range(1, length + 1):
        _arrive(house, [author.next(house)], uid)
        _clear(house, author.letters)
    return author.letters


def _rows(house: House) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, row ids included: whatever is written in pieces comes in the same order."""
    with read(house.engine) as connection:
        tables = SQLModel.metadata.sorted_tables
        return {table.name: sorted(map(tuple, connection.execute(select(table))), key=str) for table in tables}


LIMITS = (
    {},
    {"breaker": 1000, "per_sender_day": 1000, "per_domain_day": 1000},
    {"breaker": 3, "per_sender_day": 1000},
    {"per_sender_day": 2, "per_domain_day": 3, "breaker": 1000},
)


@pytest.mark.parametrize("seed", range(16))
def test_a_piece_ends_as_its_messages_one_by_one(empty: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    _compare(seed, monkeypatch, lambda name, limits: _house(empty, name, **limits), sizes=(100, 7, 1))


@pytest.mark.parametrize("seed", [16, 17])
def test_so_it_does_on_postgresql(empty: Path, engine: Engine, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def house_for(name: str, limits: dict[str, int]) -> House:
        return _elsewhere(engine, _house(empty, name, **limits))

    _compare(seed, monkeypatch, house_for, sizes=(100, 7))


def test_what_a_server_cannot_hold_holds_up_nothing_else(empty: Path, engine: Engine) -> None:
    """An id too long for PostgreSQL's indexes, made of what cannot be packed: the message's fault, not the server's."""
    author = Author(0)
    house = _elsewhere(engine, _house(empty, "too long"))
    letters = [author.next(house) for _ in range(3)]
    chance = random.Random(0)
    endless = "".join(chr(chance.randrange(0x20000, 0x2A000)) for _ in range(900))
    message = replace(letters[1].judged.message, message_id=f"<{endless}>")
    letters[1] = replace(letters[1], judged=replace(letters[1].judged, message=message), readable=True)
    _arrive(house, letters, 1)
    _clear(house, letters)
    states = [row[5] for row in _rows(house)["ledger"]]
    assert states[1] == "quarantined"
    assert "new" not in states


def test_a_case_that_a_person_moves_meanwhile_is_decided_about_anew(
    empty: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a server the piece holds nobody up: what was read for it may be old when it is written."""
    house = _elsewhere(engine, _house(empty, "moved"))
    author = Author(3)
    letters = _one_by_one(house, author, 20)
    with read(engine) as connection:
        ours, number = connection.execute(text("select message_id, case_number from outbox order by id")).first()
    request = letters[0].judged.message
    thanks = replace(request, message_id="<thanks@x>", references=(ours,), in_reply_to=(ours,), fingerprint="thanks")
    letters.append(Letter(Judged(thanks, SILENT, Verdict(Kind.OTHER, Action.REVIEW, 0.9))))
    _arrive(house, letters[20:], 21)
    by_hand = CaseEvent(START, Happened.REMARKED, "maria")
    flush = Slate.flush
    came: list[str] = []

    def meddling(slate: Slate) -> None:
        if not came:
            came.append("maria")
            with write(engine) as connection:
                case = find_case(connection, number)
                assert case is not None
                commit_decision(connection, Decision(None, (Change(case, (by_hand,)),)), START, _no_mail)
        try:
            flush(slate)
        except StaleCase:
            came.append("stale")
            raise

    monkeypatch.setattr(Slate, "flush", meddling)
    _clear(house, letters)
    assert came == ["maria", "stale"]
    with read(engine) as connection:
        assert [event.by for event in history(connection, number)][-2:] == ["maria", By.REQUESTER]


def _no_mail(_mail: Mail, _case: Case) -> Rendered:
    raise AssertionError("no mail is written")


def _compare(
    seed: int,
    monkeypatch: pytest.MonkeyPatch,
    house_for: Callable[[str, dict[str, int]], House],
    sizes: Sequence[int],
) -> None:
    limits = LIMITS[seed % len(LIMITS)]
    monkeypatch.setattr(casebook, "MOST", 3 if seed % 3 else 50)  # so few that people have more open cases than that
    slow = house_for("one by one", limits)
    letters = _one_by_one(slow, Author(seed), LENGTH)
    expected = _rows(slow)
    assert len(expected["cases"]) > 5
    assert expected["outbox"]
    for size in sizes:
        monkeypatch.setattr(desk, "PIECE", size)
        quick = house_for(f"pieces of {size}", limits)
        _arrive(quick, letters, 1)
        _clear(quick, letters)
        found = _rows(quick)
        for table, rows in expected.items():
            assert found[table] == rows, (table, size)
