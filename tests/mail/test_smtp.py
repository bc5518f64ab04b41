"""One recipient, one transaction, four outcomes; and nothing ever goes out in clear that should not."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.certificates import Certificate, self_made
from tests.servers.smtp import USER, Answer, SmtpServer
from triage.mail.smtp import Ambiguous, Outcome, Permanent, Relay, Sent, Timeouts, Transient
from triage.mail.wire import Endpoint, Security

RAW = b"From: a@seger.es.gov.br\r\nSubject: x\r\nMessage-ID: <1@x>\r\n\r\n.ponto\r\n..dois\r\nfim\r\n"
SENDER, TO, VERP = "telefonia@seger.es.gov.br", "joao@sedu.es.gov.br", "telefonia+bounce-1@seger.es.gov.br"
SHORT = Timeouts(connect=2, reply=1, final=1)
ACCEPTED_UNHEARD = [
    Answer(drop=True, accept=True),
    Answer(delay=1.5, text="250 too late"),
    Answer(text="hello?", accept=True),
    Answer(text="354 go on", accept=True),
    Answer(text="x" * 9000, accept=True),
]


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


@pytest.fixture
def relay(server: SmtpServer) -> Iterator[Relay]:
    made = Relay(server.endpoint(), SHORT)
    yield made
    made.close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return self_made(tmp_path_factory.mktemp("tls"))


def test_an_accepted_message_arrives_byte_for_byte_with_the_null_return_path(server: SmtpServer, relay: Relay) -> None:
    assert relay.send("", TO, RAW) == Sent("accepted as TEST")
    (accepted,) = server.accepted
    assert (accepted.envelope_from, accepted.recipients, accepted.raw) == ("", (TO,), RAW)


def test_the_connection_is_kept_between_messages(server: SmtpServer, relay: Relay) -> None:
    for _ in range(5):
        assert isinstance(relay.send(SENDER, TO, RAW), Sent)
    assert (server.connections, len(server.accepted)) == (1, 5)


def test_a_kept_connection_that_died_is_replaced_without_the_caller_noticing(server: SmtpServer, relay: Relay) -> None:
    relay.send(SENDER, TO, RAW)
    server.cut()
    assert isinstance(relay.send(SENDER, TO, RAW), Sent)
    assert (server.connections, len(server.accepted)) == (2, 2)


def test_a_kept_connection_that_the_server_closes_with_421_is_replaced(server: SmtpServer, relay: Relay) -> None:
    relay.send(SENDER, TO, RAW)
    server.answer("mail", Answer("421 idle too long", drop=True))
    assert isinstance(relay.send(SENDER, TO, RAW), Sent)
    assert server.connections == 2


def test_a_connection_unused_for_long_is_not_trusted_any_more(
    server: SmtpServer, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay.send(SENDER, TO, RAW)
    monkeypatch.setattr("triage.mail.smtp.MAX_IDLE", 0.0)
    assert isinstance(relay.send(SENDER, TO, RAW), Sent)
    assert (server.connections, server.commands.count("QUIT")) == (2, 1)


def test_a_421_on_a_fresh_connection_pauses_the_queue(server: SmtpServer, relay: Relay) -> None:
    server.answer("mail", Answer("421 overloaded", drop=True))
    assert relay.send(SENDER, TO, RAW) == Transient(421, pause=True, reply="overloaded")
    assert isinstance(relay.send(SENDER, TO, RAW), Sent)


@pytest.mark.parametrize("phase", ["mail", "rcpt", "data", "final"])
@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("450 4.2.0 later", Transient(450, pause=False, reply="4.2.0 later")),
        ("452 4.3.1 full", Transient(452, pause=False, reply="4.3.1 full")),
        ("421 4.3.2 closing", Transient(421, pause=True, reply="4.3.2 closing")),
        ("550 5.1.1 nobody", Permanent(550, "5.1.1 nobody")),
        ("554-5.7.1 no\r\n554 spam", Permanent(554, "5.7.1 no spam")),
        ("530 5.7.0 log in", Transient(530, pause=True, reply="5.7.0 log in")),
    ],
)
def test_a_refusal_in_any_phase_is_judged_by_its_code_and_the_next_message_goes_out(
    server: SmtpServer, relay: Relay, phase: str, line: str, outcome: Outcome
) -> None:
    server.answer(phase, line)
    assert relay.send(SENDER, TO, RAW) == outcome
    assert server.accepted == []
    assert isinstance(relay.send(SENDER, TO, RAW), Sent)


@pytest.mark.parametrize("phase", ["mail", "rcpt", "data"])
@pytest.mark.parametrize(
    "fault", [Answer(drop=True), Answer("gibberish"), Answer("250-a\r\nnonsense"), Answer(delay=1.5, text="250 late")]
)
def test_trouble_before_the_final_dot_is_never_ambiguous(
    server: SmtpServer, relay: Relay, phase: str, fault: Answer
) -> None:
    server.answer(phase, fault)
    outcome = relay.send(SENDER, TO, RAW)
    assert isinstance(outcome, Transient)
    assert not outcome.pause, "one message's trouble must not stop the others"
    assert server.accepted == []
    assert isinstance(relay.send(SENDER, TO, RAW), Sent)


def test_a_2xx_in_reply_to_data_is_not_taken_for_an_acceptance(server: SmtpServer, relay: Relay) -> None:
    server.answer("data", "250 fine")
    assert isinstance(relay.send(SENDER, TO, RAW), Transient)


@pytest.mark.parametrize("fault", ACCEPTED_UNHEARD, ids=["drop", "late", "garbage", "354", "endless line"])
def test_silence_or_nonsense_after_the_final_dot_is_ambiguous(server: SmtpServer, relay: Relay, fault: Answer) -> None:
    server.answer("final", fault)
    assert isinstance(relay.send(SENDER, TO, RAW), Ambiguous)
    assert isinstance(relay.send(SENDER, TO, RAW), Sent)


def test_a_250_that_comes_after_the_reply_limit_but_within_the_final_limit_is_sent(server: SmtpServer) -> None:
    relay = Relay(server.endpoint(), Timeouts(connect=2, reply=0.5, final=10))
    server.answer("final", Answer("250 at last", delay=1.2))
    assert relay.send(SENDER, TO, RAW) == Sent("at last")
    assert isinstance(relay.send(SENDER, TO, RAW), Sent)
    assert (server.connections, len(server.accepted)) == (1, 2)
    relay.close()


def test_the_limits_are_those_of_the_rfc() -> None:
    assert Timeouts().final >= 600
    assert 0 < Timeouts().connect <= Timeouts().reply <= 300


def test_greylisting_is_a_retry_that_succeeds_later(server: SmtpServer, relay: Relay) -> None:
    server.greylist = 0.3
    assert relay.send(SENDER, TO, RAW) == Transient(450, pause=False, reply="4.2.0 greylisted")
    time.sleep(0.35)
    assert isinstance(relay.send(SENDER, TO, RAW), Sent)


def test_an_unreachable_server_pauses_the_queue_until_it_is_back(server: SmtpServer, relay: Relay) -> None:
    server.stop()
    outcome = relay.send(SENDER, TO, RAW)
    assert isinstance(outcome, Transient)
    assert (outcome.code, outcome.pause) == (0, True)
    server.start()
    assert isinstance(relay.send(SENDER, TO, RAW), Sent)


@pytest.mark.parametrize("answer", [Answer("554 no service"), Answer(drop=True), Answer(delay=3), Answer("what")])
def test_a_refused_or_silent_greeting_pauses_the_queue_and_kills_no_message(server: SmtpServer, answer: Answer) -> None:
    server.answer("connect", answer)
    outcome = Relay(server.endpoint(), Timeouts(connect=0.5, reply=0.5, final=0.5)).send(SENDER, TO, RAW)
    assert isinstance(outcome, Transient)
    assert outcome.pause


@pytest.mark.parametrize("phase", ["mail", "rcpt"])
def test_a_relay_that_refuses_the_null_sender_gets_the_verp_address(
    server: SmtpServer, relay: Relay, phase: str
) -> None:
    server.refuse_null_at = phase
    assert relay.accepts_null_sender(SENDER) is False
    assert isinstance(relay.send("", TO, RAW, verp=VERP), Sent)
    assert relay.null_sender_refused
    assert isinstance(relay.send("", TO, RAW, verp=VERP), Sent)
    assert [accepted.envelope_from for accepted in server.accepted] == [VERP, VERP]
    assert server.commands.count("MAIL FROM:<>") == 2, "asked once by the probe, once by the first message"


def test_a_recipient_refused_under_both_senders_is_no_verdict_on_the_null_sender(
    server: SmtpServer, relay: Relay
) -> None:
    server.always("rcpt", "550 5.1.1 nobody")
    assert relay.send("", TO, RAW, verp=VERP) == Permanent(550, "5.1.1 nobody")
    assert not relay.null_sender_refused


def test_the_probe_sends_nothing_and_leaves_the_connection_usable(server: SmtpServer, relay: Relay) -> None:
    assert relay.accepts_null_sender(SENDER) is True
    assert server.accepted == []
    assert isinstance(relay.send("", TO, RAW, verp=VERP), Sent)
    assert server.connections == 1


def test_the_probe_says_nothing_where_the_relay_says_nothing(server: SmtpServer, relay: Relay) -> None:
    server.answer("rcpt", "450 later")
    assert relay.accepts_null_sender(SENDER) is None
    server.stop()
    assert relay.accepts_null_sender(SENDER) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: x\r\n\r\nabc\n.\r\nMAIL FROM:<evil@x>\r\n",
        b"Subject: x\r\n\r\nabc\r.\r\nx\r\n",
        b"Subject: x\r\n\r\n" + b"a" * 999 + b"\r\n",
        "Subject: ç\r\n\r\n".encode(),
    ],
    ids=["bare LF", "bare CR", "long line", "8-bit"],
)
def test_bytes_that_could_be_read_as_two_messages_never_leave(server: SmtpServer, relay: Relay, raw: bytes) -> None:
    assert isinstance(relay.send(SENDER, TO, raw), Permanent)
    assert server.connections == 0


def test_a_final_dot_inside_the_message_stays_inside_it(server: SmtpServer, relay: Relay) -> None:
    raw = b"Subject: x\r\n\r\nabc\r\n.\r\nMAIL FROM:<evil@x>\r\n"
    assert isinstance(relay.send(SENDER, TO, raw), Sent)
    assert [accepted.raw for accepted in server.accepted] == [raw]


@pytest.mark.parametrize("bad", ["a@b>\r\nRCPT TO:<c@d", "joão@x.br", "", "a b@c", "<a@b>", "a@b\n"])
def test_an_address_that_is_none_never_reaches_the_wire(server: SmtpServer, relay: Relay, bad: str) -> None:
    assert isinstance(relay.send(SENDER, bad, RAW), Permanent)
    assert server.connections == 0


@pytest.mark.parametrize("mechanisms", ["PLAIN LOGIN", "LOGIN", "PLAIN"])
def test_login_works_with_a_password_that_is_not_ascii(mechanisms: str) -> None:
    with SmtpServer(login=mechanisms) as server:
        relay = Relay(server.endpoint(USER), SHORT)
        assert isinstance(relay.send(SENDER, TO, RAW), Sent)
        relay.close()


def test_a_refused_login_pauses_the_queue_and_kills_no_message() -> None:
    with SmtpServer(login="PLAIN") as server:
        outcome = Relay(server.endpoint(USER, "wrong"), SHORT).send(SENDER, TO, RAW)
    assert outcome == Transient(535, pause=True, reply="5.7.8 no")


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_encryption_with_a_trusted_certificate(certificate: Certificate, security: Security) -> None:
    with SmtpServer(security, certificate, login="PLAIN") as server:
        relay = Relay(server.endpoint(USER), SHORT)
        assert [type(relay.send("", TO, RAW)) for _ in range(2)] == [Sent, Sent]
        assert server.connections == 1
        relay.close()


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_an_untrusted_certificate_stops_everything_before_login(certificate: Certificate, security: Security) -> None:
    with SmtpServer(security, certificate, login="PLAIN") as server:
        outcome = Relay(server.endpoint(USER, trusted=False), SHORT).send(SENDER, TO, RAW)
        assert isinstance(outcome, Transient)
        assert outcome.pause
        assert not any(command.startswith(("AUTH", "MAIL")) for command in server.commands)


def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    with SmtpServer(Security.TLS, self_made(tmp_path, "other.example")) as server:
        outcome = Relay(server.endpoint(), SHORT).send(SENDER, TO, RAW)
    assert isinstance(outcome, Transient)
    assert outcome.pause


@pytest.mark.parametrize("answer", ["", "454 4.7.0 not now"], ids=["stripped", "refused"])
def test_without_starttls_nothing_is_sent_in_clear(certificate: Certificate, answer: str) -> None:
    with SmtpServer(Security.STARTTLS, certificate, login="PLAIN") as server:
        server.strip_starttls = not answer
        server.answer("starttls", answer)
        outcome = Relay(server.endpoint(USER), SHORT).send(SENDER, TO, RAW)
        assert isinstance(outcome, Transient)
        assert outcome.pause
        assert not any(command.startswith(("AUTH", "MAIL")) for command in server.commands)


def test_an_unprotected_connection_is_for_loopback_only() -> None:
    with pytest.raises(ValueError, match="loopback"):
        Endpoint("mail.example.gov.br", 25, Security.NONE)
    assert Endpoint("::1", 25, Security.NONE).port == 25


def test_a_password_does_not_show_in_the_representation_of_an_endpoint() -> None:
    assert "segredo" not in repr(Endpoint("localhost", 25, Security.NONE, "u", "segredo"))
