"""E3: from the mail that came, whether the border strips what strangers write in our server's name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.border import Border, add, authserv_id, fields

US = frozenset({"mx.es.gov.br"})
OURS = "Authentication-Results: mx.es.gov.br; dmarc=pass header.from=oi.net.br"
TWIN = "Authentication-Results: mx.es.gov.br;\r\n\tspf=pass smtp.mailfrom=oi.net.br"
FORGED = "Authentication-Results: MX.es.gov.br (a; comment) ; dmarc=pass"
THEIRS = "Authentication-Results: mx.oi.net.br; dkim=pass"
INNER, BORDER, OUTSIDE = ("Received: from a by inner", "Received: from b by mx.es.gov.br", "Received: from c by b")


@pytest.mark.parametrize(
    ("head", "silent", "passed"),
    [
        ((INNER, OURS, BORDER, OUTSIDE), 0, 0),
        ((INNER, OURS, TWIN, BORDER, OUTSIDE), 0, 0),
        ((INNER, OURS, BORDER, THEIRS, OUTSIDE), 0, 0),
        ((INNER, OURS, BORDER, FORGED, OUTSIDE), 0, 1),
        ((INNER, OURS, BORDER, OUTSIDE, FORGED), 0, 1),
        ((INNER, BORDER, OUTSIDE, THEIRS), 1, 0),
        (("From: a@b",), 1, 0),
    ],
    ids=["ours", "in two headers", "another's", "forged", "forged below", "silent", "no trace"],
)
def test_a_word_in_our_name_below_a_received_below_our_own_came_from_outside(
    head: tuple[str, ...], silent: int, passed: int
) -> None:
    assert add(Border(), "\r\n".join((*head, "Subject: x", "", FORGED)), US) == Border(1, silent, passed)


def test_messages_add_up() -> None:
    border = Border()
    for head in (f"{OURS}\n{BORDER}\n{FORGED}\n", f"{OURS}\n", "X: y\n"):
        border = add(border, head, US)
    assert border == Border(looked_at=3, silent=1, passed=1)


@given(st.text(max_size=400))
def test_no_head_is_too_odd(head: str) -> None:
    add(Border(), head, US)
    assert all(name == name.lower() for name, _ in fields(head))
    authserv_id(head)
