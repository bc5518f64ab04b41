"""A new store on a real file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from triage.store.engine import open_store


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Where the store is."""
    return f"sqlite:///{tmp_path / 'triage.db'}"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """The store, opened."""
    opened = open_store(url)
    yield opened
    opened.dispose()
