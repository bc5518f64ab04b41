"""The main job on real servers: one right reply, to the requester alone, and none where none is due."""

import re
import time
from email.utils import parseaddr

import pytest
from imapclient import IMAPClient

from tests.servers.dovecot import PASSWORD, USER, Dovecot
from tests.service.running import COMPLETE, SCHOOL, Running, letter, mail, plain, wait_for

OWN_ID = re.compile(r"<triage\.\d{4}-\d{6}\.[0-9a-f]{32}@seger\.es\.gov\.br>")
MACHINES = {
    "vacation": {"Auto_Submitted": "auto-replied"},
    "list": {"List_Id": "<avisos.es.gov.br>"},
    "bulk": {"Precedence": "Bulk"},
    "bounce": {"Return_Path": "<>"},
    "suppressed": {"X_Auto_Response_Suppress": "DR, OOF, AutoReply"},
    "ours": {"X_Triage_Loop": "<triage.2026-000001.0123456789abcdef0123456789abcdef@seger.es.gov.br>"},
}


def test_a_faulty_request_gets_one_reply_with_the_right_headers(program: Running) -> None:
    """CONTRACT "Replies", A16: recipient, threading, marks of a machine, null return path, case number, both texts."""
    program.start()
    program.imap.deliver(mail("pedido", References="<antes@sedu.es.gov.br>", Cc="diretora@sedu.es.gov.br"))
    wait_for(lambda: program.smtp.accepted, "the reply")
    program.settled(1)
    (accepted,) = program.smtp.accepted
    assert accepted.envelope_from == ""
    assert accepted.recipients == ("escola.moradadosol@sedu.es.gov.br",)
    reply = letter(accepted)
    assert parseaddr(reply["From"]) == ("SEGER Telefonia", "telefonia@seger.es.gov.br")
    assert [parseaddr(value)[1] for value in reply.get_all("To")] == ["escola.moradadosol@sedu.es.gov.br"]
    assert reply["Cc"] is None
    assert reply["Bcc"] is None
    assert reply["In-Reply-To"] == "<pedido@sedu.es.gov.br>"
    assert reply["References"].split() == ["<antes@sedu.es.gov.br>", "<pedido@sedu.es.gov.br>"]
    assert reply["Auto-Submitted"] == "auto-replied"
    assert reply["X-Auto-Response-Suppress"] == "DR, RN, NRN, OOF, AutoReply"
    assert OWN_ID.fullmatch(reply["Message-ID"])
    assert reply["Disposition-Notification-To"] is None
    case = str(program.rows("select number from cases")[0][0])
    assert case in reply["Message-ID"]
    assert case in plain(reply)
    assert "CNPJ" in plain(reply)
    assert [part.get_content_type() for part in reply.iter_parts()] == ["text/plain", "text/html"]


def test_observe_mode_records_the_case_and_sends_nothing(program: Running) -> None:
    program.set(policy={"mode": "observe"})
    program.imap.deliver(mail("pedido"))
    assert program.once().returncode == 0
    assert program.rows("select state from cases") == [("incomplete",)]
    assert program.rows("select state from outbox") == [("observed",)]
    assert program.smtp.commands == []


def test_draft_mode_lays_one_draft_into_drafts_and_sends_nothing(program: Running, dovecot: Dovecot) -> None:
    """The draft carries \\Draft, stands once however often the program runs, and is ready to be sent by a person."""
    program.set(policy={"mode": "draft"})
    program.imap.deliver(mail("pedido"))
    assert program.once().returncode == 0
    assert program.once().returncode == 0
    (draft,) = dovecot.messages(".Drafts")
    assert "D" in draft.name.rpartition(":2,")[2]
    assert b"To: escola.moradadosol@sedu.es.gov.br\r\n" in draft.read_bytes().replace(b"\n", b"\r\n").replace(
        b"\r\r", b"\r"
    )
    assert program.smtp.commands == []


def test_a_draft_that_was_laid_before_a_crash_is_not_laid_again(program: Running, dovecot: Dovecot) -> None:
    """Between APPEND and its commit lies a moment: the draft is looked for by its Message-ID before a second APPEND."""
    program.set(policy={"mode": "draft"})
    program.imap.deliver(mail("pedido"))
    program.once()
    engine = program.engine()
    with engine.begin() as connection:
        connection.exec_driver_sql("update outbox set answer = ''")
    engine.dispose()
    program.once()
    assert program.rows("select answer from outbox") == [("Drafts",)]
    assert len(dovecot.messages(".Drafts")) == 1


def test_an_edited_draft_that_a_person_sends_is_noticed(program: Running, dovecot: Dovecot) -> None:
    program.set(policy={"mode": "draft"})
    program.start()
    program.imap.deliver(mail("pedido"))
    wait_for(lambda: dovecot.messages(".Drafts"), "the draft")
    edited = dovecot.messages(".Drafts")[0].read_bytes().replace(b"Equipe de Telefonia", b"Joana, da Telefonia")
    dovecot.deliver(edited, ".Sent")
    wait_for(lambda: program.count("outbox", "state = 'sent'"), "the draft to be seen as sent")
    assert program.count("case_event", "what = 'colleague_wrote'") == 1


