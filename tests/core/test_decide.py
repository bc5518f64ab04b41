"""Stories of several mails: what the case becomes, who is written to, and what is left to a person."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.core.story import (
    ANA,
    CARRIER,
    LINE,
    OI,
    OTHER_LINE,
    OURS,
    POLICY,
    START,
    STRANGER,
    Story,
    supplement_verdict,
)
from triage.core.case import CarrierStage, Doubt, Happened, Refused
from triage.core.decision import CarrierMode, Counts, Filing, LedgerState, Limits, MailKind, OutboxState, Place, Way
from triage.core.message import Address
from triage.core.release import breaker_trips, limit_reached
from triage.core.verdict import Verdict
from triage.core.vocabulary import Action, Field, FormState, Kind, Mode, OperatorStatus, Outcome, State

COMPLETED, REFUSED, SCHEDULED = OperatorStatus.COMPLETED, OperatorStatus.REFUSED, OperatorStatus.SCHEDULED
ACKNOWLEDGED, NEEDS_INFO, REMARK = OperatorStatus.ACKNOWLEDGED, OperatorStatus.NEEDS_INFO, OperatorStatus.OTHER
MISSING = (Field.MOBILE, Field.LANDLINE)
MOBILE = {Field.MOBILE: "+5527999990000"}
LANDLINE = {Field.LANDLINE: "+552733330000"}


def doubts(story: Story) -> list[Doubt | None]:
    return [case.review.doubt if case.review else None for case in story.cases()]


# --- requests and corrections


def test_a_complete_request_goes_to_the_operator_without_a_word(story: Story) -> None:
    told = story.request()
    assert (story.states(), told.written) == ([State.WITH_OPERATOR], ())


def test_a_faulty_request_is_answered_once_to_its_requester_alone(story: Story) -> None:
    told = story.request(missing=MISSING)
    (mail,) = told.written
    assert (mail.kind, mail.to, mail.in_reply_to) == (MailKind.CORRECTION, ANA.addr, told.message.message_id)
    assert story.states() == [State.INCOMPLETE]


def test_a_redirected_request_is_answered_and_closed(story: Story) -> None:
    told = story.request("1.9")
    assert [mail.kind for mail in told.written] == [MailKind.REDIRECT]
    assert (story.case().state, story.case().outcome) == (State.CLOSED, Outcome.REDIRECTED)


def test_a_doubtful_request_waits_for_a_person_unanswered(story: Story) -> None:
    told = story.request(action=Action.REVIEW, also=("2.1",))
    assert (story.states(), doubts(story), told.written) == ([State.REVIEW], [Doubt.SEVERAL_ITEMS], ())


def test_what_may_be_there_waits_for_a_person_and_what_completes_it_does_not(story: Story) -> None:
    """Nothing is demanded that may stand in the message; the requester may say it more plainly meanwhile."""
    told = story.request(missing=(Field.LANDLINE,), action=Action.REVIEW, perhaps=(Field.LANDLINE.value,))
    assert (story.states(), doubts(story), told.written) == ([State.REVIEW], [Doubt.PERHAPS_THERE], ())
    story.supplement(LANDLINE, to=told)
    assert (story.states(), doubts(story)) == ([State.WITH_OPERATOR], [None])


def test_what_the_case_has_anyway_leaves_no_doubt_about_a_resubmission(story: Story) -> None:
    """A resubmission need not repeat it, be it said unclearly; what the case lacks is for a person still."""
    first = story.request(missing=(Field.MOBILE,))
    unclear = {"action": Action.REVIEW, "perhaps": (Field.REASON.value,)}
    story.request(missing=(Field.REASON,), to=first, **unclear)
    assert (story.states(), doubts(story)) == ([State.WITH_OPERATOR], [None])


def test_what_the_case_lacks_and_may_be_there_now_is_for_a_person(story: Story) -> None:
    first = story.request("1.1", missing=(Field.MOBILE,), form=FormState.MISSING)
    for unclear in (Field.MOBILE.value, "form"):
        again = story.request("1.1", missing=(Field.MOBILE,), to=first, action=Action.REVIEW, perhaps=(unclear,))
        assert (again.written, doubts(story)) == ((), [Doubt.PERHAPS_THERE])


def test_fields_are_united_and_the_second_correction_names_only_what_is_still_missing(story: Story) -> None:
    first = story.request(missing=MISSING, values={Field.CNPJ: "27080571000130"})
    second = story.supplement(MOBILE, to=first)
    (mail,) = second.written
    assert mail.verdict is not None
    assert (mail.verdict.missing, mail.verdict.subject.ok) == ((Field.LANDLINE,), True)  # type: ignore[union-attr]
    assert dict(mail.verdict.values)[Field.MOBILE] == MOBILE[Field.MOBILE]
    story.supplement(LANDLINE, to=second)
    assert story.states() == [State.WITH_OPERATOR]


def test_after_two_corrections_a_person_takes_over(story: Story) -> None:
    first = story.request(missing=(*MISSING, Field.CNPJ))
    story.supplement(MOBILE, to=first)
    third = story.supplement(LANDLINE, to=first)
    assert (third.written, story.states(), doubts(story)) == ((), [State.REVIEW], [Doubt.ROUNDS])
    assert len(story.outbox()) == 2


def test_what_completes_it_after_that_still_sends_it_to_the_operator(story: Story) -> None:
    first = story.request(missing=(*MISSING, Field.CNPJ))
    story.supplement(MOBILE, to=first)
    story.supplement(LANDLINE, to=first)
    story.supplement({Field.CNPJ: "27080571000130"}, to=first)
    assert (story.states(), doubts(story)) == ([State.WITH_OPERATOR], [None])


def test_a_wrong_subject_is_mended_only_by_a_full_resubmission(story: Story) -> None:
    first = story.request(subject_ok=False, missing=(Field.MOBILE,))
    second = story.supplement(MOBILE, to=first)
    (mail,) = second.written
    assert mail.verdict is not None
    assert (mail.verdict.missing, mail.verdict.subject.ok) == ((), False)  # type: ignore[union-attr]
    story.request(missing=(Field.MOBILE,), subject="1.6 Bloqueio")
    assert (story.states(), story.case().subject) == ([State.WITH_OPERATOR], "1.6 Bloqueio")


def test_a_resubmission_need_not_repeat_what_the_case_has(story: Story) -> None:
    first = story.request(missing=(Field.MOBILE,))
    story.request(missing=(Field.CNPJ, Field.REASON), to=first)
    assert story.states() == [State.WITH_OPERATOR]


def test_recipients_reached_by_any_mail_of_the_case_count(story: Story) -> None:
    first = story.request("1.4", unreached=(OI.addr,), recipients=(OURS,))
    assert story.case().missing_recipients == (OI.addr,)
    story.supplement({}, to=first, recipients=(OI.addr, OURS))
    assert story.states() == [State.WITH_OPERATOR]


def test_a_right_value_mends_a_wrong_one_and_never_the_other_way_round(story: Story) -> None:
    first = story.request(invalid=(Field.CNPJ,))
    story.supplement({Field.CNPJ: "27080571000130"}, to=first)
    assert story.states() == [State.WITH_OPERATOR]
    assert story.case().faults == ()


def test_the_form_sent_later_completes_the_request(story: Story) -> None:
    first = story.request("1.2", form=FormState.BLANK, lines=())
    story.supplement({}, form=FormState.FILLED, to=first)
    assert story.states() == [State.WITH_OPERATOR]


def test_the_same_words_again_within_a_day_are_no_second_round(story: Story) -> None:
    first = story.request(missing=MISSING, text="Solicito o bloqueio da linha do gabinete, obrigada.")
    again = story.request(missing=MISSING, text="Solicito o bloqueio da linha do gabinete, obrigada.")
    assert (again.number, again.written, story.case().rounds) == (first.number, (), 1)


def test_a_correction_that_has_not_left_is_stopped_by_newer_mail_and_is_no_round(story: Story) -> None:
    story.sending = False
    first = story.request(missing=MISSING)
    story.supplement(MOBILE, to=first)
    assert [mail.state for mail in story.outbox()] == [OutboxState.CANCELLED, OutboxState.QUEUED]
    assert story.case().rounds == 1


# --- thanks, withdrawals, machines


def test_thanks_change_nothing_and_are_noted(story: Story) -> None:
    first = story.request()
    told = story.say(Verdict(Kind.OTHER, Action.IGNORE, 0.9), to=first, text="Muito obrigada!")
    assert (story.states(), told.decision.filing) == ([State.WITH_OPERATOR], Filing(LedgerState.IGNORED, "other"))
    assert story.history()[-1].what is Happened.REMARKED


def test_the_requesters_clear_word_ends_it(story: Story) -> None:
    first = story.request(missing=MISSING)
    story.say(supplement_verdict(withdrawn=True), to=first)
    assert (story.case().state, story.case().outcome) == (State.CLOSED, Outcome.WITHDRAWN)


def test_a_withdrawal_stops_a_correction_that_has_not_left(story: Story) -> None:
    story.sending = False
    first = story.request(missing=MISSING)
    story.say(supplement_verdict(withdrawn=True), to=first)
    assert [mail.state for mail in story.outbox()] == [OutboxState.CANCELLED]


def test_a_stranger_cannot_withdraw(story: Story) -> None:
    first = story.request()
    story.say(supplement_verdict(withdrawn=True), to=first, sender=STRANGER)
    assert (story.states(), doubts(story)) == ([State.WITH_OPERATOR], [Doubt.UNCERTAIN])


def test_a_forged_word_takes_back_nothing_and_opens_nothing(story: Story) -> None:
    """In a case's thread a person looks; "se já pagou, desconsidere este aviso" of a stranger is what it was."""
    first = story.request()
    forged = Verdict(Kind.OTHER, Action.REVIEW, 0.95, withdrawn=True)
    story.say(forged, to=first)
    assert (story.states(), doubts(story)) == ([State.WITH_OPERATOR], [Doubt.UNCERTAIN])
    told = story.say(forged, sender=STRANGER)
    assert told.decision.filing == Filing(LedgerState.IGNORED, "other")
    story.say(replace(forged, confidence=0.5), sender=STRANGER)
    assert story.states() == [State.WITH_OPERATOR, State.REVIEW]


