"""Whole sentences as numbers, each worked out once: mail repeats greetings, signatures, disclaimers and earlier mail.

Nothing here looks over the end of a sentence, so that what was worked out for one holds wherever it stands again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, islice

import numpy as np

from triage.learn.ideas import ideas_of_sentence, shared, together
from triage.learn.words import Hashes, Line, Remembered, Tokens, Word, WordMemo, line_of, sentences

_WORDS_A_SENTENCE = 12  # as many sentences are kept as have room for so many words each
_LONGEST_LINE = 400
LONGEST_KEPT = 80  # tokens; what is longer is seldom met again, and would fill the memory

_FIRST = np.uint32(2_654_435_761)
_SECOND = np.uint32(2_246_822_519)
_SKIP = np.uint32(3_266_489_917)


@dataclass(frozen=True, slots=True, eq=False)
class Sentence:
    """What one sentence contributes wherever it stands.

    `hashes` of its words; `grams`: hashes of words, pairs of words and pairs of stems; `ideas`: hashes of its ideas as
    they stand together; `course`: the ideas about progress of each stretch of it that has any ideas.
    """

    words: tuple[Word, ...]
    hashes: Hashes
    grams: Hashes
    ideas: Hashes
    course: tuple[frozenset[str], ...]


class Phrases:
    """Texts as sentences, by a bounded memo of words, lines and sentences; what it holds never changes an answer."""

    def __init__(self, words: WordMemo | None = None) -> None:
        self._words = words or WordMemo()
        self.kept = self._words.size // _WORDS_A_SENTENCE
        self._lines = Remembered[str, Line](self.kept, line_of)
        self._sentences = Remembered[Tokens, Sentence](self.kept)

    def tokens(self, text: str, limit: int) -> list[Tokens]:
        """The tokens of the first `limit` characters, by sentence."""
        return sentences(text, limit, self._line)

    def _line(self, text: str) -> Line:
        return self._lines[text] if len(text) <= _LONGEST_LINE else line_of(text)

    def all(self, texts: Iterable[Sequence[Tokens]]) -> list[list[Sentence]]:
        """The sentences of each text. What is new in all of them is worked out in one go, which costs far less."""
        texts = list(texts)
        flat = list(chain.from_iterable(texts))
        known = list(map(self._sentences.get, flat))  # asked once: to hash the tokens of a sentence takes a while
        new = list(dict.fromkeys(tokens for tokens, held in zip(flat, known, strict=True) if held is None))
        found = dict(zip(new, self._worked_out(new), strict=True)) if new else {}
        ready = iter([held or found[tokens] for tokens, held in zip(flat, known, strict=True)])
        for tokens, sentence in found.items():
            if len(tokens) <= LONGEST_KEPT:
                self._sentences.keep(tokens, sentence)
        return [list(islice(ready, len(text))) for text in texts]

    def _worked_out(self, new: list[Tokens]) -> list[Sentence]:
        words = [tuple(self._words.all(tokens)) for tokens in new]
        hashes, grams = _grams(words)
        rows = [ideas_of_sentence(tokens, of) for tokens, of in zip(new, words, strict=True)]
        return [
            Sentence(of, own, gram, together(row), tuple(map(shared, row)))
            for of, own, gram, row in zip(words, hashes, grams, rows, strict=True)
        ]


def _grams(text: Sequence[tuple[Word, ...]]) -> tuple[list[Hashes], list[Hashes]]:
    """Of each sentence the words' hashes, and: these, pairs of words in a row, stems, pairs of stems in a row or one
    apart."""
    flat = list(chain.from_iterable(text))
    words = np.array([word.hash for word in flat], dtype=np.uint32)
    stems = np.array([word.stem for word in flat], dtype=np.uint32)
    lengths = list(map(len, text))
    sentence = np.arange(len(text)).repeat(lengths)
    row = (sentence[1:] == sentence[:-1]).nonzero()[0]
    near = (sentence[2:] == sentence[:-2]).nonzero()[0]
    first, second = stems * _SECOND, stems * _FIRST
    parts = (
        words,
        (words[:-1] * _FIRST ^ words[1:] * _SECOND).take(row),
        first,
        (first[:-1] ^ second[1:]).take(row),
        (stems[:-2] * _SKIP ^ second[2:]).take(near),
    )
    owners = np.concatenate((sentence, sentence.take(row), sentence, sentence.take(row), sentence.take(near)))
    order = owners.argsort(kind="stable")
    return _apart(words, lengths), _apart(np.concatenate(parts).take(order), np.bincount(owners).tolist())


def _apart(values: Hashes, lengths: list[int]) -> list[Hashes]:
    """The values of each of several owners; copies, so that none keeps the others in memory."""
    return [values[end - length : end].copy() for length, end in zip(lengths, accumulate(lengths), strict=True)]
