"""Which case a message belongs to: every way in, and every trap that other help desks fell into (PEERS, section 2)."""

from dataclasses import replace

import pytest

from tests.core.story import (
    ANA,
    BIA,
    CARRIER,
    LINE,
    OI,
    OTHER_LINE,
    OURS,
    STRANGER,
    Story,
    Told,
    copy_of,
    operator_verdict,
    request_verdict,
)
from triage.core.case import Doubt, Happened
from triage.core.decision import LedgerState, Place
from triage.core.join_keys import keys_of, nearest_first, plain_protocol
from triage.core.joined import Tie
from triage.core.message import Address
from triage.core.verdict import OperatorWord, Verdict
from triage.core.vocabulary import Action, Field, Kind, OperatorStatus, Service, State

MISSING = (Field.MOBILE,)
MOBILE = {Field.MOBILE: "+5527999990000"}


def correction_of(story: Story, told: Told) -> str:
    """The Message-ID of the correction that answered a mail."""
    return next(mail.message_id for mail in story.outbox() if mail.cause == told.message.message_id)


# --- the ways in


def test_a_reply_to_the_request_joins_its_case(story: Story) -> None:
    first = story.request(missing=MISSING)
    assert story.supplement(MOBILE, to=first).joined.tie is Tie.REFERENCE


def test_a_reply_to_our_own_correction_joins_its_case(story: Story) -> None:
    first = story.request(missing=MISSING)
    assert story.supplement(MOBILE, to=correction_of(story, first)).number == first.number


def test_our_number_in_the_subject_joins_where_the_mail_program_dropped_the_headers(story: Story) -> None:
    first = story.request(missing=MISSING)
    later = story.supplement(MOBILE, subject=f"dados que faltavam [{first.number}]")
    assert (later.joined.tie, later.number) == (Tie.NUMBER, first.number)


def test_the_operators_protocol_joins_however_it_is_written(story: Story) -> None:
    first = story.request()
    story.operator(OperatorStatus.ACKNOWLEDGED, to=first, protocol="2026/001.234-5")
    story.request(lines=(OTHER_LINE,), sender=STRANGER)
    later = story.operator(OperatorStatus.COMPLETED, protocol="20260012345", recipients=(STRANGER.addr, OURS))
    assert (later.joined.tie, later.number) == (Tie.PROTOCOL, first.number)


def test_the_requester_may_quote_the_operators_protocol(story: Story) -> None:
    first = story.request()
    story.operator(OperatorStatus.NEEDS_INFO, to=first, protocol="778812345")
    later = story.supplement({Field.REASON: "mudança"}, subject="Protocolo 778812345")
    assert (later.joined.tie, story.states()) == (Tie.PROTOCOL, [State.WITH_OPERATOR])


def test_requester_item_and_line_join_a_new_mail_with_a_new_subject(story: Story) -> None:
    first = story.request(missing=MISSING)
    again = story.request(subject="1.6 Bloqueio – solicitação corrigida")
    assert (again.joined.tie, again.number, story.states()) == (Tie.MATTER, first.number, [State.WITH_OPERATOR])


def test_a_colleague_of_the_same_organ_with_the_same_line_is_the_same_case(story: Story) -> None:
    first = story.request(missing=MISSING)
    assert story.request(sender=BIA).number == first.number


def test_the_operator_is_tied_by_requester_and_line_where_it_writes_anew(story: Story) -> None:
    story.request(lines=(OTHER_LINE,))
    second = story.request()
    done = story.operator(OperatorStatus.COMPLETED, lines=(LINE,))
    assert (done.joined.tie, done.number) == (Tie.MATTER, second.number)
    assert story.states() == [State.WITH_OPERATOR, State.CLOSED]


# --- the traps


def test_a_reply_with_another_item_is_a_new_request(story: Story) -> None:
    """chatwoot#15869: a new request written by replying with an edited subject joined the old case."""
    first = story.request("1.6")
    second = story.request("2.3", to=first, subject="RES: Inclusão de Meios na Conta Customizada")
    assert second.number != first.number
    assert first.number in story.history(second.number)[0].note


