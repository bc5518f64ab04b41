"""The mailbox against a real Dovecot: everything is seen, nothing is touched, and whatever breaks has a name."""

import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from tests.servers.dovecot import PORTUGUESE, Dovecot
from triage.mail.imap import Mailbox, MailboxState
from triage.mail.imap_connect import Timeouts
from triage.mail.imap_failure import Protocol, Refused, Unreachable
from triage.mail.imap_fetch import FIRST, Outline
from triage.mail.imap_folders import Role
from triage.mail.imap_idle import Bell, Wake
from triage.mail.wire import Endpoint, Security

TODAY = datetime.now(UTC).date()
SHORT = Timeouts(connect=5, read=5)


def mail(number: int, body: str = "corpo") -> bytes:
    return f"From: a@sedu.es.gov.br\r\nSubject: {number}\r\nMessage-ID: <{number}@sedu>\r\n\r\n{body}\r\n".encode()


@pytest.fixture
def server() -> Iterator[Dovecot]:
    with Dovecot() as running:
        yield running


@pytest.fixture
def mailbox(server: Dovecot) -> Iterator[Mailbox]:
    with Mailbox(server.endpoint(), SHORT) as opened:
        opened.open("INBOX")
        yield opened


@pytest.fixture
def bell() -> Iterator[Bell]:
    made = Bell()
    yield made
    made.close()


def test_every_message_comes_out_once_byte_for_byte_with_its_time_and_size(server: Dovecot, mailbox: Mailbox) -> None:
    sent = [mail(number, "ç" * number) for number in range(1, 51)]
    for raw in sent:
        server.deliver(raw)
    fetched = list(mailbox.fetch(mailbox.uids_from(1)))
    assert [one.raw for one in fetched] == sent
    assert [one.size for one in fetched] == [len(raw) for raw in sent]
    assert all(abs(one.internal_date - datetime.now(UTC)) < timedelta(minutes=1) for one in fetched)
    assert all(one.whole for one in fetched)


def test_looking_at_mail_changes_no_flag_and_keeps_it_new(server: Dovecot, mailbox: Mailbox) -> None:
    server.deliver(mail(1))
    list(mailbox.fetch(mailbox.uids_from(1)))
    mailbox.close()
    assert [path.name.partition(":2,")[2] for path in server.messages()] == [""]
    assert [path.parent.name for path in server.messages()] == ["new"]


def test_mail_that_a_person_has_read_is_fetched_all_the_same(server: Dovecot, mailbox: Mailbox) -> None:
    delivered = server.deliver(mail(1))
    delivered.rename(delivered.parent.parent / "cur" / f"{delivered.name}:2,S")
    assert [one.raw for one in mailbox.fetch(mailbox.uids_from(1))] == [mail(1)]


def test_only_uids_from_the_first_asked_for_come_back(server: Dovecot, mailbox: Mailbox) -> None:
    for number in range(1, 6):
        server.deliver(mail(number))
    assert mailbox.uids_from(1) == [1, 2, 3, 4, 5]
    assert mailbox.uids_from(4) == [4, 5]
    assert mailbox.uids_from(6) == [], "`n:*` would always match the last message"


def test_an_empty_folder_has_no_uids(mailbox: Mailbox) -> None:
    assert mailbox.uids_from(1) == []
    assert list(mailbox.fetch([])) == []
    assert list(mailbox.fetch([17])) == []


def test_a_large_folder_is_walked_in_pieces_and_holes_do_not_matter(server: Dovecot, mailbox: Mailbox) -> None:
    delivered = [server.deliver(mail(number)) for number in range(1, 1301)]
    assert len(mailbox.uids_from(1)) == 1300
    for message in delivered[100:700]:
        server.expunge(message)
    # The subject is the number of delivery; Dovecot numbers in that order.
    left = [*range(1, 101), *range(701, 1301)]
    assert mailbox.uids_from(1) == left
    assert mailbox.uids_from(50) == [uid for uid in left if uid >= 50]
    assert [one.uid for one in mailbox.fetch(left)] == left


