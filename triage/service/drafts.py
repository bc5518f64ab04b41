"""Laying drafts into the mailbox's Drafts, each exactly once."""

import threading

import structlog

from triage.service.house import House
from triage.service.postbox import Postbox
from triage.store.engine import read, write
from triage.store.outbox import draft_placed, drafts_due

log = structlog.get_logger("outbox")


def lay_drafts(house: House, postbox: Postbox, stop: threading.Event) -> int:
    """Every draft that is not in the mailbox yet; how many were laid. What cannot be laid now waits."""
    laid = 0
    while not stop.is_set():
        with read(house.engine) as connection:
            drafts = drafts_due(connection, limit=1)
        if not drafts:
            return laid
        draft = drafts[0]
        folder = postbox.lay_draft(draft)
        if folder is None:
            return laid
        with write(house.engine) as connection:
            draft_placed(connection, draft.id, folder, house.now())
        log.info("draft", mail=draft.id, kind=draft.kind, case=draft.case_number)
        laid += 1
    return laid
