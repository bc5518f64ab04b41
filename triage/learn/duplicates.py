"""How much of a corpus is the same text again: the near-duplicates among its messages."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from triage.core.text import fold
from triage.learn.corpus import Record

LIKENESS = 0.45
_SHINGLE = 4
_LEAST_SHINGLES = 7
_WORD = re.compile(r"[a-z]+")

Shingle = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two records whose texts share at least `LIKENESS` of their four-word runs (Jaccard)."""

    first: str
    second: str
    likeness: float


def shingles(text: str) -> frozenset[Shingle]:
    """Every run of four words, without numbers, accents and case: names and numbers alone make no new text."""
    words = _WORD.findall(fold(text))
    return frozenset(tuple(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1))


def near_duplicates(records: Iterable[Record]) -> Iterator[Duplicate]:
    """Each record that is nearly an earlier one, and the one it is most like; very short texts are left out."""
    seen: dict[str, frozenset[Shingle]] = {}
    holders: dict[Shingle, list[str]] = {}
    for record in records:
        own = shingles(record.text)
        if len(own) >= _LEAST_SHINGLES:
            likeness, other = max(((_likeness(own, seen[h]), h) for h in _sharing(own, holders)), default=(0.0, ""))
            if likeness > LIKENESS:
                yield Duplicate(other, record.id, likeness)
        seen[record.id] = own
        for shingle in own:
            holders.setdefault(shingle, []).append(record.id)


def _sharing(own: frozenset[Shingle], holders: dict[Shingle, list[str]]) -> set[str]:
    return {holder for shingle in own for holder in holders.get(shingle, ())}


def _likeness(one: frozenset[Shingle], other: frozenset[Shingle]) -> float:
    return len(one & other) / len(one | other)
