"""Who is believed, from the bytes to the case (RELIABILITY E): one genuine way to done, and every false one."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.core.story import OI, Story
from tests.hostile.thread import DONE, OPERATOR, OUR_SERVER, PASS, arrive, waiting_case, written
from triage.core.case import Doubt
from triage.core.vocabulary import OperatorStatus, State

OPS = "karolina.ramos@oi.net.br"
EVIL = f"{OUR_SERVER}; dmarc=pass header.from=evil.org"

# D8, E5: who seems to write is the operator, whom our server vouched for is evil.org.
DISGUISES = (
    f"{OPS} <x@evil.org>",
    f'"{OPS}" <x@evil.org>',
    f"<{OPS}> <x@evil.org>",
    f"<{OPS}><x@evil.org>",
    f"{OPS}, x@evil.org",
    f"x@evil.org, {OPS}",
    f"{OPS}; x@evil.org",
    f"x@evil.org ({OPS})",
    f"({OPS}) x@evil.org",
    f"x@evil.org <{OPS}",
    f"{OPS}> <x@evil.org>",
    f"<x@evil.org>, <{OPS}>",
    f"Oi: {OPS};, x@evil.org",
    f"@oi.net.br,@evil.org:{OPS} <x@evil.org>",
    "=?utf-8?q?karolina=2Eramos=40oi=2Enet=2Ebr?= <x@evil.org>",
    "=?utf-8?b?a2Fyb2xpbmEucmFtb3NAb2kubmV0LmJy?= <x@evil.org>",
    "=?utf-8?q?=3Ckarolina=2Eramos=40oi=2Enet=2Ebr=3E?= <x@evil.org>",
    "=?utf-8?q?Karolina=22_=3Ckarolina=2Eramos=40oi=2Enet=2Ebr=3E=2C_=22?= <x@evil.org>",
    "=?utf-8?q?K=0D=0AFrom=3A_karolina=2Eramos=40oi=2Enet=2Ebr?= <x@evil.org>",
    "=?utf-8?q?karolina.ramos=40oi.net.br=00?= <x@evil.org>",
    "=?utf-8?q?karolina.ramos?==?utf-8?q?=40oi.net.br?= <x@evil.org>",
    f"Karolina <{OPS}\x00@evil.org>",
    f"Karolina <{OPS}\u200b>",
    "Karolina <karolina.ramos@\uff4fi.net.br>",
    "Karolina <karolina.ramos@o\u0456.net.br>",
    "Karolina <karolina.ramos@xn--o-jjb.net.br>",
    "Karolina <karolina.ramos@0i.net.br>",
    "Karolina <karolina.ramos@oi.net.br.evil.org>",
    "Karolina <karolina.ramos@oi-net.br>",
    "Karolina <karolina.ramos@oi.net.br@evil.org>",
    f"Name ,_<{OPS}>",
    f"<<{OPS}>>",
    f'"a\\" <{OPS}>" <x@evil.org>',
    f"Karolina <{OPS}>\r\nFrom: x@evil.org",
    f"x@evil.org\r\nFrom: Karolina <{OPS}>",
    f"x@evil.org\r\nfrom : Karolina <{OPS}>",
    f"x@evil.org\r\nSender: {OPS}",
    f"\r\n Karolina\r\n\t<{OPS}>,\r\n <x@evil.org>",
    f"x@evil.org\r\nResent-From: {OPS}",
    f"x@evil.org\r\nReply-To: {OPS}",
    "",
)

# E2, E4: who writes is the operator by name; what vouches for it is not our own server's word.
WORTHLESS: dict[str, str | tuple[str, ...]] = {
    "nothing": (),
    "another server's": "mx.evil.org; dmarc=pass header.from=oi.net.br",
    "no server's name": "spf=pass smtp.mailfrom=oi.net.br; dmarc=pass header.from=oi.net.br",
    "ours below a fail of ours": (f"{OUR_SERVER}; dmarc=fail header.from=oi.net.br", PASS),
    "ours below our nothing": (f"{OUR_SERVER}; none", PASS),
    "ours in a comment": f"mx.evil.org ({OUR_SERVER}); dmarc=pass header.from=oi.net.br",
    "the pass in a comment": f"{OUR_SERVER}; dmarc=none (dmarc=pass header.from=oi.net.br)",
    "a name that only looks alike": "mx.es.g\u043ev.br; dmarc=pass header.from=oi.net.br",
    "a name with something invisible": "mx.es\u200b.gov.br; dmarc=pass header.from=oi.net.br",
    "a name with a control in it": "mx.es.gov\x01.br; dmarc=pass header.from=oi.net.br",
    "a longer name": f"{OUR_SERVER}.evil.org; dmarc=pass header.from=oi.net.br",
    "dmarc of another domain": EVIL,
    "dkim of another domain": f"{OUR_SERVER}; dkim=pass header.d=evil.org",
    "dkim of a domain that ends alike": f"{OUR_SERVER}; dkim=pass header.d=evil-oi.net.br",
    "spf of another domain": f"{OUR_SERVER}; spf=pass smtp.mailfrom=x@evil.org",
    "dkim beside dmarc=fail": f"{OUR_SERVER}; dkim=pass header.d=oi.net.br; dmarc=fail header.from=oi.net.br",
    "temperror": f"{OUR_SERVER}; dmarc=temperror header.from=oi.net.br",
    "softfail": f"{OUR_SERVER}; spf=softfail smtp.mailfrom={OPS}; dmarc=none",
    "broken": f"{OUR_SERVER}; = ; dmarc=pass",
    "a top-level domain": f"{OUR_SERVER}; dkim=pass header.d=br",
}


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    made = waiting_case(tmp_path)
    yield made
    made.engine.dispose()


def state(story: Story) -> State:
    """Where Ana's case stands."""
    return story.cases()[0].state


