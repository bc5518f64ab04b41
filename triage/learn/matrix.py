"""Records as a sparse matrix. Training only: needs scipy."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]  # scipy ships no types

from triage.core.bulletin import Bulletin
from triage.learn.corpus import Record
from triage.learn.features import GROUPS, SPACE, Extractor
from triage.learn.rendering import TRAINING_POLICY, message_of

LEAST_WRITERS = 2


def matrix(records: Sequence[Record], bulletin: Bulletin, groups: dict[str, float] = GROUPS) -> sparse.csr_matrix:
    """A row for each record over the whole hash space."""
    extract = Extractor(bulletin, TRAINING_POLICY)
    found = [extract(message_of(record), groups) for record in records]
    ends = np.cumsum([0, *(len(features.slots) for features in found)])
    rows = sparse.csr_matrix(
        (
            np.concatenate([features.values for features in found]).astype(np.float64),
            np.concatenate([features.slots for features in found]),
            ends,
        ),
        shape=(len(found), SPACE),
    )
    rows.sum_duplicates()
    return rows


def shared_slots(rows: sparse.csr_matrix, writers: Sequence[str]) -> NDArray[np.int64]:
    """The slots that at least two writers use: what one hand alone writes is that hand's, not the language's."""
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
