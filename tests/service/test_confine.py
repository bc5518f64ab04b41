"""C16: a message that kills, fills or hangs its reader costs that reader, and no other message is lost or blamed."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.orders import judged, pool, told
from tests.service.processes import running, stat, until
from triage.core.policy import Policy
from triage.service.child import Child
from triage.service.confine import AHEAD, Pool, ReaderUnavailable, Reason, Unreadable
from triage.service.reader import SAMPLE

DEADLY = {
    b"segfault": "crashed",
    b"exit 3": "crashed",
    b"signal 9": "crashed",
    b"signal 35": "crashed",
    b"signal 24": "timed-out",
    b"memory": "out-of-memory",
    b"loop": "timed-out",
    b"fail x": "failed",
    b"garbage c1c1c1c1c1": "garbled",
    b"huge": "garbled",
}


def test_each_fatal_message_between_good_ones_is_the_only_one_blamed():
    """C16's own bait: segfault, out of memory, endless loop, exception, garbage, each with good mail around it."""
    script = [order for deadly in DEADLY for order in (b"ok before", deadly, b"ok after", b"ok later")]
    with pool(size=2, seconds=3.0) as readers:  # in which half a gigabyte is eaten on a slow machine, too
        began = time.monotonic()
        outcomes = dict(readers.judge_many(enumerate(script)))
    assert sorted(outcomes) == list(range(len(script)))
    assert [told(outcomes[n]) for n in range(len(script))] == [
        DEADLY.get(order) or order.decode().removeprefix("ok ") for order in script
    ]
    assert time.monotonic() - began < 60


def test_where_there_is_nothing_for_now_the_rest_is_asked_for_behind_each_result():
    """The caller may have more by then, and the processes must not wait for it until they have done with everything."""
    asked: list[int] = []

    def orders() -> Iterator[tuple[str, bytes] | None]:
        yield None
        yield "a", b"slow 0.1"
        yield "b", b"slow 0.1"
        asked.append(len(done))
        yield None
        asked.append(len(done))
        yield "c", b"ok c"

    done: list[str] = []
    with pool() as readers:
        for key, _ in readers.judge_many(orders()):
            done.append(key)
    assert asked == [0, 1]
    assert sorted(done) == ["a", "b", "c"]


def test_the_ones_sent_along_are_sent_again_after_a_kill_from_outside():
    """SIGKILL in the middle of a batch, as the kernel's out-of-memory killer would: one blamed, the rest answered."""
    with pool() as readers:
        pid = int(told(readers.judge_one(b"pid")))
        threading.Timer(0.3, os.kill, (pid, signal.SIGKILL)).start()
        outcomes = dict(readers.judge_many([(0, b"slow 5"), *((n, b"ok good") for n in range(1, 12))]))
    assert outcomes.pop(0) == Unreadable(Reason.CRASHED, "Killed")
    assert {told(outcome) for outcome in outcomes.values()} == {"good"}
    assert len(outcomes) == 11


def test_a_reader_that_died_idle_is_blamed_on_nobody():
    with pool() as readers:
        pid = int(told(readers.judge_one(b"pid")))
        os.kill(pid, signal.SIGKILL)
        until(lambda: not running(pid))
        assert told(readers.judge_one(b"ok next")) == "next"


def test_a_signal_to_the_whole_unit_blames_no_message():
    """systemctl stop and reload reach every process of the unit; the daemon decides what becomes of its readers."""
    with pool() as readers:
        pid = int(told(readers.judge_one(b"pid")))
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            threading.Timer(0.1, os.kill, (pid, number)).start()
        assert told(readers.judge_one(b"slow 0.3")) == str(pid)


def test_how_it_crashed_is_told_without_the_words_of_the_message():
    with pool() as readers:
        assert readers.judge_one(b"segfault") == Unreadable(Reason.CRASHED, "Segmentation fault")
        assert readers.judge_one(b"exit 3") == Unreadable(Reason.CRASHED, "exit 3")
        failure = readers.judge_one(b"fail CPF 123.456.789-09")
    assert isinstance(failure, Unreadable)
    assert failure.reason is Reason.FAILED
    assert failure.detail.startswith("ValueError at stub_reader.py:")
    assert "123" not in failure.detail


def test_an_exception_does_not_cost_the_process():
    with pool() as readers:
        before = told(readers.judge_one(b"pid"))
        readers.judge_one(b"fail x")
        assert told(readers.judge_one(b"pid")) == before


@pytest.mark.parametrize("order", [b"memory", b"grow 200000000"])
def test_a_process_that_has_grown_is_replaced(order: bytes):
    with pool() as readers:
        before = told(readers.judge_one(b"pid"))
        readers.judge_one(order)
        assert told(readers.judge_one(b"pid")) != before


