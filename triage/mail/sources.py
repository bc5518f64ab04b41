"""Messages from files: a single one, a folder of them, an mbox, a Maildir, or standard input."""

import mailbox
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

STDIN = "-"
_NOT_MAIL = frozenset({".jsonl", ".json", ".toml", ".md", ".py", ".txt", ".xml", ".csv", ".out"})


@dataclass(frozen=True, slots=True)
class Source:
    """One message: its name (the path as given; `path#n` in an mbox) and its bytes, or why it could not be read."""

    name: str
    raw: bytes = b""
    error: str = ""


def read_sources(paths: list[str]) -> Iterator[Source]:
    """Every message in `paths`, in a stable order; what cannot be read comes as a Source with an error."""
    for path in paths:
        if path == STDIN:
            yield Source(STDIN, sys.stdin.buffer.read())
        else:
            yield from _of_path(Path(path), path)


def _of_path(path: Path, given: str) -> Iterator[Source]:
    if not path.exists():
        yield Source(given, error="não existe")
    elif path.is_dir():
        yield from _of_folder(path, given)
    else:
        yield from _of_file(path, given)


def _of_folder(folder: Path, given: str) -> Iterator[Source]:
    """A Maildir's messages; else the .eml files; without any, every file that is not plainly something else."""
    if (folder / "cur").is_dir() and (folder / "new").is_dir():
        files = [path for sub in ("new", "cur") for path in sorted((folder / sub).iterdir()) if path.is_file()]
    else:
        every = sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))
        files = [p for p in every if p.suffix.lower() == ".eml"] or [
            p for p in every if p.suffix.lower() not in _NOT_MAIL
        ]
    for path in files:
        yield from _of_file(path, f"{given.rstrip('/')}/{path.relative_to(folder)}")


def _of_file(path: Path, name: str) -> Iterator[Source]:
    try:
        raw = path.read_bytes()
    except OSError as failure:
        yield Source(name, error=failure.strerror or str(failure))
        return
    if raw.startswith(b"From ") and path.suffix.lower() != ".eml":
        yield from _of_mbox(path, name)
    else:
        yield Source(name, raw)


def _of_mbox(path: Path, name: str) -> Iterator[Source]:
    box = mailbox.mbox(path, create=False)
    try:
        for number, key in enumerate(box.iterkeys(), start=1):
            yield Source(f"{name}#{number}", box.get_bytes(key))
    finally:
        box.close()
