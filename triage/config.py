"""The files of `config/` read from disk: the bulletin, and the texts of the replies."""

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from triage.core.bulletin import Bulletin
from triage.core.bulletin_load import read_bulletin
from triage.paths import config_dir

if TYPE_CHECKING:
    from triage.core.reply import Templates

ORGANS = "organs.toml"
BULLETINS = "boletim-*.toml"


class ConfigProblems(Exception):  # noqa: N818 - it carries many problems, not one error
    """The data in `config/` cannot be used. `problems` has one line each: file, key, what is wrong (pt-BR)."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def load_bulletin(folder: Path | None = None) -> Bulletin:
    """The bulletin of `folder` (default: the project's own `config/`).

    Raises ConfigProblems with everything that is wrong, at once.
    """
    folder = folder or config_dir()
    problems: list[str] = []
    main = _the_one_bulletin(folder, problems)
    organs = folder / ORGANS
    tables = [_tables(path, problems) for path in (main, organs) if path]
    if problems or main is None:
        raise ConfigProblems(problems)
    found = read_bulletin(tables[0], tables[1], (main.name, organs.name))
    if isinstance(found, list):
        raise ConfigProblems(found)
    return found


def _the_one_bulletin(folder: Path, problems: list[str]) -> Path | None:
    found = sorted(folder.glob(BULLETINS))
    if len(found) == 1:
        return found[0]
    names = ", ".join(path.name for path in found) or "nenhum"
    problems.append(f"{folder}: deve haver um só arquivo {BULLETINS}; há: {names}")
    return None


def _tables(path: Path, problems: list[str]) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(f"{path.name}: não dá para ler: {error}")
        return {}


def load_templates(folder: Path | None = None) -> "Templates":
    """The reply texts in `folder`/replies (default: the project's own `config/`). Raises ConfigProblems."""
    from triage.core.reply import Templates, template_problems  # a reader needs no jinja2, which takes long to load

    found = sorted(((folder or config_dir()) / "replies").glob("*.j2"))
    templates = Templates(tuple((path.name, path.read_text(encoding="utf-8")) for path in found))
    problems = template_problems(templates)
    if problems:
        raise ConfigProblems(problems)
    return templates
