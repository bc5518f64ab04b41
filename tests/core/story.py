"""A small language for stories of several mails: verdicts go in, states and mails come out, on a real database.

story.request(missing=(Field.MOBILE,))     the first mail of a request
story.supplement(values={...}, to=first)   a reply to an earlier mail
story.operator(COMPLETED, to=first)        the operator's word
story.sent(to=first)                       what a colleague sent by hand
story.states()                             the state of every case, in order
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import Engine

from tests.store.lookups import count_replies, find_candidates
from triage.config import load_bulletin
from triage.core.arrival import arrival_of, rights_of
from triage.core.bulletin import Bulletin
from triage.core.by_hand import decide_by_hand, decide_sent
from triage.core.case import Case, CaseEvent, Refused
from triage.core.decide import decide
from triage.core.decision import CarrierMode, Decision, Limits, Mail, MailKind, OutboxState, Place, World
from triage.core.join import join
from triage.core.join_keys import keys_of
from triage.core.joined import Joined
from triage.core.message import Address, Body, Message
from triage.core.policy import Policy
from triage.core.verdict import Finding, OperatorWord, Presence, SubjectFinding, Verdict
from triage.core.vocabulary import Action, Field, FormState, Kind, Mode, OperatorStatus, Outcome, Service, State
from triage.store.cases import find_case, history, list_cases
from triage.store.commit import Rendered, commit_decision
from triage.store.engine import open_store, read, write
from triage.store.ledger import Received, Spot, Versions, begin_attempts, receive
from triage.store.mailboxes import meet
from triage.store.outbox import Outgoing, mails, move

START = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
OURS = "telefonia@seger.es.gov.br"
ANA = Address("Ana Lima", "ana.lima@sedu.es.gov.br")
BIA = Address("Bia Rocha", "bia.rocha@sedu.es.gov.br")
STRANGER = Address("Caio", "caio@iema.es.gov.br")
OI = Address("Karolina Ramos", "karolina.ramos@oi.net.br")
SEGER = Address("SEGER Telefonia", OURS)
CARRIER = Address("Operadora LD", "avisos@longadistancia.example.com.br")
LINE = "+552733361234"
OTHER_LINE = "+552733369999"

POLICY = Policy(
    mode=Mode.SEND,
    answer_since=(START - timedelta(days=30)).isoformat(),
    carrier_domains=frozenset({CARRIER.domain}),
    carrier_to=(CARRIER.addr,),
)


@cache
def bulletin() -> Bulletin:
    """The real bulletin."""
    return load_bulletin()


@dataclass(frozen=True)
class Told:
    """One mail of a story, and what became of it."""

    message: Message
    joined: Joined
    decision: Decision
    number: str
    mails: tuple[int | None, ...]

    @property
    def written(self) -> tuple[Mail, ...]:
        """The mails that were to be written."""
        return self.decision.mails


def request_verdict(
    item: str = "1.6",
    *,
    missing: Sequence[Field] = (),
    invalid: Sequence[Field] = (),
    subject_ok: bool = True,
    unreached: Sequence[str] = (),
    values: Mapping[Field, str] | None = None,
    lines: Sequence[str] = (LINE,),
    service: Service | None = None,
    form: FormState | None = None,
    action: Action | None = None,
    **other: object,
) -> Verdict:
    """The verdict on a request, as `judge` would give it; the action follows from what is wrong."""
    rule = bulletin().item(item)
    form = form or (FormState.FILLED if rule.form else None)
    wrong = missing or invalid or not subject_ok or unreached or form in (FormState.MISSING, FormState.BLANK)
    usual = Action.REDIRECT if rule.redirect else Action.CORRECT if wrong else Action.ACCEPT

    def finding(name: Field) -> Finding:
        presence = Presence.MISSING if name in missing else Presence.INVALID if name in invalid else Presence.PRESENT
        return Finding(name, presence, "x", "errado" if presence is Presence.INVALID else "")

    return Verdict(
        Kind.REQUEST,
        action or usual,
        **{"confidence": 0.99, **other},  # type: ignore[arg-type]
        organ="SEDU",
        category=item,
        service=service,
        subject=SubjectFinding("assunto", None if rule.redirect else subject_ok),
        findings=() if rule.redirect else tuple(finding(f) for f in rule.required(service)),
        values=tuple((values or {}).items()),
        form=form,
        missing_recipients=tuple(unreached),
        lines=tuple(lines),
        nudge=item == "1.12",
    )


def supplement_verdict(values: Mapping[Field, str] | None = None, **other: object) -> Verdict:
    """The verdict on a supplement that brings `values`."""
    fixed = {"confidence": 0.95, **other}
    action = fixed.pop("action", Action.UPDATE)
    return Verdict(Kind.SUPPLEMENT, action, values=tuple((values or {}).items()), **fixed)  # type: ignore[arg-type]


def operator_verdict(
    status: OperatorStatus, *, trusted: bool = True, protocol: str | None = None, **other: object
) -> Verdict:
    """The verdict on the operator's word."""
    promised = other.pop("promised", None)
    word = OperatorWord(status, protocol, promised)  # type: ignore[arg-type]
    fixed = {"confidence": 0.95, "action": Action.UPDATE if trusted else Action.REVIEW, **other}
    return Verdict(Kind.OPERATOR, operator=word, trusted=trusted, **fixed)  # type: ignore[arg-type]


