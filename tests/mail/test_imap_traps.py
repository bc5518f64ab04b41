"""Byte streams that make mail libraries hang, spin, lose mail or run out of memory."""

import logging
import re
import resource
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from datetime import date

import pytest

from tests.servers.imap_stub import CLOSE, DONE, ImapStub, Step
from triage.mail.imap import Mailbox
from triage.mail.imap_connect import Timeouts
from triage.mail.imap_failure import MailboxFailure, Protocol, Refused, Unreachable
from triage.mail.imap_folders import Role
from triage.mail.imap_idle import Bell, Wake, wait
from triage.mail.wire import KEEPALIVE, Endpoint, Security

SHORT = Timeouts(connect=1, read=1)


@pytest.fixture
def stub() -> Iterator[ImapStub]:
    with ImapStub() as running:
        yield running


@pytest.fixture
def bell() -> Iterator[Bell]:
    made = Bell()
    yield made
    made.close()


def opened(stub: ImapStub) -> Mailbox:
    mailbox = Mailbox(stub.endpoint(), SHORT)
    mailbox.open("INBOX")
    return mailbox


def once(*steps: Step) -> object:
    """An answer made of `steps`, in which `%T` is the tag."""

    def answer(tag: str, _: str) -> Iterable[Step]:
        for step in steps:
            yield step.replace(b"%T", tag.encode()) if isinstance(step, bytes) else step

    return answer


def test_a_connection_closed_during_idle_is_noticed_at_once_and_without_spinning(stub: ImapStub, bell: Bell) -> None:
    stub.answers["IDLE"] = once(b"+ idling\r\n", 0.3, CLOSE)
    mailbox = opened(stub)
    started, busy = time.monotonic(), time.process_time()
    with pytest.raises(Unreachable):
        mailbox.idle(20, bell)
    assert time.monotonic() - started < 2
    assert time.process_time() - busy < 0.2


def test_a_line_split_over_two_segments_is_a_hint_like_any_other(stub: ImapStub, bell: Bell) -> None:
    stub.answers["IDLE"] = once(b"+ idling\r\n", 0.1, b"* 2 EXI", 0.3, b"STS\r\n", DONE, b"%T OK done\r\n")
    with opened(stub) as mailbox:
        assert mailbox.idle(20, bell) is Wake.HINT
        stub.messages[2] = b"Subject: two\r\n\r\n"
        assert mailbox.uids_from(1) == [1, 2]


def test_a_line_that_never_ends_is_unreachable_within_the_read_limit(stub: ImapStub, bell: Bell) -> None:
    stub.answers["IDLE"] = once(b"+ idling\r\n", 0.1, b"* 2 EXI", DONE, 3.0)
    mailbox = opened(stub)
    started = time.monotonic()
    with pytest.raises(Unreachable):
        mailbox.idle(20, bell)
    assert time.monotonic() - started < 2


def test_news_in_the_same_segment_as_the_continuation_is_heard_at_once(stub: ImapStub, bell: Bell) -> None:
    stub.answers["IDLE"] = once(b"+ idling\r\n* 2 EXISTS\r\n", DONE, b"%T OK done\r\n")
    with opened(stub) as mailbox:
        started = time.monotonic()
        assert mailbox.idle(20, bell) is Wake.HINT
        assert time.monotonic() - started < 1


def test_news_before_the_continuation_ends_in_a_named_failure_and_not_in_a_hang(stub: ImapStub, bell: Bell) -> None:
    stub.answers["IDLE"] = once(b"* 5 EXISTS\r\n+ idling\r\n", DONE, b"%T OK done\r\n")
    mailbox = opened(stub)
    started = time.monotonic()
    with pytest.raises(MailboxFailure):
        mailbox.idle(20, bell)
    assert time.monotonic() - started < 2
    with opened(stub) as again:
        assert again.uids_from(1) == [1]


