"""The cases for people: opened without the daemon, with their deadlines, and moved by hand."""

from datetime import datetime

from triage.core.business import due_at
from triage.core.by_hand import decide_by_hand
from triage.core.case import Case, Refused
from triage.core.decision import Mail
from triage.core.vocabulary import Outcome, State
from triage.service.calendar import around
from triage.service.house import House, furnish
from triage.service.letters import render
from triage.settings import Settings
from triage.store.cases import find_case
from triage.store.commit import Rendered, commit_decision
from triage.store.engine import open_store, write


def open_registry(settings: Settings) -> House:
    """The house for a short command: the database is opened, and not searched for damage. Raises StoreRefused."""
    assert settings.database is not None
    return furnish(settings, open_store(settings.database.url.get_secret_value(), check=False))


def due_of(case: Case, house: House) -> datetime | None:
    """When the party that the case waits for is late."""
    return due_at(case, house.bulletin, around(case.waiting_since, house.settings.holidays.extra))


def move_by_hand(house: House, number: str, state: State, outcome: Outcome | None, note: str, who: str) -> str:
    """Move a case through the transition table, recorded as `who`'s; why it was refused (pt-BR), or ""."""
    with write(house.engine) as connection:
        case = find_case(connection, number)
        if case is None:
            return f"não há o caso {number}"
        decision = decide_by_hand(case, state, outcome, note, who, house.world(connection))
        if isinstance(decision, Refused):
            return f"o caso {number} não pode ir de {case.state} para {state}: {decision.reason}"

        def rendered(mail: Mail, owner: Case) -> Rendered:
            return render(house, mail, owner)

        commit_decision(connection, decision, house.now(), rendered)
    return ""