@pytest.mark.parametrize("authenticated", [True, False])
@pytest.mark.parametrize("tied", [True, False])
def test_done_needs_both_the_sender_and_the_thread(story: Story, authenticated: bool, tied: bool) -> None:
    """E1: of the four only one moves the case; the others are for a person."""
    arrive(story, written(results=PASS if authenticated else (), tied=tied))
    assert (state(story) is State.CARRIER_DUE) is (authenticated and tied)
    if not (authenticated and tied):
        assert state(story) is State.WITH_OPERATOR
        assert any(case.review for case in story.cases())


@pytest.mark.parametrize("sender", DISGUISES)
def test_no_disguise_makes_a_stranger_the_operator(story: Story, sender: str) -> None:
    """D8, E5, E7: with the right thread, the right words, and a pass for the domain that really wrote it."""
    told = arrive(story, written(sender=sender, results=EVIL))
    assert state(story) is State.WITH_OPERATOR
    assert told.written == ()


@pytest.mark.parametrize("worth", WORTHLESS)
def test_only_the_word_of_our_own_server_counts(story: Story, worth: str) -> None:
    """E2, E4: fails closed."""
    told = arrive(story, written(results=WORTHLESS[worth]))
    assert state(story) is State.WITH_OPERATOR
    assert story.cases()[0].review is not None
    assert told.written == ()


def test_without_a_server_of_ours_nobody_is_believed(story: Story) -> None:
    """E2: an empty setting is no licence."""
    story.policy = replace(story.policy, authserv_ids=frozenset())
    arrive(story, written())
    assert state(story) is State.WITH_OPERATOR


def test_a_second_done_changes_nothing(story: Story) -> None:
    """E9: and the carrier is told once."""
    arrive(story, written())
    arrive(story, written(text=DONE + "\nReiteramos.\n"))
    assert state(story) is State.CARRIER_DUE
    assert len(story.outbox()) == 1


def test_done_before_any_request_is_for_a_person(story: Story) -> None:
    """E9: it ties to nothing that we know."""
    arrive(story, written(tied=False, In_Reply_To="<nunca-vista@sedu.es.gov.br>", To="outra@sesa.es.gov.br"))
    assert state(story) is State.WITH_OPERATOR
    assert [case.review.doubt for case in story.cases()[1:] if case.review] == [Doubt.UNTIED]


def test_done_after_the_end_reopens_nothing(story: Story) -> None:
    """E9."""
    story.operator(OperatorStatus.REFUSED, to="<m1@sedu.es.gov.br>")
    arrive(story, written())
    case = story.cases()[0]
    assert (case.state, case.review and case.review.doubt) == (State.CLOSED, Doubt.CONTRADICTION)


