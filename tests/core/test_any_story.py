"""Any mails in any order, on a real store: what must never come about, however strange the day."""

import shutil
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.core.story import ANA, BIA, CARRIER, LINE, OI, OTHER_LINE, OURS, STRANGER, Story, Told, supplement_verdict
from triage.core.case import By, Happened
from triage.core.decision import Limits, MailKind, OutboxState, Place
from triage.core.verdict import Verdict
from triage.core.vocabulary import Action, Field, Kind, OperatorStatus, Outcome, State
from triage.store.engine import damage, open_store

PEOPLE = st.sampled_from((ANA, BIA, STRANGER))
LINES = st.sampled_from(((LINE,), (OTHER_LINE,), (), (LINE, OTHER_LINE)))
ITEMS = st.sampled_from(("1.4", "1.6", "1.9", "1.12", "2.3"))
GAPS = st.sampled_from(((), (Field.MOBILE,), (Field.MOBILE, Field.CNPJ)))


class AnyStory(RuleBasedStateMachine):
    """A mailbox that gets anything. `template` is an empty store."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="story-"))
        shutil.copyfile(self.template, self.folder / "story.db")
        self.story = Story(open_store(f"sqlite:///{self.folder / 'story.db'}"), limits=Limits(per_domain_day=999))
        self.told: list[Told] = []
        self.closed: dict[str, Outcome | None] = {}
        self.believed: set[str] = set()

    def teardown(self) -> None:
        assert damage(self.story.engine) == []
        self.story.engine.dispose()
        shutil.rmtree(self.folder)

    def earlier(self, choice: int) -> Told | None:
        return self.told[choice % len(self.told)] if self.told and choice else None

    @rule(
        item=st.sampled_from(("1.4", "1.6", "1.9", "1.12", "2.3")),
        missing=GAPS,
        lines=LINES,
        who=PEOPLE,
        to=st.integers(0, 9),
    )
    def request(self, item: str, missing: tuple[Field, ...], lines: tuple[str, ...], who: object, to: int) -> None:
        gaps = missing if item not in ("1.9", "1.12") else ()
        self.told.append(self.story.request(item, missing=gaps, lines=lines, sender=who, to=self.earlier(to)))

    @precondition(lambda self: self.told)
    @rule(field=st.sampled_from((Field.MOBILE, Field.CNPJ)), who=PEOPLE, to=st.integers(0, 9), gives_up=st.booleans())
    def supplement(self, field: Field, who: object, to: int, gives_up: bool) -> None:
        verdict = supplement_verdict({field: "1"}, withdrawn=gives_up)
        self.told.append(self.story.say(verdict, sender=who, to=self.earlier(to)))  # type: ignore[arg-type]

    @rule(status=st.sampled_from(OperatorStatus), trusted=st.booleans(), lines=LINES, to=st.integers(0, 9))
    def operator(self, status: OperatorStatus, trusted: bool, lines: tuple[str, ...], to: int) -> None:
        told = self.story.operator(status, trusted=trusted, lines=lines, to=self.earlier(to))
        self.told.append(told)
        if status is OperatorStatus.COMPLETED and trusted and told.joined.tied:
            self.believed.update(case.number for case in told.joined.cases)

    @precondition(lambda self: self.told)
    @rule(recipient=st.sampled_from((ANA.addr, CARRIER.addr, OI.addr)), asks=st.booleans(), to=st.integers(0, 9))
    def colleague(self, recipient: str, asks: bool, to: int) -> None:
        text = "Favor informar o celular." if asks else "Está em andamento."
        self.told.append(self.story.sent(text, recipients=(recipient,), to=self.earlier(to)))

    @precondition(lambda self: self.told)
    @rule(to=st.integers(1, 9), kind=st.sampled_from((Kind.AUTOMATIC, Kind.OTHER, Kind.CARRIER)))
    def noise(self, to: int, kind: Kind) -> None:
        action = Action.UPDATE if kind is Kind.CARRIER else Action.IGNORE
        sender = CARRIER if kind is Kind.CARRIER else ANA
        verdict = Verdict(kind, action, 0.9, trusted=True if kind is Kind.CARRIER else None)
        self.story.say(verdict, sender=sender, to=self.earlier(to), recipients=(OURS,))

    @precondition(lambda self: self.told)
    @rule(to=st.integers(1, 9))
    def the_same_mail_again(self, to: int) -> None:
        told = self.earlier(to)
        assert told is not None
        place = Place.SENT if told.message.author.addr == OURS else Place.INBOX
        again = self.story.say(Verdict(Kind.OTHER, Action.IGNORE, 0.9), message=told.message, place=place)
        assert again.decision.filing is not None
        assert again.decision.filing.reason == "duplicate"

    @rule()
    def the_outbox_sends_notices(self) -> None:
        self.story.deliver()

    @invariant()
    def a_closed_case_never_reopens(self) -> None:
        for case in self.story.cases():
            if case.number in self.closed:
                assert (case.state, case.outcome) == (State.CLOSED, self.closed[case.number])
            elif case.state is State.CLOSED:
                self.closed[case.number] = case.outcome

    @invariant()
    def done_means_that_the_believed_operator_said_so(self) -> None:
        for case in self.story.cases():
            if case.outcome is Outcome.DONE or case.state is State.CARRIER_DUE:
                assert case.number in self.believed

    @invariant()
    def a_message_is_answered_once_and_a_case_three_times_at_most(self) -> None:
        replies = [m for m in self.story.outbox() if m.kind in (MailKind.CORRECTION, MailKind.REDIRECT)]
        sent = [m for m in replies if m.state is not OutboxState.CANCELLED]
        assert max(Counter(m.cause for m in replies).values(), default=0) <= 1
        assert max(Counter(m.case_number for m in sent).values(), default=0) <= 3

    @invariant()
    def only_requesters_and_the_carrier_are_written_to(self) -> None:
        for mail in self.story.outbox():
            wanted = {CARRIER.addr} if mail.kind is MailKind.CARRIER_NOTICE else {ANA.addr, BIA.addr, STRANGER.addr}
            assert mail.recipient in wanted

    @invariant()
    def the_carrier_is_told_once_a_case_and_only_of_what_is_done(self) -> None:
        notices = [m for m in self.story.outbox() if m.kind is MailKind.CARRIER_NOTICE]
        assert max(Counter(m.case_number for m in notices).values(), default=0) <= 1
        assert {m.case_number for m in notices} <= self.believed

    @invariant()
    def every_case_has_a_cause_and_a_history_that_ends_where_it_stands(self) -> None:
        for case in self.story.cases():
            events = self.story.history(case.number)
            assert events[0].message_id
            assert events[0].before is None
            assert [e.after for e in events if e.after][-1] is case.state
            assert all(e.by in set(By) for e in events)
            assert all(isinstance(e.what, Happened) for e in events)


def test_no_order_of_mails_breaks_a_promise(empty_store: Path) -> None:
    AnyStory.template = empty_store
    run_state_machine_as_test(
        AnyStory,
        settings=settings(
            max_examples=25,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
