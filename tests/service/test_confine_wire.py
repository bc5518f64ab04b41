"""Only frames of the right size and shape are believed, and a whole judged message survives the way."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.service.orders import judged, pool
from triage.core.message import Address, Attachment, Body, Forwarded, Message
from triage.core.policy import Policy
from triage.core.reading import Reading
from triage.core.verdict import Evidence, Finding, OperatorWord, Presence, SubjectFinding, Verdict
from triage.core.vocabulary import Action, Field, FormState, Kind, Mode, OperatorStatus, Service
from triage.service.wire import (
    LENGTH,
    MAX_ANSWER,
    MAX_REPEATED,
    Answer,
    Garbled,
    Judged,
    NotReady,
    Ready,
    Reason,
    Setup,
    Unreadable,
    encode,
    for_daemon,
    read_setup,
    take_said,
)

EVIDENCE = Evidence("body", 3, 7, "ação")
MESSAGE = Message(
    "<a@b>",
    (Address("Ana", "ana@sedu.es.gov.br"),),
    (Address("", "t@seger.es.gov.br"),),
    (),
    "Re: número",
    Body("Olá", 3, "antes", (Forwarded("texto", Address("x", "x@y.z"), ("a@b.c",), "s", True), Forwarded("sem dono"))),
    in_reply_to=("<c@d>",),
    return_path=None,
    attachments=(Attachment("f.pdf", "application/pdf", 10),),
    headers=(("list-id", "x"), ("list-id", "y")),
    fingerprint="0" * 64,
)
VERDICT = Verdict(
    Kind.REQUEST,
    Action.CORRECT,
    0.75,
    organ="SEDU",
    category="2.2",
    service=Service.EXTENSION,
    subject=SubjectFinding("conta", False, "2.2 Prorrogação de Fatura", "", EVIDENCE),
    findings=(Finding(Field.CNPJ, Presence.INVALID, "1", "dígitos", EVIDENCE), Finding(Field.MOBILE, Presence.MISSING)),
    values=((Field.LINE, "+552733361234"),),
    form=FormState.BLANK,
    operator=OperatorWord(OperatorStatus.SCHEDULED, "123", "2026-06-10", EVIDENCE),
    trusted=True,
    alternatives=(("2.1", 0.2),),
    evidence=(("organ", EVIDENCE),),
)
JUDGED = Judged(MESSAGE, Reading({"request": 0.9}, {}, {}, {}, 0.1, 0.5, "abc"), VERDICT)


def test_a_judged_message_arrives_as_it_left():
    """Equal in every part, types included: enumerations, tuples, what is absent."""
    (answer,) = take_said(bytearray(encode(Answer(7, judged=JUDGED))))
    assert answer == Answer(7, judged=JUDGED)
    assert isinstance(answer, Answer)
    assert answer.judged
    assert type(answer.judged.verdict.findings[0].field) is Field
    assert hash(answer.judged.message) == hash(MESSAGE)


def test_the_setup_arrives_as_it_left():
    policy = Policy(Mode.DRAFT, (("2.2", Mode.SEND),), own=frozenset({"a@b.c", "d@e.f"}), carrier_to=("c@d.e",))
    setup = Setup(policy, "/etc/config", None, 1 << 29, 30.0)
    assert read_setup(encode(setup)[LENGTH.size :]) == setup


@given(st.lists(st.integers(1, 40), max_size=30))
def test_frames_come_out_whole_however_the_bytes_arrive(cuts: list[int]):
    said = [Ready(), Answer(0, judged=JUDGED), Answer(1, True, failure=Unreadable(Reason.CRASHED, "x")), NotReady("y")]
    stream = b"".join(map(encode, said))
    buffer, found = bytearray(), []
    for cut in cuts:
        buffer += stream[:cut]
        stream = stream[cut:]
        found += take_said(buffer)
    buffer += stream
    assert [*found, *take_said(buffer)] == said
    assert not buffer


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_garbled(noise: bytes):
    for data in (noise, LENGTH.pack(len(noise)) + noise):
        try:
            list(take_said(bytearray(data)))
        except Garbled:
            continue


@given(st.integers(4, 3000), st.integers(0, 255))
def test_a_changed_byte_is_garbled_or_still_well_typed(place: int, value: int):
    """What a compromised reader can send is an Answer whose every part has its type, or nothing."""
    frame = bytearray(encode(Answer(7, judged=JUDGED)))
    frame[4 + place % (len(frame) - 4)] = value
    try:
        said = list(take_said(frame))
    except Garbled:
        return
    assert encode(said[0])


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "Answer", "job": "7"},
        {"type": "Answer", "job": 7, "failure": {"reason": "bored"}},
        {"type": "Answer", "job": 7, "judged": {"message": {}, "reading": {}, "verdict": {}}},
        {"type": "Order", "job": 7},
        {"type": "Answer", "job": 7, "failure": {"reason": "crashed", "detail": 5}},
        [],
    ],
)
def test_wrong_types_are_garbled(payload: object):
    data = msgspec.msgpack.encode(payload)
    with pytest.raises(Garbled):
        list(take_said(bytearray(LENGTH.pack(len(data)) + data)))


def test_a_frame_above_the_cap_is_refused_before_it_has_arrived():
    with pytest.raises(Garbled, match=str(MAX_ANSWER + 1)):
        list(take_said(bytearray(LENGTH.pack(MAX_ANSWER + 1))))


def test_deep_nesting_is_garbled():
    data = b"\x91" * 100_000
    with pytest.raises(Garbled):
        list(take_said(bytearray(LENGTH.pack(len(data)) + data)))


def test_files_and_long_quotes_stay_behind_and_the_own_text_comes():
    with pool() as readers:
        message = judged(readers.judge_one(b"deep")).message
    assert message.body.own == "own"
    assert len(message.body.quoted) == MAX_REPEATED
    assert sum(len(inner.text) for inner in message.body.forwarded) == MAX_REPEATED
    (attachment,) = message.attachments
    assert (attachment.filename, attachment.size, attachment.text, attachment.rows) == ("a.txt", 5, "", ())


def test_what_is_short_is_left_as_it_is():
    assert for_daemon(MESSAGE) == MESSAGE
