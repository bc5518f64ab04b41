"""Frozen values with some of it changed: what deciding does a dozen times a message."""

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

_Put = Callable[[object, object], None]

if TYPE_CHECKING:
    from dataclasses import replace as replace  # whose fields and their types are checked
else:
    Value = TypeVar("Value")

    def replace(value: Value, /, **changes: object) -> Value:
        """`dataclasses.replace` for frozen values with slots whose making checks nothing, in less than half its time:
        that asks every field what kind of field it is. Raises TypeError for a field that is not there."""
        kind = type(value)
        read, puts, by_name = _parts(kind)
        made = object.__new__(kind)
        for put, held in zip(puts, read(value), strict=True):
            put(made, held)
        for name, changed in changes.items():
            if name not in by_name:
                raise TypeError(f"{kind.__name__} has no {name}")
            by_name[name](made, changed)
        return made


@cache
def _parts(kind: type[Any]) -> tuple[Callable[[Any], tuple[object, ...]], tuple[_Put, ...], dict[str, _Put]]:
    """How the fields of a class are read together, and how each is put: by the descriptors of its slots."""
    names = [field.name for field in fields(kind)]
    by_name: dict[str, _Put] = {name: vars(kind)[name].__set__ for name in names}
    return attrgetter(*names), tuple(by_name.values()), by_name
