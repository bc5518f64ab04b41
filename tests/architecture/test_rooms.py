"""The walls of the house: who may import whom (ARCHITECTURE.md, "Rooms"), and what the core may never touch."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "triage"
EDGE = {"settings", "settings_model", "settings_problems", "settings_values", "config", "paths", "terminal"}
MAY_IMPORT = {
    "core": {"core"},
    "mail": {"mail", "core"},
    "learn": {"learn", "core", "config", "paths"},
    "store": {"store", "core"},
    "service": {"service", "core", "mail", "learn", "store"} | EDGE,
    "demo": {"demo", "service", "core", "mail", "store"} | EDGE,
    "cli": {"cli", "demo", "service", "core", "mail", "learn", "store"} | EDGE,
}
BANNED_IN_CORE = {
    "asyncio",
    "fcntl",
    "http",
    "imaplib",
    "io",
    "logging",
    "multiprocessing",
    "numpy",
    "os",
    "pathlib",
    "pydantic",
    "random",
    "secrets",
    "shutil",
    "signal",
    "smtplib",
    "socket",
    "sqlalchemy",
    "sqlite3",
    "sqlmodel",
    "ssl",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "urllib",
    "uuid",
    "structlog",
    "sklearn",
    "scipy",
}
CLOCK_CALLS = {"now", "utcnow", "today", "monotonic"}
FILES = sorted(PACKAGE.rglob("*.py"))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _room(path: Path) -> str:
    inside = path.relative_to(PACKAGE)
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_imports_only_the_rooms_below_it(path: Path) -> None:
    """`core` stands alone; `mail`, `learn` and `store` know only `core`; `service` joins them; `cli` stands on top."""
    allowed = MAY_IMPORT.get(_room(path))
    if allowed is None:
        return  # the edge: settings, config, paths
    used = {name.split(".")[1] for name in _imports(path) if name.startswith("triage.")}
    assert used <= allowed, f"{path.name} imports {sorted(used - allowed)}"


@pytest.mark.parametrize("path", [p for p in FILES if _room(p) == "core"], ids=lambda path: path.stem)
def test_the_core_touches_no_clock_disk_network_or_chance(path: Path) -> None:
    """A rule is a function of values: nothing in the core can depend on where or when it runs."""
    banned = {name for name in _imports(path) if name.split(".")[0] in BANNED_IN_CORE}
    assert not banned
    calls = {
        n.func.attr
        for n in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
    }
    assert not calls & CLOCK_CALLS


def test_the_walls_would_be_noticed(tmp_path: Path) -> None:
    """The check itself sees an import of either form."""
    sample = tmp_path / "sample.py"
    sample.write_text("import numpy as np\nfrom triage.store import rows\n", encoding="utf-8")
    assert set(_imports(sample)) == {"numpy", "triage.store"}
