"""From message and reading to verdict: kinds, actions, doubts (DOMAIN, "What a message is", "What we do")."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.messages import KAROLINA, OWN, mail
from triage.config import load_bulletin
from triage.core.judge import judge
from triage.core.message import Attachment, Forwarded, Message
from triage.core.policy import Policy
from triage.core.reading import SILENT, Reading
from triage.core.verdict import Verdict
from triage.core.vocabulary import Action, Field, FormState, Kind, OperatorStatus, Service

BULLETIN = load_bulletin()
POLICY = Policy(
    authserv_ids=frozenset({"mx.es.gov.br"}),
    carrier_domains=frozenset({"longa.example"}),
    pabx_organs=frozenset({"SEFAZ"}),
)
COMPLETE = """Karolina, bom dia.

Solicito a mudança do número da linha (27) 3636-2590, pois ele foi publicado como sendo o de uma clínica.

Secretaria de Estado da Educação, CNPJ 27.080.571/0001-30
Ana Souza
Fixo: (27) 3636-2501, celular (27) 99812-4470
"""


def _reading(kind: str = "request", item: str = "1.4", **more: object) -> Reading:
    base = Reading({kind: 0.98, "other": 0.02}, {item: 0.97, "1.1": 0.03}, {}, {}, 0.01, 0.9, "test")
    return replace(base, **more)  # type: ignore[arg-type]  # the fields of Reading, by name


def _judged(message: Message, reading: Reading | None = None, policy: Policy = POLICY) -> Verdict:
    return judge(message, reading or _reading(), BULLETIN, policy)


def _complete(**more: object) -> Message:
    given_ = {"to": (KAROLINA,), "cc": (OWN,), "subject": "Mudança de número", **more}
    return mail(COMPLETE, **given_)  # type: ignore[arg-type]  # the arguments of mail, by name


def test_a_request_with_nothing_to_correct_is_accepted() -> None:
    """No reply is due."""
    verdict = _judged(_complete())
    assert (verdict.kind, verdict.action, verdict.category, verdict.organ) == (
        Kind.REQUEST, Action.ACCEPT, "1.4", "SEDU",
    )  # fmt: skip
    assert verdict.missing == ()
    assert dict(verdict.values)[Field.LINE] == "+552736362590"


def test_every_fault_is_named_at_once() -> None:
    """Subject, fields, recipients: one correction."""
    verdict = _judged(mail("Quero trocar o número do telefone da sala.", name="Setor", subject="telefone"))
    assert verdict.action is Action.CORRECT
    assert verdict.subject is not None
    assert verdict.subject.ok is False
    assert verdict.subject.suggested == "1.4 Mudança de número"
    assert {Field.CNPJ, Field.LANDLINE, Field.MOBILE, Field.REQUESTER_NAME} <= set(verdict.missing)
    assert verdict.missing_recipients == (KAROLINA,)


@pytest.mark.parametrize("item", ["1.9", "1.10", "1.11", "3.1"])
def test_items_that_take_no_mail_are_redirected_unchecked(item: str) -> None:
    """Subject, fields, form and recipients are not checked."""
    verdict = _judged(mail("Está tudo parado aqui.", subject="x"), _reading(item=item))
    assert verdict.action is Action.REDIRECT
    assert (verdict.findings, verdict.form, verdict.missing_recipients) == ((), None, ())
    assert verdict.subject is not None
    assert verdict.subject.ok is None


def test_an_organ_with_a_pabx_goes_to_metodo_for_1_1_and_1_4_only() -> None:
    """Clause 4.1."""
    message = _complete(sender="ana@sefaz.es.gov.br")
    assert _judged(message).action is Action.REDIRECT
    assert _judged(message, _reading(item="1.6")).action is Action.CORRECT


def test_a_form_that_cannot_be_read_keeps_nobody_from_being_sent_to_metodo() -> None:
    """A redirected message's form is not checked; where it counts, a person looks."""
    damaged = Attachment("Folhinha Voice-Net.xls", "application/vnd.ms-excel", 9, problem="broken")
    reading = _reading(item="1.1")
    assert _judged(_complete(sender="ana@sefaz.es.gov.br", attachments=(damaged,)), reading).action is Action.REDIRECT
    assert _judged(_complete(attachments=(damaged,)), reading).action is Action.REVIEW


def test_a_forged_request_is_for_a_person() -> None:
    """`dmarc=fail` of our own server."""
    assert _judged(_complete(auth="fail")).action is Action.REVIEW


