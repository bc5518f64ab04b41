"""`triage cases list|show|set`: the cases for people and for scripts."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from triage.cli.exits import WRONG, fail
from triage.cli.options import AsJson, Config, print_json, registry_or_exit, whoever
from triage.core.case import Case, CaseEvent
from triage.core.report import case_object, event_object
from triage.core.vocabulary import Outcome, State
from triage.service.house import House
from triage.service.registry import due_of, move_by_hand
from triage.store.cases import find_case, history, list_cases
from triage.store.engine import read
from triage.terminal import CASE_STATES

cases = typer.Typer(help="Os casos: listar, contar a história de um, mover à mão.", no_args_is_help=True)


@cases.command("list")
def list_(
    config: Config = None,
    state: Annotated[State | None, typer.Option("--state", help="só os casos neste estado")] = None,
    as_json: AsJson = False,
) -> None:
    """Lista os casos, do mais novo para o mais antigo."""
    house = registry_or_exit(config)
    with read(house.engine) as connection:
        found = list_cases(connection, state)
    if as_json:
        print_json([case_object(case, due_of(case, house)) for case in found])
    else:
        Console().print(_table(found, house))


@cases.command()
def show(
    number: Annotated[str, typer.Argument(metavar="CASO")], config: Config = None, as_json: AsJson = False
) -> None:
    """Conta a história de um caso."""
    house = registry_or_exit(config)
    with read(house.engine) as connection:
        case, events = find_case(connection, number), history(connection, number)
    if case is None:
        fail([f"não há o caso {number}"], WRONG)
    if as_json:
        print_json([{**case_object(case, due_of(case, house)), "events": [event_object(event) for event in events]}])
    else:
        _tell(case, events, house)


@cases.command("set")
def set_(
    number: Annotated[str, typer.Argument(metavar="CASO")],
    state: Annotated[State, typer.Argument(metavar="ESTADO")],
    config: Config = None,
    outcome: Annotated[Outcome | None, typer.Option("--outcome", help="como terminou (ao encerrar)")] = None,
    note: Annotated[str, typer.Option("--note", help="o porquê, para a história do caso")] = "",
) -> None:
    """Move um caso à mão; fica registrado quem moveu."""
    house = registry_or_exit(config)
    refusal = move_by_hand(house, number, state, outcome, note, whoever())
    if refusal:
        fail([refusal], WRONG)


def _table(found: list[Case], house: House) -> Table:
    table = Table(
        "caso", "item", "órgão", "estado", "com", "protocolo", "prazo", "mudou", header_style="bold", box=None
    )
    now = datetime.now(UTC)
    for case in found:
        words, style = CASE_STATES[case.state]
        due = due_of(case, house)
        late = bool(due and due < now)
        table.add_row(
            case.number,
            case.category or "?",
            case.organ or "?",
            Text(f"{words}{' · ' + case.outcome if case.outcome else ''}{' ⚑' if case.review else ''}", style),
            case.waiting_on if case.open else "",
            case.protocols[-1] if case.protocols else "",
            Text(f"{due:%d/%m}" if due else "", "bold red" if late else ""),
            f"{case.changed_at.astimezone():%d/%m %H:%M}",
        )
    return table


def _tell(case: Case, events: list[CaseEvent], house: House) -> None:
    console = Console(highlight=False)
    words, style = CASE_STATES[case.state]
    console.print(Text.assemble((f"caso {case.number}", "bold"), "  ", (words, style), f"  {case.outcome or ''}"))
    due = due_of(case, house)
    facts = {
        "item": f"{case.category or '?'} {case.service or ''}",
        "órgão": case.organ or "?",
        "solicitante": f"{case.requester_name} <{case.requester}>",
        "assunto": case.subject,
        "linhas": ", ".join(case.lines),
        "protocolo": ", ".join(case.protocols),
        "prometido para": case.promised or "",
        "prazo": f"{due:%d/%m/%Y}" if due else "",
        "para uma pessoa": case.review.why if case.review else "",
    }
    for name, value in facts.items():
        if value.strip():
            console.print(Text.assemble((f"{name:>16}  ", "dim"), value))
    for event in events:
        moved = f"  → {event.after}" if event.after and event.after != event.before else ""
        line = (f"\n{event.at.astimezone():%d/%m/%Y %H:%M}  ", "dim"), (f"{event.by}: {event.what}{moved}", "bold")
        console.print(Text.assemble(*line, f"\n    {event.note}" if event.note else ""))