@dataclass
class Story:
    """A mailbox's days. Each mail comes an hour after the one before; replies leave at once while `sending`."""

    engine: Engine
    policy: Policy = POLICY
    carrier_mode: CarrierMode = CarrierMode.SEND
    limits: Limits = field(default_factory=lambda: Limits(per_domain_day=10_000, per_sender_day=10_000, breaker=10_000))
    now: datetime = START
    first_run: datetime = START - timedelta(days=30)
    stopped: str = ""
    count: int = 0
    sending: bool = True

    def world(self) -> World:
        """The world as it stands."""
        return World(
            self.policy, bulletin(), self.now, self.first_run, self.carrier_mode, 15, self.limits, self.stopped
        )

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    def request(self, item: str = "1.6", *, verdict: Verdict | None = None, **more: object) -> Told:
        """A request; what concerns the mail itself is told by `say`'s arguments, the rest goes to the verdict."""
        mail = {name: more.pop(name) for name in _MAIL if name in more}
        return self.say(verdict or request_verdict(item, **more), **mail)  # type: ignore[arg-type]

    def supplement(self, values: Mapping[Field, str] | None = None, **more: object) -> Told:
        """A supplement of Ana's."""
        mail = {name: more.pop(name) for name in _MAIL if name in more}
        return self.say(supplement_verdict(values, **more), **mail)  # type: ignore[arg-type]

    def operator(self, status: OperatorStatus, **more: object) -> Told:
        """The operator's word, to Ana and to us."""
        mail = {"sender": OI, "recipients": (ANA.addr, OURS), **{n: more.pop(n) for n in _MAIL if n in more}}
        return self.say(operator_verdict(status, **more), **mail)  # type: ignore[arg-type]

    def sent(self, text: str = "Prezada, segue.", *, recipients: Sequence[str] = (ANA.addr,), **more: object) -> Told:
        """What a colleague sent from our mailbox."""
        verdict = Verdict(Kind.OTHER, Action.IGNORE, 0.9, lines=tuple(more.pop("lines", ())))  # type: ignore[call-overload]
        return self.say(verdict, text=text, sender=SEGER, recipients=recipients, place=Place.SENT, **more)  # type: ignore[arg-type]

    def say(
        self,
        verdict: Verdict,
        *,
        sender: Address = ANA,
        to: "Told | Message | str | None" = None,
        subject: str = "Bloqueio de linha",
        text: str | None = None,
        recipients: Sequence[str] = (OI.addr, OURS),
        place: Place = Place.INBOX,
        message: Message | None = None,
        shaky: bool = False,
        age: timedelta = timedelta(),
        bounced: str = "",
    ) -> Told:
        """Any mail: received, joined, decided, written down."""
        self.count += 1
        self.later(hours=1)
        message = message or self._message(sender, to, subject, text, recipients)
        with write(self.engine) as connection:
            spot = Spot(place, 1, place)
            meet(connection, spot.mailbox, spot.uidvalidity, self.now)
            received = Received(self.count, b"raw", message.fingerprint, 3, self.now - age)
            (ledger,) = receive(connection, spot, [received], self.now)
            begin_attempts(connection, [ledger])
            arrival = arrival_of(
                message,
                self.policy,
                ledger=ledger,
                received_at=self.now - age,
                place=place,
                shaky=shaky,
                bounced=bounced,
            )
            found = find_candidates(connection, keys_of(arrival, verdict, self.policy), self.now)
            joined = join(arrival, verdict, found, bulletin(), self.policy, self.now)
            counts = count_replies(
                connection,
                self.now,
                keys=rights_of(arrival),
                recipient=arrival.permission.recipient,
                case=joined.number,
                content=arrival.content,
            )
            decision = decide(verdict, arrival, joined, counts, self.world())
            versions = Versions("rules", "model", "bulletin")
            done = commit_decision(connection, decision, self.now, render, arrival=arrival, judged=(verdict, versions))
        number = done.cases[0].number if done.cases else ""
        if self.sending:
            self.deliver(MailKind.CORRECTION)
            self.deliver(MailKind.REDIRECT)
        return Told(message, joined, decision, number, done.mails)

    def _message(
        self,
        sender: Address,
        to: "Told | Message | str | None",
        subject: str,
        text: str | None,
        recipients: Sequence[str],
    ) -> Message:
        before = to.message if isinstance(to, Told) else to if isinstance(to, Message) else None
        ids = (to,) if isinstance(to, str) else ()
        own = text if text is not None else f"Texto da mensagem número {self.count}, com o que há a dizer."
        digest = hashlib.sha256(f"{self.count}{sender}{subject}{own}".encode()).hexdigest()
        return Message(
            message_id=f"<m{self.count}@{sender.domain}>",
            from_=(sender,),
            to=tuple(Address("", a) for a in recipients[:1]),
            cc=tuple(Address("", a) for a in recipients[1:]),
            subject=subject,
            body=Body(own, len(own)),
            in_reply_to=(before.message_id,) if before else ids,
            references=(*before.references, before.message_id) if before else ids,
            fingerprint=digest,
        )

    def set(self, number: str, state: State, outcome: Outcome | None = None, note: str = "") -> Refused | None:
        """A colleague moves a case by hand."""
        with write(self.engine) as connection:
            case = find_case(connection, number)
            assert case is not None
            decision = decide_by_hand(case, state, outcome, note, "maria", self.world())
            if isinstance(decision, Refused):
                return decision
            commit_decision(connection, decision, self.now, render)
        return None

    def deliver(self, kind: MailKind = MailKind.CARRIER_NOTICE) -> None:
        """The outbox sends what is queued of a kind."""
        for row in self.outbox(OutboxState.QUEUED):
            if row.kind is kind:
                self._deliver(row)

    def _deliver(self, row: Outgoing) -> None:
        with write(self.engine) as connection:
            assert move(connection, row.id, OutboxState.QUEUED, OutboxState.SENT, self.now)
            case = find_case(connection, row.case_number)
            assert case is not None
            commit_decision(connection, decide_sent(case, row.kind, row.message_id, self.world()), self.now, render)

    def cases(self) -> list[Case]:
        """Every case, in the order of their numbers."""
        with read(self.engine) as connection:
            return list_cases(connection)[::-1]

    def case(self, number: str = "") -> Case:
        """The only case, or the one with this number."""
        found = [case for case in self.cases() if number in ("", case.number)]
        assert len(found) == 1, [case.number for case in found]
        return found[0]

    def states(self) -> list[State]:
        """The state of every case."""
        return [case.state for case in self.cases()]

    def outbox(self, *states: OutboxState) -> list[Outgoing]:
        """The outbox in order."""
        with read(self.engine) as connection:
            return mails(connection, states)[::-1]

    def history(self, number: str = "") -> list[CaseEvent]:
        """A case's history."""
        with read(self.engine) as connection:
            return history(connection, number or self.case().number)


_MAIL = ("sender", "to", "subject", "text", "recipients", "place", "message", "shaky", "age", "bounced")


def render(mail: Mail, case: Case) -> Rendered:
    """Bytes that name everything that makes a mail what it is."""
    name = hashlib.sha256(f"{mail.cause}{mail.kind}{case.number}".encode()).hexdigest()[:32]
    return Rendered(f"<triage.{case.number}.{name}@seger.es.gov.br>", OURS, f"{mail.kind} {mail.cause}".encode())


def story_in(folder: Path, **settings: object) -> Story:
    """A story on a new database."""
    return Story(open_store(f"sqlite:///{folder / 'story.db'}"), **settings)  # type: ignore[arg-type]


def copy_of(told: Told, **changes: object) -> Message:
    """The same mail once more, with some of it changed."""
    return replace(told.message, **changes)  # type: ignore[arg-type]