def test_a_reply_with_another_service_of_the_same_item_is_a_new_request(story: Story) -> None:
    first = story.request("2.2", service=Service.SECOND_COPY)
    assert story.request("2.2", service=Service.CONTEST, to=first).number != first.number


def test_a_reply_about_another_line_is_a_new_request(story: Story) -> None:
    first = story.request(missing=MISSING)
    assert story.request(to=first, lines=(OTHER_LINE,)).number != first.number


def test_an_answer_to_our_correction_may_put_the_line_right(story: Story) -> None:
    first = story.request(missing=MISSING)
    again = story.request(to=correction_of(story, first), lines=(OTHER_LINE,))
    assert (again.number, story.states()) == (first.number, [State.WITH_OPERATOR])


def test_another_month_in_an_old_thread_is_a_new_request(story: Story) -> None:
    first = story.request("2.2", service=Service.SECOND_COPY, values={Field.BILL_MONTH: "2026-01"})
    later = story.request("2.2", service=Service.SECOND_COPY, values={Field.BILL_MONTH: "2026-02"}, to=first)
    assert later.number != first.number


def test_a_forwarded_thread_is_background_unless_requester_item_and_line_say_otherwise(story: Story) -> None:
    """zammad#4965: forwards joined the old ticket."""
    first = story.request(missing=MISSING)
    other = story.request(to=first, subject="ENC: Bloqueio de linha", sender=STRANGER, lines=(OTHER_LINE,))
    assert other.number != first.number
    same = story.request(to=first, subject="ENC: Bloqueio de linha")
    assert (same.joined.tie, same.number) == (Tie.MATTER, first.number)


def test_a_stranger_who_quotes_a_case_number_is_not_let_in(story: Story) -> None:
    """zammad#2444: any sender quoting a ticket number was merged."""
    first = story.request(missing=MISSING)
    other = story.supplement(MOBILE, sender=STRANGER, subject=f"caso {first.number}")
    assert other.number != first.number
    assert story.states() == [State.INCOMPLETE, State.REVIEW]


def test_a_strangers_request_quoting_a_case_number_is_a_case_of_its_own(story: Story) -> None:
    first = story.request(missing=MISSING)
    assert story.request(sender=STRANGER, subject=f"Bloqueio, como no {first.number}").number != first.number


def test_people_of_a_public_mail_service_are_no_colleagues(story: Story) -> None:
    first = story.request(sender=Address("Um", "um@gmail.com"), missing=MISSING)
    assert story.request(sender=Address("Outro", "outro@gmail.com")).number != first.number


def test_two_open_cases_of_one_requester_leave_a_bare_supplement_to_a_person(story: Story) -> None:
    story.request(missing=MISSING)
    story.request("2.3", missing=MISSING, lines=())
    later = story.supplement(MOBILE, subject="segue o celular")
    assert later.joined.tie is Tie.AMBIGUOUS
    assert story.states() == [State.INCOMPLETE, State.INCOMPLETE]
    reviews = [case.review.doubt for case in story.cases() if case.review]
    assert reviews == [Doubt.AMBIGUOUS]


def test_of_two_open_cases_the_line_tells_which(story: Story) -> None:
    story.request(missing=MISSING, lines=(OTHER_LINE,))
    second = story.request(missing=MISSING)
    later = story.supplement({**MOBILE, Field.LINE: LINE}, subject="segue o celular")
    assert later.number == second.number


def test_a_supplement_prefers_the_case_of_its_thread_that_waits_for_the_requester(story: Story) -> None:
    first = story.request()
    second = story.request("2.3", missing=MISSING, to=first, lines=())
    assert story.supplement(MOBILE, to=second).number == second.number


def test_the_same_mail_by_two_ways_is_one_message(story: Story) -> None:
    first = story.request(missing=MISSING)
    again = story.request(missing=MISSING, message=copy_of(first))
    assert again.decision.filing.state is LedgerState.DUPLICATE  # type: ignore[union-attr]
    assert (len(story.cases()), len(story.outbox())) == (1, 1)


