"""What each sort of feature is worth: the same model without some of them, held against the held-out writers."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse  # type: ignore[import-untyped]  # scipy ships no types

from triage.core.bulletin import Bulletin
from triage.learn.corpus import Record
from triage.learn.features import GROUPS
from triage.learn.fit import columns_of, loudness, questioned, support_vectors
from triage.learn.heads import Head
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
    _, train = questioned(head, known.rows, records)
    _, test = questioned(head, apart, held_out)
    if not len(test.targets) or len(set(train.targets)) < 2:
        return 0.0
    chosen = np.isin(known.groups, [GROUPS.index(name) for name in groups])
    scale = sparse.diags(rarity(train.rows) * loudness(head.name, known) * chosen)
    weights, bias = columns_of(support_vectors().fit(train.rows @ scale, train.targets), train.labels)
    given = (test.rows @ scale @ weights + bias).argmax(axis=1)
    return round(float((given == test.targets).mean()), 4)