@pytest.mark.parametrize("text", ["Foi concluído?", "O serviço foi concluído, obrigada!", DONE])
def test_the_requesters_own_done_is_no_completion(story: Story, text: str) -> None:
    """E9: valid only from the party asked."""
    sender = "Ana Lima <ana.lima@sedu.es.gov.br>"
    arrive(story, written(sender=sender, text=text, results=f"{OUR_SERVER}; dmarc=pass header.from=sedu.es.gov.br"))
    assert state(story) is State.WITH_OPERATOR


@pytest.mark.parametrize(
    "more",
    [
        {"Subject": "Resposta automática: Bloqueio de linha"},
        {"Auto_Submitted": "auto-replied", "Subject": "Ausência temporária"},
        {"Subject": "Fora do escritório", "Precedence": "bulk"},
    ],
)
def test_an_absence_of_the_operators_that_quotes_done_moves_nothing(story: Story, more: dict[str, str]) -> None:
    """E9: authenticated and in the thread, but nobody wrote it."""
    text = f"Estarei ausente até 10/03. Procure a Glória.\n\nEm 02/03/2026 10:00, Karolina escreveu:\n> {DONE}"
    arrive(story, written(text=text, **more))
    assert state(story) is State.WITH_OPERATOR
    assert story.outbox() == []


def test_done_that_is_only_quoted_moves_nothing(story: Story) -> None:
    """E10: the newest text decides."""
    quoted = "\n".join("> " + line for line in DONE.split("\n"))
    arrive(story, written(text=f"Ana, vou verificar e retorno.\n\nEm 02/03/2026 10:00, Karolina escreveu:\n{quoted}\n"))
    assert state(story) is State.WITH_OPERATOR


@pytest.mark.parametrize(
    "more",
    [
        {"X_Triage_Loop": "<x@seger.es.gov.br>"},
        {"X_Triage_Case": "2026-000001", "X_Triage_State": "closed"},
        {"X_Seger_Control": "close 2026-000001"},
        {"Control": "cancel <m1@sedu.es.gov.br>"},
    ],
)
def test_control_headers_from_outside_have_no_effect(story: Story, more: dict[str, str]) -> None:
    """E13: an unauthenticated stranger with headers of ours."""
    arrive(story, written(sender="x@evil.org", results=EVIL, **more))
    assert state(story) is State.WITH_OPERATOR
    assert story.outbox() == []


@pytest.mark.parametrize("results", [(), f"{OUR_SERVER}; dmarc=pass header.from=seger.es.gov.br"])
def test_mail_from_ourselves_that_comes_from_outside_moves_nothing(story: Story, results: str | tuple[()]) -> None:
    """E13: what colleagues really sent stands in Sent."""
    told = arrive(story, written(sender="SEGER <telefonia@seger.es.gov.br>", results=results))
    assert told.decision.filing is not None
    assert told.decision.filing.reason == "from-ourselves"
    assert state(story) is State.WITH_OPERATOR


def test_a_list_that_broke_the_signature_is_unconfirmed_and_accused_of_nothing(story: Story) -> None:
    """E14: forwarders break DKIM and SPF; a person looks, and no word of forgery is said."""
    passed = "spf=pass smtp.mailfrom=lista@es.gov.br"
    results = f"{OUR_SERVER}; dkim=fail header.d=oi.net.br; {passed}; dmarc=fail header.from=oi.net.br"
    told = arrive(
        story, written(results=results, Subject="[telefonia] RES: Bloqueio de linha", List_Post="<mailto:l@x>")
    )
    assert state(story) is State.WITH_OPERATOR
    assert told.written == ()
    assert not any("forjad" in (event.note or "").lower() for event in story.history(story.cases()[0].number))


def test_a_replayed_done_is_a_duplicate_and_for_another_case_it_is_nothing(story: Story) -> None:
    """E6: the same mail counts once."""
    arrive(story, written())
    again = arrive(story, b"X-Way: another\r\n" + written())
    assert again.joined.duplicate is not None or state(story) is State.CARRIER_DUE
    assert len(story.outbox()) == 1


