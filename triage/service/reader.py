"""The confined process: untrusted bytes in, judged mail out (RELIABILITY C16, D1). `triage.service.confine` runs it.

Before the first byte of mail it gives up: memory and CPU beyond its share, writing files, new processes, privileges by
exec, core dumps (they would hold people's mail), and life after its parent. Its environment holds no secret and it
inherits no descriptor but two pipes. It does keep the network and read access to files: those are for the unit to
deny (RestrictAddressFamilies, ProtectSystem, InaccessiblePaths).
"""

import ctypes
import gc
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from triage.core.bulletin import Bulletin
from triage.core.message import Message
from triage.core.policy import Policy
from triage.core.reading import SILENT, Reading
from triage.service.collector import spare_what_is_loaded
from triage.service.wire import (
    JOB,
    LENGTH,
    MAX_ANSWER,
    MAX_DETAIL,
    Answer,
    Judged,
    NotReady,
    Outcome,
    Ready,
    Reason,
    Setup,
    Unreadable,
    encode,
    for_daemon,
    read_setup,
)

Judging = Callable[[bytes], Outcome]
Reader = Callable[[Message, Bulletin, Policy], Reading]

SAMPLE = b"""From: Ana <ana@example.org>
To: telefonia@seger.es.gov.br
Message-ID: <sample@example.org>
Subject: 2.2 Segunda via de fatura

Solicito a segunda via da fatura 05/2026 da linha (27) 3636-1234, no valor de R$ 10,00.
"""

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_MAX_FILES = 64
_MAX_HINDRANCE = 4_000
_PIPE_BUFFER = 1 << 16
_PAGE = resource.getpagesize()
_ADDRESS_SPACE, _RESIDENT = 0, 1
_LONGEST_STATM = 256
_GROWTH_SHARE = 4
_REFUSALS = {"too-large": Reason.TOO_LARGE, "memory": Reason.OUT_OF_MEMORY}


def main() -> None:
    """Serve the parent with the real thing."""
    serve(prepare)


def serve(prepare: Callable[[Setup], Judging]) -> None:
    """Answer jobs from the parent until it closes the pipe. `prepare` may fail: the parent is then told why."""
    _bind_to_parent()
    jobs, answers = _own_pipes()
    head = _exactly(jobs, LENGTH.size)
    first = _exactly(jobs, *LENGTH.unpack(head)) if head else None
    if first is None:
        return
    try:
        setup = read_setup(first)
        judging = prepare(setup)
        gc.collect()
        spare_what_is_loaded()
        _confine(setup.memory)
    except Exception as error:
        # Whatever it is, the parent must hear it: it cannot see our standard error.
        _say(answers, encode(NotReady(f"{type(error).__name__}: {error}"[:_MAX_HINDRANCE])))
        return
    _say(answers, encode(Ready()))
    _work(jobs, answers, judging, setup)


def prepare(setup: Setup) -> Judging:
    """All that judging needs, loaded and tried on a sample, so that a fault of ours is never blamed on a message."""
    # Imported here, so that the parent hears over the pipe of a module that is missing or broken.
    from triage.config import load_bulletin
    from triage.core.judge import judge
    from triage.mail.limits import Unreadable as Refused
    from triage.mail.parse import parse

    bulletin, policy = load_bulletin(Path(setup.config)), setup.policy
    read = _classifier(Path(setup.model)) if setup.model else _silent

    def judging(raw: bytes) -> Outcome:
        try:
            message = parse(raw)
        except Refused as why:
            return Unreadable(_REFUSALS.get(why.reason_code, Reason.MALFORMED), _told(why.reason_code, why.detail))
        reading = read(message, bulletin, policy)
        return Judged(for_daemon(message), reading, judge(message, reading, bulletin, policy))

    judging(SAMPLE)
    return judging


def _classifier(model: Path) -> Reader:
    # Imported here, as numpy need not be loaded where there is no model.
    from triage.learn.classifier import Classifier

    return Classifier.load(model).read


def _silent(message: Message, bulletin: Bulletin, policy: Policy) -> Reading:
    del message, bulletin, policy
    return SILENT


