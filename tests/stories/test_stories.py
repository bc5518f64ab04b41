"""Acceptance: stories of several mails over a real mailbox, as a careful, kind clerk would have them end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.dovecot import Dovecot
from tests.service.running import running
from tests.stories.telling import Telling, Told, people, printed, stories

STORIES = stories()
SETTINGS = {
    "trust": {"carrier_domains": ["longadistancia.example.com.br"]},
    "carrier": {"to": ["cadastro@longadistancia.example.com.br"]},
    "policy": {"pabx_organs": ["SEFAZ"]},
}


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.mark.parametrize("story", STORIES, ids=[story["id"] for story in STORIES])
def test_story(story: Told, dovecot: Dovecot, tmp_path: Path) -> None:
    """What `tell` says, mail by mail; at the end the command line tells the same story as the database."""
    with running(tmp_path / "state", dovecot) as program:
        program.set(**SETTINGS)
        telling = Telling(program, dovecot, people())
        telling.tell(story)
        last = telling.cases()
        listed = printed(program, "cases", "list")
        assert sorted(case["case"] for case in listed) == [case["case"] for case in last]
        if last:
            (shown,) = printed(program, "cases", "show", last[0]["case"])
            assert shown["events"] == last[0]["events"]
            assert shown["due_at"] is not None or shown["state"] == "closed"
