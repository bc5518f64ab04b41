"""A reader whose messages are orders: the real loop and the real confinement around a judge that misbehaves when told.

Run as a program by the pool under test (`tests.service.orders`). A message is an order's name, a space, its argument.
"""

import ctypes
import os
import resource
import stat
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, sys.argv[1])

from triage.core.message import Address, Attachment, Body, Forwarded, Message
from triage.core.policy import Policy
from triage.core.reading import SILENT
from triage.core.verdict import Verdict
from triage.core.vocabulary import Action, Kind
from triage.service.reader import serve
from triage.service.wire import LENGTH, Answer, Judged, Outcome, Setup, Unreadable, encode, for_daemon

MEGABYTE = 1 << 20
KEPT: list[bytes] = []


def judged(text: str, own: str = "") -> Judged:
    message = Message(text, (Address("", "a@b.c"),), (), (), "", Body(own, len(own)))
    return Judged(message, SILENT, Verdict(Kind.OTHER, Action.IGNORE, 1.0))


def to_parent(data: bytes) -> None:
    """Raw bytes into the pipe, as a compromised process could."""
    for fd in range(3, 10):
        try:
            if stat.S_ISFIFO(os.fstat(fd).st_mode):
                os.write(fd, data)
        except OSError:
            continue


def eat_memory(_: str) -> Outcome:
    held = []
    while True:
        held.append(bytearray(16 * MEGABYTE))


def starve(_: str) -> Outcome:
    """As a library that does not give back what it took before it failed."""
    while True:
        KEPT.append(b"x" * MEGABYTE)


def grow(argument: str) -> Outcome:
    KEPT.append(b"x" * int(argument))
    return judged(str(os.getpid()))


def loop(_: str) -> Outcome:
    while True:
        pass


def fail(argument: str) -> Outcome:
    raise ValueError(argument)


def garbage(argument: str) -> Outcome:
    to_parent(bytes.fromhex(argument))
    return judged("ok")


def stray(_: str) -> Outcome:
    to_parent(encode(Answer(1_000_000, judged=judged("forged"))))
    return judged("ok")


def both(_: str) -> Outcome:
    to_parent(encode(Answer(0, judged=judged("x"), failure=Unreadable("crashed"))))  # type: ignore[arg-type] # forged
    return judged("ok")


def descriptors(_: str) -> Outcome:
    """What is open, by its kind."""
    kinds = []
    for fd in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # the one that the look itself used
            kinds.append(str(fd.readlink()).split(":")[0])
    return judged(" ".join(sorted(kinds)))


def environment(_: str) -> Outcome:
    return judged(" ".join(sorted(os.environ)))


def write_file(argument: str) -> Outcome:
    Path(argument).write_bytes(b"stolen")
    return judged("written")


def limits(_: str) -> Outcome:
    names = ("RLIMIT_CORE", "RLIMIT_FSIZE", "RLIMIT_NPROC", "RLIMIT_NOFILE")
    return judged(" ".join(str(resource.getrlimit(getattr(resource, name))[1]) for name in names))


def status(argument: str) -> Outcome:
    lines = Path("/proc/self/status").read_text().splitlines()
    return judged(next(line.split()[1] for line in lines if line.startswith(argument)))


def core_dumps(_: str) -> Outcome:
    return judged(str(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)))


def chatter(argument: str) -> Outcome:
    sys.stdout.write(argument)
    sys.stdout.flush()
    sys.stderr.write(argument)
    return judged(f"read {sys.stdin.read()!r}")


def deep(argument: str) -> Outcome:
    forwarded = tuple(Forwarded("f" * 90_000) for _ in range(10))
    attachment = Attachment("a.txt", "text/plain", 5, text="files", rows=(("a", "b"),))
    message = Message("m", (), (), (), "", Body("own", 3, "q" * 300_000, forwarded), attachments=(attachment,))
    return Judged(for_daemon(message), SILENT, Verdict(Kind.OTHER, Action.IGNORE, 1.0))


def slow(argument: str) -> Outcome:
    time.sleep(float(argument))
    return judged(str(os.getpid()))


ORDERS: dict[str, Callable[[str], Outcome]] = {
    "ok": judged,
    "pid": lambda _: judged(str(os.getpid())),
    "size": lambda argument: judged(str(len(argument))),
    "segfault": lambda _: judged(str(ctypes.string_at(0))),
    "signal": lambda argument: judged(str(os.kill(os.getpid(), int(argument)))),
    "exit": lambda argument: os._exit(int(argument)),
    "memory": eat_memory,
    "grow": grow,
    "starve": starve,
    "loop": loop,
    "slow": slow,
    "fail": fail,
    "garbage": garbage,
    "huge": lambda _: garbage((LENGTH.pack(4_000_000_000) + b"x").hex()),
    "stray": stray,
    "both": both,
    "answer": lambda argument: judged("big", "é" * int(argument)),
    "surrogate": lambda _: judged("\ud800"),
    "descriptors": descriptors,
    "environment": environment,
    "write": write_file,
    "limits": limits,
    "status": status,
    "core": core_dumps,
    "print": chatter,
    "deep": deep,
}


def broken() -> None:
    raise ValueError("boletim ilegível")


def starved() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (1 << 28, 1 << 28))
    eat_memory("")


def barren() -> None:
    """No fork will succeed: the kernel holds everybody but root to the limit."""
    if os.getuid() == 0:
        os.setresuid(65534, 65534, 65534)
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


HINDRANCES: dict[str, Callable[[], object]] = {
    "broken": broken,
    "starved": starved,
    "barren": barren,
    "slow": lambda: time.sleep(20),
}


def prepare(setup: Setup) -> Callable[[bytes], Outcome]:
    """Orders are obeyed, by a policy under which one can start."""
    policy: Policy = setup.policy
    HINDRANCES.get(policy.answer_since, lambda: None)()

    def obey(raw: bytes) -> Outcome:
        name, _, argument = raw.decode().partition(" ")
        return judged(policy.answer_since) if name == "policy" else ORDERS[name](argument)

    return obey


if __name__ == "__main__":
    serve(prepare)