def test_a_server_that_never_pushes_is_left_in_time_and_its_mail_found(stub: ImapStub, bell: Bell) -> None:
    with opened(stub) as mailbox:
        stub.messages[2] = b"Subject: two\r\n\r\n"
        assert mailbox.idle(0.2, bell) is Wake.TIME
        assert mailbox.uids_from(1) == [1, 2]
        assert "DONE" in stub.lines


def test_a_silent_peer_does_not_hold_up_the_stop(stub: ImapStub, bell: Bell) -> None:
    stub.answers["IDLE"] = once(b"+ idling\r\n", DONE, 5.0)
    mailbox = Mailbox(stub.endpoint(), Timeouts(connect=1, read=30))
    mailbox.open("INBOX")
    bell.ring()
    started = time.monotonic()
    with pytest.raises(Unreachable):
        mailbox.idle(20, bell)
    assert time.monotonic() - started < 3


def test_a_stop_leaves_the_usual_patience_for_what_follows(stub: ImapStub, bell: Bell) -> None:
    with opened(stub) as mailbox:
        bell.ring()
        assert mailbox.idle(20, bell) is Wake.STOP
        assert mailbox._client.socket().gettimeout() == SHORT.read


def test_a_bell_that_was_closed_can_still_be_rung_by_a_late_signal() -> None:
    bell = Bell()
    bell.close()
    bell.ring()


def test_a_bell_rung_a_hundred_thousand_times_blocks_nobody(bell: Bell) -> None:
    for _ in range(100_000):
        bell.ring()
    assert wait(5, bell) is Wake.STOP
    bell.clear()
    assert wait(0, bell) is Wake.TIME


def test_a_bye_during_idle_is_unreachable(stub: ImapStub, bell: Bell) -> None:
    stub.answers["IDLE"] = once(b"+ idling\r\n", 0.1, b"* BYE AccessTokenExpired\r\n", CLOSE)
    mailbox = opened(stub)
    with pytest.raises(Unreachable):
        mailbox.idle(20, bell)


def test_a_server_without_idle_is_looked_at_again_and_can_still_be_stopped(bell: Bell) -> None:
    with ImapStub(capabilities="IMAP4rev1") as stub, opened(stub) as mailbox:
        assert mailbox.idle(0.2, bell) is Wake.HINT
        threading.Timer(0.2, bell.ring).start()
        started = time.monotonic()
        assert mailbox.idle(20, bell) is Wake.STOP
        assert time.monotonic() - started < 1
        assert not any("IDLE" in line for line in stub.lines)


def test_a_lying_literal_is_refused_before_any_memory_is_spent(stub: ImapStub) -> None:
    stub.answers["UID-FETCH"] = once(b"* 1 FETCH (UID 1 BODY[] {2000000000}\r\nabc", 3.0)
    mailbox = opened(stub)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Unreachable) as failure:
        list(mailbox.fetch([1]))
    assert failure.value.uids == (1,), "the caller must know whom to suspect"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_a_literal_that_never_ends_is_unreachable_within_the_read_limit(stub: ImapStub) -> None:
    stub.answers["UID-FETCH"] = once(b"* 1 FETCH (UID 1 BODY[] {20000000}\r\nabc", 3.0)
    mailbox = opened(stub)
    started = time.monotonic()
    with pytest.raises(Unreachable):
        list(mailbox.fetch([1]))
    assert time.monotonic() - started < 2


def test_a_body_that_is_nil_and_an_uncalled_for_fetch_hinder_no_other_message(stub: ImapStub) -> None:
    stub.messages |= {2: b"Subject: two\r\n\r\n", 3: b"Subject: three\r\n\r\n"}

    def answer(tag: str, what: str) -> Iterable[Step]:
        items = what.split(" ", 1)[1]
        yield b"* 9 FETCH (FLAGS (\\Seen))\r\n" + stub.fetched(1, items)
        yield stub.fetched(2, items) if "SIZE" in items else b"* 2 FETCH (UID 2 BODY[] NIL)\r\n"
        yield stub.fetched(3, items) + f"{tag} OK done\r\n".encode()

    stub.answers["UID-FETCH"] = answer
    with opened(stub) as mailbox:
        assert [one.uid for one in mailbox.fetch([1, 2, 3])] == [1, 3]