def test_a_changed_uidvalidity_is_told_and_never_mistaken_for_the_same_folder(server: Dovecot) -> None:
    server.deliver(mail(1))
    with Mailbox(server.endpoint(), SHORT) as mailbox:
        before = mailbox.open("INBOX")
    server.change_uidvalidity(4242)
    with Mailbox(server.endpoint(), SHORT) as mailbox:
        assert mailbox.open("INBOX") == MailboxState(4242, 2, 1), server.log()
    assert before.uidvalidity != 4242


def test_a_message_that_vanishes_between_search_and_fetch_does_not_hinder_the_others(
    server: Dovecot, mailbox: Mailbox
) -> None:
    delivered = [server.deliver(mail(number)) for number in range(1, 6)]
    uids = mailbox.uids_from(1)
    server.expunge(delivered[2])
    assert [one.uid for one in mailbox.fetch(uids)] == [1, 2, 4, 5]
    assert mailbox.uids_from(1) == [1, 2, 4, 5]


def test_a_too_large_message_comes_as_its_header_and_the_others_whole(server: Dovecot) -> None:
    for raw in (mail(1), mail(2, "x" * 5000), mail(3)):
        server.deliver(raw)
    with Mailbox(server.endpoint(), SHORT, max_size=4000) as mailbox:
        mailbox.open("INBOX")
        fetched = {one.uid: one for one in mailbox.fetch(mailbox.uids_from(1))}
    assert [fetched[uid].whole for uid in (1, 2, 3)] == [True, False, True]
    assert fetched[2].raw == mail(2).partition(b"corpo")[0]
    assert fetched[2].size > 5000


def test_idle_wakes_for_a_delivery(server: Dovecot, mailbox: Mailbox, bell: Bell) -> None:
    threading.Timer(0.3, server.deliver, [mail(1)]).start()
    started = time.monotonic()
    assert mailbox.idle(20, bell) is Wake.HINT
    assert time.monotonic() - started < 5
    assert mailbox.uids_from(1) == [1]


def test_idle_ends_by_itself_and_the_connection_goes_on(server: Dovecot, mailbox: Mailbox, bell: Bell) -> None:
    for _ in range(3):
        started = time.monotonic()
        assert mailbox.idle(0.2, bell) is Wake.TIME
        assert 0.15 < time.monotonic() - started < 2
    server.deliver(mail(1))
    assert mailbox.uids_from(1) == [1]


def test_idle_ends_at_once_when_the_bell_rings_and_stays_rung_until_cleared(mailbox: Mailbox, bell: Bell) -> None:
    threading.Timer(0.3, bell.ring).start()
    started = time.monotonic()
    assert mailbox.idle(20, bell) is Wake.STOP
    assert mailbox.idle(20, bell) is Wake.STOP
    assert time.monotonic() - started < 2
    bell.clear()
    assert mailbox.idle(0.1, bell) is Wake.TIME


def test_a_killed_server_is_unreachable_within_two_seconds_and_mail_comes_after_the_reconnect(
    server: Dovecot, mailbox: Mailbox, bell: Bell
) -> None:
    killed: list[float] = []
    threading.Timer(0.3, lambda: (killed.append(time.monotonic()), server.kill())).start()
    with pytest.raises(Unreachable):
        mailbox.idle(20, bell)
    assert time.monotonic() - killed[0] < 2
    with pytest.raises(Unreachable):
        Mailbox(server.endpoint(), SHORT)
    server.start()
    server.deliver(mail(1))
    with Mailbox(server.endpoint(), SHORT) as again:
        again.open("INBOX")
        assert [one.raw for one in again.fetch(again.uids_from(1))] == [mail(1)]