def test_a_request_without_any_authentication_may_be_answered() -> None:
    """Internal mail often has none (DESIGN)."""
    assert _judged(_complete(auth="")).action is Action.ACCEPT


def test_two_items_are_for_a_person() -> None:
    """`category` is the main one, `also` the other."""
    verdict = _judged(_complete(), _reading(several=0.9))
    assert (verdict.action, verdict.category, verdict.also) == (Action.REVIEW, "1.4", ("1.1",))


def test_a_subject_cut_short_counts_in_a_fresh_message_alone() -> None:
    """Its recipients made a circuit that moves one that is installed; in a thread the subject is an old one."""
    reading = replace(_reading(), item={"1.7": 0.6, "1.8": 0.4})
    text = "O circuito de dados acompanha a unidade."
    assert _judged(mail(text, subject="Mudança de endereço"), reading).category == "1.8"
    assert _judged(mail(text, subject="RES: Mudança de endereço"), reading).category == "1.7"


def test_where_no_line_is_concerned_a_number_is_a_contact() -> None:
    message = mail("Favor ver o computador do ramal (27) 3636-4730, que travou.", subject="x")
    assert Field.LANDLINE in _judged(message, _reading(item="1.6")).missing
    assert Field.LANDLINE not in _judged(message, _reading(item="2.1")).missing


def test_what_more_is_surely_asked_for_is_not_lost_with_the_neighbour_that_is_not_named() -> None:
    """1.2 with an unblocking at its end: the classifier's second guess, 1.3, is named nowhere."""
    message = mail("Solicito um ramal virtual avulso. Mais uma coisa: o 3636-1455 precisa ser desbloqueado.")
    items = {"1.2": 0.98, "1.3": 0.015, "1.6": 0.005}
    assert _judged(message, replace(_reading(), item=items, several=0.95)).also == ("1.6",)
    assert _judged(message, replace(_reading(), item=items, several=0.6)).also == ()


def test_a_form_names_ramais_and_terminals_whatever_is_asked_for() -> None:
    """Its labels tell of both; the message must, for two items to be asked for."""
    reading = replace(_reading(), item={"1.2": 0.7, "1.3": 0.3}, several=0.9)
    form = Attachment("Folhinha Voice-Net.xlsx", "application/x", 1, rows=(("Terminais Não Residenciais", "2"),))
    one = mail("Peço um ramal virtual avulso, pois abriu um setor.", subject="Instalação")
    two = mail("Peço um ramal virtual avulso e um terminal, pois abriu um setor.", subject="Instalação")
    assert _judged(replace(one, attachments=(form,)), reading).also == ()
    assert _judged(replace(two, attachments=(form,)), reading).also == ("1.3",)


def test_what_a_nudge_reminds_of_is_no_second_item() -> None:
    """It has to name what it waits for; where two things are surely asked for, a person looks all the same."""
    message = mail("O cancelamento do circuito que pedi em maio não foi executado até agora.", subject="Pendência")
    reading = replace(_reading(), item={"1.12": 0.7, "1.8": 0.3})
    assert _judged(message, replace(reading, several=0.7)).also == ()
    assert _judged(message, replace(reading, several=0.9)).also == ("1.8",)


@pytest.mark.parametrize(
    ("subject", "main"),
    [
        ("Mudança de número e cancelamento de linhas fixas", "1.4"),
        ("Cancelamento de linhas fixas e mudança de número", "1.1"),
        ("Cancelamento de linhas fixas", "1.1"),
        ("dois pedidos", "1.4"),
        ("RES: Cancelamento de linhas fixas", "1.4"),
    ],
)
def test_of_two_items_the_subject_tells_the_main_one(subject: str, main: str) -> None:
    """It names the main one alone, or first; in a thread it is an old one."""
    assert _judged(_complete(subject=subject), _reading(several=0.9)).category == main


def test_a_forwarded_request_keeps_a_subject_that_tells_nothing_about_the_nudge_above_it() -> None:
    """1.12: "what became of the request below?", under the old subject."""
    reading = replace(_reading(), item={"1.12": 0.7, "1.4": 0.3})
    assert _judged(_complete(subject="ENC: Mudança de número"), reading).category == "1.12"
    assert _judged(_complete(subject="Mudança de número"), reading).category == "1.4"


def test_too_little_certainty_is_for_a_person() -> None:
    """Below it nothing is said in SEGER's name."""
    verdict = _judged(_complete(subject="telefone"), replace(_reading(), item={"1.4": 0.3, "1.5": 0.28}))
    assert verdict.action is Action.REVIEW