def test_a_withdrawal_after_the_service_was_done_is_for_a_person(story: Story) -> None:
    first = story.request("1.4")
    story.operator(COMPLETED, to=first)
    story.say(supplement_verdict(withdrawn=True), to=first)
    assert (story.states(), doubts(story)) == ([State.CARRIER_DUE], [Doubt.CONTRADICTION])


def test_a_machine_is_never_answered_and_opens_nothing(story: Story) -> None:
    told = story.say(Verdict(Kind.AUTOMATIC, Action.IGNORE, 1.0))
    assert (told.decision.filing, story.cases()) == (Filing(LedgerState.IGNORED, "automatic"), [])


def test_a_correction_that_came_back_is_for_a_person(story: Story) -> None:
    first = story.request(missing=MISSING)
    ours = story.outbox()[0].message_id
    story.say(Verdict(Kind.AUTOMATIC, Action.IGNORE, 1.0), bounced=ours, to=ours)
    assert (story.case().number, doubts(story)) == (first.number, [Doubt.UNDELIVERED])


def test_a_supplement_to_nothing_is_for_a_person(story: Story) -> None:
    story.supplement(MOBILE)
    assert (story.states(), doubts(story)) == ([State.REVIEW], [Doubt.UNTIED])


def test_a_supplement_after_the_end_reopens_nothing_but_is_shown(story: Story) -> None:
    first = story.request()
    story.operator(REFUSED, to=first)
    story.supplement(MOBILE, to=first)
    assert (story.states(), doubts(story)) == ([State.CLOSED], [Doubt.AFTER_CLOSE])


