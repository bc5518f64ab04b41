"""FETCH replies in their usual form are read past the library: to the same values, and anything else is left to it."""

import pytest
from imapclient.exceptions import ProtocolError
from imapclient.response_parser import parse_fetch_response

from triage.mail.imap_fetch import _plain_reply, outlines, read_reply

DATE = b'INTERNALDATE "30-Nov-2026 09:05:01 -0300"'
USUAL = (
    [b"1 (UID 7 RFC822.SIZE 120 " + DATE + b")", b'2 (UID 9 RFC822.SIZE 5 INTERNALDATE " 1-Jan-2020 00:00:00 +0545")'],
    [(b"1 (UID 7 BODY[] {3}", b"raw"), b")", (b"2 (UID 9 BODY[] {0}", b""), b")"],
    [(b"1 (UID 7 BODY[HEADER]<0> {3}", b"raw"), b")"],
    [b"1 (UID 7 RFC822.SIZE 120 " + DATE + b")", (b"1 (UID 7 BODY[] {3}", b"raw"), b")"],
)
UNUSUAL = (
    [b"1 (FLAGS (\\Seen))", b"1 (UID 7 RFC822.SIZE 120 " + DATE + b")"],
    [b"1 (" + DATE + b" UID 7 RFC822.SIZE 120)"],
    [b"1 (UID 7 BODY[] NIL)"],
    [b'1 (UID 7 BODY[] "quoted")'],
    [(b"1 (UID 7 BODY[] {3}", b"raw"), b" FLAGS (\\Seen))"],
    [(b"1 (UID 7 RFC822.SIZE 3 BODY[] {3}", b"raw"), b")"],
)


def _by_library(told: list[object]) -> dict[int, dict[bytes, object]]:
    found = parse_fetch_response(told, False, True)  # type: ignore[arg-type]
    return {uid: {name: value for name, value in data.items() if name != b"SEQ"} for uid, data in found.items()}


@pytest.mark.parametrize("told", USUAL)
def test_the_usual_is_read_as_the_library_reads_it(told: list[object]) -> None:
    assert _plain_reply(told) == read_reply(told, (7, 9)) == _by_library(told)


@pytest.mark.parametrize("told", UNUSUAL)
def test_the_unusual_is_left_to_the_library(told: list[object]) -> None:
    assert _plain_reply(told) is None
    assert read_reply(told, (7,)).keys() == {7}


def test_what_was_not_asked_for_is_dropped() -> None:
    """A server may tell of other messages at any time (B13)."""
    assert read_reply(USUAL[0], (9,)).keys() == {9}
    assert read_reply([None], (9,)) == {}


@pytest.mark.parametrize("told", [[b"1 (UID 7"], [(b"1 (UID 7 BODY[] {3}", b"raw")], [b"x (UID 7 RFC822.SIZE 1)"]])
def test_what_is_no_reply_is_refused(told: list[object]) -> None:
    with pytest.raises(ProtocolError):
        read_reply(told, (7,))


@pytest.mark.parametrize(
    "date", [b"31-Feb-2026 09:05:01 -0300", b"30-Xxx-2026 09:05:01 -0300", b"30-Nov-2026 25:05:01 -0300"]
)
def test_a_date_that_is_none_is_left_to_the_library(date: bytes) -> None:
    assert _plain_reply([b'1 (UID 7 RFC822.SIZE 1 INTERNALDATE "' + date + b'")']) is None


@pytest.mark.parametrize(
    "date",
    [
        b"01-Jan-0001 00:00:00 +0000",
        b"01-Jan-0001 00:00:00 +0300",
        b"31-Dec-9999 23:59:59 -0300",
        b"01-Jan-1970 00:00:00 +0000",
        b"30-Nov-2026 09:05:01 +9900",
    ],
)
def test_a_date_at_which_no_mail_can_have_arrived_is_none(date: bytes) -> None:
    """Migrated mail may have any: it must neither end the loop nor open a case of the year 1."""
    (outline,) = outlines(read_reply([b'1 (UID 7 RFC822.SIZE 1 INTERNALDATE "' + date + b'")'], (7,))).values()
    assert outline.internal_date is None


def test_a_size_that_no_message_has_is_still_one_that_the_ledger_can_hold() -> None:
    told = [b"1 (UID 7 RFC822.SIZE 4294967295 " + DATE + b")"]
    assert outlines(read_reply(told, (7,)))[7].size == (1 << 31) - 1
