"""The page docs/cases.md, drawn from the transition table: a diagram, then the whole table."""

from triage.core.case import HAND, Happened
from triage.core.moves import Move, Origin, When
from triage.core.transitions import TABLE
from triage.core.vocabulary import WAITING_ON, Outcome, State

_INTRODUCTION = """# Cases: states and what moves them

Drawn from `triage/core/transitions.py` by `triage.core.transitions_doc.cases_page`; a test holds the two together.

| state | waits for |
|---|---|
"""
_READING = """
In the tables, *stays* means that the event is recorded and changes nothing; *doubt* that a person is asked to look,
beside the state. An event without a cell is refused: recorded with the reason. Operator events are refused wherever the
sender is not authenticated, or the message not tied to the case. By hand any state may follow any other; closing needs
an outcome, and `carrier_due` an item that tells the carrier.
"""


def cases_page() -> str:
    """The whole page, in Markdown."""
    waits = "\n".join(f"| `{state}` | {party} |" for state, party in WAITING_ON.items())
    tables = "\n".join(_table(origin) for origin in (None, *State))
    return f"{_INTRODUCTION}{waits}\n\n```mermaid\n{_diagram()}\n```\n{_READING}\n{tables}"


def _diagram() -> str:
    """The moves that change the state, by event; moves by hand left out."""
    edges: dict[tuple[str, str], list[str]] = {}
    for (origin, event), moves in TABLE.items():
        for move in moves:
            if move.to is not origin and event not in HAND.values():
                target = f"{move.to}" if move.to is not State.CLOSED else f"closed: {move.outcome}"
                edges.setdefault((_name(origin), target), []).append(event)
    lines = [
        f"    {start} --> {_node(target)}: {', '.join(dict.fromkeys(events))}"
        for (start, target), events in sorted(edges.items())
    ]
    outcomes = [f'    state "closed: {outcome}" as closed_{outcome}' for outcome in Outcome]
    return "\n".join(("stateDiagram-v2", *outcomes, *lines))


def _node(target: str) -> str:
    return target.replace(": ", "_")


def _name(origin: Origin) -> str:
    return str(origin) if origin else "[*]"


def _table(origin: Origin) -> str:
    rows = [
        f"| `{event}` | {_cell(origin, TABLE[origin, event])} |"
        for event in Happened
        if (origin, event) in TABLE and event not in HAND.values()
    ]
    title = f"## From `{origin}`" if origin else "## A message that opens a case"
    return "\n".join((title, "", "| event | what follows |", "|---|---|", *rows, ""))


def _cell(origin: Origin, moves: tuple[Move, ...]) -> str:
    return "; ".join(_words(origin, move) for move in moves)


def _words(origin: Origin, move: Move) -> str:
    target = "stays" if move.to is origin else f"**{move.to}**"
    outcome = f" ({move.outcome})" if move.outcome else ""
    doubt = f", doubt *{move.doubt}*" if move.doubt else ""
    condition = f"if {move.when}: " if move.when is not When.ALWAYS else ""
    return f"{condition}{target}{outcome}{doubt}"
