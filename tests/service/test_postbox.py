"""How often the outbox's own connection is tried while the mailbox is away (RELIABILITY B10)."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from types import SimpleNamespace

import pytest

from triage.core.decision import MailKind, OutboxState
from triage.mail.imap_failure import MailboxFailure, Refused, Unreachable
from triage.mail.wire import Endpoint
from triage.service.postbox import REST_SECONDS, Postbox
from triage.store.outbox import Outgoing

HOUR = 3_600
THEN = datetime(2026, 3, 3, tzinfo=UTC)
MAIL = Outgoing(
    id=1, kind=MailKind.CORRECTION, case_number="2026-000001", cause="<1@sedu.es.gov.br>",
    message_id="<2@seger.es.gov.br>",
    sender="", recipient="ana@sedu.es.gov.br", raw=b"In-Reply-To: <1@sedu.es.gov.br>\r\n\r\n", state=OutboxState.LEASED,
    reason="", attempts=1, not_before=THEN, created_at=THEN, changed_at=THEN, sent_at=None, token=1, answer="",
)  # fmt: skip


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now


def _never() -> object:
    raise AssertionError("no house is asked here")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("triage.service.postbox.time", made)
    return made


def _tries(clock: Clock, failure: MailboxFailure | None, ask: Callable[[Postbox], object], seconds: int) -> list[float]:
    """The moments of the tries of one who asks each five seconds."""
    tried: list[float] = []

    class Away(Postbox):
        def _look_into_sent(self) -> bool:
            tried.append(clock.now)
            if failure is not None:
                raise failure
            return True

    postbox = Away(_never)  # type: ignore[arg-type]  # no house is asked
    begun = clock.now
    while clock.now < begun + seconds:
        ask(postbox)
        clock.now += 5
    return tried


def _due(postbox: Postbox) -> object:
    return postbox.colleague_answered(MAIL)


def test_an_unreachable_mailbox_is_tried_ever_less_often(clock: Clock) -> None:
    tried = _tries(clock, Unreachable("gone"), Postbox.keep_warm, 10 * HOUR)
    assert len(tried) <= 10 * HOUR / 150 + 10
    assert max(b - a for a, b in pairwise(tried)) <= 305


def test_a_refused_login_is_tried_on_the_slow_ladder_even_for_mail_that_is_due(clock: Clock) -> None:
    """An account can be locked by a program that tries a changed password again and again."""
    for ask in (Postbox.keep_warm, _due):
        tried = _tries(clock, Refused("login"), ask, 10 * HOUR)
        assert min(b - a for a, b in pairwise(tried)) >= 300


def test_for_mail_that_is_due_an_unreachable_mailbox_is_asked_again_soon(clock: Clock) -> None:
    """Else a colleague's answer of a moment ago would be overlooked for minutes after the server is back."""
    tried = _tries(clock, Unreachable("gone"), _due, HOUR)
    assert max(b - a for a, b in pairwise(tried)) == REST_SECONDS


def test_who_is_reached_again_begins_anew(clock: Clock) -> None:
    """After a long outage that is over, the next one begins with short pauses."""
    away = [True]
    tried: list[float] = []

    class Unsteady(Postbox):
        def _look_into_sent(self) -> bool:
            tried.append(clock.now)
            if away[-1]:
                raise Unreachable("gone")
            return True

    def ask(seconds: int) -> int:
        """How often it is tried meanwhile."""
        begun, before = clock.now, len(tried)
        while clock.now < begun + seconds:
            postbox.keep_warm()
            clock.now += 5
        return len(tried) - before

    postbox = Unsteady(_never)  # type: ignore[arg-type]  # no house is asked
    ask(HOUR)
    away.append(False)
    ask(HOUR)
    away.append(True)
    assert ask(60) >= 2, "a long pause would leave room for one"


def test_new_settings_are_tried_at_once(clock: Clock) -> None:
    """A password that was put right must not wait for an hour that the wrong one has earned."""
    endpoints = [Endpoint("imap.example", 993, password="wrong")]
    tried: list[str] = []

    class Locked(Postbox):
        def _look_into_sent(self) -> bool:
            self._entered = self.house().imap
            tried.append(self._entered.password)
            raise Refused("login")

    postbox = Locked(lambda: SimpleNamespace(imap=endpoints[-1]))  # type: ignore[arg-type,return-value]
    for _ in range(3):
        postbox.keep_warm()
        clock.now += 5
    endpoints.append(Endpoint("imap.example", 993, password="right"))
    for _ in range(3):
        postbox.keep_warm()
        clock.now += 5
    assert tried == ["wrong", "right"]