def test_a_server_that_stops_in_order_is_unreachable_too(server: Dovecot, mailbox: Mailbox) -> None:
    server.deliver(mail(1))
    server.stop()
    with pytest.raises(Unreachable):
        mailbox.uids_from(1)
    with pytest.raises(Unreachable):
        mailbox.uids_from(1)


def test_a_wrong_password_is_refused(server: Dovecot) -> None:
    right = server.endpoint()
    with pytest.raises(Refused):
        Mailbox(Endpoint(right.host, right.port, right.security, right.username, "errada"), SHORT)


def test_a_folder_that_is_not_there_is_a_protocol_failure(mailbox: Mailbox) -> None:
    with pytest.raises(Protocol):
        mailbox.open("Não existe")


@pytest.mark.parametrize("folder", ["", "INBOX\r\nx STORE 1:* +FLAGS (\\Deleted)", "a\0"])
def test_a_folder_name_cannot_smuggle_a_command(server: Dovecot, mailbox: Mailbox, folder: str) -> None:
    server.deliver(mail(1))
    with pytest.raises(Protocol):
        mailbox.open(folder)
    assert [path.name.partition(":2,")[2] for path in server.messages()] == [""]


@pytest.mark.parametrize("security", list(Security))
def test_each_kind_of_connection_reads_mail(server: Dovecot, security: Security) -> None:
    server.deliver(mail(1))
    with Mailbox(server.endpoint(security), SHORT) as mailbox:
        mailbox.open("INBOX")
        assert len(list(mailbox.fetch(mailbox.uids_from(1)))) == 1


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_an_untrusted_certificate_is_refused_before_login(server: Dovecot, security: Security) -> None:
    with pytest.raises(Refused):
        Mailbox(server.endpoint(security, trusted=False), SHORT)
    assert "Login:" not in server.log()


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_certificate_for_another_name_is_refused_before_login(server: Dovecot, security: Security) -> None:
    with pytest.raises(Refused):
        Mailbox(server.endpoint(security, host="127.0.0.1"), SHORT)
    assert "Login:" not in server.log()


def test_idle_wakes_over_tls(server: Dovecot, bell: Bell) -> None:
    with Mailbox(server.endpoint(Security.TLS), SHORT) as mailbox:
        mailbox.open("INBOX")
        threading.Timer(0.3, server.deliver, [mail(1)]).start()
        wakes = [mailbox.idle(5, bell)]
        while not (uids := mailbox.uids_from(1)) and len(wakes) < 5:  # a TLS record without news may wake us too
            wakes.append(mailbox.idle(5, bell))
    assert uids == [1]
    assert set(wakes) == {Wake.HINT}


@pytest.mark.parametrize(
    ("folders", "special_use", "separator", "prefix", "expected"),
    [
        (None, True, "/", "", ("Sent", "Drafts", "Junk")),
        (PORTUGUESE, True, "/", "", ("Itens Enviados", "Rascunhos", "Lixo Eletrônico")),
        (PORTUGUESE, False, "/", "", ("Itens Enviados", "Rascunhos", "Lixo Eletrônico")),
        (PORTUGUESE, False, ".", "INBOX.", ("INBOX.Itens Enviados", "INBOX.Rascunhos", "INBOX.Lixo Eletrônico")),
        (
            PORTUGUESE,
            False,
            "/",
            "Correio/",
            ("Correio/Itens Enviados", "Correio/Rascunhos", "Correio/Lixo Eletrônico"),
        ),
        ({"Sent": "Enviadas", "Drafts": "Outra", "Junk": "Spam"}, False, "/", "", ("Enviadas", None, "Spam")),
        ({"Sent": "X", "Drafts": "Y", "Junk": "Z"}, True, ".", "INBOX.", ("INBOX.X", "INBOX.Y", "INBOX.Z")),
    ],
)
def test_special_folders_are_found_by_mark_or_by_localized_name(
    folders: dict[str, str] | None,
    special_use: bool,
    separator: str,
    prefix: str,
    expected: tuple[str | None, ...],
) -> None:
    with Dovecot(folders, special_use, separator, prefix) as server, Mailbox(server.endpoint(), SHORT) as mailbox:
        assert tuple(mailbox.special_folder(role) for role in Role) == expected