def test_what_may_be_there_is_not_demanded() -> None:
    """A person looks before: the words tell which field it is."""
    verdict = _judged(_complete(), replace(_reading(), reason=0.1))
    bare = mail(COMPLETE.replace(", pois ele foi publicado como sendo o de uma clínica", ""))
    sure, doubtful = _judged(bare, _reading(reason=0.0)), _judged(bare, _reading(reason=0.1))
    assert (verdict.action, verdict.perhaps) == (Action.ACCEPT, ())
    assert (sure.action, sure.perhaps) == (Action.CORRECT, ())
    assert (doubtful.action, doubtful.perhaps) == (Action.REVIEW, ("reason",))
    assert doubtful.missing == (Field.REASON,)
    assert any(why.startswith("talvez não falte: ") for why in doubtful.reasons)
    assert not any(why.startswith("falta: ") for why in doubtful.reasons)
    assert any(why.startswith("falta: ") for why in sure.reasons)


def test_a_redirect_asks_for_nothing_that_may_be_there() -> None:
    """A fault is told where to go, whatever it lacks."""
    verdict = _judged(mail("O 3636-2590 está mudo."), _reading(item="1.9", reason=0.1))
    assert (verdict.action, verdict.perhaps) == (Action.REDIRECT, ())


@pytest.mark.parametrize(
    ("attachment", "text", "action"),
    [
        (Attachment("dados.xlsx", "application/vnd", 10, rows=(("CNPJ", "1"), ("Telefone", "2"))), "", Action.REVIEW),
        (Attachment("scan0001.pdf", "application/pdf", 10), "Segue a folhinha.", Action.REVIEW),
        (Attachment("scan0001.pdf", "application/pdf", 10), "Segue o formulário.", Action.REVIEW),
        (Attachment("scan0001.pdf", "application/pdf", 10), "", Action.CORRECT),
        (Attachment("planta.txt", "text/plain", 10, "a sala fica nos fundos"), "Segue a folhinha.", Action.CORRECT),
    ],
)
def test_an_attachment_that_may_be_the_form_is_for_a_person(attachment: Attachment, text: str, action: Action) -> None:
    """It has labels of the form, or cannot be read where the form is said to come along."""
    message = mail(
        f"{text} {COMPLETE}", to=(KAROLINA,), cc=(OWN,), subject="Mudança de número", attachments=(attachment,)
    )
    assert _judged(message, _reading(item="1.2")).action is action


def test_without_a_model_nothing_is_answered() -> None:
    """An empty model file leads to no action (E11): only a person's review."""
    assert _judged(mail("Bom dia", subject="telefone"), SILENT).action is Action.REVIEW


def test_the_service_of_2_2_decides_the_fields() -> None:
    """An extension wants the bill's data; a second copy does not."""
    extension = _reading(item="2.2", service={"prorrogacao": 0.9, "segunda_via": 0.1})
    copy = _reading(item="2.2", service={"segunda_via": 0.9, "prorrogacao": 0.1})
    text = "Prezados, precisamos disto.\nAna Souza"
    assert Field.DUE_DATE in _judged(mail(text), extension).missing
    assert _judged(mail(text), extension).service is Service.EXTENSION
    assert Field.DUE_DATE not in _judged(mail(text), copy).missing


def test_a_form_is_asked_for_where_the_item_wants_one() -> None:
    """1.2 wants it, 1.4 does not."""
    assert _judged(_complete(), _reading(item="1.2")).form is FormState.MISSING
    assert _judged(_complete()).form is None


def test_the_operators_word_in_a_thread() -> None:
    """Authenticated: an update; by a stranger: a review that says so, whatever it claims."""
    done = _reading(kind="operator", status={"completed": 0.95, "acknowledged": 0.05})
    message = mail(
        "Feito. Protocolo 2026112500731.", sender=KAROLINA, subject="RES: Mudança de número", in_reply_to=("<a@b>",)
    )
    verdict = _judged(message, done)
    assert (verdict.kind, verdict.action, verdict.trusted) == (Kind.OPERATOR, Action.UPDATE, True)
    assert verdict.operator is not None
    assert (verdict.operator.status, verdict.operator.protocol) == (OperatorStatus.COMPLETED, "2026112500731")
    forged = _judged(replace(message, authentication_results=()), done)
    assert (forged.kind, forged.action, forged.trusted) == (Kind.OPERATOR, Action.REVIEW, False)