def test_one_message_id_with_the_same_words_is_one_message_whatever_the_list_added(story: Story) -> None:
    first = story.request(missing=MISSING)
    again = story.request(
        missing=MISSING, message=copy_of(first, fingerprint="f" * 64, subject="[lista] Bloqueio de linha")
    )
    assert again.decision.filing.state is LedgerState.DUPLICATE  # type: ignore[union-attr]


def test_a_replayed_message_id_with_other_words_hides_nothing(story: Story) -> None:
    """C9: an attacker who uses an operator's Message-ID first must not make the genuine mail vanish."""
    first = story.request()
    forged = story.operator(OperatorStatus.REFUSED, trusted=False, to=first)
    body = replace(forged.message.body, own="O serviço foi concluído hoje, conforme solicitado.")
    genuine = copy_of(forged, fingerprint="a" * 64, body=body)
    told = story.say(operator_verdict(OperatorStatus.COMPLETED), message=genuine)
    assert told.joined.reused_id
    assert story.states() == [State.CLOSED]


def test_a_request_whose_message_id_was_used_before_is_still_answered(story: Story) -> None:
    first = story.request(missing=MISSING)
    body = replace(first.message.body, own="Outra mensagem, com outro pedido e o mesmo identificador.")
    copy = copy_of(first, fingerprint="b" * 64, body=body, from_=(STRANGER,))
    story.request(missing=MISSING, lines=(OTHER_LINE,), message=copy)
    assert [mail.recipient for mail in story.outbox()] == [ANA.addr, STRANGER.addr]


def test_a_nudge_belongs_to_the_open_case_and_changes_nothing(story: Story) -> None:
    first = story.request()
    nudge = story.request("1.12", missing=(Field.ORIGINAL_REQUEST,), subject="RES: Bloqueio de linha", lines=())
    assert (nudge.number, nudge.written, story.states()) == (first.number, (), [State.WITH_OPERATOR])
    assert story.history()[-1].what is Happened.NUDGED


def test_a_nudge_by_forward_of_the_original_is_proven_by_it(story: Story) -> None:
    first = story.request()
    assert story.request("1.12", to=first, subject="ENC: Bloqueio de linha", lines=()).number == first.number


def test_a_nudge_about_nothing_open_is_a_request_of_its_own(story: Story) -> None:
    first = story.request()
    story.operator(OperatorStatus.REFUSED, to=first)
    story.request("1.12", to=first, lines=(), missing=(Field.ORIGINAL_REQUEST,))
    assert story.states() == [State.CLOSED, State.INCOMPLETE]


def test_a_nudge_that_fits_two_open_cases_is_for_a_person(story: Story) -> None:
    story.request("2.3", lines=())
    story.request("2.4", lines=())
    nudge = story.request("1.12", subject="e o meu pedido?", lines=())
    assert (nudge.joined.tie, len(story.cases())) == (Tie.AMBIGUOUS, 2)


def test_a_new_request_about_a_closed_case_opens_a_new_one(story: Story) -> None:
    """glpi#24760: what follows a closed ticket needs a rule."""
    first = story.request()
    story.operator(OperatorStatus.COMPLETED, to=first)
    second = story.request(to=first)
    assert (second.number != first.number, story.states()) == (True, [State.CLOSED, State.WITH_OPERATOR])


def test_a_complete_request_about_another_line_is_never_merged_with_one_at_the_operator(story: Story) -> None:
    story.request("1.2", lines=())
    story.request("1.2", lines=())
    assert story.states() == [State.WITH_OPERATOR, State.WITH_OPERATOR]


def test_the_subject_alone_ties_nothing(story: Story) -> None:
    first = story.request(subject="Bloqueio de linha do gabinete")
    done = story.operator(OperatorStatus.COMPLETED, subject="RES: Bloqueio de linha do gabinete", recipients=(OURS,))
    assert done.joined.tie is Tie.NEW
    assert story.case(first.number).state is State.WITH_OPERATOR