# --- the operator's word

EXPECTED = {
    ACKNOWLEDGED: State.WITH_OPERATOR,
    NEEDS_INFO: State.NEEDS_INFO,
    SCHEDULED: State.WITH_OPERATOR,
    REFUSED: State.CLOSED,
    COMPLETED: State.CLOSED,
    REMARK: State.WITH_OPERATOR,
}


@pytest.mark.parametrize("status", OperatorStatus)
def test_the_operators_word_moves_a_case_that_is_with_it(story: Story, status: OperatorStatus) -> None:
    first = story.request()
    story.operator(status, to=first)
    assert story.states() == [EXPECTED[status]]


@pytest.mark.parametrize("status", OperatorStatus)
def test_an_unauthenticated_operator_moves_nothing(story: Story, status: OperatorStatus) -> None:
    first = story.request()
    story.operator(status, trusted=False, to=first)
    assert (story.states(), doubts(story)) == ([State.WITH_OPERATOR], [Doubt.UNTRUSTED_OPERATOR])


@pytest.mark.parametrize("status", OperatorStatus)
def test_an_authenticated_operator_without_a_tie_moves_nothing(story: Story, status: OperatorStatus) -> None:
    story.request(lines=(LINE,))
    story.operator(status, lines=(OTHER_LINE,))
    assert story.states()[0] is State.WITH_OPERATOR