@pytest.mark.parametrize("machine", MACHINES)
def test_machines_are_never_answered(program: Running, machine: str) -> None:
    """A2–A5, A8: no reply row is even written."""
    program.imap.deliver(mail(machine, **MACHINES[machine]))
    assert program.once().returncode == 0
    assert program.count("ledger", "state != 'new'") == 1
    assert program.count("outbox") == 0
    assert program.smtp.commands == []


def test_a_complete_request_goes_on_without_a_word_from_us(program: Running) -> None:
    program.imap.deliver(
        mail(
            "numero",
            COMPLETE,
            sender="Lúcia Helena Zanotti <lucia.zanotti@iema.es.gov.br>",
            to="karolina.ramos@oi.net.br",
            subject="Mudança de número - (27) 3636-2590",
            Cc="telefonia@seger.es.gov.br",
        )
    )
    assert program.once().returncode == 0
    assert program.rows("select category, state from cases") == [("1.4", "with_operator")]
    assert program.count("outbox") == 0


def test_the_same_mail_delivered_twice_gets_one_reply(program: Running) -> None:
    """C9: an alias and a second copy, one after the other and in one go, across a restart."""
    program.imap.deliver(mail("pedido"))
    program.imap.deliver(b"X-Another: way\r\n" + mail("pedido"))
    assert program.once().returncode == 0
    program.imap.deliver(mail("pedido"))
    assert program.once().returncode == 0
    assert len(program.smtp.accepted) == 1
    assert program.count("cases") == 1
    assert program.rows("select state, count(*) from ledger group by state order by state") == [
        ("duplicate", 2),
        ("judged", 1),
    ]


def test_a_restart_repeats_nothing(program: Running) -> None:
    program.start()
    program.imap.deliver(mail("pedido"))
    wait_for(lambda: program.smtp.accepted, "the reply")
    program.settled(1)
    assert program.stop() == 0
    program.start()
    program.settled(1)
    assert program.stop() == 0
    assert len(program.smtp.accepted) == 1
    assert program.count("ledger") == 1


def test_reading_flags_stay_as_people_left_them(program: Running) -> None:
    """B4: nothing is marked read, and what is read already is judged all the same."""
    program.imap.deliver(mail("um"))
    program.imap.deliver(mail("dois", sender="Ana <ana@sesa.es.gov.br>"))
    with IMAPClient("localhost", port=program.imap.port, ssl=False) as client:
        client.login(USER, PASSWORD)
        client.select_folder("INBOX")
        first, second = client.search()
        client.add_flags([first], [b"\\Seen", b"\\Flagged"])
        before = client.get_flags([first, second])
        assert program.once().returncode == 0
        client.noop()
        after = client.get_flags([first, second])
    assert {uid: set(flags) - {b"\\Recent"} for uid, flags in after.items()} == {
        uid: set(flags) - {b"\\Recent"} for uid, flags in before.items()
    }
    assert program.count("ledger", "state = 'judged'") == 2


def test_cold_start_records_500_old_mails_and_answers_none(program: Running) -> None:
    """A14: an empty database against a full mailbox."""
    (program.folder / "triage.db").unlink()
    for number in range(500):
        program.imap.deliver(mail(f"velha-{number}", SCHOOL.replace("1846", f"{1000 + number}")))
    time.sleep(1.1)  # the server's dates have whole seconds, and mail of the first run's very second is answered
    done = program.once()
    assert done.returncode == 0, done.stderr
    assert program.count("ledger", "state != 'new'") == 500
    assert program.count("cases") > 0
    assert program.count("outbox") == 0
    assert program.smtp.commands == []


def test_an_items_own_mode_goes_before_the_general_one(program: Running, dovecot: Dovecot) -> None:
    program.set(policy={"mode": "send", "items": {"1.6": "draft"}})
    program.imap.deliver(mail("pedido"))
    program.once()
    assert program.rows("select state from outbox") == [("drafted",)]
    assert len(dovecot.messages(".Drafts")) == 1
    assert program.smtp.commands == []


def test_a_colleagues_answer_in_sent_stops_ours(program: Running, dovecot: Dovecot) -> None:
    """DESIGN 4: the reply waits for its relay; meanwhile a person answers, and ours is dropped."""
    program.smtp.answer("connect", "421 busy")
    program.imap.deliver(mail("pedido"))
    assert program.once().returncode == 75
    dovecot.deliver(
        mail(
            "colega",
            "Marlene, faltou o CNPJ. Pode enviar?",
            sender="Joana <telefonia@seger.es.gov.br>",
            to="escola.moradadosol@sedu.es.gov.br",
            subject="RES: telefone da escola",
            In_Reply_To="<pedido@sedu.es.gov.br>",
        ),
        ".Sent",
    )
    engine = program.engine()
    with engine.begin() as connection:
        connection.exec_driver_sql("update outbox set not_before = created_at")
    engine.dispose()
    assert program.once().returncode == 0
    assert program.rows("select state from outbox") == [("cancelled",)]
    assert program.smtp.accepted == []


def test_answer_since_a_date_answers_mail_from_before_the_first_run(program: Running) -> None:
    (program.folder / "triage.db").unlink()
    program.set(policy={"answer_since": "2020-01-01"})
    program.imap.deliver(mail("pedido"))
    assert program.once().returncode == 0
    assert len(program.smtp.accepted) == 1
