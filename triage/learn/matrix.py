"""Records as a sparse matrix. Training only: needs scipy."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]  # scipy ships no types

from triage.core.bulletin import Bulletin
from triage.learn.addressing import addressed
from triage.learn.corpus import Record
from triage.learn.features import GROUPS, SPACE, Extractor
from triage.learn.rendering import TRAINING_POLICY, message_of

LEAST_WRITERS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A row for each record, a column for each of `slots`, and the group that each column belongs to."""

    rows: sparse.csr_matrix
    slots: NDArray[np.int64]
    groups: NDArray[np.int64]


def table(records: Sequence[Record], bulletin: Bulletin) -> Table:
    """The features of `records`, but for those that two writers alone use: what so few hands write is no language."""
    rows, group_of_slot = _rows([addressed(record, bulletin) for record in records], bulletin)
    shared = _shared(rows, [record.writer for record in records])
    return Table(rows[:, shared], shared, group_of_slot[shared])


def rows_over(records: Sequence[Record], bulletin: Bulletin, slots: NDArray[np.int64]) -> sparse.csr_matrix:
    """The features of other `records`, over the columns of a table."""
    return _rows(records, bulletin)[0][:, slots]


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """A row for each sentence of each record, over the columns of a table; `owner` is the record's place."""

    rows: sparse.csr_matrix
    owner: NDArray[np.int64]


def pieces_over(records: Sequence[Record], bulletin: Bulletin, slots: NDArray[np.int64]) -> Pieces:
    """The sentences of `records`, each by itself."""
    extract = Extractor(bulletin, TRAINING_POLICY)
    of_each = [extract.pieces(message_of(record)) for record in records]
    found = [extract.alone(pieces) for pieces in of_each if pieces]
    lengths = [np.diff(features.starts, append=len(features.slots)) for features in found]
    rows = sparse.csr_matrix(
        (
            np.concatenate([features.values for features in found]).astype(np.float64),
            np.concatenate([features.slots for features in found]),
            np.cumsum([0, *chain.from_iterable(lengths)]),
        ),
        shape=(sum(map(len, of_each)), SPACE),
    )
    rows.sum_duplicates()
    return Pieces(rows[:, slots], np.repeat(np.arange(len(records)), list(map(len, of_each))))


def _rows(records: Sequence[Record], bulletin: Bulletin) -> tuple[sparse.csr_matrix, NDArray[np.int64]]:
    """A row for each record over the whole hash space, and the group that each slot belongs to."""
    extract = Extractor(bulletin, TRAINING_POLICY)
    group_of_slot = np.zeros(SPACE, dtype=np.int64)
    slots, values, ends = [], [], [0]
    for record in records:
        found = list(extract.groups(message_of(record)))
        for name, part in found:
            slots.append(part)
            values.append(np.full(len(part), 1 / np.sqrt(len(part))))
            group_of_slot[part] = GROUPS.index(name)
        ends.append(ends[-1] + sum(len(part) for _, part in found))
    rows = sparse.csr_matrix((np.concatenate(values), np.concatenate(slots), ends), shape=(len(records), SPACE))
    rows.sum_duplicates()
    return rows, group_of_slot


def _shared(rows: sparse.csr_matrix, writers: Sequence[str]) -> NDArray[np.int64]:
    number = {writer: index for index, writer in enumerate(sorted(set(writers)))}
    by_writer = sparse.csr_matrix(
        (np.ones(len(writers)), ([number[writer] for writer in writers], range(len(writers)))),
        shape=(len(number), len(writers)),
    )
    used = (by_writer @ (rows != 0).astype(np.float64)) != 0
    return np.flatnonzero(np.asarray(used.sum(axis=0)).ravel() >= LEAST_WRITERS)


def rarity(rows: sparse.csr_matrix) -> NDArray[np.float64]:
    """The inverse document frequency of each column; multiplied into the weights, so that reading never needs it."""
    frequency = np.bincount(rows.indices, minlength=rows.shape[1])
    weights: NDArray[np.float64] = np.log((1 + rows.shape[0]) / (1 + frequency)) + 1
    return weights
