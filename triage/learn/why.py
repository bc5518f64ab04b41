"""Whether a message says why, seen from its sentences: one that tells a reason is enough, whatever stands around it."""

import numpy as np
from numpy.typing import NDArray

SIGNS = 7
_NO_SENTENCE = np.array([-1.0])


def signs(reason: float, sentences: NDArray[np.float64]) -> list[float]:
    """What tells a message with a reason from one without: `reason` is the head's own score for all of it (log-odds),
    `sentences` how much each sentence looks like one that tells why.
    """
    ordered = np.sort(sentences if len(sentences) else _NO_SENTENCE)[::-1]
    number = len(ordered)
    summed = float(np.log(np.add.reduce(np.exp(2.0 * ordered))))
    mean = float(np.add.reduce(ordered)) / number
    most, *fewer = ordered.tolist()
    second, least = (fewer[0], fewer[-1]) if fewer else (most - 1.0, most)
    return [reason, most, second, summed, mean, least, number]