def test_flags_that_others_change_all_day_are_not_kept(stub: ImapStub) -> None:
    """In a shared mailbox the server tells of them at every look, whether or not mail comes."""
    stub.answers["NOOP"] = once(b"* 1 FETCH (FLAGS (\\Seen))\r\n" * 50, b"%T OK done\r\n")
    with opened(stub) as mailbox:
        for _ in range(3):
            assert mailbox.uids_from(1) == [1]
        assert "FETCH" not in mailbox._client._imap.untagged_responses
        assert [one.uid for one in mailbox.fetch([1])] == [1]


def test_a_no_to_a_batch_leaves_out_only_the_message_that_is_refused(stub: ImapStub) -> None:
    stub.messages |= {2: b"Subject: two\r\n\r\n", 3: b"Subject: three\r\n\r\n"}

    def answer(tag: str, what: str) -> Iterable[Step]:
        uids, items = what.split(" ", 1)
        if "SIZE" not in items and "2" in uids.split(","):
            yield f"{tag} NO [SERVERBUG] cannot read\r\n".encode()
            return
        for uid in uids.split(","):
            yield stub.fetched(int(uid), items)
        yield f"{tag} OK done\r\n".encode()

    stub.answers["UID-FETCH"] = answer
    with opened(stub) as mailbox:
        assert [one.uid for one in mailbox.fetch([1, 2, 3])] == [1, 3]


def test_an_unanswering_server_is_unreachable_within_the_limits() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = time.monotonic()
        for security in (Security.NONE, Security.TLS):
            with pytest.raises(Unreachable):
                Mailbox(Endpoint("localhost", silent.getsockname()[1], security, "u", "p"), Timeouts(0.5, 0.5))
        assert time.monotonic() - started < 3


def test_a_login_refused_for_now_is_tried_again_soon(stub: ImapStub) -> None:
    stub.answers["LOGIN"] = once(b"%T NO [UNAVAILABLE] directory is down\r\n")
    with pytest.raises(Unreachable):
        opened(stub)


def test_a_login_refused_for_good_is_refused(stub: ImapStub) -> None:
    stub.answers["LOGIN"] = once(b"%T NO [AUTHENTICATIONFAILED] no\r\n")
    with pytest.raises(Refused):
        opened(stub)


@pytest.mark.parametrize("answer", [(b"* BYE too many\r\n", CLOSE), (CLOSE,), (3.0,)], ids=["bye", "closed", "silent"])
def test_a_connection_lost_during_login_is_no_wrong_password(stub: ImapStub, answer: tuple[Step, ...]) -> None:
    stub.answers["LOGIN"] = once(*answer)
    for _ in range(5):
        with pytest.raises(Unreachable):
            opened(stub)


def test_where_starttls_is_not_offered_no_password_is_sent() -> None:
    with ImapStub() as stub:
        with pytest.raises(Refused):
            Mailbox(stub.endpoint(Security.STARTTLS), SHORT)
        assert not any("LOGIN" in line for line in stub.lines)


@pytest.mark.parametrize(
    ("greeting", "answer"),
    [
        (b"* PREAUTH welcome\r\n", b"%T OK go\r\n"),
        (b"* OK ready\r\n", b"%T NO not now\r\n"),
        (b"* OK ready\r\n", b"%T BAD what\r\n"),
    ],
)
def test_where_starttls_does_not_lead_to_encryption_no_password_is_sent(greeting: bytes, answer: bytes) -> None:
    with ImapStub("IMAP4rev1 STARTTLS", greeting) as stub:
        stub.answers["STARTTLS"] = once(answer)
        with pytest.raises(Refused):
            Mailbox(stub.endpoint(Security.STARTTLS), SHORT)
        assert not any("LOGIN" in line for line in stub.lines)