def test_an_unbelieved_operator_tied_to_nothing_is_a_review_of_its_own(story: Story) -> None:
    story.operator(COMPLETED, trusted=False, recipients=(OURS,))
    assert (story.states(), doubts(story)) == ([State.REVIEW], [Doubt.UNTRUSTED_OPERATOR])


def test_protocol_and_date_are_kept(story: Story) -> None:
    first = story.request()
    story.operator(SCHEDULED, to=first, protocol="12 345", promised="2026-03-09")
    assert (story.case().protocols, story.case().promised) == (("12 345",), "2026-03-09")


def test_an_answer_to_the_operators_question_sends_it_back(story: Story) -> None:
    first = story.request()
    story.operator(NEEDS_INFO, to=first)
    answer = story.supplement({Field.REASON: "obra"}, to=first)
    assert (story.states(), answer.written) == ([State.WITH_OPERATOR], ())


def test_an_acknowledgement_does_not_excuse_what_the_requester_owes(story: Story) -> None:
    first = story.request(missing=MISSING)
    story.operator(ACKNOWLEDGED, to=first, protocol="998877")
    assert (story.states(), story.case().protocols) == ([State.INCOMPLETE], ("998877",))


def test_done_although_incomplete_is_done_and_the_correction_is_outdated(story: Story) -> None:
    story.sending = False
    first = story.request(missing=MISSING)
    story.operator(COMPLETED, to=first)
    assert (story.states(), story.outbox()[0].state) == ([State.CLOSED], OutboxState.CANCELLED)


def test_done_twice_changes_nothing(story: Story) -> None:
    first = story.request()
    story.operator(COMPLETED, to=first)
    before = story.case()
    story.operator(COMPLETED, to=first)
    assert (story.case().state, story.case().outcome, story.case().review) == (before.state, before.outcome, None)
    assert "já estava encerrado" in story.history()[-1].note


def test_done_after_refused_is_a_contradiction_that_reopens_nothing(story: Story) -> None:
    first = story.request()
    story.operator(REFUSED, to=first)
    story.operator(COMPLETED, to=first)
    assert (story.case().outcome, doubts(story)) == (Outcome.REFUSED, [Doubt.CONTRADICTION])


def test_refused_after_done_is_a_contradiction(story: Story) -> None:
    first = story.request()
    story.operator(COMPLETED, to=first)
    story.operator(REFUSED, to=first)
    assert (story.case().outcome, doubts(story)) == (Outcome.DONE, [Doubt.CONTRADICTION])


def test_done_after_the_requester_gave_up_is_a_contradiction(story: Story) -> None:
    first = story.request()
    story.say(supplement_verdict(withdrawn=True), to=first)
    story.operator(COMPLETED, to=first)
    assert (story.case().outcome, doubts(story)) == (Outcome.WITHDRAWN, [Doubt.CONTRADICTION])


def test_a_late_acknowledgement_is_only_noted(story: Story) -> None:
    first = story.request()
    story.operator(COMPLETED, to=first)
    story.operator(ACKNOWLEDGED, to=first)
    assert (story.case().outcome, doubts(story)) == (Outcome.DONE, [None])


def test_done_for_another_line_moves_nothing_and_the_history_says_why(story: Story) -> None:
    first = story.request()
    story.operator(COMPLETED, to=first, lines=(OTHER_LINE,))
    assert (story.states(), doubts(story)) == ([State.WITH_OPERATOR], [Doubt.CONTRADICTION])
    assert OTHER_LINE in story.history()[-1].note


