"""A property that is worked out once: what many readers ask of a text is not worked out again for each."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


class kept(Generic[Value]):  # noqa: N801 - stands where functools.cached_property would
    """`functools.cached_property` without the lock of Python before 3.12, which costs more than most of the answers."""

    def __init__(self, work_out: Callable[[Any], Value]) -> None:
        self._work_out = work_out
        self.__doc__ = work_out.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: object, owner: type) -> Value:
        found = vars(instance)[self._name] = self._work_out(instance)
        return found
