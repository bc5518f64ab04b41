"""What several commands share: the --config option, and the settings and bulletin it leads to."""

from pathlib import Path
from typing import Annotated

import typer

from triage.cli.exits import USAGE, fail
from triage.config import ConfigProblems, load_bulletin, load_templates
from triage.core.bulletin import Bulletin
from triage.core.reply import Templates
from triage.settings import Settings, SettingsProblems, load_settings

Config = Annotated[
    Path | None, typer.Option("--config", metavar="ARQUIVO", help="arquivo de configuração (triage.toml)")
]
AsJson = Annotated[bool, typer.Option("--json", help="um objeto JSON por linha")]


def settings_or_exit(config: Path | None, *, need_mailbox: bool) -> Settings:
    """The settings in force; every problem on a line of its own and exit 2 where they cannot be used."""
    try:
        return load_settings(config, need_mailbox=need_mailbox)
    except SettingsProblems as problems:
        fail(problems.lines, USAGE)
    except ConfigProblems as problems:
        fail(problems.problems, USAGE)


def bulletin_or_exit() -> tuple[Bulletin, Templates]:
    """The bulletin and the reply texts; every problem on a line of its own and exit 2 where they cannot be used."""
    try:
        return load_bulletin(), load_templates()
    except ConfigProblems as problems:
        fail(problems.problems, USAGE)
