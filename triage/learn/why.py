"""Whether a message says why, seen from its sentences: one that tells a reason is enough, whatever stands around it."""

import numpy as np
from numpy.typing import NDArray

SIGNS = 7
_NO_SENTENCE = np.array([-1.0])


def signs(reason: float, sentences: NDArray[np.float64]) -> NDArray[np.float64]:
    """What tells a message with a reason from one without: `reason` is the head's own score for all of it (log-odds),
    `sentences` how much each sentence looks like one that tells why.
    """
    ordered = np.sort(sentences if len(sentences) else _NO_SENTENCE)[::-1]
    second = ordered[1] if len(ordered) > 1 else ordered[0] - 1.0
    summed = np.log(np.exp(2.0 * ordered).sum())
    return np.array([reason, ordered[0], second, summed, ordered.mean(), ordered[-1], len(ordered)])