def test_what_a_message_leaves_a_process_without_is_no_other_messages_fault():
    """Thirty-two are in flight: three times behind the same one, and all of them were in quarantine."""
    with pool(memory=200_000_000) as readers:
        readers.wait_ready()
        outcomes = dict(readers.judge_many([(0, b"starve"), *((n, b"grow 2000000") for n in range(1, 80))]))
    assert [key for key, outcome in outcomes.items() if isinstance(outcome, Unreadable)] == [0]
    assert len(outcomes) == 80


def test_a_process_is_replaced_at_the_end_of_its_lifetime():
    with pool(lifetime=3) as readers:
        outcomes = list(readers.judge_many((n, b"pid") for n in range(10)))
    assert len({told(outcome) for _, outcome in outcomes}) == 4
    assert [key for key, _ in outcomes] == list(range(10))


def test_two_processes_share_the_work():
    with pool(size=2) as readers:
        readers.wait_ready()
        outcomes = [told(outcome) for _, outcome in readers.judge_many((n, b"slow 0.02") for n in range(40))]
    assert len(set(outcomes)) == 2
    assert min(outcomes.count(pid) for pid in set(outcomes)) >= 10


def test_a_large_message_goes_through_both_ways():
    """10 MB in, and answers far above a pipe's capacity out, with several in flight: nobody waits for the other."""
    with pool() as readers:
        script = [b"size " + b"x" * 10_000_000, b"answer 1000000", b"answer 1000000", b"size " + b"y" * 10_000_000]
        outcomes = [outcome for _, outcome in readers.judge_many(enumerate(script * 2))]
    assert [told(outcome) for outcome in outcomes] == ["10000000", "big", "big", "10000000"] * 2
    assert judged(outcomes[1]).message.body.own == "é" * 1_000_000


def test_a_message_above_the_cap_never_reaches_a_process():
    with pool() as readers:
        assert readers.judge_one(b"x" * 25_000_001) == Unreadable(Reason.TOO_LARGE, "25000001 bytes")


def test_an_answer_above_the_cap_is_refused_by_the_process_itself():
    with pool() as readers:
        pid = told(readers.judge_one(b"pid"))
        assert told(readers.judge_one(b"answer 4000000")) == "too-large"
        assert told(readers.judge_one(b"pid")) == pid


def test_text_that_is_no_unicode_is_a_failure_of_that_message():
    with pool() as readers:
        assert told(readers.judge_one(b"surrogate")) == "failed"


@pytest.mark.parametrize("order", [b"stray", b"both"])
def test_a_forged_answer_is_not_believed_and_the_process_goes(order: bytes):
    with pool() as readers:
        pid = told(readers.judge_one(b"pid"))
        outcomes = dict(readers.judge_many([(0, order), (1, b"pid")]))
    assert told(outcomes[0]) == "garbled"
    assert told(outcomes[1]) != pid


def test_what_was_printed_does_not_reach_the_pipe():
    with pool() as readers:
        assert told(readers.judge_one(b"print \xc3\xa9 barulho")) == "read ''"


def test_results_come_while_more_is_awaited():
    """A live source: the result of the first is there when the second is asked for, not at the end."""
    with pool() as readers:
        seen: list[int] = []

        def arriving():
            yield 0, b"ok a"
            time.sleep(0.5)
            yield 1, b"ok b"
            yield 2, b"ok c"
            assert seen

        for key, _ in readers.judge_many(arriving()):
            seen.append(key)
    assert seen == [0, 1, 2]


def test_no_more_is_taken_ahead_than_the_window_holds():
    with pool() as readers:
        taken = 0

        def many():
            nonlocal taken
            for n in range(200):
                taken += 1
                yield n, b"slow 0.002"

        results = readers.judge_many(many())
        next(results)
        assert taken <= AHEAD + 2
        assert len(list(results)) == 199


def test_whoever_comes_back_late_gives_the_processes_more_with_each_result():
    """A desk that has committed for long finds all answered: were it handed everything first, nobody would read on."""
    with pool() as readers:
        taken = 0

        def many():
            nonlocal taken
            for n in range(3 * AHEAD):
                taken += 1
                yield n, b"slow 0.3" if n == 0 else b"ok"

        results = readers.judge_many(many())
        next(results)
        time.sleep(0.3)
        before = taken
        for _ in range(20):
            next(results)
        assert taken >= before + 19


def test_of_many_on_their_way_each_fatal_one_is_blamed_and_no_other():
    script = [b"ok good"] * 90
    script[10], script[40], script[41] = b"segfault", b"loop", b"exit 3"
    with pool(seconds=1.0) as readers:
        outcomes = dict(readers.judge_many(enumerate(script)))
    fatal = {10: "crashed", 40: "timed-out", 41: "crashed"}
    assert [told(outcomes[n]) for n in range(90)] == [fatal.get(n, "good") for n in range(90)]