def test_lines_are_completed_one_after_the_other(story: Story) -> None:
    first = story.request(lines=(LINE, OTHER_LINE))
    story.operator(COMPLETED, to=first, lines=(LINE,))
    assert story.states() == [State.WITH_OPERATOR]
    story.operator(COMPLETED, to=first, lines=(OTHER_LINE,))
    assert (story.states(), doubts(story)) == ([State.CLOSED], [None])


def test_a_new_number_is_no_foreign_line(story: Story) -> None:
    first = story.request("1.4")
    story.operator(COMPLETED, to=first, lines=(OTHER_LINE,))
    assert (story.states(), story.case().new_lines) == ([State.CARRIER_DUE], (OTHER_LINE,))


def test_a_completion_of_a_request_that_nobody_understood_ends_nothing(story: Story) -> None:
    first = story.request(action=Action.REVIEW, confidence=0.2)
    story.operator(COMPLETED, to=first)
    assert story.states() == [State.REVIEW]


# --- the carrier


@pytest.mark.parametrize("item", ["1.1", "1.2", "1.3", "1.4", "1.5"])
def test_the_carrier_is_told_of_items_1_1_to_1_5(story: Story, item: str) -> None:
    first = story.request(item, lines=())
    done = story.operator(COMPLETED, to=first)
    (notice,) = done.written
    assert (notice.kind, notice.to) == (MailKind.CARRIER_NOTICE, CARRIER.addr)
    assert notice.not_before == story.now + timedelta(minutes=15)
    assert (story.states(), story.case().carrier) == ([State.CARRIER_DUE], CarrierStage.WRITTEN)
    story.deliver()
    assert (story.case().state, story.case().outcome, story.case().carrier) == (
        State.CLOSED,
        Outcome.DONE,
        CarrierStage.TOLD,
    )


def test_other_items_are_closed_as_done_and_nobody_is_told(story: Story) -> None:
    first = story.request("2.3")
    assert story.operator(COMPLETED, to=first).written == ()
    assert story.case().outcome is Outcome.DONE


@pytest.mark.parametrize(
    ("mode", "state", "stage"),
    [
        (CarrierMode.LIST, None, CarrierStage.LISTED),
        (CarrierMode.DRAFT, OutboxState.DRAFTED, CarrierStage.WRITTEN),
        (CarrierMode.SEND, OutboxState.QUEUED, CarrierStage.WRITTEN),
    ],
)
def test_the_carriers_own_mode(story: Story, mode: CarrierMode, state: OutboxState | None, stage: CarrierStage) -> None:
    story.carrier_mode = mode
    first = story.request("1.4")
    story.operator(COMPLETED, to=first)
    assert [mail.state for mail in story.outbox()] == ([state] if state else [])
    assert (story.states(), story.case().carrier) == ([State.CARRIER_DUE], stage)


def test_an_observer_tells_the_carrier_nothing(story: Story) -> None:
    story.policy = replace(POLICY, mode=Mode.OBSERVE)
    first = story.request("1.4")
    story.operator(COMPLETED, to=first)
    assert [mail.state for mail in story.outbox()] == [OutboxState.OBSERVED]


@pytest.mark.parametrize("status", [REFUSED, SCHEDULED, NEEDS_INFO])
def test_a_contradiction_within_the_hold_stops_the_notice_for_a_person(story: Story, status: OperatorStatus) -> None:
    first = story.request("1.4")
    story.operator(COMPLETED, to=first)
    story.operator(status, to=first)
    assert (story.states(), doubts(story)) == ([State.CARRIER_DUE], [Doubt.CONTRADICTION])
    assert (story.outbox()[0].state, story.case().carrier) == (OutboxState.HELD, CarrierStage.STOPPED)


def test_a_colleagues_own_notice_closes_the_case_and_ours_does_not_follow(story: Story) -> None:
    first = story.request("1.4")
    story.operator(COMPLETED, to=first)
    story.sent("Informamos a conclusão.", recipients=(CARRIER.addr,), subject="Mudança de número", lines=(LINE,))
    assert (story.case().outcome, story.outbox()[0].state) == (Outcome.DONE, OutboxState.CANCELLED)


