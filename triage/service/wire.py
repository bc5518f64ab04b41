"""What goes between the daemon, the processes that read untrusted mail, and the nursery in which these are born.

A frame is its length (four bytes, big-endian) and that many bytes of msgpack. To the child go jobs: length (four
bytes), number (eight), raw message. From it come Ready or NotReady, then one Answer for each job, in their order.
To the nursery go one Setup, then orders: a number of four bytes, that of a reader to kill, or BIRTH with three pipes:
jobs, answers, and the reader's life, over which come its number (or, below zero, the error that kept it from being
born) and, when it has ended, its status. From the nursery comes Ready or NotReady.
The daemon believes nothing that comes from the child but its shape: sizes are capped, types are checked.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import msgspec

from triage.core.message import Message
from triage.core.policy import Policy
from triage.core.reading import Reading
from triage.core.verdict import Verdict

LENGTH = struct.Struct(">I")
JOB = struct.Struct(">IQ")
ORDER = struct.Struct(">I")
BIRTH = 0
NEWS = struct.Struct(">i")
MAX_ANSWER = 8_000_000
MAX_REPEATED = 100_000
MAX_DETAIL = 300


class Reason(StrEnum):
    """Why a message was not judged."""

    CRASHED = "crashed"
    TIMED_OUT = "timed-out"
    OUT_OF_MEMORY = "out-of-memory"
    TOO_LARGE = "too-large"
    MALFORMED = "malformed"
    FAILED = "failed"
    GARBLED = "garbled"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A message that was not judged.

    `too-large` and `malformed` say what the message is and will not change; the others say what became of the attempt:
    `failed` is an exception in our code, `garbled` an answer that made no sense. `detail` is for people and may hold
    words of the message: it belongs in the ledger, not in a log.
    """

    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A message as the daemon goes on with it: the texts of its attachments were used, and stay behind."""

    message: Message
    reading: Reading
    verdict: Verdict


Outcome = Judged | Unreadable


@dataclass(frozen=True, slots=True)
class Setup:
    """What a nursery is given at its start, for all children born in it.

    `config` is the folder of the bulletin, `model` the folder of the classifier (None: no classifier). `memory` is how
    many bytes of address space a child may take beyond what it has at birth, `seconds` how long one message may take.
    `version` is that of the daemon: the program on the disk may be another by now.
    """

    policy: Policy
    config: str
    model: str | None
    memory: int
    seconds: float
    version: str = ""


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The child is confined; or the nursery has judged a message of its own making."""


class NotReady(msgspec.Struct, frozen=True, tag=True):
    """They cannot work, whatever the message: say why and end."""

    detail: str


class Answer(msgspec.Struct, frozen=True, tag=True):
    """What became of a job: exactly one of the two. `worn`: the child has grown and wants to be replaced."""

    job: int
    worn: bool = False
    judged: Judged | None = None
    failure: Unreadable | None = None


Said = Ready | NotReady | Answer


class Garbled(Exception):  # noqa: N818 (what happened, in the protocol's own word)
    """The bytes are not what this protocol allows."""


_ENCODER = msgspec.msgpack.Encoder()
_SAID: msgspec.msgpack.Decoder[Said] = msgspec.msgpack.Decoder(Said)
_SETUP = msgspec.msgpack.Decoder(Setup)


def encode(value: Setup | Said) -> bytes:
    """The frame of `value`. Raises UnicodeEncodeError for text that is no Unicode."""
    payload = _ENCODER.encode(value)
    return LENGTH.pack(len(payload)) + payload


def job_head(number: int, raw: bytes) -> bytes:
    """What goes before `raw`, which is not copied."""
    return JOB.pack(len(raw), number)


def read_setup(payload: bytes) -> Setup:
    """The Setup in a frame. Raises msgspec.ValidationError or msgspec.DecodeError."""
    return _SETUP.decode(payload)


def take_said(buffer: bytearray) -> Iterator[Said]:
    """Every whole frame at the head of `buffer`, which loses it. Raises Garbled."""
    while len(buffer) >= LENGTH.size:
        (length,) = LENGTH.unpack_from(buffer)
        if length > MAX_ANSWER:
            raise Garbled(f"{length} bytes")
        end = LENGTH.size + length
        if len(buffer) < end:
            return
        payload = bytes(buffer[LENGTH.size : end])
        del buffer[:end]
        yield _said(payload)


def _said(payload: bytes) -> Said:
    try:
        return _SAID.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Garbled(str(error)[:MAX_DETAIL]) from None


def for_daemon(message: Message) -> Message:
    """`message` without its attachments' contents; of quotes and of forwards at most MAX_REPEATED characters each."""
    body = message.body
    if not message.attachments and not body.forwarded and len(body.quoted) <= MAX_REPEATED:
        return message
    share = MAX_REPEATED // max(1, len(body.forwarded))
    forwarded = tuple(replace(inner, text=inner.text[:share]) for inner in body.forwarded)
    return replace(
        message,
        body=replace(body, quoted=body.quoted[:MAX_REPEATED], forwarded=forwarded),
        attachments=tuple(replace(attachment, text="", rows=()) for attachment in message.attachments),
    )
