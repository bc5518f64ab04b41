"""The ladders and the meaning of reply codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.retry import HOUR, LOGIN, MINUTE, OUTBOX, RECONNECT, SmtpFate, classify_smtp

chance = st.floats(0, 1, exclude_max=True)


@given(st.integers(1, 10_000), chance)
def test_reconnecting_never_stops_and_never_waits_beyond_five_minutes(failures: int, random01: float) -> None:
    assert 0.2 <= RECONNECT.next_attempt(failures, random01) <= 5 * MINUTE


@given(chance)
def test_the_first_reconnect_comes_within_a_second(random01: float) -> None:
    assert RECONNECT.next_attempt(1, random01) <= 1


def test_reconnect_waits_are_fully_jittered_below_a_doubling_bound() -> None:
    assert [RECONNECT.next_attempt(n, 0.0) for n in (1, 5, 50)] == [0.2, 0.2, 0.2]
    assert [round(RECONNECT.next_attempt(n, 0.999999)) for n in range(1, 11)] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]


@given(st.integers(1, 10_000), chance)
def test_a_refused_login_is_never_tried_again_within_five_minutes(failures: int, random01: float) -> None:
    assert 5 * MINUTE <= LOGIN.next_attempt(failures, random01) <= HOUR


def test_a_message_is_tried_after_1_5_15_and_60_minutes_and_given_up_after_48_hours() -> None:
    waits = []
    while (wait := OUTBOX.next_attempt(len(waits) + 1, 0.5)) is not None:
        waits.append(wait)
    assert waits[:4] == [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR]
    assert 46 * HOUR < sum(waits) <= 48 * HOUR
    assert waits == sorted(waits)


@given(st.integers(1, 11), chance)
def test_outbox_jitter_stays_within_a_tenth(failures: int, random01: float) -> None:
    middle = OUTBOX.next_attempt(failures, 0.5)
    wait = OUTBOX.next_attempt(failures, random01)
    assert middle is not None
    assert wait is not None
    assert 0.9 * middle <= wait <= 1.1 * middle + 1e-9


@pytest.mark.parametrize(
    ("code", "fate"),
    [
        (250, SmtpFate.SENT),
        (251, SmtpFate.SENT),
        (450, SmtpFate.RETRY),
        (451, SmtpFate.RETRY),
        (452, SmtpFate.RETRY),
        (550, SmtpFate.DEAD),
        (552, SmtpFate.DEAD),
        (554, SmtpFate.DEAD),
        (421, SmtpFate.PAUSE),
        (454, SmtpFate.PAUSE),
        (530, SmtpFate.PAUSE),
        (535, SmtpFate.PAUSE),
        (0, SmtpFate.RETRY),
        (-1, SmtpFate.RETRY),
        (354, SmtpFate.RETRY),
        (999, SmtpFate.RETRY),
    ],
)
def test_a_code_alone_decides(code: int, fate: SmtpFate) -> None:
    assert classify_smtp(code) is fate


@given(st.integers(-1000, 1999))
def test_only_a_2xx_ever_means_sent_and_only_a_5xx_dead(code: int) -> None:
    fate = classify_smtp(code)
    assert (fate is SmtpFate.SENT) == (200 <= code < 300)
    assert fate is not SmtpFate.DEAD or 500 <= code < 600
