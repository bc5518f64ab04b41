"""Draw the documents that are drawn from code (`make docs`); tests/test_drawn_documents.py holds them together."""

import json
from collections.abc import Iterator
from inspect import getdoc
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from triage.core.transitions_doc import cases_page
from triage.settings import Settings
from triage.settings_model import Section
from triage.settings_problems import ENVIRONMENT

ROOT = Path(__file__).resolve().parent.parent
Schema = dict[str, Any]

_INTRODUCTION = """# Settings: every key of `triage.toml`

Drawn from `triage/settings_model.py` by `scripts/draw.py`. What the keys are for stands, in Portuguese, in
[config/triage.example.toml](../config/triage.example.toml); `triage doctor` checks a file. Each key can also come from
the environment, as `TRIAGE_SECTION__KEY`, which goes before the file. An unknown key is an error.
"""
_HEAD = "| key | may be | when left out | environment |\n|---|---|---|---|"
_TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "table",
}
_FORMATS = {"password": "secret text", "path": "path", "date": "date"}
_BOUNDS = (("minimum", "from"), ("exclusiveMinimum", "above"), ("maximum", "to"))


def settings_page() -> str:
    """Every section with its keys, in Markdown."""
    return "\n".join((_INTRODUCTION, *(_section(name, model) for name, model in _sections())))


PAGES = {"docs/cases.md": cases_page, "docs/settings.md": settings_page}


def _sections() -> Iterator[tuple[str, type[BaseModel]]]:
    """The sections by the names that they have in the file, in the order of the settings."""
    for field, kind in Settings.__annotations__.items():
        for option in (kind, *getattr(kind, "__args__", ())):
            if isinstance(option, type) and issubclass(option, Section):
                yield field.removesuffix("_section"), option


def _section(name: str, model: type[BaseModel]) -> str:
    schema = model.model_json_schema()
    words = (getdoc(model) or "").removeprefix(f"[{name}]").lstrip(":, ")
    rows = [_row(name, key, value, schema) for key, value in schema["properties"].items()]
    return "\n".join((f"## [{name}]", "", words[:1].upper() + words[1:], "", _HEAD, *rows, ""))


def _row(section: str, key: str, value: Schema, schema: Schema) -> str:
    variable = f"{ENVIRONMENT}{section}__{key}".upper()
    return f"| `{key}` | {_words(value, schema)} | {_left_out(key, value, schema)} | `{variable}` |"


def _words(value: Schema, schema: Schema) -> str:
    """What a key may hold."""
    if "$ref" in value:
        definition = schema["$defs"][str(value["$ref"]).rpartition("/")[2]]
        return ", ".join(f"`{word}`" for word in definition["enum"])
    if "anyOf" in value:
        return " or ".join(_words(option, schema) for option in value["anyOf"] if option.get("type") != "null")
    if value.get("type") == "array":
        return f"list of {_words(value['items'], schema)}"
    if value.get("type") == "object":
        return f"table of {_words(value['additionalProperties'], schema)}"
    bounds = [f"{word} {value[bound]:g}" for bound, word in _BOUNDS if bound in value]
    return " ".join((_FORMATS.get(str(value.get("format"))) or _TYPES[str(value.get("type", "string"))], *bounds))


def _left_out(key: str, value: Schema, schema: Schema) -> str:
    if f"{key}_file" in schema["properties"]:
        return f"that of `{key}_file`, else of the credential"
    if key in schema.get("required", ()):
        return "an error"
    default = value.get("default")
    return "–" if default in (None, "", [], {}) else f"`{_toml(default)}`"


def _toml(default: object) -> str:
    return f"{default:g}" if isinstance(default, float) else json.dumps(default, ensure_ascii=False)


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (ROOT / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
