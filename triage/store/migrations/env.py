"""Alembic's entry: runs the revisions on the connection, and within the transaction, that the caller brings."""

from alembic import context
from sqlmodel import SQLModel

import triage.store.rows  # noqa: F401 - fills SQLModel.metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,  # SQLite can: a kill in the middle leaves the old schema
)
context.run_migrations()
