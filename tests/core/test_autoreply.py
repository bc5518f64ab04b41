"""Which mail a machine wrote, and whom we may answer (RELIABILITY A2–A8, A18)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.messages import KAROLINA, OWN, mail
from triage.core.autoreply import is_no_reply, is_system, machine_signs, may_reply
from triage.core.message import Address, Attachment, Message
from triage.core.policy import Policy

POLICY = Policy(authserv_ids=frozenset({"mx.es.gov.br"}))


@pytest.mark.parametrize("value", ["<>", "< >", "", " <> "])
def test_a_null_return_path_is_a_machine(value: str) -> None:
    """A2; a missing one proves nothing."""
    assert "null-return-path" in machine_signs(mail(return_path=value))
    assert not machine_signs(mail(return_path=None))
    assert not machine_signs(mail(return_path="<ana@sedu.es.gov.br>"))


@pytest.mark.parametrize(
    ("values", "blocked"),
    [
        (("no",), False),
        (("No",), False),
        (("no; comment=x",), False),
        (("no (by hand)",), False),
        (("auto-replied",), True),
        (("auto-generated",), True),
        (("Auto-Notified; owner-email=x",), True),
        (("yes",), True),
        (("no", "auto-replied"), True),
        (("",), True),
    ],
)
def test_auto_submitted(values: tuple[str, ...], blocked: bool) -> None:
    """A3: anything but a pure `no`, every instance read."""
    headers = tuple(("auto-submitted", value) for value in values)
    assert ("auto-submitted" in machine_signs(mail(headers=headers))) is blocked


@pytest.mark.parametrize(
    ("name", "value", "blocked"),
    [
        ("precedence", "Bulk", True),
        ("precedence", "LIST", True),
        ("precedence", "first-class", False),
        ("precedence", "normal", False),
        ("x-precedence", "auto_reply", True),
        ("list-id", "avisos\n <avisos.es.gov.br>", True),
        ("list-unsubscribe", "<mailto:x@y>", True),
    ],
)
def test_lists_and_bulk(name: str, value: str, blocked: bool) -> None:
    """A4."""
    assert bool(machine_signs(mail(headers=((name, value),)))) is blocked


@pytest.mark.parametrize(
    ("value", "allowed"), [("DR, OOF, AutoReply", False), ("all", False), ("DR, RN", True), ("oof", False)]
)
def test_auto_response_suppress_only_forbids_answering(value: str, allowed: bool) -> None:
    """A5: it never means that the mail is automatic."""
    message = mail(headers=(("x-auto-response-suppress", value),))
    assert may_reply(message, POLICY).allowed is allowed
    assert not machine_signs(message)


@pytest.mark.parametrize(
    "address",
    [
        "MAILER-DAEMON@x.br",
        "listserv@x.br",
        "majordomo@x.br",
        "owner-lista@x.br",
        "lista-request@x.br",
        "lista-bounces@x.br",
        "bounce@x.br",
        "bounces+123@x.br",
        "postmaster@x.br",
    ],
)
def test_system_addresses(address: str) -> None:
    """A6."""
    assert is_system(Address("", address.lower()))
    assert not may_reply(mail(sender=address.lower()), POLICY).allowed


@pytest.mark.parametrize(
    "address", ["no-reply@x.br", "noreply@x.br", "nao-responda@x.br", "naoresponda@x.br", "aviso.no_reply@x.br"]
)
def test_no_reply_addresses_are_not_answered_but_may_be_a_persons(address: str) -> None:
    """A6: nobody reads there; what stands in the mail still counts."""
    assert is_no_reply(Address("", address))
    assert may_reply(mail(sender=address), POLICY).reason == "no-reply-address"
    assert not machine_signs(mail(sender=address))


def test_an_innocent_name_is_answered() -> None:
    """A6: a word inside a name is none of these."""
    for address in ("ana.requestada@x.br", "abouncer@x.br", "renata.noreplyson@x.br"):
        assert may_reply(mail(sender=address), POLICY).allowed


@pytest.mark.parametrize(
    ("to", "cc", "headers", "allowed"),
    [
        ((KAROLINA,), (), (), False),
        ((KAROLINA,), (), (("delivered-to", OWN),), False),
        ((KAROLINA,), ("telefonias@seger.es.gov.br",), (), True),
        ((KAROLINA,), (), (("resent-to", f"SEGER <{OWN.upper()}>"),), True),
    ],
)
def test_only_mail_that_names_us_is_answered(
    to: tuple[str, ...], cc: tuple[str, ...], headers: tuple[tuple[str, str], ...], allowed: bool
) -> None:
    """A7: RFC 5230 §4.5."""
    assert may_reply(mail(to=to, cc=cc, headers=headers), POLICY).allowed is allowed


def test_we_never_answer_ourselves() -> None:
    """A8."""
    assert not may_reply(mail(sender=OWN), POLICY).allowed
    assert not may_reply(mail(headers=(("x-triage-loop", "<x>"),)), POLICY).allowed
    assert not may_reply(mail(return_path=f"<{OWN}>"), POLICY).allowed


@pytest.mark.parametrize(
    "subject",
    [
        "Resposta automática: pedido",
        "Fora do escritório: férias",
        "Não é possível entregar: RES: x",
        "Automatic reply: x",
        "Lida: x",
        "Não lida: x",
        "Undeliverable: x",
        "Delivery Status Notification (Failure)",
        "Aceito: reunião",
    ],
)
def test_machines_known_by_their_subject(subject: str) -> None:
    """A10: out of office without headers."""
    assert "machine-subject" in machine_signs(mail(subject=subject))


def test_reports_and_calendars_are_machines() -> None:
    """A9."""
    for content_type in ("multipart/report; report-type=delivery-status", "text/calendar"):
        assert "report" in machine_signs(mail(content_type=content_type))


@pytest.mark.parametrize(
    "opening",
    [
        "This is the mail system at host mx.example.org.",
        "Hi. This is the qmail-send program at example.org.",
        "   ----- The following addresses had permanent fatal errors -----",
        "Your message to ana@x.br could not be delivered.",
        "Não foi possível entregar a sua mensagem para estes destinatários ou grupos:",
        "A entrega para este destinatário falhou permanentemente:",
        "Sua mensagem não pôde ser entregue a ana@x.br",
    ],
)
def test_a_bounce_without_any_header_is_known_by_its_first_words(opening: str) -> None:
    """A9: of real bounces one in twenty has nothing else."""
    assert machine_signs(mail(f"\n{opening}\n\nana@x.br: mailbox full")) == ("report",)


@pytest.mark.parametrize(
    "text",
    [
        "Bom dia! Recebi de volta: sua mensagem não pôde ser entregue. Reenvio a solicitação abaixo.",
        "A entrega do aparelho foi ontem; solicito a instalação da linha.",
        "Este é o relatório que pediram.",
    ],
)
def test_a_person_who_speaks_of_a_bounce_is_no_machine(text: str) -> None:
    """Silence where an answer was due is the next worst thing."""
    assert not machine_signs(mail(text))


def test_an_invitation_is_a_machines_and_an_attached_calendar_file_is_not() -> None:
    """A9: calendar programs put their part inline, without a name."""
    invitation, enclosed = Attachment("", "text/calendar", 9), Attachment("visita.ics", "text/calendar", 9)
    assert "report" in machine_signs(mail("Reunião", attachments=(invitation,)))
    assert not machine_signs(mail("Segue a agenda da visita.", attachments=(enclosed,)))


@pytest.mark.parametrize("name", ["x-failed-recipients", "x-ms-exchange-message-is-ndr", "x-mail-autoreply"])
def test_vendors_have_headers_of_their_own(name: str) -> None:
    """A9, A10: what mail systems wrote before the RFCs, and still write."""
    assert machine_signs(mail(headers=((name, "x"),))) == ("vendor-autoreply",)


@pytest.mark.parametrize("subject", ["ENC: Não é possível entregar: 1.4", "Fwd: Returned mail: see transcript"])
def test_a_report_that_a_person_passes_on_is_left_to_a_person(subject: str) -> None:
    """A9: it is no machine's, but an automatic answer to it would be an answer to the report."""
    assert not machine_signs(mail(subject=subject))
    assert may_reply(mail(subject=subject), POLICY).reason == "report-passed-on"