BY_DKIM_ALONE = f"{OUR_SERVER}; dkim=pass header.d=oi.net.br; spf=none; dmarc=pass header.from=oi.net.br"
SIGNED = "From:To:Subject:Date:Message-ID:Content-Type:In-Reply-To"
SIGNATURE = f"v=1; a=rsa-sha256; d=oi.net.br; s=k1;\r\n h={SIGNED}; bh=eA==; b=eA=="


@pytest.mark.parametrize(
    ("more", "moved"),
    [
        ({"DKIM_Signature": SIGNATURE}, True),
        ({"DKIM_Signature": SIGNATURE.replace("h=", "l=120; h=")}, False),
        ({"DKIM_Signature": SIGNATURE.replace("Subject:", "")}, False),
        ({"DKIM_Signature": SIGNATURE.replace(":In-Reply-To", "")}, False),
        ({"DKIM_Signature": SIGNATURE, "Date": "Mon, 02 Feb 2026 10:00:00 -0300"}, False),
        ({"Date": "Mon, 02 Feb 2026 10:00:00 -0300"}, True),
    ],
    ids=["sound", "a length", "unsigned subject", "unsigned thread", "signed a month ago", "not signed at all"],
)
def test_done_rests_on_no_signature_that_a_stranger_can_use(story: Story, more: dict[str, str], moved: bool) -> None:
    """E6: text added below what was signed, a subject of one's own, a month-old done sent again."""
    arrive(story, written(results=BY_DKIM_ALONE, **more))
    case = story.cases()[0]
    assert (case.state is State.CARRIER_DUE) is moved
    assert (case.review is not None and case.review.doubt is Doubt.UNTRUSTED_OPERATOR) is not moved


@pytest.mark.parametrize(
    "more", ["Date: Tue, 03 Mar 2026 10:00:00 -0300", "Message-ID: <fresh@oi.net.br>", "Subject: x"]
)
def test_a_second_header_on_top_makes_an_old_word_no_new_one(story: Story, more: str) -> None:
    """E6: the signature is that of the lower one, which is a month old."""
    old = written(results=BY_DKIM_ALONE, DKIM_Signature=SIGNATURE, Date="Mon, 02 Feb 2026 10:00:00 -0300")
    arrive(story, f"{more}\r\n".encode() + old)
    assert state(story) is State.WITH_OPERATOR


def test_a_line_below_the_name_that_takes_the_done_back_is_heard(story: Story) -> None:
    """E10: what stands below a signature is said, with or without a label."""
    arrive(story, written(text=f"{DONE}\n\nAtenciosamente,\nKarolina Ramos\nA 3636-1235 não foi feita ainda"))
    assert state(story) is State.WITH_OPERATOR


@pytest.mark.parametrize(
    "stuffing", ["concluído " * 400, "serviço concluído protocolo 123456 " * 200, "feito! " * 2_000]
)
def test_words_stuffed_into_a_strangers_mail_move_nothing(story: Story, stuffing: str) -> None:
    """E11: rule and model must agree, and the rule asks who it is."""
    told = arrive(story, written(sender="Karolina Oi <karolina.ramos.oi@gmail.com>", results=EVIL, text=stuffing))
    assert state(story) is State.WITH_OPERATOR
    assert told.written == ()


def test_the_genuine_word_still_moves_it(story: Story) -> None:
    """None of the above passes merely because nothing ever moves."""
    told = arrive(story, written())
    assert (told.joined.tied, state(story)) == (True, State.CARRIER_DUE)
    assert OPERATOR.endswith(f"<{OI.addr}>")


def test_a_stranger_who_quotes_the_case_number_moves_nothing(story: Story) -> None:
    """E8: the number is on every reply of ours, anyone may have read it."""
    number = story.cases()[0].number
    for kind in ("favor desconsiderar a solicitação", DONE, "CNPJ 27.080.571/0001-30"):
        arrive(story, written(sender="x@evil.org", results=EVIL, text=kind, tied=False, Subject=f"RES: caso {number}"))
    assert state(story) is State.WITH_OPERATOR
    assert {case.requester for case in story.cases()[:1]} == {"ana.lima@sedu.es.gov.br"}
