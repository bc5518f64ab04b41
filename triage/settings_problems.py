"""What is wrong with the settings, told in one Portuguese line each: where, which key, what, and what it may be."""

import types
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from triage.core.tables import unknown_key

ENVIRONMENT = "TRIAGE_"

_WORDS = {
    "int_parsing": "deve ser um número inteiro",
    "int_type": "deve ser um número inteiro",
    "int_from_float": "deve ser um número inteiro",
    "float_parsing": "deve ser um número",
    "float_type": "deve ser um número",
    "string_type": "deve ser um texto",
    "string_too_short": "não pode ficar em branco",
    "tuple_type": "deve ser uma lista, como [\"…\"]",
    "dict_type": "deve ser uma tabela, como { chave = \"valor\" }",
    "model_type": "deve ser uma seção, com uma chave por linha",
    "path_type": "deve ser um caminho de arquivo",
    "date_from_datetime_parsing": "deve ser uma data, como 2026-12-24",
    "date_type": "deve ser uma data, como 2026-12-24",
}  # fmt: skip
_BOUNDS = {
    "greater_than_equal": ("ge", "deve ser no mínimo {}"),
    "greater_than": ("gt", "deve ser maior que {}"),
    "less_than_equal": ("le", "deve ser no máximo {}"),
}


def problem_lines(error: ValidationError, model: type[BaseModel], where: str, environ: Mapping[str, str]) -> list[str]:
    """A line for each problem. `where` is the file; a key that the environment sets is named by its variable instead.

    No value is repeated but a wrong word of a closed vocabulary: any other may be a secret.
    """
    return [_line(detail, model, where, environ) for detail in error.errors(include_url=False)]


def unknown_variables(environ: Mapping[str, str], model: type[BaseModel]) -> Iterator[str]:
    """A complaint for each TRIAGE_SECTION__KEY whose section does not exist (pydantic-settings passes them over)."""
    sections = [section.upper() for section in _keys(model)]
    for variable in environ:
        section, separator, _ = variable.removeprefix(ENVIRONMENT).partition("__")
        if variable.startswith(ENVIRONMENT) and separator and section.upper() not in sections:
            yield f"{variable}: {unknown_key(section, sections)}"


def _line(detail: ErrorDetails, model: type[BaseModel], where: str, environ: Mapping[str, str]) -> str:
    location = tuple(str(part) for part in detail["loc"])
    variable = ENVIRONMENT + "__".join(location[:2]).upper()
    source = f"ambiente: {variable}" if variable in environ else f"{where}: {'.'.join(location)}"
    return f"{source}: {_what(detail, location, model)}"


def _what(detail: ErrorDetails, location: tuple[str, ...], model: type[BaseModel]) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "missing":
        return _missing(location)
    if kind == "extra_forbidden":
        return unknown_key(location[-1], _keys(_model_at(model, location[:-1])))
    if kind == "enum":
        return f'palavra desconhecida "{detail["input"]}"; pode ser {_options(context["expected"])}'
    if kind in _BOUNDS:
        bound, words = _BOUNDS[kind]
        return words.format(context[bound])
    if kind == "value_error":
        return str(context["error"])
    return _WORDS.get(kind, f"valor inválido ({detail['msg']})")


def _options(expected: str) -> str:
    return expected.replace(" or ", " ou ").replace("'", '"')


def _missing(location: tuple[str, ...]) -> str:
    if location[-1] != "password":
        return "falta"
    section = location[0]
    variable, credential = f"{ENVIRONMENT}{section.upper()}__PASSWORD", f"{section}-password"
    return f"falta; use `password`, `password_file`, {variable} ou a credencial {credential} do systemd"


def _keys(model: type[BaseModel]) -> list[str]:
    return list(model.model_fields)


def _model_at(model: type[BaseModel], location: tuple[str, ...]) -> type[BaseModel]:
    for key in location:
        model = _section(model.model_fields[key].annotation)
    return model


def _section(annotation: Any) -> type[BaseModel]:
    """The section in `X` or `X | None`."""
    options = get_args(annotation) if isinstance(annotation, types.UnionType) else (annotation,)
    found: type[BaseModel] = next(option for option in options if option is not type(None))
    return found