def test_where_login_is_disabled_no_password_is_sent() -> None:
    with ImapStub("IMAP4rev1 LOGINDISABLED") as stub:
        with pytest.raises(Refused):
            opened(stub)
        assert not any("LOGIN " in line for line in stub.lines)


@pytest.mark.parametrize(
    "reply",
    [
        b"* CAPABILITY\r\n%T OK\r\n",
        b"%T OK done\r\n",
        b"\r\n",
        b"* \xff\xfe\r\n%T OK\r\n",
        b"%T BYE\r\n",
        b"+ go\r\n%T OK\r\n",
    ],
)
@pytest.mark.parametrize("command", ["CAPABILITY", "LOGIN", "EXAMINE", "UID-SEARCH", "UID-FETCH", "LIST", "IDLE"])
def test_nonsense_in_reply_to_any_command_is_a_named_failure_or_nothing_at_all(
    stub: ImapStub, bell: Bell, command: str, reply: bytes
) -> None:
    stub.answers[command] = once(reply)
    started = time.monotonic()
    try:
        with Mailbox(stub.endpoint(), Timeouts(connect=0.3, read=0.3)) as mailbox:
            mailbox.open("INBOX")
            list(mailbox.fetch(mailbox.uids_from(1)))
            mailbox.special_folder(Role.SENT)
            mailbox.idle(0.1, bell)
    except MailboxFailure:
        pass
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("uidvalidity", [b"", b"* OK [UIDVALIDITY 0] ok\r\n"])
def test_a_missing_or_zero_uidvalidity_is_none(stub: ImapStub, uidvalidity: bytes) -> None:
    stub.answers["EXAMINE"] = once(b"* 1 EXISTS\r\n" + uidvalidity + b"%T OK done\r\n")
    with Mailbox(stub.endpoint(), SHORT) as mailbox:
        state = mailbox.open("INBOX")
        assert (state.uidvalidity, state.uidnext) == (None, None)
        assert mailbox.uids_from(1) == [1], "without UIDNEXT too"


def test_a_uidvalidity_that_changes_while_another_folder_is_looked_at_ends_the_connection(stub: ImapStub) -> None:
    mailbox = opened(stub)
    stub.answers["EXAMINE"] = once(b"* 1 EXISTS\r\n* OK [UIDVALIDITY 8] ok\r\n* OK [UIDNEXT 2] ok\r\n%T OK done\r\n")
    list(mailbox.recent_headers("Sent", date(2026, 1, 1), ["Message-ID"]))
    with pytest.raises(Protocol):
        mailbox.uids_from(1)
    with pytest.raises(Unreachable):
        mailbox.open("INBOX")


def test_a_server_that_knows_no_star_in_an_empty_folder_is_asked_in_another_way(stub: ImapStub) -> None:
    stub.answers["UID-SEARCH"] = once(b"%T BAD invalid messageset\r\n")
    stub.messages = {}
    with opened(stub) as mailbox:
        assert mailbox.uids_from(1) == []


def test_a_folder_of_170_000_messages_is_asked_about_in_pieces_of_500(stub: ImapStub) -> None:
    stub.messages = dict.fromkeys(range(1, 170_001), b"")
    with opened(stub) as mailbox:
        assert mailbox.uids_from(1) == list(range(1, 170_001))
        assert mailbox.uids_from(169_000) == list(range(169_000, 170_001))
    ranges = [re.findall(r"(\d+):(\d+)", line)[0] for line in stub.lines if "SEARCH" in line]
    assert all(int(high) - int(low) < 500 for low, high in ranges)


def test_an_answer_beyond_what_was_asked_for_is_dropped(stub: ImapStub) -> None:
    stub.answers["UID-SEARCH"] = once(b"* SEARCH 1\r\n%T OK done\r\n")
    stub.messages |= dict.fromkeys(range(2, 11), b"")
    with opened(stub) as mailbox:
        assert mailbox.uids_from(5) == []


