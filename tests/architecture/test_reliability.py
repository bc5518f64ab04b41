"""docs/reliability.md held against the code: every rule once, and nothing named that is not there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
RULES = {"A": 20, "B": 22, "C": 19, "D": 17, "E": 14, "F": 12}
IDS = [f"{section}{number}" for section, last in RULES.items() for number in range(1, last + 1)]
STATES = {"held", "partly", "not held"}
_ROW = re.compile(r"^\| ([A-F]\d{1,2}) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]*) ?\|$", re.MULTILINE)
_NAMED = re.compile(r"`([\w./-]+\.(?:py|service|lock|md))(?:::(\w+))?`")
ROWS = {match[1]: match.groups()[1:] for match in _ROW.finditer(PAGE)}


@cache
def _functions(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_rule_stands_there_once() -> None:
    """None forgotten, none twice."""
    assert [match[1] for match in _ROW.finditer(PAGE)] == IDS


@pytest.mark.parametrize("rule", IDS)
def test_what_a_rule_names_is_there(rule: str) -> None:
    """Files and tests exist; what is held has both, what is not says why."""
    state, how, proof, missing = ROWS[rule]
    assert state in STATES
    named = _NAMED.findall(f"{how} {proof}")
    for path, function in named:
        assert (ROOT / path).is_file(), path
        assert not function or function in _functions(ROOT / path), function
    if state != "not held":
        assert _NAMED.search(how), "a file that holds it"
        assert any(function for _, function in _NAMED.findall(proof)), "a test that proves it"
    if state != "held":
        assert missing.strip(), "why it is not held"


def test_every_file_named_elsewhere_on_the_page_is_there() -> None:
    """The text around the tables too."""
    assert all((ROOT / path).is_file() for path, _ in _NAMED.findall(PAGE))
