"""Whether a message asks for more than one item, seen from what each of its sentences asks for by itself."""

import numpy as np
from numpy.typing import NDArray

SIGNS = 10
_TOP = 3


def signs(several: float, item: NDArray[np.float64], pieces: NDArray[np.float64]) -> NDArray[np.float64]:
    """What tells several items from one: `several` is the head's own score (log-odds), `item` the scores of the items
    for the whole message, `pieces` those for each sentence (rows).

    Two items that each have a sentence of their own stand behind a second highest peak that is nearly as high as the
    first; one item told at length has a high first peak alone.
    """
    whole = _highest(item)
    if len(pieces) == 0:
        pieces = item[np.newaxis, :]
    shares = np.exp(pieces - pieces.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    peaks, certain = _highest(pieces.max(axis=0)), _highest(shares.max(axis=0))
    margins = (whole[0] - whole[1], whole[1] - whole[2])
    return np.array([several, *peaks, *certain, *margins, len(pieces)], dtype=np.float64)


def _highest(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    highest: NDArray[np.float64] = np.sort(scores)[::-1][:_TOP]
    return highest
