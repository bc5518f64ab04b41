"""A message as the sparse features the classifier weighs: hashed into a fixed space, so that there is no vocabulary.

Features come in groups (the words of the subject, the ideas of the own text …). Within a group each distinct feature
has the same value, one over the root of their number, so that long texts do not shout.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from triage.core.bulletin import Bulletin
from triage.core.message import Body, Message
from triage.core.policy import Policy
from triage.core.statement import forward_counts
from triage.core.subject import bare
from triage.learn.concepts import COURSE, IDEAS
from triage.learn.facts import facts_of, recipients_of
from triage.learn.ideas import Ideas, course, hashes_of, ideas_by_sentence, together
from triage.learn.words import Hashes, Word, WordMemo, sentences

_REVISION = 6  # raised whenever a message comes to have other features than before
SPACE_BITS = 21
SPACE = 1 << SPACE_BITS

GROUPS = (
    "facts",
    "recipients",
    "own.words",
    "own.chars",
    "own.ideas",
    "own.course",
    "own.first",
    "own.last",
    "subject.words",
    "subject.chars",
    "subject.ideas",
    "signature.words",
    "quoted.words",
    "quoted.ideas",
    "forwarded.words",
)

_OWN, _SUBJECT, _SIGNATURE, _QUOTED = 20_000, 300, 1_000, 2_000
_PIECES = re.compile(r"(?<=[.;!?])\s+|\n+")
_LEAST_PIECE, _MOST_PIECES = 12, 30
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
    described = f"{_REVISION} {SPACE_BITS} {GROUPS} {sorted(IDEAS.items())} {COURSE}"
    return hashlib.sha256(described.encode()).hexdigest()[:16]


class Extractor:
    """Turns messages into features. Keeps a bounded memo of words; the result never depends on what it holds."""

    def __init__(self, bulletin: Bulletin, policy: Policy, memo: WordMemo | None = None) -> None:
        self._bulletin = bulletin
        self._policy = policy
        self._memo = memo or WordMemo()

    def __call__(self, message: Message) -> Features:
        """The features of `message`."""
        return _features([self._hashes(message)])[0]

    def pieces(self, message: Message) -> list[Features]:
        """The features of each sentence or line of the own text by itself: what is asked for in each may differ."""
        written = [part for part in _PIECES.split(_above(message.body)[:_OWN]) if len(part.strip()) >= _LEAST_PIECE]
        texts = [sentences(part, _OWN) for part in written[:_MOST_PIECES]]
        return _features([self._prose("own", text, ideas_by_sentence(text, self._memo)) for text in texts if text])

    def groups(self, message: Message) -> Iterator[tuple[str, NDArray[np.int32]]]:
        """The distinct slots of each group that has any."""
        for name, hashes in self._hashes(message):
            if len(hashes):
                yield name, np.unique(_slots(hashes, _STIR[name]).astype(np.int32))

    def _hashes(self, message: Message) -> Iterator[tuple[str, Hashes]]:
        yield "facts", hashes_of(set(facts_of(message, self._bulletin, self._policy)))
        yield "recipients", hashes_of(set(recipients_of(message, self._policy)))
        own = _own_sentences(message)
        ideas = ideas_by_sentence(own, self._memo)
        yield from self._prose("own", own, ideas)
        yield "own.course", course(ideas)
        subject = sentences(bare(message.subject), _SUBJECT)
        yield from self._prose("subject", subject, ideas_by_sentence(subject, self._memo))
        signature = sentences(message.body.own[message.body.signature_at :], _SIGNATURE)
        yield "signature.words", self._words(signature)
        quoted = sentences(message.body.quoted, _QUOTED)
        yield "quoted.words", self._words(quoted)
        yield "quoted.ideas", together(ideas_by_sentence(quoted, self._memo))
        forwarded = message.body.forwarded[0].text if message.body.forwarded else ""
        yield "forwarded.words", self._words(sentences(forwarded, _QUOTED))

    def _prose(self, name: str, text: list[list[str]], ideas: Ideas) -> Iterator[tuple[str, Hashes]]:
        words = [self._memo.all(sentence) for sentence in text]
        yield f"{name}.words", _word_grams(words)
        yield f"{name}.chars", _joined([word.grams for word in dict.fromkeys(chain.from_iterable(words))])
        yield f"{name}.ideas", together(ideas)
        if name == "own" and words:
            yield "own.first", _hashes(words[0])
            yield "own.last", _hashes(words[-1])

    def _words(self, text: list[list[str]]) -> Hashes:
        return _word_grams([self._memo.all(sentence) for sentence in text])


def _features(texts: Sequence[Iterable[tuple[str, Hashes]]]) -> list[Features]:
    """The features of each text, worked out for all of them at once: the calls cost more than the numbers."""
    named = [(text, name, part) for text, groups in enumerate(texts) for name, part in groups if len(part)]
    if not named:
        return []
    sizes = [len(part) for _, _, part in named]
    stirs = np.repeat(np.array([_STIR[name] for _, name, _ in named], dtype=np.uint32), sizes)
    slots = _slots(np.concatenate([part for _, _, part in named]), stirs)
    keys = _once(np.repeat(np.arange(len(named), dtype=np.int32), sizes) << SPACE_BITS | slots.astype(np.int32))
    group = keys >> SPACE_BITS
    values = (1 / np.sqrt(np.bincount(group))).astype(np.float32)[group]
    ends = np.searchsorted(np.array([text for text, _, _ in named])[group], np.arange(1, len(texts)))
    parts = zip(np.split(keys & (SPACE - 1), ends), np.split(values, ends), strict=True)
    return [Features(slots, values) for slots, values in parts]


def _once(keys: NDArray[np.int32]) -> NDArray[np.int32]:
    """The different keys, ascending."""
    keys.sort()
    first = np.empty(len(keys), dtype=bool)
    first[0] = True
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    return keys[first]


_EMPTY: Hashes = np.empty(0, dtype=np.uint32)


def _own_sentences(message: Message) -> list[list[str]]:
    """The own text above the signature, and what is forwarded where the own text points down to it."""
    body = message.body
    found = sentences(_above(body), _OWN)
    if body.forwarded and forward_counts(message):
        found += sentences(body.forwarded[0].text, _QUOTED)
    return found


def _above(body: Body) -> str:
    """The own text above the signature; all of it where nothing stands above."""
    above = body.own[: body.signature_at]
    return above if above.strip() else body.own


def _word_grams(text: list[list[Word]]) -> Hashes:
    """Words, pairs of words in a row, and pairs of stems in a row or one apart, never across sentences."""
    if not text:
        return _EMPTY
    flat = list(chain.from_iterable(text))
    words, stems = _hashes(flat), np.array([word.stem for word in flat], dtype=np.uint32)
    sentence = np.repeat(np.arange(len(text)), [len(words) for words in text])
    together, near = sentence[1:] == sentence[:-1], sentence[2:] == sentence[:-2]
    parts = (
        words,
        (words[:-1] * _FIRST ^ words[1:] * _SECOND)[together],
        stems * _SECOND,
        (stems[:-1] * _SECOND ^ stems[1:] * _FIRST)[together],
        (stems[:-2] * _SKIP ^ stems[2:] * _FIRST)[near],
    )
    return np.concatenate(parts)


def _hashes(sentence: list[Word]) -> Hashes:
    return np.array([word.hash for word in sentence], dtype=np.uint32)


def _joined(parts: list[Hashes]) -> Hashes:
    return np.concatenate(parts) if parts else _EMPTY


# The group's name stirs the hash.
_STIR = {name: np.uint32(crc32(name.encode())) for name in GROUPS}


def _slots(hashes: Hashes, stir: np.uint32 | NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Slots in the common space: multiplication spreads the stirred hash (Fibonacci hashing)."""
    return ((hashes ^ stir) * _FIRST) >> np.uint32(32 - SPACE_BITS)
