"""What the classifier makes of a message: calibrated probabilities, nothing decided."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """Probabilities by label for each question; `reason` is P(the message says why). Empty where there is no model.

    `model` identifies the artifact that spoke (its hash), to be kept with each decision. `parts` are the operator's
    status by part (`operator_parts.parts_of`) where its message speaks of several requests.
    """

    kind: dict[str, float]
    item: dict[str, float]
    service: dict[str, float]
    status: dict[str, float]
    several: float
    reason: float
    model: str
    parts: tuple[dict[str, float], ...] = ()


SILENT = Reading({}, {}, {}, {}, 0.0, 0.5, "")


def best(probabilities: dict[str, float]) -> tuple[str, float]:
    """The most probable label and its probability; ("", 0.0) where nothing was said."""
    return max(probabilities.items(), key=lambda pair: pair[1], default=("", 0.0))
