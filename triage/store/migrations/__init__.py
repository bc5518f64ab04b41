"""The schema's revisions, and how a database is brought to the newest one. Runs inside the caller's transaction.

An empty database gets at once what the rows describe: running through the revisions, which make the same (there is a
test), takes a sixth of a second. `VERSION` is Alembic's own table.
"""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, insert, inspect, text
from sqlmodel import SQLModel

import triage.store.rows  # noqa: F401 - fills SQLModel.metadata

HEAD = "r0001"
KNOWN = ("r0001",)
FOLDER = Path(__file__).parent
VERSION = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def revision_of(connection: Connection) -> str | None:
    """The revision that the database says it has; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
    return str(row[0]) if row else None


def bring_up_to_date(connection: Connection, snapshot: Callable[[str], None]) -> str:
    """Upgrade to HEAD; `snapshot(revision)` is called before an existing schema changes. "" or why it is refused."""
    revision = revision_of(connection)
    if revision == HEAD:
        return ""
    if revision is not None and revision not in KNOWN:
        return f"o banco de dados ({revision}) é mais novo que este programa ({HEAD}): atualize o programa"
    if revision is None and inspect(connection).get_table_names():
        return "o banco de dados já contém tabelas de outro programa"
    if revision is None:
        create(connection)
    else:
        snapshot(HEAD)
        upgrade(connection)
    return ""


def create(connection: Connection) -> None:
    """The schema of HEAD in an empty database."""
    SQLModel.metadata.create_all(connection, checkfirst=False)
    VERSION.create(connection)
    connection.execute(insert(VERSION).values(version_num=HEAD))


def upgrade(connection: Connection) -> None:
    """Through every revision that is missing."""
    # Importing Alembic takes a tenth of a second: only where there is something to do.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