def test_one_unreadable_folder_name_does_not_hide_the_others(stub: ImapStub) -> None:
    stub.answers["LIST"] = once(
        b'* LIST () "/" "&bad"\r\n* LIST () "/" "caf\xc3\xa9"\r\n* LIST (\\Noselect) "/" "Enviados"\r\n'
        b'* LIST () "/" 2024\r\n* LIST () NIL "Itens Enviados"\r\n* LIST () "/" "Lixo Eletr&APQ-nico"\r\n'
        b'* LIST () "/" "Arquivo/Rascunhos"\r\n%T OK done\r\n'
    )
    with opened(stub) as mailbox:
        assert mailbox.special_folder(Role.SENT) == "Itens Enviados"
        assert mailbox.special_folder(Role.JUNK) == "Lixo Eletrônico"
        assert mailbox.special_folder(Role.DRAFTS) is None, "a folder of that name deep in an archive is another one"


def test_neither_passwords_nor_mail_reach_the_log_even_at_debug(
    stub: ImapStub, caplog: pytest.LogCaptureFixture
) -> None:
    stub.messages = {1: b"Subject: canario-no-assunto\r\n\r\n"}
    with caplog.at_level(logging.DEBUG), opened(stub) as mailbox:
        assert len(list(mailbox.fetch([1]))) == 1
    assert "canario" not in caplog.text
    assert "secret" not in caplog.text


def test_tracing_is_off_on_the_connection(stub: ImapStub) -> None:
    with opened(stub) as mailbox:
        assert mailbox._client._imap.debug == 0, (
            "at 5, as IMAPClient ships it, every body is repr()-ed: five times slower"
        )


def test_a_message_longer_than_its_announced_size_is_fetched_all_the_same(stub: ImapStub) -> None:
    stub.messages = {1: b"Subject: one\r\n\r\n" + b"x" * 4000}

    def answer(tag: str, what: str) -> Iterable[Step]:
        told = stub.fetched(1, what)
        yield told.replace(b"RFC822.SIZE 4018", b"RFC822.SIZE 2500") + f"{tag} OK done\r\n".encode()

    stub.answers["UID-FETCH"] = answer
    with Mailbox(stub.endpoint(), SHORT, max_size=3000) as mailbox:
        mailbox.open("INBOX")
        assert [one.raw for one in mailbox.fetch([1])] == [stub.messages[1]]


def test_messages_whose_sizes_are_not_told_fill_no_memory_together(stub: ImapStub) -> None:
    """A server that says 0 of each: all bodies are asked for at once. Each alone is fetched all the same."""
    stub.messages = dict.fromkeys(range(1, 101), b"Subject: long\r\n\r\n" + b"x" * 300000)

    def answer(tag: str, what: str) -> Iterable[Step]:
        uids, items = what.split(" ", 1)
        for uid in map(int, uids.split(",")):
            yield (
                re.sub(rb"SIZE \d+", b"SIZE 0", stub.fetched(uid, items))
                if "SIZE" in items
                else stub.fetched(uid, items)
            )
        yield f"{tag} OK done\r\n".encode()

    stub.answers["UID-FETCH"] = answer
    mailbox = Mailbox(stub.endpoint(), SHORT, max_size=1 << 20)
    mailbox.open("INBOX")
    with pytest.raises(Unreachable) as failure:
        list(mailbox.fetch(list(stub.messages)))
    assert failure.value.uids == tuple(stub.messages)
    with Mailbox(stub.endpoint(), SHORT, max_size=1 << 20) as again:
        again.open("INBOX")
        assert all(len(list(again.fetch([uid]))) == 1 for uid in stub.messages)


def test_the_system_probes_an_idle_connection_and_gives_up_within_three_minutes(stub: ImapStub) -> None:
    with opened(stub) as mailbox:
        sock = mailbox._client.socket()
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        told = {name: sock.getsockopt(socket.IPPROTO_TCP, getattr(socket, name)) for name in KEEPALIVE}
    assert told == KEEPALIVE
    assert told["TCP_KEEPIDLE"] + told["TCP_KEEPINTVL"] * told["TCP_KEEPCNT"] < 180
