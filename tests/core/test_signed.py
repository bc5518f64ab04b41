"""What a signature covers, read off the message (RFC 6376; RELIABILITY E6)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.core.messages import KAROLINA, mail
from triage.core.message import Message
from triage.core.signed import SIGNATURE, aligned, covers_enough, long_ago

ALL = "From:To:Subject:Date:Message-ID:Content-Type"
WRITTEN = datetime(2026, 3, 3, 13, tzinfo=UTC)


def _signed(*values: str) -> Message:
    headers = tuple((SIGNATURE, value) for value in values)
    return replace(mail(sender=KAROLINA, auth=""), headers=headers, date=WRITTEN.isoformat())


def _signature(signed: str = ALL, *, domain: str = "oi.net.br", more: str = "") -> str:
    return f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=k1; h={signed}; {more}bh=MTIz=; b=YWJj ZGVm"


@pytest.mark.parametrize(
    ("values", "enough_beside_spf", "enough_alone"),
    [
        ((), True, True),
        ((_signature(),), True, True),
        ((_signature(" from : to :subject\t: date: message-id :content-type"),), True, True),
        ((_signature(more="l=20; "),), False, False),
        ((_signature(more="l = 0; "),), False, False),
        ((_signature("From:To:Date:Message-ID:Content-Type"),), False, False),
        ((_signature("To:Subject:Date:Message-ID:Content-Type"),), False, False),
        ((_signature("From:Subject:Date:Message-ID:Content-Type"),), True, False),
        ((_signature("From:To:Subject:Message-ID:Content-Type"),), True, False),
        ((_signature("From:To:Subject:Date:Content-Type"),), True, False),
        ((_signature("From:To:Subject:Date:Message-ID"),), True, False),
        ((_signature("From", domain="lists.example"),), True, True),
        ((_signature("From", domain="net.br.evil.example"),), True, True),
        ((_signature("From", domain="mail.oi.net.br"),), False, False),
        ((_signature("From", domain="OI.NET.BR"),), False, False),
        # a sound one beside it proves nothing: anybody can write it, and our server does not say which one was good
        ((_signature(), _signature(more="l=20; ")), False, False),
        (("d=oi.net.br",), False, False),
        (("nonsense",), True, True),
        (("",), True, True),
    ],
)
def test_what_a_signature_must_cover(values: tuple[str, ...], enough_beside_spf: bool, enough_alone: bool) -> None:
    """`l=` and an unsigned author or subject never suffice; where nothing else vouches, all six are asked for."""
    message = _signed(*values)
    assert covers_enough(message, alone=False) is enough_beside_spf
    assert covers_enough(message, alone=True) is enough_alone


@pytest.mark.parametrize("name", ["date", "message-id", "subject", "to", "content-type", "in-reply-to"])
def test_a_header_that_stands_twice_is_covered_by_no_signature(name: str) -> None:
    """The lower one is signed, and the upper one read: so an old word is sent again under a new date."""
    message = replace(_signed(_signature()), defects=(f"duplicate-{name}",))
    assert not covers_enough(message, alone=False)
    assert covers_enough(replace(message, headers=()), alone=False)


def test_what_ties_a_message_to_a_thread_must_be_signed_where_nothing_else_vouches() -> None:
    """Else what was said to somebody else is sent again as said about our case."""
    tied = replace(_signed(_signature()), in_reply_to=("<1@x>",), references=("<1@x>",))
    assert covers_enough(tied, alone=False)
    assert not covers_enough(tied, alone=True)
    signed = replace(
        _signed(_signature(f"{ALL}:In-Reply-To:References")), in_reply_to=("<1@x>",), references=("<1@x>",)
    )
    assert covers_enough(signed, alone=True)


@pytest.mark.parametrize(
    ("message", "days", "expected"),
    [
        (_signed(_signature()), 7, False),
        (_signed(_signature()), 8, True),
        (_signed(_signature()), -30, False),
        (_signed(), 30, False),
        (_signed(_signature(domain="lists.example")), 30, False),
        (replace(_signed(_signature()), date=""), 30, False),
    ],
)
def test_what_was_signed_long_before_it_came(message: Message, days: int, expected: bool) -> None:
    """The time between the date that was signed and the server's own; without a signature the date says nothing."""
    assert long_ago(message, WRITTEN + timedelta(days=days)) is expected


def test_without_the_servers_date_nothing_is_old() -> None:
    """There is nothing to hold the signed date against."""
    assert long_ago(_signed(_signature()), None) is False


@pytest.mark.parametrize(
    ("identity", "domain", "expected"),
    [
        ("oi.net.br", "oi.net.br", True),
        ("bounce@oi.net.br", "oi.net.br", True),
        ("oi.net.br", "mail.oi.net.br", True),
        ("mail.oi.net.br", "oi.net.br", False),
        ("br", "oi.net.br", False),
        ("", "oi.net.br", False),
        ("evil-oi.net.br", "oi.net.br", False),
    ],
)
def test_alignment(identity: str, domain: str, expected: bool) -> None:
    """RFC 7489 §3.1, relaxed, without a public suffix list: a single label aligns with nothing."""
    assert aligned(identity, domain) is expected
