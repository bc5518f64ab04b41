"""Every pattern is linear: 100 KB made to hurt it takes no longer than 100 KB should (RELIABILITY, D11)."""

import re
import time
from importlib import import_module
from types import ModuleType

import pytest

from triage.core.text import Document

MODULES = tuple(
    import_module(f"triage.core.{name}")
    for name in (
        *("fields.account", "fields.address", "fields.bill", "fields.certificate", "fields.cnpj", "fields.company"),
        *("fields.dates", "fields.mention", "fields.names", "fields.original", "fields.people", "fields.phone_numbers"),
        *("fields.phone_signs", "fields.reason", "fields.second_copy", "form", "form_cells", "organ", "protocol"),
        *("statement", "subject"),
    )
)
SIZE = 100_000
HOSTILE = tuple(
    (piece * (SIZE // len(piece) + 1))[:SIZE]
    for piece in (
        *("a", "0", " ", "\n", ".-", "9 ", "a ", "Aa ", "1.", "12.345.", "(27) ", "x@a.", "| ", "> "),
        *(
            "conta customizada ",
            "de maio ",
            "cnpj ",
            "motivo ",
            "via pdf ",
            "R$ ",
            "protocolo n. ",
            "( x ) ",
            "re: [a] ",
        ),
    )
)
# The machine that runs the tests may be slow and busy: what is quadratic takes minutes.
SECONDS = 2.0


def patterns(module: ModuleType) -> list[tuple[str, re.Pattern[str]]]:
    found = {name: value for name, value in vars(module).items() if isinstance(value, re.Pattern)}
    for name, value in vars(module).items():
        if isinstance(value, dict):
            found |= {f"{name}[{key}]": one for key, one in value.items() if isinstance(one, re.Pattern)}
    return sorted(found.items())


@pytest.mark.parametrize(
    ("name", "pattern"),
    [pytest.param(n, p, id=f"{m.__name__}.{n}") for m in MODULES for n, p in patterns(m)],
)
def test_each_pattern_is_linear_on_hostile_text(name: str, pattern: re.Pattern[str]) -> None:
    for text in HOSTILE:
        begin = time.process_time()
        sum(1 for _ in pattern.finditer(text))
        assert time.process_time() - begin < SECONDS, (name, text[:20])


@pytest.mark.parametrize("text", HOSTILE, ids=[repr(text[:8]) for text in HOSTILE])
def test_all_fields_together_stay_quick_on_hostile_text(read: object, text: str) -> None:
    begin = time.process_time()
    read(text)  # type: ignore[operator]  # the fixture's reader
    assert time.process_time() - begin < SECONDS


def test_a_document_of_hostile_text_is_folded_whole() -> None:
    assert len(Document("body", "ﬁ" * SIZE).folded) == SIZE
