"""What each sort of feature is worth: the same model without some of them, held against the held-out writers."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse  # type: ignore[import-untyped]  # scipy ships no types

from triage.core.bulletin import Bulletin
from triage.learn.corpus import Record
from triage.learn.features import GROUPS
from triage.learn.fit import columns_of, loudness, support_vectors
from triage.learn.heads import Head, answer
from triage.learn.matrix import Table, rarity, rows_over

_WORDS = ("own.words", "own.first", "own.last", "subject.words")
_CHARS = ("own.chars", "subject.chars")
_IDEAS = ("own.ideas", "own.course", "subject.ideas")
_FACTS = ("facts", "recipients")
_AROUND = ("quoted.words", "quoted.ideas", "forwarded.words", "signature.words")
STEPS: dict[str, tuple[str, ...]] = {
    "words": _WORDS,
    "+ characters": (*_WORDS, *_CHARS),
    "+ ideas": (*_WORDS, *_CHARS, *_IDEAS),
    "+ facts": (*_WORDS, *_CHARS, *_IDEAS, *_FACTS),
    "+ quoted, signature": (*_WORDS, *_CHARS, *_IDEAS, *_FACTS, *_AROUND),
}


def ablations(
    known: Table, records: Sequence[Record], held_out: Sequence[Record], heads: Sequence[Head], bulletin: Bulletin
) -> dict[str, dict[str, float]]:
    """Step → head → share right on the held-out writers."""
    apart = rows_over(held_out, bulletin, known.slots)
    return {
        step: {head.name: _right(head, groups, known, records, apart, held_out) for head in heads}
        for step, groups in STEPS.items()
    }


def _right(
    head: Head,
    groups: tuple[str, ...],
    known: Table,
    records: Sequence[Record],
    apart: sparse.csr_matrix,
    held_out: Sequence[Record],
) -> float:
    train, targets = _asked(head, records)
    test, right = _asked(head, held_out)
    if not test or len(set(targets)) < 2:
        return 0.0
    rows = known.rows[train]
    chosen = np.isin(known.groups, [GROUPS.index(name) for name in groups])
    scale = sparse.diags(rarity(rows) * loudness(head.name, known) * chosen)
    weights, bias = columns_of(support_vectors().fit(rows @ scale, targets), len(head.labels))
    given = (apart[test] @ scale @ weights + bias).argmax(axis=1)
    return round(float((given == np.array(right)).mean()), 4)


def _asked(head: Head, records: Sequence[Record]) -> tuple[list[int], list[int]]:
    """The places of the records that the question arises for, and the places of their answers among the labels."""
    found = [(n, head.labels.index(told)) for n, record in enumerate(records) if (told := answer(record, head.name))]
    return [place for place, _ in found], [target for _, target in found]
