"""What was asked a moment ago: classifier and rules ask the same of one message, one after the other."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def asked_again(answer: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """A pure function that remembers its last answer, for the very same arguments.

    Identity, not equality: to compare or to hash a whole message costs more than most of what is asked about it.
    """
    last: tuple[tuple[object, ...], Answer] | None = None

    @wraps(answer)
    def remembering(*asked: Asked.args, **more: Asked.kwargs) -> Answer:
        nonlocal last
        held = last  # taken once, as another thread may replace it meanwhile
        if held is not None and not more and _same(held[0], asked):
            return held[1]
        found = answer(*asked, **more)
        if not more:
            last = (asked, found)
        return found

    return remembering


def _same(before: tuple[object, ...], now: tuple[object, ...]) -> bool:
    return len(before) == len(now) and all(a is b for a, b in zip(before, now, strict=True))