def test_our_draft_sent_by_a_colleague_closes_the_case(story: Story) -> None:
    story.carrier_mode = CarrierMode.DRAFT
    first = story.request("1.4")
    story.operator(COMPLETED, to=first)
    draft = story.outbox()[0]
    message = replace(first.message, message_id=draft.message_id, fingerprint="d" * 64, from_=(Address("", OURS),))
    story.sent(message=message, recipients=(CARRIER.addr,))
    assert (story.case().outcome, story.outbox()[0].state) == (Outcome.DONE, OutboxState.SENT)


def test_a_carrier_told_too_early_is_not_told_again_by_itself(story: Story) -> None:
    first = story.request("1.4")
    story.sent("Aviso: vai mudar.", recipients=(CARRIER.addr,), to=first)
    assert story.states() == [State.WITH_OPERATOR]
    story.operator(COMPLETED, to=first)
    assert (story.states(), story.outbox()[0].state) == ([State.CARRIER_DUE], OutboxState.HELD)


def test_the_carriers_answer_moves_nothing(story: Story) -> None:
    first = story.request("1.4")
    story.operator(COMPLETED, to=first)
    verdict = Verdict(Kind.CARRIER, Action.UPDATE, 0.9, trusted=True)
    story.say(verdict, sender=CARRIER, to=first, recipients=(OURS,), text="Recebido.")
    assert story.states() == [State.CARRIER_DUE]


# --- our colleagues


def test_a_colleague_who_answered_first_keeps_us_quiet(story: Story) -> None:
    """Sent is read before the inbox: the answer is there before the request has been judged."""
    story.sent("Favor informar o celular.", to="<m2@sedu.es.gov.br>")
    told = story.request(missing=MISSING)
    assert (told.written, story.states(), story.outbox()) == ((), [State.INCOMPLETE], [])
    assert "um colega já respondeu" in story.history()[0].note


def test_a_colleague_who_only_passed_it_on_has_not_answered(story: Story) -> None:
    story.sent("Prezada Karolina, segue.", to="<m2@sedu.es.gov.br>", recipients=(OI.addr,))
    assert len(story.request(missing=MISSING).written) == 1


def test_our_own_mail_that_the_server_keeps_in_sent_is_no_news(story: Story) -> None:
    first = story.request(missing=MISSING)
    ours = story.outbox()[0].message_id
    before = story.history()
    kept = replace(first.message, message_id=ours, fingerprint="e" * 64, from_=(Address("", OURS),))
    told = story.sent(message=kept)
    assert (told.decision.filing, story.history()) == (Filing(LedgerState.IGNORED, "our-own-mail"), before)


def test_a_colleagues_answer_stops_the_pending_correction(story: Story) -> None:
    story.policy = replace(POLICY, mode=Mode.DRAFT)
    first = story.request(missing=MISSING)
    story.sent("Favor informar o celular e o fixo.", to=first)
    assert (story.outbox()[0].state, story.states()) == (OutboxState.CANCELLED, [State.INCOMPLETE])


def test_a_colleague_who_asks_takes_the_case_out_of_review(story: Story) -> None:
    first = story.request(action=Action.REVIEW, also=("2.1",))
    story.sent("Pode enviar cada pedido em um e-mail?", to=first)
    assert (story.states(), doubts(story)) == ([State.INCOMPLETE], [None])


def test_a_colleague_who_passes_a_request_on_to_the_operator_completes_it(story: Story) -> None:
    first = story.request()
    story.operator(NEEDS_INFO, to=first)
    story.sent("Prezada Karolina, seguem os dados.", recipients=(OI.addr, ANA.addr), to=first)
    assert story.states() == [State.WITH_OPERATOR]


def test_a_colleague_who_asks_in_an_answer_to_all_speaks_to_the_requester(story: Story) -> None:
    first = story.request(missing=MISSING)
    everybody = (Address("", ANA.addr), Address("", OI.addr))
    ids = {
        "message_id": "<colleague@seger.es.gov.br>",
        "in_reply_to": (first.message.message_id,),
        "fingerprint": "c" * 64,
    }
    message = replace(first.message, from_=(Address("", OURS),), to=everybody, cc=(), **ids)  # type: ignore[arg-type]
    body = replace(message.body, own="Ana, favor informar o celular.")
    story.sent(message=replace(message, body=body))
    assert story.states() == [State.INCOMPLETE]


