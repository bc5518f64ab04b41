"""What was asked a moment ago: classifier and rules ask the same of one message, one after the other."""

from collections.abc import Callable
from functools import wraps
from operator import is_
from typing import ParamSpec, TypeVar

from triage.core.text import Document

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


def once_a_text(answer: Callable[[Document], Answer]) -> Callable[[Document], Answer]:
    """A pure function of a document that is worked out once and kept with it, as the document's own properties are."""
    name = f"{answer.__module__}.{answer.__qualname__}"

    @wraps(answer)
    def remembering(document: Document) -> Answer:
        kept = vars(document)
        if name not in kept:
            kept[name] = answer(document)
        found: Answer = kept[name]
        return found

    return remembering


def _same(before: tuple[object, ...], now: tuple[object, ...]) -> bool:
    return len(before) == len(now) and all(map(is_, before, now))
