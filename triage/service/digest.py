"""The day's digest: claimed and put into the outbox in one commit, once a date whatever happens (RELIABILITY F7)."""

from datetime import date

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from triage.core.calendar import Calendar
from triage.core.decision import MailKind, OutboxState
from triage.core.digest import Facts
from triage.core.digest_build import build_digest
from triage.core.digest_table import sheets_of
from triage.core.digest_text import Page, render_digest
from triage.core.verdict import Reply
from triage.mail.compose import Enclosure, Origin, compose, message_id
from triage.service.calendar import calendar_for
from triage.service.charts import draw_chart
from triage.service.digest_facts import gather, summary
from triage.service.house import House
from triage.store.engine import read, write
from triage.store.facts import claim_digest, digest_mail
from triage.store.outbox import Letter, Outgoing, find_mail, put

log = structlog.get_logger("digest")

MAX_BYTES = 200_000
# Rows in each block and in each sheet: the first pair that keeps the whole mail within bounds.
SIZES = ((25, 600), (12, 200), (6, 60), (3, 20), (1, 5))


def send_digest(house: House, day: date, on_server: int | None = None) -> bool:
    """Write the digest of the local date `day` into the outbox, from where it leaves; whether it was ours to write.

    False, and nothing done, where that date has its digest already, by whichever process, or where nobody gets one.
    `on_server` is the server's count of messages in the inbox, None where it is not known.
    """
    if not house.settings.digest.to:
        return False
    try:
        with write(house.engine) as connection:
            made = claim_digest(connection, day, house.now(), summary(connection))
            if made:
                _put(connection, house, day, on_server)
    except IntegrityError:  # another process wrote between our look and our word; a server's transactions allow it
        return False
    if made:
        log.info("digest", day=day.isoformat(), mails=len(house.settings.digest.to))
    return made


def digest_text(house: House, day: date, on_server: int | None = None) -> str:
    """The digest of `day` as plain text, as it would be now. Nothing is claimed, nothing written."""
    calendar = _calendar(house, day)
    with read(house.engine) as connection:
        facts = gather(connection, house, day, calendar, on_server)
    rows, _ = SIZES[0]
    page = render_digest(build_digest(facts, house.bulletin, calendar, rows), house.templates)
    return f"{page.subject}\n\n{page.text}"


def digest_mails(house: House, day: date) -> list[Outgoing]:
    """The mails of the digest of `day` as they stand in the outbox, one for each of today's recipients."""
    with read(house.engine) as connection:
        found = (find_mail(connection, message_id=_message_id(house, day, to)) for to in house.settings.digest.to)
        return [mail for mail in found if mail is not None]


def _put(connection: Connection, house: House, day: date, on_server: int | None) -> None:
    calendar = _calendar(house, day)
    facts = gather(connection, house, day, calendar, on_server)
    page, enclosures = _within_bounds(house, facts, calendar)
    for number, to in enumerate(house.settings.digest.to):
        row = put(connection, _letter(house, facts, to, page, enclosures, calendar), house.now())
        if number == 0 and row is not None:
            digest_mail(connection, day, row)


def _within_bounds(house: House, facts: Facts, calendar: Calendar) -> tuple[Page, list[Enclosure]]:
    """The digest with as many rows as fit into MAX_BYTES."""
    for rows, most in SIZES:
        page, enclosures = _content(house, facts, calendar, rows, most)
        first = house.settings.digest.to[0]
        if len(_letter(house, facts, first, page, enclosures, calendar).raw) <= MAX_BYTES:
            break
    return page, enclosures


def _content(house: House, facts: Facts, calendar: Calendar, rows: int, most: int) -> tuple[Page, list[Enclosure]]:
    # Imported here: needed once a day, and openpyxl brings numpy along.
    from triage.service.spreadsheet import CONTENT_TYPE, write_sheets

    digest = build_digest(facts, house.bulletin, calendar, rows)
    name = f"telefonia-{facts.day.isoformat()}.xlsx"
    images = [
        Enclosure(f"{chart.name}.png", "image/png", draw_chart(chart), chart.name)
        for chart in digest.charts
        if chart.bars
    ]
    sheet = Enclosure(name, CONTENT_TYPE, write_sheets(sheets_of(facts, house.bulletin, calendar, most)))
    return render_digest(digest, house.templates, sheet=name), [*images, sheet]


def _letter(house: House, facts: Facts, to: str, page: Page, enclosures: list[Enclosure], calendar: Calendar) -> Letter:
    own_id = _message_id(house, facts.day, to)
    raw = compose(
        Reply(to, page.subject, page.text, page.html),
        sender=house.sender,
        message_id=own_id,
        date=calendar.local(house.now()),
        enclosures=enclosures,
        origin=Origin.GENERATED,
    )
    return Letter(
        kind=MailKind.DIGEST,
        cause=_cause(facts.day, to),
        message_id=own_id,
        sender=house.sender,
        recipient=to,
        raw=raw,
        state=OutboxState.QUEUED,
        not_before=house.now(),
    )


def _message_id(house: House, day: date, to: str) -> str:
    return message_id(house.signing_key, _cause(day, to), MailKind.DIGEST, house.domain)


def _cause(day: date, to: str) -> str:
    return f"{day.isoformat()} {to}"


def _calendar(house: House, day: date) -> Calendar:
    return calendar_for(day, house.settings.holidays.extra)
