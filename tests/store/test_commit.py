"""One decision, one transaction: all of it or nothing, under failures, kills and two writers."""

import json
import multiprocessing
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from tests.store.builders import ANA, NOW, arrival, new_case, opening, put_message, render
from tests.store.lookups import find_candidates
from triage.core.case import Case, CaseEvent, Happened, Review
from triage.core.case import Doubt as DoubtKind
from triage.core.decision import (
    Cancel,
    Change,
    Decision,
    LedgerState,
    Mail,
    MailKind,
    OutboxState,
    Release,
    Way,
)
from triage.core.join_keys import Keys
from triage.core.vocabulary import Field, State
from triage.store.cases import StaleCase, find_case, history, list_cases, open_cases
from triage.store.codec import case_from_json, case_to_json
from triage.store.commit import Rendered, commit_decision
from triage.store.engine import open_store, read, write
from triage.store.outbox import mails
from triage.store.rows import CASES, EVENTS, LEDGER, OUTBOX, RIGHTS, THREAD

KEY = "<m1@sedu.es.gov.br>"


def commit_opening(engine: Engine, uid: int = 1, key: str = KEY, number: int = 1) -> Case:
    with write(engine) as connection:
        ledger_id = put_message(connection, uid)
        decision = opening(key, number)
        return commit_decision(connection, decision, NOW, render, arrival=arrival(ledger_id, key)).cases[0]


def counts(engine: Engine) -> tuple[int, ...]:
    with read(engine) as connection:
        return tuple(
            connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (CASES, EVENTS, OUTBOX, RIGHTS, THREAD)
        )


def test_a_decision_writes_ledger_case_history_and_outbox(engine: Engine) -> None:
    case = commit_opening(engine)
    with read(engine) as connection:
        assert (case.number, case.version, find_case(connection, case.number)) == ("2026-000001", 1, case)
        assert [event.what for event in history(connection, case.number)] == [
            Happened.FAULTY_REQUEST,
            Happened.REPLY_WRITTEN,
        ]
        (mail,) = mails(connection)
        assert (mail.case_number, mail.state, mail.recipient, mail.raw) == (
            case.number,
            OutboxState.QUEUED,
            ANA,
            KEY.encode(),
        )
        row = connection.execute(select(LEDGER.c.state, LEDGER.c.message_id, LEDGER.c.case_id)).one()
        assert (row.state, row.message_id, row.case_id) == (LedgerState.JUDGED, KEY, 1)


def test_numbers_have_no_gaps_though_decisions_fail_in_between(engine: Engine) -> None:
    for number in range(1, 5):
        with pytest.raises(RuntimeError):
            commit_failing(engine, number)
        assert commit_opening(engine, number, f"<{number}>", number).number == f"2026-{number:06d}"


def commit_failing(engine: Engine, uid: int) -> None:
    def fail(_mail: Mail, _case: Case) -> Rendered:
        raise RuntimeError("rendering failed")

    with write(engine) as connection:
        ledger_id = put_message(connection, uid)
        commit_decision(connection, opening(f"<x{uid}>"), NOW, fail, arrival=arrival(ledger_id))


def test_each_year_counts_anew_by_the_date_of_the_state(engine: Engine) -> None:
    commit_opening(engine)
    silvester = NOW.replace(year=2027, month=1, day=1, hour=2)  # still 2026 in Espírito Santo
    for opened, number in ((silvester, "2026-000002"), (silvester + timedelta(hours=2), "2027-000001")):
        case = replace(new_case(), opened_at=opened)
        with write(engine) as connection:
            done = commit_decision(connection, Decision(None, (Change(case, ()),)), NOW, render)
        assert done.cases[0].number == number


def test_a_case_comes_back_whole() -> None:
    case = replace(
        new_case(),
        values=((Field.CNPJ, "27080571000130"),),
        present=frozenset({Field.CNPJ, Field.REASON}),
        faults=((Field.MOBILE, "9999", "sem DDD"),),
        reached=frozenset({"a@oi.net.br"}),
        review=Review(DoubtKind.LIMIT, "limite"),
        done_at=NOW,
    )
    assert case_from_json(case_to_json(case)) == case


def test_a_case_written_before_a_field_was_added_is_read_with_its_default() -> None:
    body = json.loads(case_to_json(new_case()))
    del body["carrier"]
    del body["rounds"]
    assert case_from_json(json.dumps(body)) == new_case()


def test_a_case_changed_meanwhile_is_not_overwritten(engine: Engine) -> None:
    case = commit_opening(engine)
    change = Decision(None, (Change(replace(case, state=State.WITH_OPERATOR), ()),))
    with write(engine) as connection:
        commit_decision(connection, change, NOW, render)
    with pytest.raises(StaleCase), write(engine) as connection:
        commit_decision(connection, change, NOW, render)


def test_a_message_answered_before_is_not_answered_again_and_the_history_says_so(engine: Engine) -> None:
    commit_opening(engine)
    second = commit_opening(engine, 2, KEY, 2)
    with read(engine) as connection:
        assert len(mails(connection)) == 1
        assert history(connection, second.number)[-1].what is Happened.REPLY_DROPPED


def test_a_stopped_mail_is_in_the_history(engine: Engine) -> None:
    case = commit_opening(engine)
    order = Cancel(case.number, (MailKind.CORRECTION,), "um colega já respondeu")
    with write(engine) as connection:
        commit_decision(connection, Decision(None, cancels=(order,)), NOW, render)
        assert history(connection, case.number)[-1].note == "um colega já respondeu"


