"""Training gives the same bytes for the same corpus, refuses a faulty one, and tells how it gets on."""

import json
from pathlib import Path

import pytest

from tests.learn.story import small_corpus
from triage.learn.artifact import ARTIFACT, CARD, load
from triage.learn.card import CARD_TEXT
from triage.learn.train import CorpusProblems, train


@pytest.fixture
def small(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    return small_corpus(folder)


def test_the_same_corpus_gives_the_same_bytes(small: Path, tmp_path: Path) -> None:
    told: list[str] = []
    train(small, tmp_path / "one", told.append)
    train(small, tmp_path / "two", told.append)
    for name in (ARTIFACT, CARD, CARD_TEXT):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert any(line.startswith("status:") for line in told)
    assert load(tmp_path / "one").digest == json.loads((tmp_path / "one" / CARD).read_text(encoding="utf-8"))["sha256"]


def test_a_faulty_corpus_is_refused_and_nothing_is_written(small: Path, tmp_path: Path) -> None:
    (small / "zz.jsonl").write_text('{"id": "x"}\n', encoding="utf-8")
    with pytest.raises(CorpusProblems, match=r"zz\.jsonl:1: no writer"):
        train(small, tmp_path / "out", lambda _: None)
    assert not (tmp_path / "out").exists()


def test_an_empty_corpus_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusProblems, match="no records"):
        train(tmp_path, tmp_path / "out", lambda _: None)
