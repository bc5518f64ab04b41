"""A14, C14: a copy put back is a time machine, and nobody is answered twice by it (real daemon, Dovecot, SMTP)."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from tests.service.running import SCHOOL, Running, letter, mail, wait_for
from triage.service.backup import back_up
from triage.store.engine import write
from triage.store.facts import rearm

BEFORE, AFTER = 3, 30


def request(number: int) -> bytes:
    """A faulty request of a requester of its own."""
    text = SCHOOL.replace("1846", f"{1000 + number}").replace("Marlene", f"Marlene {number}")
    return mail(f"pedido-{number}", text, sender=f"Escola {number} <escola{number}@sedu.es.gov.br>")


def answer(program: Running, first: int, count: int) -> None:
    """Deliver requests, and run until they are answered."""
    for number in range(first, first + count):
        program.imap.deliver(request(number))
    assert program.once().returncode == 0


def restore(program: Running, copy: Path) -> None:
    """What the manual says: the copy in the place of the database, the daemon standing."""
    shutil.copy(copy, program.folder / "triage.db")


def answered(program: Running) -> list[str]:
    """The messages that our mails reply to, in order."""
    return [str(letter(accepted)["In-Reply-To"]) for accepted in program.smtp.accepted]


def test_a_copy_restored_after_30_replies_repeats_none_before_or_after_the_rearm(program: Running) -> None:
    """One mail of the copy was still waiting for its relay, and left afterwards: it too must not leave again."""
    program.set(limits={"breaker": 1000, "per_domain_day": 1000})
    answer(program, 0, BEFORE)
    program.smtp.answer("connect", "421 busy")
    program.imap.deliver(request(BEFORE))
    assert program.once().returncode == 75
    copy = back_up(f"sqlite:///{program.folder / 'triage.db'}", program.folder / "copy.db", datetime.now(UTC)).path
    engine = program.engine()
    with write(engine) as connection:
        connection.exec_driver_sql("update outbox set not_before = created_at")
    engine.dispose()
    answer(program, BEFORE + 1, AFTER - 1)
    assert len(program.smtp.accepted) == len(set(answered(program))) == BEFORE + AFTER

    restore(program, copy)
    program.start()
    program.settled(BEFORE + AFTER)
    assert program.stop() == 0
    assert len(program.smtp.accepted) == BEFORE + AFTER
    assert program.rows("select state, count(*) from outbox group by 1") == [("held", AFTER), ("sent", BEFORE)]
    assert program.count("cases") == BEFORE + AFTER, "what came after the copy is on record again"
    told = program.call("doctor", "--deep").stdout
    assert "✗ disjuntor: desarmado: cópia de" in told
    assert [line for line in told.splitlines() if line.startswith("✗") and "disjuntor" not in line] == [], told

    engine = program.engine()
    with write(engine) as connection:
        assert rearm(connection)
    engine.dispose()
    program.start()
    program.imap.deliver(request(BEFORE + AFTER))
    wait_for(lambda: len(program.smtp.accepted) > BEFORE + AFTER, "the reply to the new request")
    program.settled(BEFORE + AFTER + 1)
    assert program.stop() == 0
    assert answered(program)[-1] == f"<pedido-{BEFORE + AFTER}@sedu.es.gov.br>"
    assert len(program.smtp.accepted) == len(set(answered(program))) == BEFORE + AFTER + 1

    told = program.call("outbox", "release", "--all")
    assert (told.returncode, told.stdout.splitlines()[0]) == (0, "0 liberadas")
    assert f"{AFTER} já tinham saído" in told.stdout
    assert program.once().returncode == 0
    assert len(program.smtp.accepted) == BEFORE + AFTER + 1
    assert program.rows("select distinct state from outbox") == [("sent",)]


def restored(program: Running, *, sealed: bool) -> None:
    """Three replies, of which the copy that is put back knows one; the journal may be lost with the machine."""
    answer(program, 0, 1)
    database, copy = program.folder / "triage.db", program.folder / "copy.db"
    if sealed:
        back_up(f"sqlite:///{database}", copy, datetime.now(UTC))
    else:
        shutil.copy(database, copy)
    answer(program, 1, 2)
    assert len(program.smtp.accepted) == 3
    restore(program, copy)


def test_a_plain_copy_that_is_put_back_is_recognised_and_held_until_rearmed(program: Running) -> None:
    """C14: `cp` seals nothing, and what left after it would leave again."""
    restored(program, sealed=False)
    program.start()
    program.settled(3)
    told = program.call("doctor").stdout
    assert "✗ disjuntor: desarmado: o banco é mais antigo que o já usado aqui" in told
    assert program.stop() == 0
    assert program.rows("select state from outbox order by id") == [("sent",), ("held",), ("held",)]
    assert program.call("rearm").returncode == 0
    program.start()
    program.imap.deliver(request(3))
    wait_for(lambda: len(program.smtp.accepted) == 4, "the reply to the new request")
    assert program.stop() == 0
    assert "2 já tinham saído" in program.call("outbox", "release", "--all").stdout
    assert program.once().returncode == 0
    assert len(program.smtp.accepted) == len(set(answered(program))) == 4


def test_a_copy_put_over_the_database_of_a_running_daemon_repeats_nothing(program: Running) -> None:
    """Nobody should; whoever does it all the same is stopped at the first mail that would leave again."""
    answer(program, 0, 1)
    copy = program.folder / "copy.db"
    shutil.copy(program.folder / "triage.db", copy)
    program.start()
    program.imap.deliver(request(1))
    wait_for(lambda: len(program.smtp.accepted) == 2, "the second reply")
    program.settled(2)
    restore(program, copy)
    wait_for(lambda: program.count("fact", "key = 'breaker'"), "the breaker")
    wait_for(lambda: program.count("ledger") == 2, "the mail to be read again")
    assert program.stop() == 0
    assert len(program.smtp.accepted) == 2
    assert program.logged("loop failed") == 0


def test_whichever_command_comes_first_recognises_it(program: Running) -> None:
    """Once the marks beside it are those of the copy, nobody could tell any more: `digest` sends, and so must look."""
    restored(program, sealed=False)
    program.call("digest", "--print")
    assert program.rows("select value from fact where key = 'breaker'")[0][0].startswith("o banco é mais antigo")


def test_on_another_machine_what_a_seal_holds_must_be_named_one_by_one(program: Running) -> None:
    """The journal was lost with the old machine: nobody can tell what left after the copy but a person who looks."""
    restored(program, sealed=True)
    for name in ("sends.log", "watermark.json"):
        (program.folder / name).unlink()
    assert program.once().returncode == 0
    assert program.call("rearm").returncode == 0
    all_at_once = program.call("outbox", "release", "--all")
    assert all_at_once.returncode == 1
    assert all_at_once.stderr.count("pode ter saído antes da restauração") == 2
    assert program.count("outbox", "state = 'held'") == 2
    (number,) = program.rows("select min(id) from outbox where state = 'held'")[0]
    assert program.call("outbox", "release", str(number)).returncode == 0
    assert program.rows(f"select state from outbox where id = {number}") == [("queued",)]


def test_a_reply_that_left_under_another_cases_number_must_be_named(program: Running) -> None:
    """Somebody cleared the first request away: what came after it gets its number, and so a Message-ID of its own."""
    answer(program, 0, 1)
    copy = program.folder / "copy.db"
    shutil.copy(program.folder / "triage.db", copy)
    first = program.imap.deliver(request(1))
    answer(program, 2, 1)
    program.imap.expunge(next(path for path in program.imap.messages() if path.name.startswith(first.name)))
    restore(program, copy)
    assert program.once().returncode == 0
    assert program.rows("select case_number, state from outbox order by id desc limit 1")[0][1] == "held"
    assert program.call("rearm").returncode == 0
    told = program.call("outbox", "release", "--all")
    assert told.returncode == 1
    assert "pode ter saído antes da restauração" in told.stderr
    assert program.once().returncode == 0
    assert len(program.smtp.accepted) == 3


def test_a_new_database_in_the_old_ones_place_is_no_older_one(program: Running) -> None:
    """It makes another key for itself, so none of its mails can be one that left; A14 keeps it quiet about the past."""
    answer(program, 0, 2)
    (program.folder / "triage.db").unlink()
    program.known_since(datetime.now(UTC))
    answer(program, 2, 1)
    assert program.count("fact", "key = 'breaker'") == 0


def test_drafts_are_not_laid_again_by_a_restored_copy(program: Running) -> None:
    """A draft of the lost hour may have been sent by a person meanwhile: it lies in Drafts no more."""
    program.set(policy={"mode": "draft"})
    answer(program, 0, 1)
    copy = back_up(f"sqlite:///{program.folder / 'triage.db'}", program.folder / "copy.db", datetime.now(UTC)).path
    answer(program, 1, 2)
    laid = program.imap.messages(".Drafts")
    assert len(laid) == 3
    for draft in laid:
        program.imap.expunge(draft)
    restore(program, copy)
    assert program.once().returncode == 0
    assert program.imap.messages(".Drafts") == []
    assert program.count("outbox", "state = 'held'") == 2
