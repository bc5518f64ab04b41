"""The confined process: untrusted bytes in, judged mail out (RELIABILITY C16, D1). `triage.service.confine` runs it.

It is forked in a nursery, which has loaded all that judging needs, and before the first byte of mail it gives up what
`walls` names. Its environment holds no secret, and it holds no descriptor but two pipes.
"""

import gc
import os
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

from triage import __version__
from triage.core.bulletin import Bulletin
from triage.core.message import Message
from triage.core.policy import Policy
from triage.core.reading import SILENT, Reading
from triage.service.collector import spare_what_is_loaded, while_loading
from triage.service.nursery import Nursery, Pipes
from triage.service.walls import allow_cpu, confine, resident
from triage.service.wire import (
    JOB,
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

_MAX_HINDRANCE = 4_000
_PIPE_BUFFER = 1 << 16
_GROWTH_SHARE = 4
_REFUSALS = {"too-large": Reason.TOO_LARGE, "memory": Reason.OUT_OF_MEMORY}


def main() -> None:
    """Serve the daemon with the real thing."""
    serve(prepare, load)


def serve(prepare: Callable[[Setup], Judging], load: Callable[[], object] = bool) -> None:
    """Be the nursery, and each reader born in it. `load` is for what can be done before the daemon says how they shall
    be; `prepare` may fail: the daemon is then told why.
    """
    nursery = Nursery()
    with suppress(Exception):  # it will fail again where the daemon can be told
        load()
    first = nursery.hear()
    if first is None:
        return
    try:
        setup = read_setup(first)
        _of_one_program(setup)
        judging = prepare(setup)
        gc.collect()
        spare_what_is_loaded()
    except Exception as error:
        # Whatever it is, the daemon must hear it: it cannot see our standard error.
        nursery.say(_hindrance(error))
        return
    nursery.say(Ready())
    pipes = nursery.tend()
    if pipes:
        _read_mail(pipes, judging, setup)
    os._exit(0)  # nothing is left to be written, and to take apart what was loaded costs more than a birth


def _read_mail(pipes: Pipes, judging: Judging, setup: Setup) -> None:
    """Answer jobs from the daemon until it closes the pipe."""
    jobs, answers = os.fdopen(pipes[0], "rb", buffering=_PIPE_BUFFER), os.fdopen(pipes[1], "wb")
    try:
        confine(setup.memory)
    except Exception as error:
        _say(answers, encode(_hindrance(error)))
        return
    _say(answers, encode(Ready()))
    _work(jobs, answers, judging, setup)


def _of_one_program(setup: Setup) -> None:
    """Raises RuntimeError where the daemon is another version: what it did not understand, it would blame on mail."""
    if setup.version != __version__:
        raise RuntimeError(f"the program was replaced, {setup.version} by {__version__}: restart it")


def _hindrance(error: Exception) -> NotReady:
    return NotReady(f"{type(error).__name__}: {error}"[:_MAX_HINDRANCE])


def load() -> None:
    """The modules that `prepare` will need: most of its time, in which the daemon reads its settings."""
    while_loading()
    for name in ("config", "core.judge", "mail.parse", "mail.self_test"):
        import_module(f"triage.{name}")


def prepare(setup: Setup) -> Judging:
    """All that judging needs, loaded and tried on a sample, so that a fault of ours is never blamed on a message."""
    # Imported here, so that the parent hears over the pipe of a module that is missing or broken.
    from triage.config import load_bulletin
    from triage.core.judge import judge
    from triage.mail.limits import Unreadable as Refused
    from triage.mail.parse import parse
    from triage.mail.self_test import misread, miswritten

    if traps := [*misread(), *miswritten()]:
        raise RuntimeError(f"this Python misreads or miswrites mail ({', '.join(traps)}): use a patched one")
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


def _work(jobs: BinaryIO, answers: BinaryIO, judging: Judging, setup: Setup) -> None:
    enough = resident() + setup.memory // _GROWTH_SHARE
    while head := _exactly(jobs, JOB.size):
        length, number = JOB.unpack(head)
        raw = _exactly(jobs, length)
        if raw is None:
            return
        allow_cpu(setup.seconds)
        outcome = _outcome(judging, raw)
        worn = resident() > enough or _starved(outcome)
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


def _exactly(stream: BinaryIO, length: int) -> bytes | None:
    """The next `length` bytes; None where the parent has closed the pipe."""
    data = stream.read(length)
    return data if len(data) == length else None


def _say(answers: BinaryIO, frame: bytes) -> None:
    answers.write(frame)
    answers.flush()