def test_a_colleagues_remark_changes_nothing(story: Story) -> None:
    first = story.request()
    story.sent("Bom dia, Ana. Está em andamento.", to=first)
    assert story.states() == [State.WITH_OPERATOR]


def test_mail_that_says_it_is_ours_but_came_from_outside_moves_nothing(story: Story) -> None:
    first = story.request("1.4")
    story.operator(COMPLETED, to=first)
    verdict = Verdict(Kind.OTHER, Action.IGNORE, 0.9)
    story.say(verdict, sender=Address("SEGER", OURS), to=first, recipients=(CARRIER.addr, OURS), place=Place.INBOX)
    assert story.states() == [State.CARRIER_DUE]


# --- by hand


def test_a_hand_moves_a_case_and_is_named(story: Story) -> None:
    first = story.request(action=Action.REVIEW, confidence=0.1)
    assert story.set(first.number, State.WITH_OPERATOR, note="conferido") is None
    last = story.history()[-1]
    assert (last.by, last.note, last.after, doubts(story)) == ("maria", "conferido", State.WITH_OPERATOR, [None])


def test_setting_the_state_it_has_answers_the_question_beside_it(story: Story) -> None:
    first = story.request()
    story.operator(COMPLETED, trusted=False, to=first)
    story.set(first.number, State.WITH_OPERATOR)
    assert doubts(story) == [None]


def test_a_hand_that_says_done_has_the_carrier_told(story: Story) -> None:
    first = story.request("1.4")
    story.set(first.number, State.CARRIER_DUE)
    assert [mail.kind for mail in story.outbox()] == [MailKind.CARRIER_NOTICE]


def test_a_hand_may_undo_a_closing(story: Story) -> None:
    first = story.request()
    story.operator(REFUSED, to=first)
    story.set(first.number, State.WITH_OPERATOR)
    assert (story.case().state, story.case().outcome) == (State.WITH_OPERATOR, None)


@pytest.mark.parametrize(
    ("item", "state", "outcome"),
    [
        ("1.6", State.CLOSED, None),
        ("1.6", State.CARRIER_DUE, None),
        ("1.6", State.WITH_OPERATOR, Outcome.DONE),
    ],
)
def test_a_hand_is_refused_what_makes_no_sense(story: Story, item: str, state: State, outcome: Outcome | None) -> None:
    first = story.request(item)
    assert isinstance(story.set(first.number, state, outcome), Refused)
    assert story.states() == [State.WITH_OPERATOR]


def test_a_closed_case_takes_its_notice_along(story: Story) -> None:
    first = story.request("1.4")
    story.operator(COMPLETED, to=first)
    story.set(first.number, State.CLOSED)
    assert (story.case().outcome, story.outbox()[0].state) == (Outcome.DONE, OutboxState.CANCELLED)


# --- the gate


@pytest.mark.parametrize(("mode", "state"), [(Mode.OBSERVE, OutboxState.OBSERVED), (Mode.DRAFT, OutboxState.DRAFTED)])
def test_short_of_send_nothing_is_sent(story: Story, mode: Mode, state: OutboxState) -> None:
    story.policy = replace(POLICY, mode=mode)
    story.request(missing=MISSING)
    assert [mail.state for mail in story.outbox()] == [state]
    assert story.states() == [State.INCOMPLETE]


def test_an_item_may_have_a_mode_of_its_own(story: Story) -> None:
    story.policy = replace(POLICY, item_modes=(("2.3", Mode.DRAFT),))
    story.request("2.3", missing=MISSING)
    story.request("1.6", missing=MISSING, sender=STRANGER)
    assert [mail.state for mail in story.outbox()] == [OutboxState.DRAFTED, OutboxState.SENT]


def test_without_the_key_of_certainty_it_is_a_draft(story: Story) -> None:
    told = story.request(missing=MISSING, confidence=0.3)
    assert [mail.release.way for mail in told.written] == [Way.DRAFT]


def test_mail_from_before_the_first_run_is_recorded_and_never_answered(story: Story) -> None:
    story.policy = replace(POLICY, answer_since="first-run")
    story.first_run = START + timedelta(hours=10)
    told = story.request(missing=MISSING)
    assert (told.written, story.states(), doubts(story)) == ((), [State.INCOMPLETE], [None])


