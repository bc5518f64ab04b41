"""Where the data that the team edits (`config/`) and the trained model (`models/`) are.

The wheel carries both under `triage/data/`; in a source checkout they stand beside the package.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def config_dir() -> Path:
    """The folder with the bulletin, the organs and the reply texts."""
    return _data("config")


def models_dir() -> Path:
    """The folder with the corpus and the trained classifier."""
    return _data("models")


def _data(name: str) -> Path:
    installed = _PACKAGE / "data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
