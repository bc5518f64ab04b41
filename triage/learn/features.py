"""A message as the sparse features the classifier weighs: hashed into a fixed space, so that there is no vocabulary.

Features come in groups (the words of the subject, the ideas of the own text …). Within a group each distinct feature
has the same value, one over the root of their number, so that long texts do not shout.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
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
from triage.learn.ideas import course, hashes_of
from triage.learn.phrases import Phrases, Sentence
from triage.learn.words import Hashes, Tokens

_REVISION = 7  # raised whenever a message comes to have other features than before
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
_PIECES = re.compile(r"\s(?:(?<=[.;!?]\s)\s*|(?<=\n)\n*)")  # behind the end of a sentence, or between lines
_LEAST_PIECE, _MOST_PIECES = 12, 30
_FIRST = np.uint32(2_654_435_761)


@dataclass(frozen=True, slots=True)
class Features:
    """Slots of the hash space, each once a group, and the value of each; `starts`: where those of each text begin."""

    slots: NDArray[np.int32]
    values: NDArray[np.float32]
    starts: NDArray[np.int64]


def features_version() -> str:
    """A digest of everything that decides which features a text has; weights trained for another are worthless."""
    described = f"{_REVISION} {SPACE_BITS} {GROUPS} {sorted(IDEAS.items())} {COURSE}"
    return hashlib.sha256(described.encode()).hexdigest()[:16]


_Group = tuple[str, list[Hashes]]
"""A group's name, and what it consists of in any number of parts."""

Piece = tuple[Tokens, ...]
"""A sentence or line of the own text by itself, as the tokens of each sentence that it holds."""


class Extractor:
    """Turns messages into features. The result never depends on what its memo holds."""

    def __init__(self, bulletin: Bulletin, policy: Policy, phrases: Phrases | None = None) -> None:
        self._bulletin = bulletin
        self._policy = policy
        self._phrases = phrases or Phrases()

    def __call__(self, message: Message) -> Features:
        """The features of `message`."""
        return _weighed([self._hashes(message)])

    def pieces(self, message: Message) -> list[Piece]:
        """The sentences and lines of the own text: what is asked for in each may differ."""
        written = [part for part in _PIECES.split(_above(message.body)[:_OWN]) if len(part.strip()) >= _LEAST_PIECE]
        found = (tuple(self._phrases.tokens(part, _OWN)) for part in written[:_MOST_PIECES])
        return [piece for piece in found if piece]

    def alone(self, pieces: Sequence[Piece]) -> Features:
        """The features of each piece by itself."""
        return _weighed([[*_prose("own", text), *_ends("own", text)] for text in self._phrases.all(pieces)])

    def groups(self, message: Message) -> Iterator[tuple[str, NDArray[np.int32]]]:
        """The distinct slots of each group that has any."""
        for name, parts in self._hashes(message):
            hashes = np.concatenate([_NONE, *parts])
            if len(hashes):
                yield name, np.unique(_slots(hashes, _STIR[name]).view(np.int32))

    def _hashes(self, message: Message) -> list[_Group]:
        own, subject, signature, quoted, forwarded = self._phrases.all(self._texts(message))
        return [
            ("facts", [hashes_of(set(facts_of(message, self._bulletin, self._policy)))]),
            ("recipients", [hashes_of(set(recipients_of(message, self._policy)))]),
            *_prose("own", own),
            *_ends("own", own),
            ("own.course", [course([row for sentence in own for row in sentence.course])]),
            *_prose("subject", subject),
            ("signature.words", [sentence.grams for sentence in signature]),
            ("quoted.words", [sentence.grams for sentence in quoted]),
            ("quoted.ideas", [sentence.ideas for sentence in quoted]),
            ("forwarded.words", [sentence.grams for sentence in forwarded]),
        ]

    def _texts(self, message: Message) -> Iterator[list[Tokens]]:
        body, tokens = message.body, self._phrases.tokens
        forwarded = tokens(body.forwarded[0].text, _QUOTED) if body.forwarded else []
        own = tokens(_above(body), _OWN)
        # What is forwarded counts as own where the own text points down to it.
        yield own + forwarded if forwarded and forward_counts(message) else own
        yield tokens(bare(message.subject), _SUBJECT)
        yield tokens(body.signature, _SIGNATURE)
        yield tokens(body.quoted, _QUOTED)
        yield forwarded


def _prose(name: str, text: Sequence[Sentence]) -> list[_Group]:
    words = dict.fromkeys([word for sentence in text for word in sentence.words])
    return [
        (f"{name}.words", [sentence.grams for sentence in text]),
        (f"{name}.chars", [word.grams for word in words]),
        (f"{name}.ideas", [sentence.ideas for sentence in text]),
    ]


def _ends(name: str, text: Sequence[Sentence]) -> list[_Group]:
    return [(f"{name}.first", [text[0].hashes]), (f"{name}.last", [text[-1].hashes])] if text else []


def _weighed(texts: Sequence[list[_Group]]) -> Features:
    """The features of each text, worked out for all of them at once: the calls cost more than the numbers."""
    names = [name for groups in texts for name, _ in groups]
    parts = [parts for groups in texts for _, parts in groups]
    sizes = np.array([sum(map(len, part)) for part in parts], dtype=np.int64)
    of = np.arange(len(names), dtype=np.int32).repeat(sizes)
    stirs = np.array([_STIR[name] for name in names], dtype=np.uint32).repeat(sizes)
    hashes = np.concatenate([_NONE, *chain.from_iterable(parts)])
    keys = _once(of << SPACE_BITS | _slots(hashes, stirs).view(np.int32))  # the group's place and the slot as one
    group = keys >> SPACE_BITS
    distinct = np.bincount(group, minlength=len(names))
    values = (1 / np.sqrt(np.maximum(distinct, 1))).astype(np.float32).take(group)
    first = np.array([0, *accumulate(map(len, texts[:-1]))], dtype=np.int32)
    return Features(keys & (SPACE - 1), values, group.searchsorted(first))


def _once(keys: NDArray[np.int32]) -> NDArray[np.int32]:
    """The different keys, ascending."""
    keys.sort()
    first = np.ones(len(keys), dtype=bool)
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    return keys[first]


_NONE: Hashes = np.empty(0, dtype=np.uint32)


def _above(body: Body) -> str:
    """The own text above the signature; all of it where nothing stands above."""
    return body.above if body.above.strip() else body.own


# The group's name stirs the hash.
_STIR = {name: np.uint32(crc32(name.encode())) for name in GROUPS}


def _slots(hashes: Hashes, stir: np.uint32 | NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Slots in the common space: multiplication spreads the stirred hash (Fibonacci hashing)."""
    return ((hashes ^ stir) * _FIRST) >> np.uint32(32 - SPACE_BITS)
