"""What several commands share: the --config option, and the settings and bulletin it leads to."""

import getpass
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from triage.cli.exits import USAGE, fail
from triage.config import ConfigProblems, load_bulletin, load_templates
from triage.core.bulletin import Bulletin
from triage.settings import Settings, SettingsProblems, load_settings

if TYPE_CHECKING:  # what takes long to load is loaded by the commands that need it, and by `run` when its readers start
    from sqlalchemy import Engine

    from triage.core.reply import Templates
    from triage.service.house import House

Config = Annotated[
    Path | None, typer.Option("--config", metavar="ARQUIVO", help="arquivo de configuração (triage.toml)")
]
_encode = msgspec.json.Encoder().encode

AsJson = Annotated[bool, typer.Option("--json", help="um objeto JSON por linha")]


def settings_or_exit(config: Path | None, *, need_mailbox: bool, log_in: bool = True) -> Settings:
    """The settings in force; every problem on a line of its own and exit 2 where they cannot be used."""
    try:
        return load_settings(config, need_mailbox=need_mailbox, log_in=log_in)
    except SettingsProblems as problems:
        fail(problems.lines, USAGE)
    except ConfigProblems as problems:
        fail(problems.problems, USAGE)


def whoever() -> str:
    """Who gives a command, for the record: whoever ran sudo, where the daemon's own user is but the hand."""
    return os.environ.get("SUDO_USER") or getpass.getuser()


def print_json(objects: Iterable[dict[str, object]]) -> None:
    """One object a line, to stdout."""
    for one in objects:
        sys.stdout.write(_encode(one).decode() + "\n")


def registry_or_exit(config: Path | None, *, log_in: bool = False) -> "House":
    """The house for a short command; one line and exit 2 where settings or database cannot be used.

    Without `log_in` no password is asked for: under systemd only its units are given them, and no person's command.
    """
    # Not at the top: `run` asks for its settings before it loads what the database needs.
    from triage.service.registry import open_registry
    from triage.store.engine import StoreRefused

    settings = settings_or_exit(config, need_mailbox=True, log_in=log_in)
    try:
        return open_registry(settings)
    except StoreRefused as refusal:
        fail([str(refusal)], USAGE)
    except ConfigProblems as problems:
        fail(problems.problems, USAGE)


@contextmanager
def stored_mail(settings: Settings) -> "Iterator[Engine]":
    """The database opened to be looked at, for commands that read stored mail again; one line and exit 2 where it, or a
    reader, cannot be had.
    """
    from triage.service.child import ReaderUnavailable
    from triage.store.engine import StoreRefused
    from triage.store.readonly import open_readonly

    if settings.database is None:
        fail(["[database]: falta esta seção na configuração"], USAGE)
    try:
        yield open_readonly(settings.database.url.get_secret_value())
    except StoreRefused as refusal:
        fail([str(refusal)], USAGE)
    except ReaderUnavailable as why:
        fail([f"o leitor de mensagens não pôde começar: {why}"], USAGE)


def bulletin_or_exit() -> "tuple[Bulletin, Templates]":
    """The bulletin and the reply texts; every problem on a line of its own and exit 2 where they cannot be used."""
    try:
        return load_bulletin(), load_templates()
    except ConfigProblems as problems:
        fail(problems.problems, USAGE)
