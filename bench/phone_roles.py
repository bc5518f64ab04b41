"""Fits the weights by which a telephone counts as a contact: python bench/phone_roles.py [--names]

Reads the fully labelled messages of models/corpus (a, b, d), lets `triage.core.fields.phone_signs` name the signs
beside each number whose role the labels tell, fits a logistic regression with a penalty on large weights, and prints
the table to put into `triage/core/fields/phones.py`, with the error of five folds in which no writer is on both sides.
What the corpus shows too seldom keeps the weight that a clerk would give it (PRIOR).
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from triage.core.fields.phone_numbers import Number, Sort, find_numbers
from triage.core.fields.phone_signs import SIGNS, Surroundings, signs
from triage.core.signature import signature_offset
from triage.core.text import Document
from triage.paths import models_dir

FILES = ("a", "b", "d")
PENALTY, STEPS, FOLDS = 2.0, 30, 5
PRIOR = {
    "contact word before": 1.5,
    "contact word nearest": 1.5,
    "line word before": -1.0,
    "line word nearest": -1.0,
    "signature": 1.5,
    "mobile": 1.0,
    "subject": -2.5,
    "said in the subject": -1.5,
    "bare line": 0.8,
    "prose behind": -0.8,
    "bill's data behind": -1.0,
}
CONTACT, LINE = 1, 0


@dataclass(frozen=True, slots=True)
class Example:
    """One number: its signs, whether it is a contact, and who wrote it."""

    signs: tuple[float, ...]
    contact: int
    writer: str
    shown: str


def examples(folder: Path) -> Iterator[Example]:
    """The numbers of all requests whose labels tell their role."""
    for name in FILES:
        for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            if row["label"]["kind"] == "request" and "missing" in row["label"]:
                yield from _of_message(row)


def _of_message(row: dict[str, object]) -> Iterator[Example]:
    text, subject, label = str(row["text"]), str(row["subject"]), row["label"]
    assert isinstance(label, dict)
    author = parseaddr(str(row["from"]))[0]
    digits = "".join(c for c in subject if c.isdigit())
    bill = label["category"] == "2.2"
    form = row.get("form")
    rows = "\n".join(" | ".join(map(str, cells)) for cells in form["rows"]) if isinstance(form, dict) else ""
    for document in (Document("body", text), Document("form:", rows), Document("subject", subject)):
        at = signature_offset(text, author) if document.name == "body" else len(document.text)
        numbers = find_numbers(document)
        around = Surroundings(document, at, numbers, digits, bill)
        for index, number in enumerate(numbers):
            role = _told(number, label)
            if role is not None:
                shown = document.text[max(0, number.mention.start - 50) : number.mention.end + 20]
                yield Example(signs(index, around), role, str(row["writer"]), f"{row['id']} {role} {shown!r}")


def _told(number: Number, label: dict[str, object]) -> int | None:
    """The role by the labels: the value given for the contact, the line, or any number where no contact was found."""
    values, field = label.get("values") or {}, "landline" if number.sort is Sort.LANDLINE else "mobile"
    assert isinstance(values, dict)
    wrong = label.get("invalid") or []
    assert isinstance(wrong, list)
    assert isinstance(label["missing"], list)
    if number.mention.value == values.get(field) or (field in wrong and not number.complete):
        return CONTACT
    if number.mention.value == values.get("line") or field in (*label["missing"], *wrong):
        return LINE
    return LINE if field == "landline" and field in values else None


def fitted(seen: NDArray[np.float64], told: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weights of greatest likelihood under a normal prior around PRIOR (Newton's method)."""
    prior = np.array([PRIOR.get(name, 0.0) for name in SIGNS])
    weights = prior.copy()
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-seen @ weights))
        slope = seen.T @ (chance - told) + PENALTY * (weights - prior)
        bend = (seen * (chance * (1 - chance))[:, None]).T @ seen + PENALTY * np.eye(len(SIGNS))
        weights = weights - np.linalg.solve(bend, slope)
    return weights


def main() -> None:
    """Fit, check, print."""
    found = list(examples(models_dir() / "corpus"))
    seen = np.array([example.signs for example in found])
    told = np.array([float(example.contact) for example in found])
    writers = sorted({example.writer for example in found})
    fold = np.array([writers.index(example.writer) % FOLDS for example in found])
    wrong: list[int] = []
    for number in range(FOLDS):
        guessed = seen @ fitted(seen[fold != number], told[fold != number]) > 0
        wrong += [int(i) for i in np.flatnonzero((fold == number) & (guessed != (told == CONTACT)))]
    if "--names" in sys.argv:
        print(*(found[i].shown for i in wrong), sep="\n")
    print(f"# {len(found)} numbers, {len(writers)} writers, error on unseen writers {len(wrong) / len(found):.3f}")
    for name, weight, share in zip(SIGNS, fitted(seen, told), (seen > 0).mean(axis=0), strict=True):
        print(f"    {weight:.2f},  # {name} (beside {share:.0%})")


if __name__ == "__main__":
    main()
