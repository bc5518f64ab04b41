"""Whether a message asks for more than one item, seen from what each of its sentences asks for by itself."""

import numpy as np
from numpy.typing import NDArray

SIGNS = 13
_TOP = 3
_NOTHING = np.full((1, _TOP), -1.0)


def signs(
    several: float, item: NDArray[np.float64], pieces: NDArray[np.float64], asking: NDArray[np.float64]
) -> list[float]:
    """What tells several items from one: `several` is the head's own score (log-odds), `item` the scores of the items
    for the whole message, `pieces` those for each sentence (rows), `asking` how much each sentence asks for each item.

    Two items that each have a sentence of their own stand behind a second highest peak that is nearly as high as the
    first; one item told at length has a high first peak alone. An item that is only mentioned has a peak, but is not
    asked for.
    """
    if len(pieces) == 0:
        pieces, asking = item[np.newaxis, :], _NOTHING
    shares = np.exp(pieces - np.maximum.reduce(pieces, axis=1, keepdims=True))
    shares /= np.add.reduce(shares, axis=1, keepdims=True)
    ordered = np.array([item, np.maximum.reduce(pieces), np.maximum.reduce(shares)])
    ordered.sort()
    whole, peaks, certain = ordered[:, : -_TOP - 1 : -1].tolist()
    margins = (whole[0] - whole[1], whole[1] - whole[2])
    wishes = np.sort(np.maximum.reduce(asking))[: -_TOP - 1 : -1].tolist()
    return [several, *peaks, *certain, *margins, len(pieces), *wishes]
