"""The process in which readers are born: whatever becomes of it and of them, no message is lost, no process left."""

import ctypes
import os
import random
import resource
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from tests.service.orders import COMMAND, pool, told
from tests.service.processes import children, running, stat, status, until
from triage.core.policy import Policy
from triage.paths import models_dir
from triage.service import brood
from triage.service.confine import Pool, ReaderUnavailable, Reason, Unreadable
from triage.service.egg import Egg
from triage.service.reader import SAMPLE


def nursery() -> int:
    """The only one there is."""
    (pid,) = children()
    return pid


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brood, "_PATIENCE", 0.5)
    monkeypatch.setattr("triage.service.child._BURIAL_SECONDS", 0.5)


@pytest.fixture
def heir() -> Iterator[None]:
    """As if we were the first process: orphans become our children (prctl(2), PR_SET_CHILD_SUBREAPER)."""
    prctl = ctypes.CDLL(None).prctl
    prctl(36, 1, 0, 0, 0)
    yield
    prctl(36, 0, 0, 0, 0)


def buried_by_nobody() -> list[int]:
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    return [pid for pid in pids if stat(pid)[:2] == ["Z", str(os.getpid())]]


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    until(lambda: stat(pid)[0] == "T")
    try:
        yield
    finally:
        if running(pid):
            os.kill(pid, signal.SIGCONT)


def test_readers_of_one_pool_have_one_nursery_and_another_takes_the_place_of_one_that_died():
    with pool(size=2) as readers:
        readers.wait_ready()
        before = nursery()
        pair = set(children(before))
        assert len(pair) == 2
        assert {told(outcome) for _, outcome in readers.judge_many((n, b"slow 0.05") for n in range(8))} == set(
            map(str, pair)
        )
        readers.judge_one(b"segfault")
        list(readers.judge_many((n, b"slow 0.05") for n in range(8)))
        assert nursery() == before, "a reader that dies costs no new start"
        assert len(set(children(before)) & pair) == 1
    assert not children()


def test_a_nursery_begun_before_anything_is_known_is_the_first_one():
    with pool(egg=Egg(COMMAND)) as readers:
        begun = nursery()
        reader = int(told(readers.judge_one(b"pid")))
        assert (nursery(), children(begun)) == (begun, [reader])
        os.kill(begun, signal.SIGKILL)
        until(lambda: not running(reader))
        assert told(readers.judge_one(b"ok next")) == "next"
        assert nursery() != begun
    assert not children()


def test_a_nursery_begun_that_has_died_costs_nothing_but_its_time():
    egg = Egg(COMMAND)
    os.kill(egg.process.pid, signal.SIGKILL)
    egg.process.wait()
    with pool(egg=egg) as readers:
        assert told(readers.judge_one(b"ok all the same")) == "all the same"
    assert not children()


def test_a_nursery_begun_for_a_command_that_comes_to_nothing_ends_with_it():
    """Bad settings, a lock that is held: nobody ever tells it what its readers shall be like."""
    egg = Egg()
    assert running(egg.process.pid)
    egg.orders.close()
    assert egg.process.wait(10) == 0


def test_each_reader_has_a_session_of_its_own_and_the_real_ones_and_their_nursery_one_thread():
    """A fork copies one thread only: whatever another one held would be held for ever."""
    with Pool(Policy(), model=models_dir(), size=2) as readers:
        readers.wait_ready()
        readers.judge_one(SAMPLE)
        born = children(nursery())
        assert [status(pid, "Threads") for pid in (nursery(), *born)] == [1, 1, 1]
        assert [int(stat(pid)[3]) for pid in born] == born


def test_a_nursery_killed_at_rest_is_blamed_on_nobody():
    with pool() as readers:
        reader = int(told(readers.judge_one(b"pid")))
        dead = nursery()
        os.kill(dead, signal.SIGKILL)
        until(lambda: not running(reader))
        assert told(readers.judge_one(b"ok next")) == "next"
        assert nursery() != dead


def test_a_daemon_that_is_the_first_process_buries_the_readers_of_a_dead_nursery(heir: None):
    """In a container nobody else does: each would keep its number for ever."""
    with pool(size=2) as readers:
        readers.wait_ready()
        for _ in range(3):
            os.kill(nursery(), signal.SIGKILL)
            readers.wait_ready()
            list(readers.judge_many((n, b"slow 0.05") for n in range(8)))
    assert not buried_by_nobody()


