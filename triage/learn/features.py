"""A message as the sparse features the classifier weighs: hashed into a fixed space, so that there is no vocabulary.

Features come in groups (the words of the subject, the ideas of the own text …). Within a group each distinct feature
has the same value, its group's weight over the root of their number, so that long texts do not shout.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from triage.core.bulletin import Bulletin
from triage.core.message import Message
from triage.core.policy import Policy
from triage.core.subject import bare
from triage.learn.concepts import IDEAS
from triage.learn.facts import facts_of
from triage.learn.words import Hashes, Word, WordMemo, phrase_ideas, sentences

_REVISION = 1  # raised whenever this module, `words` or `facts` turns a message into other features than before
SPACE_BITS = 19
SPACE = 1 << SPACE_BITS

GROUPS: dict[str, float] = {
    "facts": 1.0,
    "own.words": 1.0,
    "own.chars": 1.0,
    "own.ideas": 0.7,
    "own.first": 0.3,
    "own.last": 0.3,
    "subject.words": 0.5,
    "subject.chars": 0.5,
    "subject.ideas": 0.4,
    "signature.words": 0.2,
    "quoted.words": 0.3,
    "quoted.ideas": 0.3,
    "forwarded.words": 0.3,
}

_OWN, _SUBJECT, _SIGNATURE, _QUOTED = 20_000, 300, 1_000, 2_000
_POINTING_WORDS = 25
_IDEAS_PER_SENTENCE = 20
_WORDS_PER_SENTENCE = 40
_FIRST = np.uint32(2_654_435_761)
_SECOND = np.uint32(2_246_822_519)
_SKIP = np.uint32(3_266_489_917)


@dataclass(frozen=True, slots=True)
class Features:
    """Slots of the hash space, each once a group, and the value of each."""

    slots: NDArray[np.int32]
    values: NDArray[np.float32]


def features_version() -> str:
    """A digest of everything that decides which features a text has; weights trained for another are worthless."""
    described = f"{_REVISION} {SPACE_BITS} {sorted(GROUPS.items())} {sorted(IDEAS.items())}"
    return hashlib.sha256(described.encode()).hexdigest()[:16]


class Extractor:
    """Turns messages into features. Keeps a bounded memo of words; the result never depends on what it holds."""

    def __init__(self, bulletin: Bulletin, policy: Policy, memo: WordMemo | None = None) -> None:
        self._bulletin = bulletin
        self._policy = policy
        self._memo = memo or WordMemo()

    def __call__(self, message: Message, groups: dict[str, float] = GROUPS) -> Features:
        """The features of `message`; `groups` leaves out or reweighs groups of them (for ablations)."""
        slots: list[NDArray[np.int32]] = []
        values: list[NDArray[np.float32]] = []
        for name, hashes in self._groups(message):
            if name in groups and len(hashes):
                distinct = np.unique(_slots(hashes, name))
                slots.append(distinct)
                values.append(np.full(len(distinct), groups[name] / np.sqrt(len(distinct)), dtype=np.float32))
        return Features(np.concatenate(slots), np.concatenate(values))

    def _groups(self, message: Message) -> Iterator[tuple[str, Hashes]]:
        yield "facts", _names(facts_of(message, self._bulletin, self._policy))
        yield from self._prose("own", _own_sentences(message))
        yield from self._prose("subject", sentences(bare(message.subject), _SUBJECT))
        signature = sentences(message.body.own[message.body.signature_at :], _SIGNATURE)
        yield "signature.words", self._words(signature)
        quoted = sentences(message.body.quoted, _QUOTED)
        yield "quoted.words", self._words(quoted)
        yield "quoted.ideas", self._ideas(quoted)
        forwarded = message.body.forwarded[0].text if message.body.forwarded else ""
        yield "forwarded.words", self._words(sentences(forwarded, _QUOTED))

    def _prose(self, name: str, text: list[list[str]]) -> Iterator[tuple[str, Hashes]]:
        words = [[self._memo(token) for token in sentence] for sentence in text]
        flat = [word for sentence in words for word in sentence]
        yield f"{name}.words", _word_grams(words)
        yield f"{name}.chars", _joined([word.grams for word in flat])
        yield f"{name}.ideas", self._ideas(text)
        if name == "own" and words:
            yield "own.first", _hashes(words[0])
            yield "own.last", _hashes(words[-1])

    def _words(self, text: list[list[str]]) -> Hashes:
        return _word_grams([[self._memo(token) for token in sentence] for sentence in text])

    def _ideas(self, text: list[list[str]]) -> Hashes:
        names: set[str] = set()
        for sentence in text:
            for begin in range(0, len(sentence), _WORDS_PER_SENTENCE):
                names |= self._ideas_of_sentence(sentence[begin : begin + _WORDS_PER_SENTENCE])
        return _names(sorted(names))

    def _ideas_of_sentence(self, sentence: list[str]) -> set[str]:
        """Each idea, each two in the sentence, and each two in a row: order is what tells tense and negation."""
        row = [ideas for ideas in map(self._ideas_at, sentence, ["", *sentence]) if ideas]
        distinct = sorted({idea for ideas in row for idea in ideas})[:_IDEAS_PER_SENTENCE]
        together = {f"{a}&{b}" for n, a in enumerate(distinct) for b in distinct[n + 1 :]}
        ordered = {f"{a}>{b}" for before, after in pairwise(row) for a in before for b in after}
        return together | ordered | set(distinct)

    def _ideas_at(self, token: str, before: str) -> tuple[str, ...]:
        idea = phrase_ideas(before, token)
        ideas = self._memo(token).ideas
        return (*ideas, idea) if idea else ideas


_EMPTY: Hashes = np.empty(0, dtype=np.uint32)


def _own_sentences(message: Message) -> list[list[str]]:
    """The own text above the signature; what is forwarded too, where the own text only points down to it."""
    body = message.body
    text = body.own[: body.signature_at] if body.own[: body.signature_at].strip() else body.own
    found = sentences(text, _OWN)
    if body.forwarded and sum(map(len, found)) < _POINTING_WORDS:
        found += sentences(body.forwarded[0].text, _QUOTED)
    return found


def _word_grams(text: list[list[Word]]) -> Hashes:
    """Words, pairs of words in a row, and pairs of stems in a row or one apart, never across sentences."""
    parts: list[Hashes] = []
    for sentence in text:
        words, stems = _hashes(sentence), np.array([word.stem for word in sentence], dtype=np.uint32)
        parts += [words, words[:-1] * _FIRST ^ words[1:] * _SECOND]
        parts += [stems * _SECOND, stems[:-1] * _SECOND ^ stems[1:] * _FIRST, stems[:-2] * _SKIP ^ stems[2:] * _FIRST]
    return _joined(parts)


def _hashes(sentence: list[Word]) -> Hashes:
    return np.array([word.hash for word in sentence], dtype=np.uint32)


def _names(names: tuple[str, ...] | list[str]) -> Hashes:
    return np.array([crc32(name.encode()) for name in names], dtype=np.uint32)


def _joined(parts: list[Hashes]) -> Hashes:
    return np.concatenate(parts) if parts else _EMPTY


def _slots(hashes: Hashes, group: str) -> NDArray[np.int32]:
    """Slots in the common space: the group's name stirs the hash, and multiplication spreads it (Fibonacci hashing)."""
    stirred = (hashes ^ np.uint32(crc32(group.encode()))) * _FIRST
    return (stirred >> np.uint32(32 - SPACE_BITS)).astype(np.int32)