TWO_LINES = "A linha 3636-2501 foi retirada. A linha 3636-2502 permanece ativa, e o tratamento segue aberto."


@pytest.mark.parametrize(
    ("whole", "parts", "status", "action"),
    [
        ({"completed": 0.6}, ({"completed": 0.99}, {"acknowledged": 0.9}), OperatorStatus.ACKNOWLEDGED, Action.UPDATE),
        ({"completed": 0.999}, ({"completed": 0.99}, {"needs_info": 0.9}), OperatorStatus.ACKNOWLEDGED, Action.UPDATE),
        ({"completed": 0.6}, ({"completed": 0.99}, {"acknowledged": 0.3}), OperatorStatus.COMPLETED, Action.REVIEW),
        ({"completed": 0.6}, ({"completed": 0.99}, {"completed": 0.5}), OperatorStatus.COMPLETED, Action.REVIEW),
        ({"completed": 0.999}, ({"completed": 0.99}, {"completed": 0.5}), OperatorStatus.COMPLETED, Action.UPDATE),
        ({"completed": 0.6}, ({"completed": 0.99}, {"other": 0.9}), OperatorStatus.COMPLETED, Action.UPDATE),
        ({"scheduled": 0.9}, ({"completed": 0.99}, {"scheduled": 0.9}), OperatorStatus.SCHEDULED, Action.UPDATE),
        ({"refused": 0.3}, ({"completed": 0.5}, {"refused": 0.9}), OperatorStatus.REFUSED, Action.UPDATE),
        ({"refused": 0.3}, ({"completed": 0.5}, {"refused": 0.3}), OperatorStatus.REFUSED, Action.REVIEW),
    ],
)
def test_a_part_that_is_open_makes_no_completion_of_the_whole(
    whole: dict[str, float], parts: tuple[dict[str, float], ...], status: OperatorStatus, action: Action
) -> None:
    """DOMAIN: a part done and a part open is `acknowledged`, though all its words together look like a completion."""
    reading = _reading(kind="operator", status=whole, parts=parts)
    verdict = _judged(mail(TWO_LINES, sender=KAROLINA, subject="RES: x", in_reply_to=("<a@b>",)), reading)
    assert verdict.operator is not None
    assert (verdict.operator.status, verdict.action) == (status, action)
    assert verdict.operator.certain or status is not OperatorStatus.ACKNOWLEDGED


def test_a_doubtful_completion_is_for_a_person() -> None:
    """No case is called done that may not be."""
    unsure = _reading(kind="operator", status={"completed": 0.5, "acknowledged": 0.45})
    message = mail("Quase pronto.", sender=KAROLINA, subject="RES: x", in_reply_to=("<a@b>",))
    assert _judged(message, unsure).action is Action.REVIEW


def test_a_robot_of_the_operator_speaks_for_it_only_with_a_protocol() -> None:
    """An automatic acknowledgement with a protocol is `operator`; its vacation notice is `automatic`."""
    robot = (("auto-submitted", "auto-generated"),)
    reading = _reading(kind="operator", status={"acknowledged": 0.9})
    numbered = mail("Recebemos. Protocolo 20261001609.", sender="robo@oi.net.br", headers=robot)
    assert _judged(numbered, reading).kind is Kind.OPERATOR
    assert _judged(mail("Estou de férias.", sender=KAROLINA, headers=robot), reading).kind is Kind.AUTOMATIC


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Sua mensagem foi registrada sob o protocolo 2026.4471.90832. Retorno em até 3 dias.", Kind.OPERATOR),
        ("Estou de férias; o protocolo 20261001609 está com a Lívia.", Kind.AUTOMATIC),
        ("Recebemos a sua mensagem.", Kind.AUTOMATIC),
    ],
)
def test_an_automatic_reply_of_the_operator_is_known_by_what_it_says(text: str, kind: Kind) -> None:
    """ "Resposta automática" stands over both an absence and the receipt of a request."""
    message = mail(
        text, sender=KAROLINA, subject="Resposta automática: Bloqueio", headers=(("auto-submitted", "auto-replied"),)
    )
    assert _judged(message, _reading(kind="automatic")).kind is kind


