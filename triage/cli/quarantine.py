"""`triage quarantine list|retry`: messages that could not be read."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from triage.cli.exits import WRONG, fail
from triage.cli.options import AsJson, Config, print_json, registry_or_exit
from triage.service.by_hand import retry
from triage.store.engine import read
from triage.store.trials import Aside, set_aside

quarantine = typer.Typer(help="As mensagens que não puderam ser lidas.", no_args_is_help=True)

Ids = Annotated[
    list[int] | None, typer.Argument(metavar="ID…", help="os números que `quarantine list` mostra; ou todas")
]


@quarantine.command("list")
def list_(config: Config = None, as_json: AsJson = False) -> None:
    """Lista o que foi posto de lado, e por quê; os originais continuam na caixa postal."""
    house = registry_or_exit(config)
    with read(house.engine) as connection:
        found = set_aside(connection)
    if as_json:
        print_json(_object(aside) for aside in found)
        return
    table = Table("id", "pasta", "UID", "bytes", "desde", "porquê", header_style="bold", box=None)
    for aside in found:
        since = f"{aside.seen_at.astimezone():%d/%m %H:%M}"
        table.add_row(str(aside.id), aside.place, str(aside.uid), str(aside.size), since, aside.reason)
    Console(markup=False).print(table)


@quarantine.command("retry")
def retry_(ids: Ids = None, config: Config = None) -> None:
    """Manda ler de novo; o programa o faz a seguir."""
    done = retry(registry_or_exit(config), ids or [])
    print(f"{done.moved} de volta à fila")
    if done.refusals:
        fail(done.refusals, WRONG)


def _object(aside: Aside) -> dict[str, object]:
    return {
        "id": aside.id,
        "place": aside.place,
        "uid": aside.uid,
        "state": aside.state,
        "reason": aside.reason,
        "size": aside.size,
        "seen_at": aside.seen_at.isoformat(),
    }
