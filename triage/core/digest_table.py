"""The sheets that go along with the digest: open cases, what has ended, and the account, as rows of plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from triage.core.bulletin import Bulletin
from triage.core.calendar import Calendar
from triage.core.case import Case
from triage.core.digest import Facts, Statement
from triage.core.digest_account import state_account
from triage.core.digest_cases import DOUBTS, OUTCOMES, PARTIES, Standing, stand
from triage.core.digest_words import inert
from triage.core.gathered import item_of
from triage.core.vocabulary import State

Cell = str | int | date | None

OPEN_HEAD = (
    "Caso", "Item", "Serviço", "Órgão", "Situação", "Espera por", "Dias úteis", "Prazo", "Atrasado", "Para uma pessoa",
    "Porquê", "Protocolo", "Solicitante", "E-mail", "Assunto", "Aberto em",
)  # fmt: skip
CLOSED_HEAD = ("Caso", "Item", "Órgão", "Resultado", "Encerrado em", "Protocolo", "Solicitante", "Assunto")
ACCOUNT_HEAD = ("Mensagens", "O quê", "Detalhe")
STATES = {
    State.REVIEW: "em revisão",
    State.INCOMPLETE: "incompleto",
    State.WITH_OPERATOR: "com a operadora",
    State.NEEDS_INFO: "a operadora pergunta",
    State.CARRIER_DUE: "avisar a longa distância",
    State.CLOSED: "encerrado",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, its column heads, and its rows. Whoever writes it must see that no text becomes a formula."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def sheets_of(facts: Facts, bulletin: Bulletin, calendar: Calendar, most: int) -> tuple[Sheet, ...]:
    """The three sheets, each of at most `most` rows; the last row says how many are left out."""
    standing = stand(facts.open, facts.now, bulletin, calendar)
    return (
        _sheet("Casos", OPEN_HEAD, [_open_row(one, bulletin, calendar) for one in standing], most),
        _sheet("Encerrados", CLOSED_HEAD, [_closed_row(case, calendar) for case in facts.closed], most),
        _sheet("Conta", ACCOUNT_HEAD, _account_rows(state_account(facts.accounts)), most),
    )


def _sheet(name: str, head: tuple[str, ...], rows: Sequence[tuple[Cell, ...]], most: int) -> Sheet:
    left = len(rows) - most
    note: tuple[tuple[Cell, ...], ...] = ((f"… e mais {left}: veja com triage cases list",),) if left > 0 else ()
    return Sheet(name, head, (*rows[:most], *note))


def _open_row(one: Standing, bulletin: Bulletin, calendar: Calendar) -> tuple[Cell, ...]:
    case = one.case
    item = item_of(case, bulletin)
    return (
        case.number,
        case.category,
        item.suggested(case.service).partition(" ")[2] if item else None,
        case.organ,
        STATES[case.state],
        PARTIES[case.waiting_on],
        one.age,
        one.due,
        "sim" if one.late else None,
        DOUBTS[case.review.doubt] if case.review else None,
        inert(case.review.why, 300) if case.review else None,
        *_people(case),
        calendar.day_of(case.opened_at),
    )


def _people(case: Case) -> tuple[Cell, ...]:
    protocol = inert(case.protocols[-1], 40) if case.protocols else None
    return protocol, inert(case.requester_name, 80), inert(case.requester, 120), inert(case.subject, 200)


def _closed_row(case: Case, calendar: Calendar) -> tuple[Cell, ...]:
    protocol, name, address, subject = _people(case)
    outcome = OUTCOMES[case.outcome] if case.outcome else None
    return (
        case.number,
        case.category,
        case.organ,
        outcome,
        calendar.day_of(case.waiting_since),
        protocol,
        name or address,
        subject,
    )


def _account_rows(statement: Statement) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = [(statement.received, "recebidas", None)]
    for term in statement.terms:
        rows += [(term.number, term.label, "; ".join(term.details) or None)]
    return [*rows, (None, None, statement.mailbox)]
