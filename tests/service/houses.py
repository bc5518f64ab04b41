"""A house with a database of its own and a clock that the test moves, for the loops by themselves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from triage.service.house import House
from triage.service.opening import open_house
from triage.settings import load_settings

START = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SENDER = "SEGER Telefonia <telefonia@seger.es.gov.br>"


def house_at(
    folder: Path, smtp_port: int = 9, imap_port: int = 9, now: Callable[[], datetime] = lambda: START
) -> House:
    """Settings in `folder`; port 9 answers to nobody. The caller disposes of the engine."""
    config = folder / "triage.toml"
    config.write_text(
        f"""
        mailbox = {{ host = "localhost", port = {imap_port}, security = "none", username = "u", password = "p" }}
        smtp = {{ host = "localhost", port = {smtp_port}, security = "none", sender = "{SENDER}" }}
        database = {{ url = "sqlite:///{folder / "triage.db"}" }}
        state = {{ directory = "{folder}" }}
        policy = {{ mode = "send" }}
        timeouts = {{ smtp_final = 1, smtp_reply = 1, imap_read = 5 }}
        """,
        encoding="utf-8",
    )
    return replace(open_house(load_settings(config, need_mailbox=True)), now=now)
