"""The training corpus: hand-written messages with labels, one JSON object a line, many writers a file."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from triage.core.vocabulary import Kind, OperatorStatus, Service

HELD_OUT_SHARE = 0.12
_REQUIRED = ("id", "writer", "from", "subject", "text", "label")
_AUTH = ("pass", "none", "fail")


@dataclass(frozen=True, slots=True)
class Record:
    """One message of the corpus as written down. `to` and `cc` are None in the compact form, which leaves them out."""

    id: str
    writer: str
    source: str
    sender: str
    subject: str
    text: str
    label: dict[str, Any]
    to: tuple[str, ...] | None = None
    cc: tuple[str, ...] | None = None
    reply: bool = False
    quoted: str = ""
    form: tuple[str, tuple[tuple[str, ...], ...]] | None = None
    attachments: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    auth: str = "none"

    @property
    def full(self) -> bool:
        """Whether the record has recipients and every label that a verdict is held against."""
        return self.to is not None


@dataclass(frozen=True, slots=True)
class Corpus:
    """The records that can be used, and a line for each that cannot: file, line, what is wrong."""

    records: tuple[Record, ...]
    problems: tuple[str, ...] = field(default=())

    @property
    def digest(self) -> str:
        """A digest of every record, by which a card names the corpus it was made from."""
        told = "\n".join(repr(record) for record in self.records)
        return hashlib.sha256(told.encode()).hexdigest()

    def held_out_writers(self) -> frozenset[str]:
        """About an eighth of each file's writers, by the digest of their name: the same ones on every machine."""
        by_file: dict[str, set[str]] = {}
        for record in self.records:
            by_file.setdefault(record.source, set()).add(record.writer)
        chosen: set[str] = set()
        for writers in by_file.values():
            ordered = sorted(writers, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
            chosen.update(ordered[: round(len(ordered) * HELD_OUT_SHARE)])
        return frozenset(chosen)

    def split(self) -> tuple[tuple[Record, ...], tuple[Record, ...]]:
        """Records of the training writers, and of the held-out ones."""
        held = self.held_out_writers()
        return (
            tuple(record for record in self.records if record.writer not in held),
            tuple(record for record in self.records if record.writer in held),
        )


def read_corpus(folder: Path) -> Corpus:
    """Every `*.jsonl` of `folder`, in the order of their names; what is wrong is told, never guessed at."""
    records: list[Record] = []
    problems: list[str] = []
    seen: set[str] = set()
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            if not line.strip():
                continue
            wrong = list(_read_line(line, path.name, records, seen))
            problems += [f"{path.name}:{number}: {problem}" for problem in wrong]
    return Corpus(tuple(records), tuple(problems))


def _read_line(line: str, source: str, records: list[Record], seen: set[str]) -> Iterator[str]:
    try:
        raw = json.loads(line)
    except json.JSONDecodeError as error:
        yield f"not JSON: {error.msg}"
        return
    wrong = list(problems_of(raw))
    if not wrong and raw["id"] in seen:
        wrong = [f"id {raw['id']} stands twice"]
    yield from wrong
    if not wrong:
        seen.add(raw["id"])
        records.append(_record(raw, source))


def problems_of(raw: object) -> Iterator[str]:
    """What keeps a decoded line from being used for training."""
    if not isinstance(raw, dict):
        yield "not an object"
        return
    missing = [key for key in _REQUIRED if key not in raw]
    yield from (f"no {key}" for key in missing)
    if missing:
        return
    yield from (f"{key} is no text" for key in _REQUIRED[:-1] if not isinstance(raw[key], str))
    if raw.get("auth", "none") not in _AUTH:
        yield f"auth {raw['auth']!r} is none of {', '.join(_AUTH)}"
    yield from _label_problems(raw["label"])


def _label_problems(label: object) -> Iterator[str]:
    if not isinstance(label, dict):
        yield "label is no object"
        return
    kind = label.get("kind")
    if kind not in set(Kind):
        yield f"kind {kind!r} is unknown"
    if kind == Kind.OPERATOR and label.get("operator_status") not in set(OperatorStatus):
        yield f"operator_status {label.get('operator_status')!r} is unknown"
    if kind == Kind.REQUEST and not isinstance(label.get("category"), str):
        yield "a request without category"
    if label.get("category") == "2.2" and label.get("service") not in set(Service):
        yield f"2.2 with service {label.get('service')!r}"


def _record(raw: dict[str, Any], source: str) -> Record:
    form = raw.get("form")
    return Record(
        id=raw["id"],
        writer=raw["writer"],
        source=source,
        sender=raw["from"],
        subject=raw["subject"],
        text=raw["text"],
        label=raw["label"],
        to=tuple(raw["to"]) if "to" in raw else None,
        cc=tuple(raw.get("cc", ())) if "to" in raw else None,
        reply=bool(raw.get("reply")),
        quoted=raw.get("quoted") or "",
        form=(form["name"], tuple(tuple(map(str, row)) for row in form["rows"])) if form else None,
        attachments=tuple(raw.get("attachments") or ()),
        headers=tuple((raw.get("headers") or {}).items()),
        auth=raw.get("auth", "none"),
    )