def test_a_nursery_killed_at_work_costs_the_messages_at_hand_one_attempt_and_no_other():
    with pool() as readers:
        readers.wait_ready()
        threading.Timer(0.3, os.kill, (nursery(), signal.SIGKILL)).start()
        outcomes = dict(readers.judge_many([(0, b"slow 5"), *((n, b"ok good") for n in range(1, 12))]))
    assert outcomes.pop(0) == Unreadable(Reason.CRASHED, "Killed")
    assert {told(outcome) for outcome in outcomes.values()} == {"good"}
    assert len(outcomes) == 11


@pytest.mark.parametrize("seed", range(4))
def test_whoever_is_killed_at_any_moment_each_message_is_answered_once(seed: int):
    """Nursery or reader, while it starts, is born, works or ends."""
    dice, done = random.Random(seed), threading.Event()

    def kill_now_and_then() -> None:
        while not done.wait(dice.uniform(0.001, 0.4)):
            broods = children()
            victims = broods if dice.random() < 0.5 else [child for pid in broods for child in children(pid)]
            if victims:
                os.kill(dice.choice(victims), signal.SIGKILL)

    with pool(size=2, lifetime=20) as readers:
        killer = threading.Thread(target=kill_now_and_then)
        killer.start()
        found: dict[int, str] = {}
        for number in range(300):  # one at a time, so that a start that was killed twice refuses one only
            try:
                outcomes = list(readers.judge_many([(number, f"ok {number}".encode())]))
            except ReaderUnavailable:
                continue
            for key, outcome in outcomes:
                assert key not in found
                found[key] = told(outcome)
            time.sleep(0.005)
        done.set()
        killer.join()
        assert all(answer in (str(key), "crashed") for key, answer in found.items())
        assert len(found) > 200
        assert told(readers.judge_one(b"ok after")) == "after"
    assert not children()


def test_a_program_that_was_replaced_below_the_daemon_is_no_messages_fault():
    """Upgraded and reloaded, not restarted: what the new readers said would have put all mail into quarantine."""
    with pool() as readers:
        readers.wait_ready()
        readers._lineage.setup = replace(readers._lineage.setup, version="0.0.9")
        with pytest.raises(ReaderUnavailable, match=r"0\.0\.9.*restart"):
            readers.judge_one(b"ok a")


def test_a_stopped_reader_has_timed_out_and_another_reads_on():
    with pool(seconds=1.0) as readers:
        reader = int(told(readers.judge_one(b"pid")))
        with stopped(reader):
            assert told(readers.judge_one(b"ok a")) == "timed-out"
            assert not running(reader)
            assert told(readers.judge_one(b"ok b")) == "b"


def test_a_stopped_nursery_is_given_up_when_a_reader_is_needed(impatient: None):
    with pool() as readers:
        readers.wait_ready()
        hung = nursery()
        with stopped(hung):
            assert told(readers.judge_one(b"ok still")) == "still"
            assert told(readers.judge_one(b"exit 3")) == "crashed"
            assert told(readers.judge_one(b"ok a")) == "a"
            assert not running(hung)
        assert nursery() != hung


def test_a_stopped_nursery_keeps_no_reader_from_being_killed(impatient: None):
    with pool(seconds=1.0) as readers:
        reader = int(told(readers.judge_one(b"pid")))
        with stopped(nursery()):
            assert told(readers.judge_one(b"loop")) == "timed-out"
            until(lambda: not running(reader))
        assert told(readers.judge_one(b"ok a")) == "a"


def test_a_nursery_killed_in_mid_birth_is_not_waited_for():
    with pool() as readers:
        reader = int(told(readers.judge_one(b"pid")))
        dying = nursery()
        os.kill(reader, signal.SIGKILL)
        until(lambda: not stat(reader))
        with stopped(dying):
            threading.Timer(0.3, os.kill, (dying, signal.SIGKILL)).start()
            began = time.monotonic()
            assert told(readers.judge_one(b"ok a")) == "a"
        assert time.monotonic() - began < 5


