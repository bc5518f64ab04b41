"""The same store on PostgreSQL (DESIGN 9): the schema, a decision, the leases, two writers at once."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, text
from sqlmodel import SQLModel

from tests.store.builders import ANA, INBOX, NOW, arrival, letter, opening, put_message, render
from tests.store.lookups import count_replies, find_candidates
from tests.store.postgres import AVAILABLE, postgres
from triage.core.decision import Change, Decision, Filing, LedgerState
from triage.core.join_keys import Keys
from triage.core.vocabulary import State
from triage.store import leases
from triage.store.cases import StaleCase, change_cases, find_case, history, list_cases
from triage.store.commit import commit_decision, write_decision
from triage.store.engine import StoreRefused, damage, open_store, read, write
from triage.store.ledger import Entry, file_messages, unknown_uids, waiting
from triage.store.migrations import upgrade
from triage.store.outbox import lease_due, put
from triage.store.slate import Slate
from triage.store.trials import still_new

pytestmark = pytest.mark.skipif(not AVAILABLE, reason="no PostgreSQL or no psycopg here")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture
def engine(server: str) -> Iterator[Engine]:
    engine = open_store(server)
    yield engine
    with write(engine) as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()


def test_the_migrations_make_what_a_new_store_gets_at_once(engine: Engine) -> None:
    assert damage(engine) == []
    with write(engine) as connection:
        made_at_once = catalogue(connection)
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
        upgrade(connection)
        assert catalogue(connection) == made_at_once
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_programs_that_start_at_once_on_an_empty_database_wait_for_its_schema(engine: Engine, server: str) -> None:
    """A refusal has exit status 2, after which no manager starts the daemon again."""
    with write(engine) as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    refused: list[StoreRefused] = []
    together = threading.Barrier(4)

    def start() -> None:
        together.wait()
        try:
            open_store(server).dispose()
        except StoreRefused as refusal:
            refused.append(refusal)

    starting = [threading.Thread(target=start) for _ in range(together.parties)]
    for program in starting:
        program.start()
    for program in starting:
        program.join()
    assert not refused


def catalogue(connection: Connection) -> list[list[tuple[object, ...]]]:
    """Columns, indexes and constraints as the server knows them."""
    columns = "table_name, ordinal_position, column_name, data_type, is_nullable, column_default"
    asked = (
        f"SELECT {columns} FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
    )
    return [[tuple(row) for row in connection.execute(text(words))] for words in asked]


def test_a_decision_is_written_found_and_counted(engine: Engine) -> None:
    with write(engine) as connection:
        ledger_id = put_message(connection, 1)
        assert [w.id for w in waiting(connection, 5)] == [ledger_id]
        commit_decision(connection, opening(), NOW, render, arrival=arrival(ledger_id))
    with write(engine) as connection:
        case = find_case(connection, "2026-000001")
        assert case is not None
        keys = Keys("", "", ids=("<m1@sedu.es.gov.br>",), people=(ANA,), lines=case.lines, protocols=("P000001",))
        found = find_candidates(connection, keys, NOW)
        assert found.by_reference[0][1] == found.by_requester == found.by_line == found.by_protocol == (case,)
        assert len(history(connection, case.number)) == 2
        counts = count_replies(connection, NOW, keys=("<m1@sedu.es.gov.br>",), recipient=ANA, case="", content="")
        assert (counts.message, counts.sender_day) == (1, 1)
        assert unknown_uids(connection, INBOX, [1, 2]) == [2]


def test_two_workers_never_lease_the_same_mail(engine: Engine) -> None:
    with write(engine) as connection:
        for number in range(6):
            put(connection, letter(f"<{number}>"), NOW)
    with write(engine) as one, write(engine) as other:
        first, second = lease_due(one, 1, NOW, limit=3), lease_due(other, 2, NOW, limit=3)
        assert {mail.id for mail in first}.isdisjoint(mail.id for mail in second)
        assert len(first) == len(second) == 3


def test_a_duty_has_one_holder(engine: Engine) -> None:
    with write(engine) as connection:
        assert leases.acquire(connection, "outbox", "a", NOW, 60) == 1
    with write(engine) as connection:
        assert leases.acquire(connection, "outbox", "b", NOW, 60) is None


def test_many_writers_give_numbers_without_gaps(engine: Engine) -> None:
    with write(engine) as connection:
        commit_decision(connection, opening("<0>", 1), NOW, render, arrival=arrival(put_message(connection, 1), "<0>"))

    def work(start: int) -> None:
        for uid in range(start, start + 15):
            with write(engine) as connection:
                told = arrival(put_message(connection, uid), f"<{uid}>")
                commit_decision(connection, opening(f"<{uid}>", uid), NOW, render, arrival=told)

    workers = [threading.Thread(target=work, args=(100 * n,)) for n in range(1, 4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with read(engine) as connection:
        given = sorted(case.number for case in list_cases(connection))
    assert given == [f"2026-{n:06d}" for n in range(1, 47)]


def test_a_case_changed_meanwhile_is_not_overwritten(engine: Engine) -> None:
    with write(engine) as connection:
        (case,) = commit_decision(connection, replace(opening(), mails=(), filing=None), NOW, render).cases
    change = Decision(None, (Change(replace(case, state=State.WITH_OPERATOR), ()),))
    with write(engine) as connection:
        commit_decision(connection, change, NOW, render)
    with pytest.raises(StaleCase), write(engine) as connection:
        commit_decision(connection, change, NOW, render)


def test_several_decisions_are_written_at_once(engine: Engine) -> None:
    """Rows of many cases in one statement each: how many it concerned must be told for all of them together."""
    with write(engine) as connection:
        slate = Slate.on(connection, NOW)
        ids = [put_message(connection, uid) for uid in (1, 2, 3)]
        told = [arrival(ledger_id, f"<{ledger_id}>") for ledger_id in ids]
        done = [write_decision(slate, opening(f"<{n}>", n), NOW, render, told[n]) for n in range(3)]
        slate.flush()
        cases = [one.committed().cases[0] for one in done]
        assert [one.committed().mails for one in done] == [(1,), (2,), (3,)]
    moved = [Change(replace(case, state=State.WITH_OPERATOR), ()) for case in cases]
    with write(engine) as connection:
        commit_decision(connection, Decision(None, tuple(moved[:2])), NOW, render)
        assert [case.version for case in list_cases(connection)] == [1, 2, 2]
    with pytest.raises(StaleCase), write(engine) as connection:
        change_cases(connection, [(cases[2], 1), (cases[1], 1)])


def test_a_message_is_filed_by_the_process_that_comes_first(engine: Engine) -> None:
    """Two daemons on one database: the second waits for the first, and finds nothing left to file."""
    with write(engine) as connection:
        ids = [put_message(connection, uid) for uid in (1, 2)]
    found: list[set[int]] = []

    def second() -> None:
        with write(engine) as connection:
            found.append(still_new(connection, ids))

    other = threading.Thread(target=second)
    with write(engine) as connection:
        assert still_new(connection, ids) == set(ids)
        other.start()
        other.join(0.5)
        file_messages(connection, [Entry(ids[0], Filing(LedgerState.IGNORED))], NOW)
    other.join(10)
    assert found == [{ids[1]}]


def test_a_server_out_of_reach_is_one_line() -> None:
    with pytest.raises(StoreRefused) as refused:
        open_store("postgresql+psycopg://triage@/postgres?host=/nowhere")
    assert "\n" not in str(refused.value)