def _told(code: str, detail: str) -> str:
    return f"{code}: {detail}"[:MAX_DETAIL] if detail else code


def _bind_to_parent() -> None:
    """Die with the parent, gain nothing by exec, and leave no image of memory, not even to a piped core handler."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    for option, value in ((_PR_SET_PDEATHSIG, signal.SIGKILL), (_PR_SET_NO_NEW_PRIVS, 1), (_PR_SET_DUMPABLE, 0)):
        if prctl(option, int(value), 0, 0, 0):
            raise OSError(ctypes.get_errno(), f"prctl({option})")
    _cap(resource.RLIMIT_CORE, 0)
    for word in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(word, signal.SIG_IGN)  # systemd sends them to the whole unit; it is the parent that ends us


def _own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The two pipes, moved away from where a library might print or read."""
    jobs = os.fdopen(os.dup(0), "rb", buffering=_PIPE_BUFFER)
    answers = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.close(null)
    return jobs, answers


def _confine(memory: int) -> None:
    """From here on: `memory` bytes of address space more, no file written, no process or thread begun."""
    sys.dont_write_bytecode = True
    _cap(resource.RLIMIT_AS, _bytes_used(_ADDRESS_SPACE) + memory)
    _cap(resource.RLIMIT_FSIZE, 0)
    _cap(resource.RLIMIT_NPROC, 0)  # the kernel does not hold root to this one
    _cap(resource.RLIMIT_NOFILE, _MAX_FILES)


def _cap(limit: int, value: int) -> None:
    _, hard = resource.getrlimit(limit)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (value, value))


def _work(jobs: BinaryIO, answers: BinaryIO, judging: Judging, setup: Setup) -> None:
    enough = _bytes_used(_RESIDENT) + setup.memory // _GROWTH_SHARE
    while head := _exactly(jobs, JOB.size):
        length, number = JOB.unpack(head)
        raw = _exactly(jobs, length)
        if raw is None:
            return
        _allow_cpu(setup.seconds)
        outcome = _outcome(judging, raw)
        worn = _bytes_used(_RESIDENT) > enough or _starved(outcome)
        _say(answers, _answer(number, outcome, worn))


def _outcome(judging: Judging, raw: bytes) -> Outcome:
    try:
        return judging(raw)
    except MemoryError:
        return Unreadable(Reason.OUT_OF_MEMORY)
    except Exception as error:
        # A defect of ours that this message brings out: the next one must still be read.
        return Unreadable(Reason.FAILED, _place(error))


def _place(error: Exception) -> str:
    """The kind of error and where it was raised; never its text, which may quote the message."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {where}"


def _starved(outcome: Outcome) -> bool:
    return isinstance(outcome, Unreadable) and outcome.reason is Reason.OUT_OF_MEMORY


def _answer(number: int, outcome: Outcome, worn: bool) -> bytes:
    if isinstance(outcome, Unreadable):
        return encode(Answer(number, worn, failure=outcome))
    try:
        frame = encode(Answer(number, worn, judged=outcome))
    except UnicodeEncodeError:
        return encode(Answer(number, worn, failure=Unreadable(Reason.FAILED, "text that is no Unicode")))
    if len(frame) > MAX_ANSWER:
        return encode(Answer(number, worn, failure=Unreadable(Reason.TOO_LARGE, f"answer of {len(frame)} bytes")))
    return frame


def _allow_cpu(seconds: float) -> None:
    """As long as the parent would wait, and a little: a second guard should the parent itself be stopped."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time() + seconds) + 2, hard))


def _bytes_used(column: int) -> int:
    """Of /proc/self/statm (proc(5)): address space, or resident memory."""
    statm = os.open("/proc/self/statm", os.O_RDONLY)
    try:
        return int(os.read(statm, _LONGEST_STATM).split()[column]) * _PAGE
    finally:
        os.close(statm)


def _exactly(stream: BinaryIO, length: int) -> bytes | None:
    """The next `length` bytes; None where the parent has closed the pipe."""
    data = stream.read(length)
    return data if len(data) == length else None


def _say(answers: BinaryIO, frame: bytes) -> None:
    answers.write(frame)
    answers.flush()
