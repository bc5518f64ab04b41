"""A story on a database of its own. The schema is made once, then copied: most of a new store's time goes into it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.story import Story
from triage.store.engine import open_store


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store, to be copied."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    open_store(f"sqlite:///{path}").dispose()
    return path


@pytest.fixture
def story(empty_store: Path, tmp_path: Path) -> Iterator[Story]:
    """A story that begins on a Monday, in send mode."""
    shutil.copyfile(empty_store, tmp_path / "story.db")
    engine = open_store(f"sqlite:///{tmp_path / 'story.db'}")
    yield Story(engine)
    engine.dispose()
