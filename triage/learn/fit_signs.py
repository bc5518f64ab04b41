"""How much each sign counts where a question is answered from the scores of a message and of its sentences together.

Training only: needs scikit-learn.
"""

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # scikit-learn ships no types

from triage.learn.fit import Fitted
from triage.learn.several import signs


def fit_several(
    item: Fitted, several: Fitted, asking: NDArray[np.float64], owners: NDArray[np.int64], right: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The weights of the signs of several items, the bias last, from scores of models that had not seen the writers.

    `asking` is how much each sentence asks for each item, `owners` whose sentence it is.
    """
    seen = np.array(
        [
            signs(own[1] - own[0], items, item.unseen_pieces[owners == place], asking[owners == place])
            for place, (own, items) in enumerate(zip(several.unseen, item.unseen, strict=True))
        ]
    )
    return weigh(seen, right)


def weigh(seen: NDArray[np.float64], right: NDArray[np.int64]) -> NDArray[np.float64]:
    """The weights of signs (the columns of `seen`) whose sum is the log-odds of `right`, the bias last."""
    mean, spread = seen.mean(axis=0), seen.std(axis=0) + 1e-9
    model = LogisticRegression().fit((seen - mean) / spread, right)
    weights = model.coef_[0] / spread
    return np.append(weights, model.intercept_[0] - weights @ mean)
