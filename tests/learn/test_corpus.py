"""The corpus is read whole or its faults are told by file and line; writers are divided the same way everywhere."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.learn.story import corpus
from triage.learn.corpus import HELD_OUT_SHARE, Corpus, read_corpus
from triage.learn.duplicates import near_duplicates

GOOD: dict[str, Any] = {
    "id": "z01-001",
    "writer": "z01",
    "from": "Ana <ana@sedu.es.gov.br>",
    "subject": "Desbloqueio",
    "text": "Peço o desbloqueio da linha da secretaria, pois voltamos das férias.",
    "label": {"kind": "request", "category": "1.6", "reason": True},
}


def read(folder: Path, *lines: str) -> Corpus:
    (folder / "z.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return read_corpus(folder)


def test_the_corpus_in_the_repository_has_no_fault() -> None:
    assert corpus().problems == ()
    assert len(corpus().records) > 2_000


def test_a_good_line_is_read_in_both_forms(tmp_path: Path) -> None:
    full = {**GOOD, "id": "z01-002", "to": ["persofixa@oi.net.br"], "cc": []}
    compact, complete = read(tmp_path, json.dumps(GOOD), json.dumps(full)).records
    assert (compact.full, complete.full) == (False, True)
    assert compact.source == "z.jsonl"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"label": {"kind": "reqest"}}, "kind 'reqest' is unknown"),
        ({"label": {"kind": "operator", "operator_status": "finished"}}, "operator_status 'finished' is unknown"),
        ({"label": {"kind": "request"}}, "a request without category"),
        ({"label": {"kind": "request", "category": "2.2"}}, "2.2 with service None"),
        ({"label": []}, "label is no object"),
        ({"auth": "maybe"}, "auth 'maybe' is none of pass, none, fail"),
        ({"text": None}, "text is no text"),
    ],
)
def test_a_fault_is_told_by_file_and_line(tmp_path: Path, changes: dict[str, Any], problem: str) -> None:
    found = read(tmp_path, json.dumps({**GOOD, "id": "z01-000"}), json.dumps({**GOOD, **changes}))
    assert found.problems == (f"z.jsonl:2: {problem}",)
    assert len(found.records) == 1


def test_what_is_no_json_or_no_object_or_stands_twice_is_told(tmp_path: Path) -> None:
    found = read(tmp_path, "{", "[]", json.dumps(GOOD), json.dumps(GOOD))
    assert [problem.split(": ", 1)[0] for problem in found.problems] == ["z.jsonl:1", "z.jsonl:2", "z.jsonl:4"]
    assert found.problems[2].endswith("id z01-001 stands twice")


def test_a_share_of_each_files_writers_is_held_out_and_no_writer_is_on_both_sides() -> None:
    known, apart = corpus().split()
    assert not {r.writer for r in known} & {r.writer for r in apart}
    for source in {r.source for r in corpus().records}:
        writers = {r.writer for r in corpus().records if r.source == source}
        held = {r.writer for r in apart if r.source == source}
        assert abs(len(held) - len(writers) * HELD_OUT_SHARE) <= 1


def test_hardly_two_texts_are_nearly_the_same() -> None:
    assert len(list(near_duplicates(corpus().records))) <= len(corpus().records) / 200


def test_a_text_with_only_names_and_numbers_changed_is_a_near_duplicate(tmp_path: Path) -> None:
    text = GOOD["text"] + " O técnico pode vir em qualquer dia útil pela manhã, e na portaria alguém o recebe."
    again = {**GOOD, "id": "z01-002", "text": text.replace("secretaria", "biblioteca") + " 27 3222-1111"}
    (found,) = near_duplicates(read(tmp_path, json.dumps({**GOOD, "text": text}), json.dumps(again)).records)
    assert (found.first, found.second) == ("z01-001", "z01-002")
