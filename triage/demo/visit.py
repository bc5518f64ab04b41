"""After the story the stage stays: mail that somebody puts into the mailbox with a client is told as well."""

import time
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser

from sqlalchemy import select

from triage.core.decision import LedgerState
from triage.demo.story import Story
from triage.store.engine import read
from triage.store.ledger import raw_of, verdict_of
from triage.store.rows import LEDGER

LOOK_SECONDS = 0.3


def stay(story: Story) -> None:
    """Tell of each new message, until Ctrl-C."""
    told = _last(story)
    while True:
        for ledger_id, message_id in _filed_after(story, told):
            _tell(story, ledger_id, message_id)
            told = ledger_id
        time.sleep(LOOK_SECONDS)


def _last(story: Story) -> int:
    return max((ledger_id for ledger_id, _ in _filed_after(story, 0)), default=0)


def _filed_after(story: Story, told: int) -> list[tuple[int, str]]:
    query = select(LEDGER.c.id, LEDGER.c.message_id).where(LEDGER.c.id > told, LEDGER.c.state != LedgerState.NEW)
    with read(story.stage.engine) as connection:
        return [(int(row[0]), str(row[1])) for row in connection.execute(query.order_by(LEDGER.c.id))]


def _tell(story: Story, ledger_id: int, message_id: str) -> None:
    with read(story.stage.engine) as connection:
        found, raw = verdict_of(connection, ledger_id), raw_of(connection, ledger_id) or b""
    story.console.print()
    story.console.rule("a sua mensagem", align="left", style="dim")
    headers = BytesHeaderParser().parsebytes(raw)
    story.heading(_shown(headers.get("From", "")), _shown(headers.get("Subject", "")))
    if found is None:
        story.console.print("           posta de lado: não pôde ser lida, ou já tinha chegado antes")
    else:
        story.outcome(message_id, found[0])


def _shown(value: str) -> str:
    try:
        text = str(make_header(decode_header(str(value))))
    except (ValueError, LookupError):
        text = str(value)
    return "".join(character for character in text if character.isprintable())