def test_what_is_appended_to_a_folder_with_an_accented_name_is_there_with_its_flags() -> None:
    with Dovecot(PORTUGUESE) as server, Mailbox(server.endpoint(), SHORT) as mailbox:
        mailbox.open("INBOX")
        junk = mailbox.special_folder(Role.JUNK)
        assert junk is not None
        mailbox.append(junk, mail(1), ["\\Seen", "\\Draft"])
        mailbox.open(junk)
        assert [one.raw for one in mailbox.fetch(mailbox.uids_from(1))] == [mail(1)]
        (stored,) = server.messages(".Lixo Eletr&APQ-nico")
        assert stored.name.partition(":2,")[2] == "DS"


@pytest.mark.parametrize("flag", ["\\Seen) x", "a\r\nb", "", "é"])
def test_a_flag_that_is_none_never_reaches_the_wire(mailbox: Mailbox, flag: str) -> None:
    with pytest.raises(ValueError, match="flag"):
        mailbox.append("Sent", mail(1), [flag])


def test_our_own_id_and_a_colleagues_answer_are_found_in_sent_without_telling_the_server_an_id(
    server: Dovecot, mailbox: Mailbox
) -> None:
    for number in (1, 2):
        mailbox.append("Sent", mail(number))
    headers = list(mailbox.recent_headers("Sent", TODAY - timedelta(days=1), ["Message-ID", "In-Reply-To"]))
    assert sorted(headers) == [b"Message-ID: <1@sedu>\r\n\r\n", b"Message-ID: <2@sedu>\r\n\r\n"]
    assert list(mailbox.recent_headers("Sent", TODAY + timedelta(days=3), ["Message-ID"])) == []


def test_looking_into_sent_does_not_confuse_the_uids_of_the_inbox(server: Dovecot, mailbox: Mailbox) -> None:
    server.deliver(mail(1))
    mailbox.append("Sent", mail(7))
    mailbox.append("Sent", mail(8))
    uids = mailbox.uids_from(1)
    list(mailbox.recent_headers("Sent", TODAY - timedelta(days=1), ["Message-ID"]))
    assert [one.raw for one in mailbox.fetch(uids)] == [mail(1)]
    assert mailbox.uids_from(1) == [1]


def test_a_mailbox_belongs_to_the_thread_that_made_it(mailbox: Mailbox) -> None:
    raised: list[Exception] = []

    def use() -> None:
        try:
            mailbox.open("INBOX")
        except Exception as error:
            raised.append(error)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert [type(error) for error in raised] == [RuntimeError]
    assert mailbox.open("INBOX").exists == 0, "and its owner can go on"


def test_fetching_many_messages_keeps_batches_small_enough(server: Dovecot, mailbox: Mailbox) -> None:
    for number in range(40):
        server.deliver(mail(number, "x" * 70 * 1000))  # unfolded: the server does not mind
    fetched = list(mailbox.fetch(mailbox.uids_from(1)))
    assert len(fetched) == 40
    assert sum(one.size for one in fetched) > 2_800_000


def test_the_first_of_many_are_there_before_the_others_are_asked_about(
    server: Dovecot, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before a mail came, the server was asked how large five hundred are: it reads them all to say so."""
    for number in range(FIRST + 20):
        server.deliver(mail(number))
    asked: list[int] = []
    outline = Mailbox._outline

    def noted(box: Mailbox, uids: Sequence[int]) -> dict[int, Outline]:
        asked.append(len(uids))
        return outline(box, uids)

    monkeypatch.setattr(Mailbox, "_outline", noted)
    fetched = mailbox.fetch(mailbox.uids_from(1))
    next(fetched)
    assert asked == [FIRST]
    assert len(list(fetched)) == FIRST + 19
    assert asked == [FIRST, 20]
