"""RELIABILITY D17: flaws of an interpreter are found by what it does."""

import pytest

from triage.core.policy import Policy
from triage.mail import compose, headers, self_test
from triage.mail.compose_headers import encoded
from triage.paths import config_dir
from triage.service.reader import prepare
from triage.service.wire import Setup


def test_nothing_misleads_us_here() -> None:
    assert [*self_test.misread(), *self_test.miswritten()] == []


def test_parsers_that_agree_on_the_wrong_author_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with an interpreter whose parseaddr takes what stands before the bracket: nobody is left to disagree."""
    monkeypatch.setattr(headers, "_agreed", lambda value: True)
    assert "CVE-2023-27043" in list(self_test.misread())


def test_a_header_that_can_be_broken_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compose, "clean", lambda value: value)
    monkeypatch.setattr(compose, "encoded", lambda value: value.replace("\n", "\r\n"))
    monkeypatch.setattr(compose, "unsafe_bytes", lambda raw: "")
    assert "CVE-2024-6923" in list(self_test.miswritten())


def test_folding_that_tears_an_address_apart_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compose, "mailbox", lambda text: encoded(text.replace('"', "")))
    assert "gh-80222" in list(self_test.miswritten())


@pytest.mark.parametrize("way", ["misread", "miswritten"])
def test_no_reader_begins_where_mail_would_mislead_it(monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """What it would say could not be believed: mail waits, and the doctor says why."""
    monkeypatch.setattr(self_test, way, lambda: iter(["CVE-2023-27043"]))
    with pytest.raises(RuntimeError, match="CVE-2023-27043"):
        prepare(Setup(Policy(), str(config_dir()), None, 1, 1.0))
