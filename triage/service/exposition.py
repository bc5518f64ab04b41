"""Figures in the text format that Prometheus reads (exposition format 0.0.4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Sort(StrEnum):
    """Whether a figure only ever grows while the program runs, or comes and goes."""

    COUNTER = "counter"
    GAUGE = "gauge"


@dataclass(frozen=True, slots=True)
class Sample:
    """One value under its labels. Labels are words of ours, never of a message's (RELIABILITY F8)."""

    value: float
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """A figure: its name, what it says, its values."""

    name: str
    sort: Sort
    help: str
    samples: tuple[Sample, ...]


def gauge(name: str, words: str, value: float) -> Family:
    """A figure with a single value."""
    return Family(name, Sort.GAUGE, words, (Sample(value),))


def labelled(name: str, sort: Sort, words: str, label: str, values: Iterable[tuple[str, float]]) -> Family:
    """A figure with a value for each word under one label."""
    return Family(name, sort, words, tuple(Sample(value, ((label, str(word)),)) for word, value in values))


def exposition(families: Iterable[Family]) -> str:
    """The page."""
    return "".join(_family(family) for family in families)


def _family(family: Family) -> str:
    head = f"# HELP {family.name} {_escaped(family.help)}\n# TYPE {family.name} {family.sort}\n"
    return head + "".join(f"{family.name}{_labels(sample)} {_number(sample.value)}\n" for sample in family.samples)


def _labels(sample: Sample) -> str:
    if not sample.labels:
        return ""
    return "{" + ",".join(f'{name}="{_quoted(value)}"' for name, value in sample.labels) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _quoted(text: str) -> str:
    return _escaped(text).replace('"', '\\"')


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))