def test_the_operator_in_one_thread_naming_another_case_is_for_a_person(story: Story) -> None:
    first, second = story.request(), story.request(lines=(OTHER_LINE,))
    told = story.operator(OperatorStatus.COMPLETED, to=first, subject=f"RES: {second.number}")
    assert told.joined.tie is Tie.AMBIGUOUS
    assert story.states() == [State.WITH_OPERATOR, State.WITH_OPERATOR]


def test_several_requests_answered_in_one_mail_each_get_their_own_word(story: Story) -> None:
    first, second = story.request(), story.request(lines=(OTHER_LINE,))
    words = (
        OperatorWord(OperatorStatus.COMPLETED, lines=(LINE,)),
        OperatorWord(OperatorStatus.SCHEDULED, promised="2026-03-20", lines=(OTHER_LINE,)),
    )
    subject = f"Solicitações {first.number} e {second.number}"
    story.operator(OperatorStatus.COMPLETED, subject=subject, words=words)
    assert story.states() == [State.CLOSED, State.WITH_OPERATOR]
    assert story.cases()[1].promised == "2026-03-20"


def test_one_word_for_several_requests_completes_none_of_them(story: Story) -> None:
    first, second = story.request(), story.request(lines=(OTHER_LINE,))
    story.operator(OperatorStatus.COMPLETED, subject=f"Solicitações {first.number} e {second.number}")
    assert story.states() == [State.WITH_OPERATOR, State.WITH_OPERATOR]
    assert all(case.review for case in story.cases())


def test_the_carrier_is_joined_by_thread(story: Story) -> None:
    first = story.request("1.4")
    verdict = Verdict(Kind.CARRIER, Action.UPDATE, 0.9, trusted=True)
    told = story.say(verdict, sender=CARRIER, to=first, recipients=(OURS,))
    assert (told.number, story.states()) == (first.number, [State.WITH_OPERATOR])


def test_a_machine_in_a_thread_stays_outside(story: Story) -> None:
    first = story.request(missing=MISSING)
    told = story.say(Verdict(Kind.AUTOMATIC, Action.IGNORE, 1.0), to=first)
    assert (told.number, told.decision.filing.state) == ("", LedgerState.IGNORED)  # type: ignore[union-attr]


def test_sent_mail_is_another_side_than_the_inbox(story: Story) -> None:
    """A colleague's mail to our own address stands in both folders; the one in Sent counts."""
    first = story.request(missing=MISSING)
    in_inbox = story.sent("Favor informar o celular.", recipients=(ANA.addr, OURS), to=first)
    assert in_inbox.number == first.number
    again = story.say(Verdict(Kind.OTHER, Action.IGNORE, 0.9), message=in_inbox.message, place=Place.INBOX)
    assert again.decision.filing.reason == "from-ourselves"  # type: ignore[union-attr]


# --- keys


def test_the_message_answered_comes_before_the_thread_and_its_end_before_its_beginning() -> None:
    assert nearest_first(("<c>",), ("<a>", "<b>", "<c>")) == ("<c>", "<b>", "<a>")


@pytest.mark.parametrize("written", ["2026-001.234/5", "2026 0012345", "20260012345"])
def test_a_protocol_is_the_same_with_any_punctuation(written: str) -> None:
    assert plain_protocol(written) == "20260012345"


def test_keys_are_bounded_however_many_numbers_a_mail_holds(story: Story) -> None:
    told = story.say(request_verdict(), text=" ".join(f"2026-{n:06d}" for n in range(5000)))
    from triage.core.arrival import arrival_of

    keys = keys_of(arrival_of(told.message, story.policy), operator_verdict(OperatorStatus.OTHER), story.policy)
    assert max(len(keys.numbers), len(keys.protocols), len(keys.people)) <= 40


def test_the_operators_addressees_are_the_people_asked_about(story: Story) -> None:
    told = story.operator(OperatorStatus.OTHER)
    from triage.core.arrival import arrival_of

    keys = keys_of(arrival_of(told.message, story.policy), operator_verdict(OperatorStatus.OTHER), story.policy)
    assert (keys.people, OI.addr in keys.people) == ((ANA.addr,), False)
