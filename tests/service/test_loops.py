"""Two daemons of ours, each with a mailbox, whose replies are delivered to each other (RELIABILITY A8, A16)."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.dovecot import Dovecot
from tests.servers.smtp import Accepted
from tests.service.running import AUTHSERV, Running, mail, running, wait_for

HERE, THERE = "telefonia@aqui.es.gov.br", "telefonia@sedu.es.gov.br"
MARKS = re.compile(
    rb"^(?:Auto-Submitted|X-Auto-Response-Suppress|X-Triage-Loop|Precedence):[^\r\n]*(?:\r\n[ \t][^\r\n]*)*\r\n",
    re.M | re.I,
)
QUIET_SECONDS = 6.0
MOST = 3


@pytest.fixture
def pair(tmp_path: Path, dovecot: Dovecot) -> Iterator[tuple[Running, Running]]:
    """Both running, each in the mode that sends."""
    with Dovecot() as other, running(tmp_path / "a", dovecot) as first, running(tmp_path / "b", other) as second:
        first.set(smtp={"sender": f"Equipe <{HERE}>"})
        second.set(smtp={"sender": f"Equipe <{THERE}>"})
        first.start()
        second.start()
        yield first, second


def _carried(accepted: Accepted, stripped: bool) -> bytes:
    """The mail as the other's server stores it; `stripped`: by a gateway that takes all marks of a machine away."""
    path = "" if not stripped else (HERE if HERE.encode() in accepted.raw.partition(b"\r\n\r\n")[0] else THERE)
    raw = MARKS.sub(b"", accepted.raw) if stripped else accepted.raw
    domain = "aqui.es.gov.br" if b"From: Equipe <" + HERE.encode() in raw else "sedu.es.gov.br"
    head = f"Return-Path: <{path}>\r\nAuthentication-Results: {AUTHSERV}; dmarc=pass header.from={domain}\r\n"
    return head.encode() + raw


def _converse(pair: tuple[Running, Running], stripped: bool) -> int:
    """Carry every reply to the other until nobody has said anything for a while; how many there were."""
    carried = [0, 0]
    heard = time.monotonic()
    while time.monotonic() - heard < QUIET_SECONDS and sum(carried) <= 2 * MOST:
        for side, program in enumerate(pair):
            for accepted in program.smtp.accepted[carried[side] :]:
                carried[side] += 1
                heard = time.monotonic()
                pair[1 - side].imap.deliver(_carried(accepted, stripped))
        time.sleep(0.05)
    return sum(carried)


@pytest.mark.parametrize("stripped", [False, True], ids=["as sent", "marks stripped"])
def test_two_daemons_that_answer_each_other_fall_silent(pair: tuple[Running, Running], stripped: bool) -> None:
    """One reply in total; and even where a gateway takes every mark of a machine away, no more than the limit."""
    first, second = pair
    first.imap.deliver(mail("pedido", sender=f"Marlene Bravim <{THERE}>", to=HERE))
    wait_for(lambda: first.smtp.accepted, "the first reply")
    assert _converse(pair, stripped) <= (MOST if stripped else 1)
    second.settled(1)
    assert second.count("ledger", "state = 'quarantined'") == 0