@pytest.mark.parametrize(
    ("text", "likely", "kind"),
    [
        ("Segue o celular que faltava: (27) 99944-1020.", 0.7, Kind.SUPPLEMENT),
        ("Segue o pedido de novo, com o celular que faltava.", 0.95, Kind.REQUEST),
        ("O técnico disse que faltava uma peça; chegou?", 0.7, Kind.REQUEST),
    ],
)
def test_who_hands_in_what_was_lacking_asks_for_nothing_new(text: str, likely: float, kind: Kind) -> None:
    """In a mail of its own too, unless it is surely a request made anew."""
    reading = replace(_reading(), kind={"request": likely, "supplement": 1 - likely})
    assert _judged(mail(text, subject="celular"), reading).kind is kind


def test_the_carrier_and_we_ourselves() -> None:
    """The carrier's domain tells it; our own mail asks for nothing."""
    assert _judged(mail("Ciente.", sender="a@longa.example")).kind is Kind.CARRIER
    assert _judged(mail("Oi", sender=OWN)).action is Action.IGNORE


def test_a_supplement_is_an_update_with_what_it_brings() -> None:
    """What follows from it is the case's decision."""
    verdict = _judged(mail("CNPJ 27.080.571/0001-30", subject="RES: telefone"), _reading(kind="supplement"))
    assert (verdict.kind, verdict.action) == (Kind.SUPPLEMENT, Action.UPDATE)
    assert dict(verdict.values)[Field.CNPJ] == "27080571000130"


@pytest.mark.parametrize(
    ("subject", "text", "kind"),
    [
        ("RES: conta", "Oi de novo!\n\ncelular = (27) 99812-4470, é da Marta\nValeu pela paciência!", Kind.SUPPLEMENT),
        ("RES: conta", "Oi de novo! O celular da Marta é o de sempre. Valeu pela paciência!", Kind.OTHER),
        ("RES: conta", "Motivo: a sala fechou, rs", Kind.SUPPLEMENT),
        ("conta", "celular = (27) 99812-4470, é o da Marta", Kind.OTHER),
        ("RES: conta", "Linha: ok, já funciona. Valeu pela paciência!", Kind.OTHER),
        ("RES: conta", "Conta: a minha ou a do setor? rs", Kind.OTHER),
    ],
)
def test_an_answer_that_gives_a_datum_is_no_idle_talk(subject: str, text: str, kind: Kind) -> None:
    """However chatty it is."""
    chatty = _reading(kind="other")
    chatty = replace(chatty, kind={"other": 0.85, "supplement": 0.13, "request": 0.02})
    assert _judged(mail(text, subject=subject), chatty).kind is kind


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.AUTOMATIC, "No momento participo de um congresso.\nTelefone: (27) 3636-1234\nMotivo: congresso"),
        (Kind.OTHER, "Boa tarde, apresento o nosso PABX em nuvem.\nValor: R$ 99,00 por ramal"),
    ],
)
def test_what_is_surely_no_answer_to_us_gives_no_datum(kind: Kind, text: str) -> None:
    """A machine's phone and a salesman's price: to take them for a supplement is to answer them."""
    reading = replace(_reading(kind=kind), kind={kind: 0.97, "supplement": 0.03})
    assert _judged(mail(text, subject="RES: conta"), reading).kind is kind


@pytest.mark.parametrize(
    ("text", "withdrawn"),
    [
        ("Favor desconsiderar o pedido.", True),
        ("Não é mais necessário, obrigada.", True),
        ("Peço cancelar esta solicitação.", True),
        ("Segue o CNPJ.", False),
        ("O aparelho não é mais o mesmo.", False),
    ],
)
def test_a_clear_word_withdraws(text: str, withdrawn: bool) -> None:
    """The requester's clear word ends the case."""
    assert _judged(mail(text), _reading(kind="supplement")).withdrawn is withdrawn


@pytest.mark.parametrize("kind", ["request", "supplement", "other"])
def test_a_forged_word_withdraws_nothing_whatever_it_is_read_as(kind: str) -> None:
    """Our server knows that it is not the requester; read as idle talk it ended the case all the same."""
    reading = replace(_reading(), kind={kind: 1.0})
    text = "Favor desconsiderar o pedido."
    forged = _judged(mail(text, auth="fail"), reading)
    assert (forged.withdrawn, forged.action) == (True, Action.REVIEW)
    assert _judged(mail(text, auth="pass"), reading).withdrawn
    machine = mail(text, auth="fail", headers=(("auto-submitted", "auto-generated"),))
    assert _judged(machine, reading).action is Action.IGNORE


