"""`triage audit`: whom and what a time concerned, for an incident that must be told (LGPD art. 48)."""

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text

from triage.cli.exits import USAGE, fail
from triage.cli.options import AsJson, Config, print_json, settings_or_exit, stored_mail
from triage.service.audit import Touch, What, concerns, touches
from triage.service.calendar import local_zone
from triage.service.confine import Pool
from triage.settings import Settings
from triage.store.touched import Span

FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M"]
WRITTEN = "AAAA-MM-DD[THH:MM]"
Since = Annotated[
    datetime, typer.Option("--since", metavar=WRITTEN, formats=FORMATS, help="desde este instante, hora de Vitória")
]
Until = Annotated[datetime, typer.Option("--until", metavar=WRITTEN, formats=FORMATS, help="até antes deste instante")]


def audit(since: Since, until: Until, config: Config = None, as_json: AsJson = False) -> None:
    """Mostra quem um período alcançou: remetentes, destinatários, casos e respostas; não muda nada."""
    if until <= since:
        fail(["--until deve vir depois de --since"], USAGE)
    span = Span(since.replace(tzinfo=local_zone()), until.replace(tzinfo=local_zone()))
    found = _found(settings_or_exit(config, need_mailbox=False), span)
    if as_json:
        print_json(map(_object, found))
    else:
        _show(found)


def _found(settings: Settings, span: Span) -> list[Touch]:
    watched = Console(stderr=True)
    with stored_mail(settings) as engine, Pool(settings.policy()) as pool:
        found = track(touches(engine, pool, span), "lendo", console=watched, disable=not watched.is_terminal)
        return sorted(found, key=lambda touch: touch.at)


def _object(touch: Touch) -> dict[str, object]:
    return {
        "what": touch.what,
        "at": touch.at.isoformat(),
        "id": touch.id,
        "case": touch.case or None,
        "detail": touch.detail,
        "message_id": touch.message_id or None,
        "people": touch.people,
        "unread": touch.unread or None,
    }


def _show(found: list[Touch]) -> None:
    console = Console(highlight=False)
    table = Table("pessoa", "mensagens", "e-mails nossos", "casos", header_style="bold", box=None)
    people = concerns(found)
    for address, concern in people.items():
        cases = ", ".join(sorted(concern.cases))
        table.add_row(Text(address), str(concern.messages or ""), str(concern.mails or ""), cases)
    console.print(table)
    count = {what: sum(touch.what is what for touch in found) for what in What}
    console.print(
        Text(
            f"{len(people)} pessoas: {count[What.MESSAGE]} mensagens, {count[What.CASE]} movimentos de casos,"
            f" {count[What.MAIL]} e-mails nossos",
            "bold",
        )
    )
    for touch in found:
        if touch.unread:
            console.print(Text(f"mensagem {touch.id} não pôde ser lida ({touch.unread}): veja a quem diz respeito"))
