"""Days in the life of the mailbox, as facts for a digest: a busy one, a quiet one, a hostile one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

from triage.core.calendar import Calendar
from triage.core.case import CarrierStage, Case, Doubt, Review
from triage.core.decision import LedgerState, MailKind, OutboxState, Place
from triage.core.digest import Accounts, Facts, Post, SetAside
from triage.core.vocabulary import Outcome, Service, State

LOCAL = timezone(timedelta(hours=-3))
DAY = date(2026, 5, 5)  # a Tuesday; Friday the 1st was a holiday
NOW = datetime(2026, 5, 5, 8, 0, tzinfo=LOCAL).astimezone(UTC)
CALENDAR = Calendar(LOCAL, frozenset({date(2026, 4, 21), date(2026, 5, 1)}))
HOSTILE = (
    '=HYPERLINK("http://evil.example/x","clique")',
    "\t=1+1",
    "a\0b\x1b[31m\u202egpj.exe",
    "<img src=x onerror=alert(1)></pre></td></table><script>alert(1)</script>",
    "[clique](https://evil.example) www.evil.example maria@evil.example",
    "{{ 7 * 7 }}{% raw %}",
    "x" * 1_000_000,
    "e\u0301" + "\u0301" * 5000,
    "\ud800\ufffe😀" * 200,
)


def at(day: int, hour: int = 9, month: int = 5) -> datetime:
    """An instant of 2026, given on our wall."""
    return datetime(2026, month, day, hour, 15, tzinfo=LOCAL).astimezone(UTC)


def case(number: int, state: State, category: str | None, organ: str | None, since: datetime, **more: object) -> Case:
    """A case of 2026."""
    given: dict[str, object] = {
        "requester": "maria.santos@sedu.es.gov.br",
        "requester_name": "Maria Aparecida dos Santos",
        "subject": "Solicitação de serviço – sala 12",
        **more,
    }
    return Case(
        state=state,
        opened_at=since,
        changed_at=since,
        waiting_since=since,
        number=f"2026-{number:06d}",
        category=category,
        organ=organ,
        **given,  # type: ignore[arg-type] - the fields of Case by name
    )


def post(kind: MailKind, number: int, state: OutboxState, recipient: str, **more: object) -> Post:
    """An outgoing mail of the case with this number."""
    given: dict[str, object] = {"reason": "", "answer": "", "not_before": NOW, "changed_at": at(4, 17), **more}
    name = f"2026-{number:06d}" if number else ""
    return Post(300 + number, kind, name, "done", state, recipient=recipient, **given)  # type: ignore[arg-type] - by name


def busy() -> Facts:
    """Something of everything."""
    why = Review(Doubt.SEVERAL_ITEMS, "pede a 1.1 e também a 2.2 na mesma mensagem")
    fake = Review(
        Doubt.UNTRUSTED_OPERATOR, "remetente não confirmado como operadora; diz: a operadora diz que concluiu"
    )
    lost = Review(Doubt.UNDELIVERED, "a resposta não pôde ser entregue")
    pedro = {"requester": "pedro.lima@iema.es.gov.br", "requester_name": "Pedro Lima"}
    return Facts(
        day=DAY,
        now=NOW,
        since=at(30, 8, 4),
        last=date(2026, 4, 30),
        open=(
            case(101, State.REVIEW, None, "SEDU", at(30, 15, 4), review=why, subject="Telefones da escola"),
            case(
                87, State.WITH_OPERATOR, "1.2", "IEMA", at(27, 9, 4), review=fake, protocols=("20260427-551",), **pedro
            ),
            case(95, State.INCOMPLETE, "2.2", "PGE", at(29, 10, 4), review=lost, service=Service.EXTENSION),
            case(60, State.CARRIER_DUE, "1.1", "DETRAN", at(4, 10), carrier=CarrierStage.WRITTEN, done_at=at(4, 10)),
            case(61, State.CARRIER_DUE, "1.4", "SESA", at(4, 16), carrier=CarrierStage.WRITTEN, done_at=at(4, 16)),
            case(40, State.WITH_OPERATOR, "1.7", "SEFAZ", at(20, 9, 3), protocols=("OS 8841207",), **pedro),
            case(70, State.WITH_OPERATOR, "2.1", "JUCESS", at(24, 9, 4)),
            case(72, State.WITH_OPERATOR, "1.6", "SEDU", at(28, 9, 4), promised="2026-05-07", protocols=("773190",)),
            case(99, State.WITH_OPERATOR, "2.3", "SETUR", at(4, 11)),
            case(66, State.INCOMPLETE, "1.3", "CASA CIVIL", at(22, 9, 4), **pedro),
            case(98, State.NEEDS_INFO, "1.5", "IDAF", at(4, 14)),
        ),
        closed=(
            replace(case(50, State.CLOSED, "1.2", "SEJUS", at(4, 15)), outcome=Outcome.DONE),
            replace(case(97, State.CLOSED, "1.9", "SEGER", at(4, 9), **pedro), outcome=Outcome.REDIRECTED),
            replace(
                case(58, State.CLOSED, "2.2", "SEDU", at(30, 10, 4), service=Service.CONTEST), outcome=Outcome.REFUSED
            ),
        ),
        posts=(
            post(MailKind.CARRIER_NOTICE, 61, OutboxState.QUEUED, "cadastro@longa.example", not_before=at(5, 8)),
            post(MailKind.CARRIER_NOTICE, 60, OutboxState.DRAFTED, "cadastro@longa.example", answer="Rascunhos"),
            post(MailKind.CORRECTION, 95, OutboxState.DEAD, "maria.santos@pge.es.gov.br", answer="550 no such user"),
            post(MailKind.REDIRECT, 88, OutboxState.AMBIGUOUS, "joao@sesp.es.gov.br", reason="interrupted"),
            post(MailKind.CORRECTION, 89, OutboxState.HELD, "rita@sedh.es.gov.br", reason="mailbox-identity"),
            post(MailKind.CORRECTION, 90, OutboxState.OBSERVED, "rita@sedh.es.gov.br", reason="observe-mode"),
        ),
        aside=(
            SetAside(913, Place.INBOX, LedgerState.QUARANTINED, "crashed: SIGSEGV", at(4, 13), 48_211),
            SetAside(902, Place.JUNK, LedgerState.TOO_LARGE, "too-large", at(30, 16, 4), 61_000_000),
        ),
        accounts=Accounts(
            {
                (Place.INBOX, LedgerState.JUDGED, ""): 21,
                (Place.INBOX, LedgerState.NEW, ""): 1,
                (Place.INBOX, LedgerState.IGNORED, "automatic"): 6,
                (Place.INBOX, LedgerState.IGNORED, "other"): 3,
                (Place.JUNK, LedgerState.IGNORED, "other"): 2,
                (Place.INBOX, LedgerState.DUPLICATE, "duplicate"): 1,
                (Place.INBOX, LedgerState.QUARANTINED, "crashed: SIGSEGV"): 1,
                (Place.JUNK, LedgerState.TOO_LARGE, "too-large"): 1,
                (Place.SENT, LedgerState.JUDGED, ""): 4,
            },
            answered=7,
            in_ledger=1204,
            on_server=1198,
        ),
        opened={"1.1": 9, "1.2": 4, "1.6": 2, "1.12": 3, "2.1": 1, "2.2": 14, "2.5": 1, "3.2": 5, "1.9": 6, "": 2},
        unanswered={"chegou há mais de 24 horas": 2, "o remetente não recebe respostas": 1, "": 1},
    )


def quiet() -> Facts:
    """A day after a day, and nothing in between."""
    return replace(
        busy(),
        since=at(4, 8),
        last=date(2026, 5, 4),
        open=(),
        closed=(),
        posts=(),
        aside=(),
        accounts=Accounts({}, in_ledger=1204, on_server=1204),
        opened={},
        unanswered={},
    )


def stopped() -> Facts:
    """The breaker is tripped, a folder frozen, a message missing."""
    accounts = replace(busy().accounts, on_server=1206)
    return replace(busy(), stopped="30 mensagens automáticas em 10 minutos", frozen=("INBOX",), accounts=accounts)


def hostile() -> Facts:
    """Many cases whose every text was written by somebody who means ill."""
    cases = [
        case(
            1000 + number,
            State.REVIEW if number % 2 else State.WITH_OPERATOR,
            "2.2",
            "SEDU",
            at(4),
            subject=HOSTILE[number % len(HOSTILE)],
            requester_name=HOSTILE[(number + 1) % len(HOSTILE)],
            requester=HOSTILE[(number + 2) % len(HOSTILE)],
            protocols=(HOSTILE[(number + 3) % len(HOSTILE)],),
            review=Review(Doubt.UNCERTAIN, HOSTILE[(number + 4) % len(HOSTILE)]) if number % 2 else None,
        )
        for number in range(900)
    ]
    posts = [
        post(
            MailKind.CORRECTION,
            5000 + n,
            OutboxState.DEAD,
            HOSTILE[n % 9],
            answer=HOSTILE[(n + 1) % 9],
            reason="x" * 999,
        )
        for n in range(300)
    ]
    return replace(busy(), open=tuple(cases), closed=tuple(cases[:50]), posts=tuple(posts), frozen=HOSTILE[:3])