def test_what_the_gate_holds_back_is_written_down_as_such(engine: Engine) -> None:
    states = {Way.DRAFT: "drafted", Way.OBSERVE: "observed", Way.HOLD: "held"}
    for number, (way, state) in enumerate(states.items(), 1):
        mail = Mail(MailKind.CORRECTION, f"<{number}>", ANA, Release(way, "why"))
        with write(engine) as connection:
            case = new_case(number)
            commit_decision(connection, Decision(None, (Change(case, ()),), (mail,)), NOW, render)
            newest = mails(connection)[0]
            assert (newest.state, newest.reason) == (state, "why")


def test_a_case_is_found_by_every_key_and_closed_ones_not_by_their_requester(engine: Engine) -> None:
    case = commit_opening(engine)
    keys = Keys(
        "",
        "",
        ids=(f"<triage.{case.number}.correction@seger.es.gov.br>", KEY),
        numbers=(case.number,),
        protocols=("P000001",),
        people=(ANA,),
        lines=case.lines,
    )
    with read(engine) as connection:
        found = find_candidates(connection, keys, NOW)
    assert [message_id for message_id, _ in found.by_reference] == list(keys.ids)
    assert found.by_number == found.by_protocol == found.by_requester == found.by_line == (case,)
    assert [mail.case for mail in found.ours] == [case.number]
    with write(engine) as connection:
        closed = replace(case, state=State.CLOSED)
        commit_decision(connection, Decision(None, (Change(closed, ()),)), NOW, render)
        again = find_candidates(connection, keys, NOW)
    assert (again.by_requester, again.by_line) == ((), ())
    assert [c.state for c in again.by_number] == [State.CLOSED]


def test_cases_are_listed_by_state_and_the_doubtful_ones_are_open(engine: Engine) -> None:
    first = commit_opening(engine)
    commit_opening(engine, 2, "<2>", 2)
    closed = replace(first, state=State.CLOSED, review=Review(DoubtKind.AFTER_CLOSE, "depois"))
    with write(engine) as connection:
        commit_decision(connection, Decision(None, (Change(closed, ()),)), NOW, render)
        assert [case.number for case in list_cases(connection)] == ["2026-000002", "2026-000001"]
        assert [case.number for case in list_cases(connection, State.CLOSED)] == ["2026-000001"]
        assert [case.number for case in open_cases(connection)] == ["2026-000001", "2026-000002"]


# --- failures, kills, two writers


def test_an_exception_between_any_two_statements_leaves_nothing(engine: Engine) -> None:
    """C2: the transaction is cut after its first, second, … statement."""
    from sqlalchemy import event

    before, cut = counts(engine), 0
    while True:
        cut += 1
        left = [cut]

        def stop(*_: object, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt

        event.listen(engine, "before_cursor_execute", stop)
        try:
            commit_opening(engine)
            break
        except KeyboardInterrupt:
            pass
        finally:
            event.remove(engine, "before_cursor_execute", stop)
        assert counts(engine) == before, cut
    assert cut > 10
    assert counts(engine) == (1, 2, 1, 1, 2)


_KILLED = """
import os, signal, sys
from tests.store.builders import *
from triage.store.commit import commit_decision
from triage.store.engine import open_store, write
engine = open_store(sys.argv[1])
with write(engine) as connection:
    ledger_id = put_message(connection, 1)
    commit_decision(connection, opening(), NOW, render, arrival=arrival(ledger_id))
    print("written", flush=True)
    sys.stdin.readline()
print("committed", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(("answer", "expected"), [(None, (0, 0, 0, 0, 0)), ("\n", (1, 2, 1, 1, 2))])
def test_a_kill_leaves_none_or_all(url: str, engine: Engine, answer: str | None, expected: tuple[int, ...]) -> None:
    """Killed after all statements and before the commit; and right after it."""
    engine.dispose()
    root = Path(__file__).parents[2]
    child = subprocess.Popen(
        [sys.executable, "-c", _KILLED, url], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stdout.readline() == "written\n"
    if answer is None:
        child.kill()
    else:
        child.stdin.write(answer)
        child.stdin.flush()
        assert child.stdout.readline() == "committed\n"
    assert child.wait(20) == -signal.SIGKILL
    child.stdin.close()
    child.stdout.close()
    again = open_store(url)
    assert counts(again) == expected
    again.dispose()


def _write_cases(url: str, start: int, number: int) -> None:
    engine = open_store(url, check=False)
    for uid in range(start, start + number):
        commit_opening(engine, uid, f"<{uid}@sedu.es.gov.br>", uid)
    engine.dispose()


def test_two_writers_never_lock_each_other_out_and_leave_no_gap(url: str, engine: Engine) -> None:
    """C10, with as many cases as a test may take."""
    engine.dispose()
    context = multiprocessing.get_context("spawn")
    each = 60
    writers = [context.Process(target=_write_cases, args=(url, 1 + n * 1000, each)) for n in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    again = open_store(url)
    with read(again) as connection:
        given = sorted(case.number for case in list_cases(connection))
    assert given == [f"2026-{n:06d}" for n in range(1, 2 * each + 1)]
    again.dispose()


def test_a_note_by_hand_needs_no_message(engine: Engine) -> None:
    case = commit_opening(engine)
    event = CaseEvent(NOW, Happened.HAND_REVIEW, "maria", "ver", "", State.INCOMPLETE, State.REVIEW)
    with write(engine) as connection:
        change = Change(replace(case, state=State.REVIEW), (event,))
        commit_decision(connection, Decision(None, (change,)), NOW, render)
        assert history(connection, case.number)[-1] == event