def test_births_that_fail_for_want_of_descriptors_leak_none():
    with pool() as readers:
        assert told(readers.judge_one(b"exit 1")) == "crashed"
        held, limits = open_descriptors(), resource.getrlimit(resource.RLIMIT_NOFILE)
        for spare in range(1, 7):
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(held) + spare, limits[1]))
            with suppress(ReaderUnavailable):
                readers.judge_one(b"exit 1")
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        assert told(readers.judge_one(b"ok a")) == "a"
        assert readers.judge_one(b"exit 1")
        assert len(open_descriptors()) == len(held)


def open_descriptors() -> list[int]:
    return [int(path.name) for path in Path("/proc/self/fd").iterdir()]


def test_closing_beside_a_stopped_nursery_leaves_nothing_behind(impatient: None):
    readers = pool()
    reader = int(told(readers.judge_one(b"pid")))
    hung = nursery()
    with stopped(hung):
        readers.close()
        assert not running(hung)
        until(lambda: not running(reader))


def test_closing_does_not_wait_for_a_nursery_that_starts():
    readers = pool(policy=Policy(answer_since="slow"))
    until(children)
    began = time.monotonic()
    readers.close()
    assert time.monotonic() - began < 3
    assert not children()


def test_a_fork_that_fails_blames_no_message_and_is_tried_again():
    """EAGAIN, as under TasksMax: no reader to be had until there is room."""
    with pool(policy=Policy(answer_since="barren")) as readers:
        with pytest.raises(ReaderUnavailable, match="temporarily unavailable"):
            readers.judge_one(b"ok")
        with pytest.raises(ReaderUnavailable, match="temporarily unavailable"):
            readers.reload(Policy(answer_since="barren"))
        readers.reload(Policy())
        assert told(readers.judge_one(b"ok now")) == "now"


def test_a_nursery_without_memory_says_so():
    with pool(policy=Policy(answer_since="starved")) as readers:
        with pytest.raises(ReaderUnavailable, match="MemoryError"):
            readers.judge_one(b"ok")
        readers.judge_by(Policy())
        assert told(readers.judge_one(b"ok now")) == "now"


def test_a_reload_keeps_the_old_nursery_as_long_as_a_reader_of_it_works_and_no_longer():
    with pool(policy=Policy(answer_since="old")) as readers:
        readers.wait_ready()
        old = nursery()
        slow: list[str] = []
        work = threading.Thread(target=lambda: slow.append(told(readers.judge_one(b"slow 1"))))
        work.start()
        time.sleep(0.2)
        readers.reload(Policy(answer_since="new"))
        assert len(children()) == 2
        work.join()
        assert slow[0].isdigit(), "the old reader was let finish"
        assert told(readers.judge_one(b"policy")) == "new"
        until(lambda: not running(old))
        assert len(children()) == 1


def test_readers_at_rest_do_not_keep_an_old_nursery_for_long(monkeypatch: pytest.MonkeyPatch):
    """Two of them, with their readers, are twice the memory, and no mail may come before Monday."""
    monkeypatch.setattr("triage.service.keeper.REST_SECONDS", 0.1)
    with pool(size=2, policy=Policy(answer_since="old")) as readers:
        readers.wait_ready()
        old = nursery()
        readers.reload(Policy(answer_since="new"))
        until(lambda: not running(old))
        assert told(readers.judge_one(b"policy")) == "new"


def test_a_signal_to_the_whole_unit_does_not_end_it():
    with pool() as readers:
        before = told(readers.judge_one(b"pid"))
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            os.kill(nursery(), number)
        assert told(readers.judge_one(b"pid")) == before
        readers.judge_one(b"exit 1")
        assert told(readers.judge_one(b"ok a")) == "a"


def test_a_pool_made_and_reloaded_by_threads_that_end_lives_on():
    """PR_SET_PDEATHSIG counts threads: the nursery must hang on none that goes."""
    made: list[Pool] = []
    maker = threading.Thread(target=lambda: made.append(pool()))
    maker.start()
    maker.join()
    with made[0] as readers:
        assert told(readers.judge_one(b"ok a")) == "a"
        loader = threading.Thread(target=lambda: readers.reload(Policy(answer_since="new")))
        loader.start()
        loader.join()
        before = nursery() if len(children()) == 1 else max(children())
        assert told(readers.judge_one(b"policy")) == "new"
        assert nursery() == before