@pytest.mark.parametrize(
    ("reply_to", "recipient"),
    [
        ((), "ana.souza@sedu.es.gov.br"),
        (("gabinete@sedu.es.gov.br",), "gabinete@sedu.es.gov.br"),
        (("victim@example.com",), "ana.souza@sedu.es.gov.br"),
        (("a@sedu.es.gov.br", "b@sedu.es.gov.br"), ""),
    ],
)
def test_the_one_recipient(reply_to: tuple[str, ...], recipient: str) -> None:
    """A18: Reply-To only within the author's own domain; several are a person's business."""
    assert may_reply(mail(reply_to=reply_to), POLICY).recipient == recipient


def test_the_operator_is_never_answered() -> None:
    """Every reply of ours goes to the requester alone."""
    assert may_reply(mail(sender=KAROLINA), POLICY).reason == "not-a-requester"


def test_fifty_authors_get_no_answer() -> None:
    """A18."""
    crowd = tuple(Address("", f"p{n}@sedu.es.gov.br") for n in range(50))
    assert may_reply(replace(mail(), from_=crowd), POLICY).reason == "not-one-author"


_HEADER = st.tuples(
    st.sampled_from(
        [
            "auto-submitted",
            "precedence",
            "list-id",
            "x-auto-response-suppress",
            "x-triage-loop",
            "x-autoreply",
            "resent-to",
        ]
    ),
    st.text(max_size=40),
)


@given(headers=st.lists(_HEADER, max_size=6), path=st.none() | st.text(max_size=20), sender=st.text(max_size=40))
def test_any_header_block_gets_a_definite_answer(headers: list[tuple[str, str]], path: str | None, sender: str) -> None:
    """A1: never raises, the same answer for the same mail, every no with its reason."""
    message: Message = replace(mail(headers=tuple(headers), return_path=path), from_=(Address("", sender.lower()),))
    permission = may_reply(message, POLICY)
    assert permission == may_reply(message, POLICY)
    assert permission.allowed != bool(permission.reason)