def test_mail_of_the_very_second_of_the_first_run_is_answered(story: Story) -> None:
    story.policy = replace(POLICY, answer_since="first-run")
    story.first_run = START + timedelta(hours=1, microseconds=900)
    assert len(story.request(missing=MISSING).written) == 1


def test_mail_older_than_a_day_is_left_to_a_person(story: Story) -> None:
    told = story.request(missing=MISSING, age=timedelta(hours=25))
    assert (told.written, story.states(), doubts(story)) == ((), [State.REVIEW], [Doubt.NO_REPLY])


def test_what_lay_in_junk_is_read_and_left_to_a_person(story: Story) -> None:
    told = story.request(missing=MISSING, place=Place.JUNK)
    assert (told.written, story.states(), doubts(story)) == ((), [State.REVIEW], [Doubt.NO_REPLY])


def test_a_mailbox_that_changed_its_identity_holds_its_answers(story: Story) -> None:
    story.request(missing=MISSING, shaky=True)
    assert [(mail.state, mail.reason) for mail in story.outbox()] == [(OutboxState.HELD, "mailbox-identity")]


def test_a_tripped_breaker_holds_mail_and_lets_intake_go_on(story: Story) -> None:
    story.stopped = "breaker"
    story.request(missing=MISSING)
    assert (story.outbox()[0].state, story.states()) == (OutboxState.HELD, [State.INCOMPLETE])


def test_whom_we_may_not_answer_a_person_must(story: Story) -> None:
    told = story.request(missing=MISSING, recipients=(OI.addr,))
    assert (told.written, story.states(), doubts(story)) == ((), [State.REVIEW], [Doubt.NO_REPLY])


def test_the_next_reply_beyond_a_limit_goes_to_a_person(story: Story) -> None:
    story.limits = Limits(per_sender_day=1)
    story.request(missing=MISSING)
    told = story.request("2.3", missing=MISSING)
    assert (told.written, story.states()[1], doubts(story)[1]) == ((), State.REVIEW, Doubt.LIMIT)


def test_a_robot_that_answers_every_reply_stops_by_itself(story: Story) -> None:
    """A11: two corrections, then a person; whatever it writes, however often."""
    story.limits = Limits()
    first = story.request(missing=(*MISSING, Field.CNPJ))
    for round_ in range(40):
        ours = story.outbox()[-1].message_id
        story.request(missing=MISSING, to=ours, subject="RES: " * round_ + "Bloqueio de linha")
        story.later(hours=8)
    assert len(story.outbox()) <= 3
    assert story.case(first.number).state is State.REVIEW


def test_a_loop_that_changes_its_address_stops_by_its_words(story: Story) -> None:
    """A12, FreeScout#688: one byte of the address changed per round."""
    for number in range(6):
        sender = Address("Robô", f"robo{number}@iema.es.gov.br")
        story.request(missing=MISSING, sender=sender, text="Texto sempre igual de um robô insistente.", lines=())
    assert len(story.outbox()) == 1


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        (Counts(), ""),
        (Counts(message=1), "message-answered"),
        (Counts(content_day=1), "content-answered"),
        (Counts(case=3), "case-limit"),
        (Counts(sender_day=5), "sender-limit"),
        (Counts(domain_day=20), "domain-limit"),
        (Counts(case=2, sender_day=4, domain_day=19), ""),
    ],
)
def test_each_limit_has_its_name(counts: Counts, reason: str) -> None:
    assert limit_reached(counts, Limits()) == reason


@pytest.mark.parametrize(
    ("counts", "trips"),
    [
        (Counts(recent=29), False),
        (Counts(recent=30), True),
        (Counts(last_hour=9, hourly_norm=1.0), False),
        (Counts(last_hour=11, hourly_norm=1.0), True),
        (Counts(last_hour=29, hourly_norm=10.0), False),
        (Counts(last_hour=25), False),
    ],
)
def test_the_breaker_trips_on_a_flood_and_on_far_more_than_usual(counts: Counts, trips: bool) -> None:
    assert bool(breaker_trips(counts, Limits())) is trips