def test_a_process_with_plenty_to_do_is_looked_at_seldom(monkeypatch: pytest.MonkeyPatch):
    looks = 0
    exchange = Child.exchange

    def counted(child: Child, *given: float):
        nonlocal looks
        looks += 1
        return exchange(child, *given)

    with pool() as readers:
        readers.wait_ready()
        monkeypatch.setattr(Child, "exchange", counted)
        assert len(list(readers.judge_many((n, b"slow 0.002") for n in range(2 * AHEAD)))) == 2 * AHEAD
    assert looks < 1.5 * AHEAD


def test_several_threads_each_get_their_own_answers():
    with pool(size=2) as readers:
        found: dict[str, list[str]] = {}

        def ask(name: str) -> None:
            found[name] = [told(readers.judge_one(f"ok {name}{n}".encode())) for n in range(30)]

        threads = [threading.Thread(target=ask, args=(name,)) for name in "abc"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == {name: [f"{name}{n}" for n in range(30)] for name in "abc"}


def test_after_a_reload_messages_are_judged_by_the_new_policy():
    with pool(size=2, policy=Policy(answer_since="old")) as readers:
        assert told(readers.judge_one(b"policy")) == "old"
        readers.reload(Policy(answer_since="new"))
        assert {told(outcome) for _, outcome in readers.judge_many((n, b"policy") for n in range(20))} == {"new"}


def test_a_reload_that_cannot_work_changes_nothing():
    with pool(policy=Policy(answer_since="old")) as readers:
        with pytest.raises(ReaderUnavailable, match="boletim ilegível"):
            readers.reload(Policy(answer_since="broken"))
        assert told(readers.judge_one(b"policy")) == "old"


def test_a_process_that_cannot_start_blames_no_message():
    with pool(policy=Policy(answer_since="broken"), size=2) as readers:
        with pytest.raises(ReaderUnavailable, match="boletim ilegível"):
            readers.wait_ready()
        with pytest.raises(ReaderUnavailable, match="boletim ilegível"):
            readers.judge_one(b"ok")


@pytest.mark.parametrize("command", [("/bin/false",), ("/nonexistent/reader",), ("/bin/echo", "noise" * 9)])
def test_a_command_that_is_no_reader_is_unavailable(command: tuple[str, ...]):
    with pool(command=command) as readers, pytest.raises(ReaderUnavailable):
        readers.judge_one(b"ok")


def test_closing_ends_the_wait_and_the_processes_at_once():
    readers = pool(seconds=30.0)
    pid = int(told(readers.judge_one(b"pid")))
    failures: list[BaseException] = []

    def wait() -> None:
        try:
            list(readers.judge_many([(0, b"loop"), (1, b"ok")]))
        except ReaderUnavailable as error:
            failures.append(error)

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.3)
    began = time.monotonic()
    readers.close()
    waiting.join()
    assert time.monotonic() - began < 2
    assert str(failures[0]) == "closed"
    assert not stat(pid)
    with pytest.raises(ReaderUnavailable, match="closed"):
        readers.judge_one(b"ok")


def test_the_real_reader_starts_where_it_cannot_import_the_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Isolated from the working folder and PYTHON* variables: what lies there must not become part of the reader."""
    (tmp_path / "msgspec.py").write_text("raise SystemExit(5)")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Pool(Policy(), size=1) as readers:
        outcome = judged(readers.judge_one(SAMPLE))
    assert outcome.message.message_id == "<sample@example.org>"


def test_the_real_reader_says_what_is_wrong_with_a_message():
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(300))
    with Pool(Policy(), size=1) as readers:
        outcomes = dict(readers.judge_many([("empty", b""), ("deep", deep), ("good", SAMPLE)]))
    assert told(outcomes["empty"]) == told(outcomes["deep"]) == "malformed"
    judged(outcomes["good"])


def test_the_real_reader_reads_ten_megabytes_and_survives_what_it_cannot_hold():
    """Twelve million lines need more than 512 MB in the hands of the standard library's parser, which gets what has no
    order: that message fails, the next is read."""
    head = SAMPLE.partition(b"\n\n")[0] + b"\n\n"
    unopened = b"Content-Type: multipart/mixed; boundary=b\n" + head
    script = {
        "long": head + b"a conta veio errada\n" * 500_000,
        "lines": unopened + b"x\n" * 12_000_000,
        "good": SAMPLE,
    }
    with Pool(Policy(), size=1) as readers:
        outcomes = dict(readers.judge_many(script.items()))
    assert judged(outcomes["long"]).message.body.own.startswith("a conta veio errada")
    assert told(outcomes["lines"]) == "out-of-memory"
    assert judged(outcomes["good"]).message.message_id == "<sample@example.org>"
