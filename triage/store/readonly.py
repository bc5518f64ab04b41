"""The database opened to be looked at and by nothing else: no schema is changed, no row written, no file made."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from triage.store.engine import BUSY_SECONDS, StoreRefused, read
from triage.store.migrations import HEAD, revision_of


def open_readonly(url: str) -> Engine:
    """The database at `url`, refusing every write. Raises StoreRefused where it is not at the program's schema."""
    parsed = make_url(url)
    engine = _sqlite(url, Path(parsed.database or "")) if parsed.get_backend_name() == "sqlite" else _server(url)
    try:
        with read(engine) as connection:
            revision = revision_of(connection)
    except DBAPIError as failure:
        raise StoreRefused(f"banco de dados: {failure.orig}") from failure
    if revision != HEAD:
        raise StoreRefused("o banco de dados é de outra versão do programa: rode antes `triage run` ou `triage doctor`")
    return engine


def _sqlite(url: str, file: Path) -> Engine:
    if not file.is_file():
        raise StoreRefused(f"o banco de dados {file} não existe")
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
    event.listen(engine, "connect", _look_only)
    return engine


def _look_only(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA query_only=ON")


def _server(url: str) -> Engine:
    return create_engine(url, connect_args={"options": "-c default_transaction_read_only=on"})
