"""`triage replay`: what today's rules, model and bulletin would say of the mail of the past. Changes nothing."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text
from sqlalchemy import Engine

from triage.cli.options import AsJson, Config, bulletin_or_exit, print_json, settings_or_exit, stored_mail
from triage.core.difference import READING
from triage.paths import models_dir
from triage.service.calendar import local_zone
from triage.service.confine import Pool
from triage.service.replay import Replayed, Sum, replay
from triage.settings import Settings
from triage.store.engine import read
from triage.store.past import count_past

Since = Annotated[
    datetime | None,
    typer.Option("--since", metavar="AAAA-MM-DD", formats=["%Y-%m-%d"], help="só o que chegou deste dia em diante"),
]
PARTS = {
    READING: "leitura",
    "kind": "tipo",
    "item": "item",
    "service": "serviço",
    "also": "também",
    "organ": "órgão",
    "action": "ação",
    "status": "a operadora diz",
    "protocol": "protocolo",
    "trusted": "confiança",
    "withdrawn": "desistência",
    "nudge": "cobrança",
    "subject": "assunto",
    "form": "formulário",
    "recipients": "faltam destinatários",
}
SHOWN = 100


def replay_(config: Config = None, since: Since = None, as_json: AsJson = False) -> None:
    """Julga de novo as mensagens guardadas e mostra o que mudaria; não muda nada."""
    settings = settings_or_exit(config, need_mailbox=False)
    bulletin_or_exit()
    total = Sum()
    with stored_mail(settings) as engine:
        changed = [one for one in _judged(settings, engine, since, total) if one.differences]
    if as_json:
        print_json((*map(_object, changed), {"summary": _summary(total)}))
    else:
        _show(changed, total)


def _judged(settings: Settings, engine: Engine, since: datetime | None, total: Sum) -> Iterator[Replayed]:
    """Every message judged again and counted, with a progress bar where somebody watches."""
    start = since.replace(tzinfo=local_zone()) if since else None
    with read(engine) as connection:
        number = count_past(connection, start)
    watched = Console(stderr=True)
    with Pool(settings.policy(), model=models_dir()) as pool:
        found = replay(engine, pool, start)
        for one in track(found, "julgando", number, console=watched, transient=True, disable=not watched.is_terminal):
            total.add(one)
            yield one


def _object(one: Replayed) -> dict[str, object]:
    versions = one.past.versions
    return {
        "ledger": one.past.id,
        "message_id": one.past.message_id or None,
        "case": one.past.case or None,
        "place": one.past.place,
        "arrived_at": one.past.arrived.isoformat(),
        "judged_by": {"rules": versions.rules, "model": versions.model, "bulletin": versions.bulletin}
        if versions
        else None,
        "differences": [{"part": d.part, "before": d.before, "after": d.after} for d in one.differences],
    }


def _summary(total: Sum) -> dict[str, object]:
    moves = [
        {"part": d.part, "before": d.before, "after": d.after, "messages": count}
        for d, count in total.moves.most_common()
    ]
    return {"messages": total.messages, "changed": total.changed, "parts": dict(total.parts), "moves": moves}


def _show(changed: list[Replayed], total: Sum) -> None:
    console = Console(highlight=False)
    for one in changed:
        case = f"  caso {one.past.case}" if one.past.case else ""
        head = f"mensagem {one.past.id}  {one.past.arrived.astimezone(local_zone()):%d/%m/%Y %H:%M}{case}"
        console.print(Text(head, "bold"))
        for difference in one.differences:
            console.print(Text(f"  {_part(difference.part)}: {_change(difference.before, difference.after)}"))
    _show_sum(console, total)


def _show_sum(console: Console, total: Sum) -> None:
    same = total.messages - total.changed
    console.print(Text(f"{total.messages} mensagens julgadas de novo: {same} iguais, {total.changed} mudariam", "bold"))
    table = Table(box=None, show_header=False)
    for part, count in total.parts.most_common():
        table.add_row(Text(f"  {_part(part)}"), str(count))
    for move, count in total.moves.most_common():
        table.add_row(Text(f"  {_part(move.part)}: {_change(move.before, move.after)}", "dim"), str(count))
    console.print(table)


def _part(name: str) -> str:
    return PARTS.get(name, name)


def _change(before: str, after: str) -> str:
    return f"{_safe(before)} → {_safe(after)}"


def _safe(text: str) -> str:
    """Words out of a mail, for a terminal: nothing that it would obey."""
    shown = "".join(c if c.isprintable() else " " for c in text[:SHOWN])
    return shown or "–"
