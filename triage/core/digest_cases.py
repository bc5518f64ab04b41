"""Cases as lines of the digest: what each is about, why it stands there, and how long it has waited."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from triage.core import display
from triage.core.bulletin import Bulletin, Item
from triage.core.business import business_days_between, due_at
from triage.core.calendar import Calendar
from triage.core.case import Case, Doubt
from triage.core.decision import MailKind, OutboxState
from triage.core.digest import Post, Row
from triage.core.digest_words import address, business_days, capital, inert, moment, short_date
from triage.core.gathered import item_of
from triage.core.vocabulary import Outcome, Party, Service, State

DOUBTS = {
    Doubt.UNCERTAIN: "pouca certeza",
    Doubt.SEVERAL_ITEMS: "vários itens",
    Doubt.PERHAPS_THERE: "talvez nada falte",
    Doubt.FORGED: "remetente não confirmado",
    Doubt.UNTRUSTED_OPERATOR: "operadora não confirmada",
    Doubt.UNTIED: "sem caso certo",
    Doubt.AMBIGUOUS: "mais de um caso possível",
    Doubt.ROUNDS: "já corrigido duas vezes",
    Doubt.NO_REPLY: "sem resposta automática",
    Doubt.LIMIT: "limite de respostas",
    Doubt.CONTRADICTION: "contradição",
    Doubt.AFTER_CLOSE: "chegou depois do fim",
    Doubt.UNDELIVERED: "resposta não entregue",
    Doubt.BY_HAND: "em revisão",
}
UNTRUSTED = frozenset({Doubt.FORGED, Doubt.UNTRUSTED_OPERATOR})
OUTCOMES = {
    Outcome.DONE: "concluído",
    Outcome.REFUSED: "recusado pela operadora",
    Outcome.REDIRECTED: "orientado a outro canal",
    Outcome.WITHDRAWN: "desistência do solicitante",
    Outcome.DISMISSED: "arquivado pela equipe",
}
PARTIES = {Party.SEGER: "SEGER", Party.OPERATOR: "operadora", Party.REQUESTER: "solicitante", Party.NOBODY: "ninguém"}
UNKNOWN_ITEM = "Item a definir"


@dataclass(frozen=True, slots=True)
class Standing:
    """A case with its age in business days, the day on which its party is late, and whether that is past."""

    case: Case
    age: int
    due: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """What lines are written with: the bulletin, our calendar, and the notices to the carrier by case."""

    bulletin: Bulletin
    calendar: Calendar
    notices: dict[str, Post]


def stand(cases: Iterable[Case], now: datetime, bulletin: Bulletin, calendar: Calendar) -> list[Standing]:
    """How each case stands at `now`, the longest wait first."""
    found = []
    for case in cases:
        due = due_at(case, bulletin, calendar)
        age = business_days_between(case.waiting_since, now, calendar)
        found.append(Standing(case, age, calendar.day_of(due) if due else None, due is not None and now > due))
    return sorted(found, key=lambda one: (not one.late, -one.age, one.case.waiting_since, one.case.number))


def notices_by_case(posts: Iterable[Post]) -> dict[str, Post]:
    """The newest notice to the carrier of each case; `posts` are newest first."""
    found: dict[str, Post] = {}
    for post in posts:
        if post.kind is MailKind.CARRIER_NOTICE and post.state is not OutboxState.CANCELLED:
            found.setdefault(post.case, post)
    return found


def review_row(one: Standing, desk: Desk) -> Row:
    """A case that a person must look at: why, in one line."""
    review = one.case.review
    doubt = DOUBTS[review.doubt] if review else DOUBTS[Doubt.BY_HAND]
    alert = one.late or bool(review and review.doubt in UNTRUSTED)
    why = inert(review.why, 180) if review and review.why else "uma pessoa precisa ver"
    return _row(one, desk, capital(why) + ("" if why.endswith((".", "…")) else "."), alert=alert, doubt=doubt)


def carrier_row(one: Standing, desk: Desk) -> Row:
    """A finished service of which the long-distance carrier must be told: how far that has come."""
    done = f"Concluído em {short_date(desk.calendar.day_of(one.case.done_at))}. " if one.case.done_at else ""
    return _row(one, desk, done + _telling(one.case, desk), alert=one.late)


def waiting_row(one: Standing, desk: Desk) -> Row:
    """A case that waits for somebody else: what for, and until when."""
    return _row(one, desk, *_waits_for(one), alert=one.late)


def finished_row(case: Case, desk: Desk) -> Row:
    """A case that has ended: how."""
    outcome = OUTCOMES[case.outcome] if case.outcome else "encerrado"
    return Row(case.number, headline(case, desk.bulletin), (capital(outcome) + ".", _who(case)))


def headline(case: Case, bulletin: Bulletin) -> str:
    """ "SEDU · 2.2 Prorrogação de Fatura"."""
    item = item_of(case, bulletin)
    about = f"{item.number} {_title(item, case.service)}" if item else UNKNOWN_ITEM
    return " · ".join(filter(None, (case.organ, about)))


def _title(item: Item, service: Service | None) -> str:
    titles = dict(item.service_titles)
    return titles.get(service, item.short or item.title) if service else item.short or item.title


def protocol(case: Case) -> str:
    """The operator's newest number for the case, as it may be shown."""
    return inert(case.protocols[-1], 40) if case.protocols else ""


def _row(one: Standing, desk: Desk, *details: str, alert: bool, doubt: str = "") -> Row:
    tag = " · ".join(filter(None, (business_days(one.age), "atrasado" if one.late else "", doubt)))
    shown = (*filter(None, details), _who(one.case))
    return Row(one.case.number, headline(one.case, desk.bulletin), shown, tag, alert)


def _waits_for(one: Standing) -> tuple[str, ...]:
    case = one.case
    what = {
        State.INCOMPLETE: "Falta o complemento pedido ao solicitante.",
        State.NEEDS_INFO: "A operadora pediu informação ao solicitante.",
        State.WITH_OPERATOR: "Com a operadora" + (f", protocolo {protocol(case)}." if case.protocols else "."),
    }.get(case.state, "")
    promised = display.date(case.promised or "")
    if case.state is State.WITH_OPERATOR and promised:
        return (f"{what} Data dada pela operadora: {promised}.",)
    return (f"{what} Prazo: {short_date(one.due)}." if one.due else what,)


def _telling(case: Case, desk: Desk) -> str:
    notice = desk.notices.get(case.number)
    if notice is None:
        return "Avise a operadora de longa distância."
    return {
        OutboxState.DRAFTED: "O aviso está pronto em Rascunhos: confira e envie.",
        OutboxState.QUEUED: f"O aviso sai em {moment(notice.not_before, desk.calendar.zone)}.",
        OutboxState.RETRY: "O aviso ainda não pôde ser enviado; nova tentativa em breve.",
        OutboxState.LEASED: "O aviso está saindo agora.",
        OutboxState.HELD: "O aviso está retido: veja abaixo por quê.",
        OutboxState.AMBIGUOUS: "Não se sabe se o aviso chegou: confira antes de avisar de novo.",
        OutboxState.DEAD: "O aviso não pôde ser entregue: avise de outro modo.",
    }.get(notice.state, "Avise a operadora de longa distância (modo de observação: nada é enviado).")


def _who(case: Case) -> str:
    """Who asked, and under which subject, both inert."""
    name = inert(case.requester_name, 50) or address(case.requester)
    return f"{name}: “{inert(case.subject) or '(sem assunto)'}”"