def test_who_says_that_the_cnpj_follows_answers_even_above_the_request_itself() -> None:
    """The quoted request and its old subject weigh as much with the model as the words above them."""
    unsure = replace(_reading(), kind={"supplement": 0.52, "request": 0.48})
    quoted = "Favor bloquear a linha (27) 3347-5512, pois a sala está em reforma."
    brought = mail("Boa tarde, segue o CNPJ 27.080.530/0001-43.", subject="RES: Bloqueio", quoted=quoted)
    assert _judged(brought, unsure).action is Action.UPDATE
    found = mail("Consegui o que faltava:\nCNPJ 12.564.184/0004-44\nBeijo", subject="RES: telefone", quoted=quoted)
    assert _judged(found, unsure).action is Action.UPDATE
    asked = mail("Segue o CNPJ. Peço o desbloqueio da linha (27) 3347-5513.", subject="RES: Bloqueio", quoted=quoted)
    assert _judged(asked, unsure).action is Action.REVIEW


def test_a_datum_counts_in_any_thread_and_above_the_signature() -> None:
    """A thread shows by what is quoted, too; and below a name a phone stands in every message."""
    chatty = replace(_reading(), kind={"other": 0.85, "supplement": 0.13, "request": 0.02})
    thread = mail("celular = (27) 99812-4470, é da Marta", subject="conta", quoted="Qual é o celular?")
    assert _judged(thread, chatty).kind is Kind.SUPPLEMENT
    signed = mail("O da Marta é o de sempre.\nMarta Lima\nTel.: (27) 3636-1234", subject="RES: conta")
    above = replace(signed, body=replace(signed.body, signature_at=signed.body.own.index("Marta Lima")))
    assert _judged(above, chatty).kind is Kind.OTHER


def test_who_waits_for_an_answer_of_another_sort_asks_for_what_is_written() -> None:
    """Only above a request that is sent on do the words of waiting weigh more than all others."""
    waiting = mail(f"Os clientes estão sem resposta.\n{COMPLETE}", to=(KAROLINA,), cc=(OWN,), subject="Telefone")
    assert _judged(waiting, replace(_reading(), item={"1.4": 0.7, "1.12": 0.3})).category == "1.4"


def test_a_bare_forward_speaks_with_the_forwarded_words() -> None:
    """The original's sender tells the organ; what names its own service keeps the forwarded part out."""
    inner = Forwarded(
        COMPLETE.replace("Educação", "Saúde"), sender=mail(sender="rui@sesa.es.gov.br", name="Rui Lima").author
    )
    bare = _complete()
    bare = replace(bare, body=replace(bare.body, own="Segue para providências.", signature_at=24, forwarded=(inner,)))
    assert (_judged(bare).organ, _judged(bare).missing) == ("SESA", ())
    own = replace(bare, body=replace(bare.body, own="Solicito bloqueio da linha 3636-1111.", signature_at=37))
    assert Field.CNPJ in _judged(own).missing


@given(text=st.text(max_size=400), subject=st.text(max_size=80), kind=st.sampled_from([str(k) for k in Kind]))
def test_judging_never_raises(text: str, subject: str, kind: str) -> None:
    """Whatever was parsed gets a verdict."""
    item = "2.2" if len(text) % 2 else "1.1"
    verdict = _judged(mail(text, subject=subject), _reading(kind=kind, item=item, service={"prorrogacao": 1.0}))
    assert verdict.action in Action


def test_what_takes_a_request_back_is_no_idle_talk_even_outside_of_its_thread() -> None:
    """It is about a case, whatever the model makes of so few words; unless it plainly is something else."""
    unsure = replace(_reading(), kind={"other": 0.7, "supplement": 0.2, "request": 0.1})
    assert _judged(mail("Favor desconsiderar a solicitação."), unsure).kind is Kind.SUPPLEMENT
    sure = replace(_reading(), kind={"other": 0.97, "supplement": 0.03})
    assert _judged(mail("Desconsiderem a pergunta."), sure).kind is Kind.OTHER


@pytest.mark.parametrize(
    ("to", "organ"),
    [
        (("a@sedu.es.gov.br",), "SEDU"),
        (("a@sedu.es.gov.br", "b@setades.es.gov.br"), "SETADES"),
        ((OWN,), "SETADES"),
    ],
)
def test_the_operator_writes_to_one_organ_or_names_the_one_it_means(to: tuple[str, ...], organ: str) -> None:
    message = mail("Em andamento.", sender=KAROLINA, to=to, subject="RES: Bloqueio - SETADES", in_reply_to=("<a@b>",))
    assert _judged(message, _reading(kind="operator", status={"acknowledged": 0.9})).organ == organ
