"""A Dovecot shared by the tests of a module, and a program of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer
from tests.service.benches import Bench
from tests.service.houses import house_at
from tests.service.running import Running, running
from triage.service import logs


@pytest.fixture(scope="session", autouse=True)
def _logs() -> None:
    """As in service; structlog's own default draws every variable of a traceback, which takes half a minute."""
    logs.configure()


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def program(tmp_path: Path, dovecot: Dovecot) -> Iterator[Running]:
    with running(tmp_path / "state", dovecot) as made:
        yield made


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with SmtpServer() as smtp:
        made = Bench(house_at(tmp_path, smtp.port), smtp)
        yield made
        made.outbox.close()
        made.house.engine.dispose()
