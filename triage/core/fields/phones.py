"""Telephones with what they are for: contacts of the requester told from the line that the request is about."""

import re
from collections.abc import Iterator
from enum import StrEnum
from operator import mul
from typing import NamedTuple

from triage.core.fields.mention import Mention
from triage.core.fields.phone_numbers import Number, Sort, find_numbers
from triage.core.fields.phone_signs import SIGNS, Surroundings, signs
from triage.core.text import Document

# Log-odds of being a contact that each sign adds: fitted by bench/phone_roles.py on models/corpus, files a, b and d
# (802 numbers, 79 writers, error on unseen writers 0.004).
WEIGHTS = {
    "constant": -1.09,
    "contact word before": 1.24,
    "weak contact word before": -0.12,
    "line word before": -1.66,
    "contact word nearest": 1.01,
    "line word nearest": -1.54,
    "contact word behind": -0.27,
    "service in the sentence": -0.50,
    "signature": 1.80,
    "mobile": 2.13,
    "mobile beside it": 1.26,
    "landline beside it": -0.93,
    "bare line": 1.15,
    "prose behind": -1.31,
    "subject": -2.52,
    "said in the subject": -1.51,
    "form": 0.26,
    "behind a name": 0.55,
    "CNPJ on the line": 0.23,
    "last landline of several": 0.28,
    "only landline": 0.22,
    "first landline of a bill": -0.21,
    "last quarter": 1.92,
    "nothing asked behind": 0.61,
    "asked about, without a label": -1.21,
    "bill's data behind": -1.22,
}
_WEIGHTS = tuple(WEIGHTS[name] for name in SIGNS)


class Role(StrEnum):
    """What the number is for: a way to reach the requester, the line that the request is about, or neither clearly."""

    CONTACT = "contact"
    LINE = "line"
    UNCLEAR = "unclear"


class Phone(NamedTuple):
    """A number in the text with its role; `weight` says how surely it is a contact (log-odds)."""

    mention: Mention
    sort: Sort
    role: Role
    weight: float = 0.0

    @property
    def complete(self) -> bool:
        """Whether the area code is known."""
        return self.mention.value.startswith("+")


_CONTACT_FROM, _LINE_UPTO = 0.5, -0.5
# A mobile is hardly ever the line: more must speak against it. To ask for what is there is the worse mistake.
_FAVOUR_OF_MOBILE = 1.5


def find_phones(
    document: Document,
    signature_at: int,
    known: frozenset[str] = frozenset(),
    *,
    subject: str = "",
    bill: bool = False,
    postscript_at: int | None = None,
) -> tuple[Phone, ...]:
    """Every phone in the document with its sort and role.

    `signature_at` is where the signature begins (len of the text where there is none), `postscript_at` where a
    postscript below it does; `known` are numbers (E.164) that belong to others, such as the operator's executives, and
    are left out; `subject` are the subject's digits; `bill` says that the request is about a bill.
    """
    numbers = tuple(number for number in find_numbers(document) if number.mention.value not in known)
    around = Surroundings(document, signature_at, numbers, subject, bill, postscript_at)
    return tuple(_listed(around)) if numbers else ()


def _listed(around: Surroundings) -> Iterator[Phone]:
    """A list of lines is one of lines to its end: announced as such, or parted from a line by nothing but bullets."""
    document = around.document
    last: Phone | None = None
    for index, number in enumerate(around.numbers):
        phone = _weighed(number, signs(index, around))
        if phone.sort is Sort.LANDLINE and (_announced(document, phone) or _goes_on(document, last, phone)):
            phone = phone._replace(role=Role.LINE, weight=min(phone.weight, _LINE_UPTO))
        last = phone
        yield phone


def _announced(document: Document, phone: Phone) -> bool:
    """Whether "…as linhas abaixo, pois …:" stands right above it."""
    before = document.folded[max(0, phone.mention.start - _REACH) : phone.mention.start]
    head, colon, bullet = before.rpartition(":")
    if not colon or not _BULLET.fullmatch(bullet):
        return False
    announced = _ANNOUNCED.search(head)
    return announced is not None and not _FOR_CONTACT.search(announced.group())


def _goes_on(document: Document, last: Phone | None, phone: Phone) -> bool:
    if last is None or last.sort is not Sort.LANDLINE or last.role is not Role.LINE:
        return False
    return bool(_BULLETS.fullmatch(document.text[last.mention.end : phone.mention.start]))


_REACH = 300
_BULLETS = re.compile(r"[\s,;.•*·–-]{0,12}(?:\be\b\s{1,3})?(?:\d\)|[a-z]\))?[\s•*·–-]{0,4}\(?")
_BULLET = re.compile(r"[ \t]{0,4}\n\s{0,8}[•*·–-]?[ \t]{0,4}(?:\d\)|[a-z]\))?[ \t]{0,4}\(?\n?")
_ANNOUNCED = re.compile(r"\b(?:linhas|ramais|terminais)\b[^:\n]{0,200}\Z")
_FOR_CONTACT = re.compile(r"contato|falar|duvida|ligue|ligar para")


def _weighed(number: Number, present: tuple[float, ...]) -> Phone:
    weight = sum(map(mul, _WEIGHTS, present))
    favour = _FAVOUR_OF_MOBILE if number.sort is Sort.MOBILE else 0.0
    return Phone(number.mention, number.sort, _role(weight + favour), weight)


def _role(weight: float) -> Role:
    return Role.CONTACT if weight >= _CONTACT_FROM else Role.LINE if weight <= _LINE_UPTO else Role.UNCLEAR


def choose(phones: tuple[Phone, ...], sort: Sort, role: Role) -> Phone | None:
    """The best phone of `sort` and `role`: with an area code before without, then the surest, then the first."""
    fitting = [phone for phone in phones if phone.sort is sort and phone.role is role]
    return max(fitting, key=lambda phone: (phone.complete, phone.weight), default=None)
