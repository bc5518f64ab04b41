"""How the ideas of a text stand together: in a sentence, in a row, and over the whole text."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, combinations, pairwise
from zlib import crc32

import numpy as np

from triage.learn.concepts import COURSE, idea_of_phrase
from triage.learn.words import Hashes, Remembered, Tokens, Word

_MOST_IDEAS = 24
_LONGEST_SENTENCE = 40
_SHARED = frozenset(COURSE)


Ideas = list[tuple[str, ...]]
"""The ideas of each word of a stretch of text, those that have any."""


def ideas_of_sentence(sentence: Tokens, words: Sequence[Word]) -> list[Ideas]:
    """The ideas of a sentence; a long one is cut, so that the work stays linear. Stretches without any are left out."""
    starts = range(0, len(sentence), _LONGEST_SENTENCE)
    rows = [_ideas(sentence[at : at + _LONGEST_SENTENCE], words[at : at + _LONGEST_SENTENCE]) for at in starts]
    return [row for row in rows if row]


def _ideas(piece: Tokens, words: Sequence[Word]) -> Ideas:
    """The ideas of each word; that of two words in a row stands with the second."""
    ideas = [word.ideas for word in words]
    for at, phrase in enumerate(map(idea_of_phrase, piece, piece[1:]), start=1):
        if phrase:
            ideas[at] = (*ideas[at], phrase)
    return [found for found in ideas if found]


_FIRSTS, _SECONDS = np.triu_indices(len(COURSE), 1)
# The hash of each two ideas of the course (rows), by which of them is there: none, the second, the first, both.
_PAIRS = np.array(
    [
        [crc32(f"{a}&{b}".encode()) for a in (f"no {COURSE[i]}", COURSE[i]) for b in (f"no {COURSE[j]}", COURSE[j])]
        for i, j in zip(_FIRSTS, _SECONDS, strict=True)
    ],
    dtype=np.uint32,
)


def together(rows: list[Ideas]) -> Hashes:
    """Each idea, each two in a sentence, and each two in a row: order tells tense and the reach of a negation."""
    found: set[int] = set()
    for row in rows:
        distinct = sorted({idea for ideas in row for idea in ideas})[:_MOST_IDEAS]
        found.update(map(_NAMED.__getitem__, distinct))
        found.update(map(_BESIDE.__getitem__, combinations([idea for idea in distinct if "/" not in idea], 2)))
        plain = list(map(_plain, row))
        found.update([_IN_A_ROW[a, b] for before, after in pairwise(plain) for a in before for b in after])
    return np.array(list(found), dtype=np.uint32)


@lru_cache(maxsize=4_096)  # the same words have the same ones
def _plain(ideas: tuple[str, ...]) -> tuple[str, ...]:
    """Ideas without those that are told with the ending of their word."""
    return tuple(idea for idea in ideas if "/" not in idea)


def shared(row: Ideas) -> frozenset[str]:
    """The ideas about progress that a stretch of text holds."""
    return _SHARED.intersection(chain.from_iterable(row))


def course(rows: list[frozenset[str]]) -> Hashes:
    """Which ideas about progress a text holds and which it lacks, two by two; and those it begins and ends with.

    "Done" with nothing about what is left means another thing than "done" with it, however far apart they stand.
    """
    if not rows:
        return hashes_of(set())
    names = {f"first {idea}" for idea in rows[0]} | {f"last {idea}" for idea in rows[-1]}
    return np.concatenate([_pairs(frozenset().union(*rows)), hashes_of(names)])


@lru_cache(maxsize=1_024)
def _pairs(held: frozenset[str]) -> Hashes:
    present = np.array([idea in held for idea in COURSE])
    state = present[_FIRSTS] * 2 + present[_SECONDS]
    hashes: Hashes = _PAIRS[np.arange(len(state)), state][state > 0]
    return hashes


_MOST_KEPT = 20_000
_NAMED = Remembered[str, int](_MOST_KEPT, lambda name: crc32(name.encode()))
# Bounded, as words that are no ideas may stand for themselves.
_BESIDE = Remembered[tuple[str, str], int](_MOST_KEPT, lambda pair: crc32("&".join(pair).encode()))
_IN_A_ROW = Remembered[tuple[str, str], int](_MOST_KEPT, lambda pair: crc32(">".join(pair).encode()))


def hashes_of(names: set[str]) -> Hashes:
    """The hashes of feature names."""
    return np.array(list(map(_NAMED.__getitem__, names)), dtype=np.uint32)
