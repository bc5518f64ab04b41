"""Hostile mail through the whole program: mailbox, ledger, log, replies, and what the servers are told."""

import json
import re
import resource
from collections.abc import Iterable
from pathlib import Path

from tests.hostile.baits import HEAD, READ, REFUSED
from tests.servers.imap_stub import ImapStub, Step
from tests.servers.smtp import SmtpServer
from tests.service.running import SCHOOL, Running, mail

LONGEST = 1_500_000
HUGE = 200_000_000
# What the program may say to an IMAP server, whatever the mail says.
COMMANDS = re.compile(
    r"\w+ (?:CAPABILITY|NOOP|LOGOUT|IDLE|NAMESPACE|ID .{0,200}|LOGIN .{0,80}|LIST \S{0,9} \S{0,9}|EXAMINE \"?INBOX\"?"
    r"|UID SEARCH (?:OR )?UID [\d:*,]+(?: UID \*)?|UID FETCH [\d,]+ \([A-Z0-9.\[\] ()-]+\))|DONE"
)
INJECTED = (
    "<a@x>\r\n A1 STORE 1:* +FLAGS (\\Deleted)",
    "<b\r\n\tA2 EXPUNGE@x>",
    '<c@x>" "X\r\n A3 DELETE INBOX',
    "<d@x> {9}\r\n A4 LOGOUT",
)


def test_a_mailbox_of_traps_is_filed_whole_and_the_log_stays_lines_of_ours(program: Running) -> None:
    """C16, D14, F8: each is judged or set aside, a good one among them is answered, nothing of theirs is logged."""
    made = {name: make() for name, make in READ.items()} | {name: make() for name, (make, _) in REFUSED.items()}
    baits = {name: raw for name, raw in made.items() if 0 < len(raw) < LONGEST}
    for number, raw in enumerate(baits.values()):
        program.imap.deliver(f"X-Bait: {number}\r\n".encode() + raw)
    program.imap.deliver(mail("bom"))
    done = program.once()
    assert done.returncode == 0, done.stderr
    assert program.count("ledger") == len(baits) + 1
    assert program.count("ledger", "state = 'new'") == 0
    assert program.count("ledger", "state = 'quarantined' and reason = ''") == 0
    assert program.count("ledger", "state = 'quarantined'") >= 20
    assert [accepted.recipients for accepted in program.smtp.accepted].count(
        ("escola.moradadosol@sedu.es.gov.br",)
    ) == 1
    lines = [json.loads(line) for line in done.stderr.splitlines() if line]
    assert {line["level"] for line in lines} <= {"info", "warning"}
    assert not re.search(r"CRITICAL|\\u001b|STORE|script|Solicito|ana\.lima", done.stderr)


def test_a_smuggled_message_in_a_request_leaves_as_none(program: Running) -> None:
    """D16: of a request whose text holds line ends and commands the relay takes one reply, to one recipient."""
    text = f"{SCHOOL}\n> ola\r\n.\r\nMAIL FROM:<x@evil.org>\n.\nRCPT TO:<victim@example.com>\n.\r\nDATA\n"
    program.imap.deliver(mail("pedido", text, subject="telefone da escola =?utf-8?q?=0D=0ABcc:_victim=40example.com?="))
    assert program.once().returncode == 0
    (accepted,) = program.smtp.accepted
    assert accepted.recipients == ("escola.moradadosol@sedu.es.gov.br",)
    assert [line.split(":")[0] for line in program.smtp.commands].count("MAIL FROM") == 1
    assert b"victim" not in accepted.raw
    assert b"evil.org" not in accepted.raw


def test_no_identifier_becomes_a_command(tmp_path: Path) -> None:
    """B14: CRLF, quotes and literals in Message-ID, References and In-Reply-To never reach the IMAP server."""
    with ImapStub() as stub, SmtpServer() as smtp:
        stub.messages = {number: _injecting(bait) for number, bait in enumerate(INJECTED, start=1)}
        program = _on_stub(tmp_path, stub, smtp)
        done = program.once()
        assert done.returncode == 0, done.stderr
        assert program.count("ledger", "state != 'new'") == len(INJECTED)
    odd = [line for line in stub.lines if not COMMANDS.fullmatch(line)]
    assert odd == []
    assert not re.search(r"STORE|EXPUNGE|DELETE|\\Deleted", "\n".join(stub.lines))


def test_200_mb_are_not_fetched_and_the_next_mail_is_read(tmp_path: Path) -> None:
    """B16: the size is asked first; of too large a mail only the header comes, and memory stays flat."""
    with ImapStub() as stub, SmtpServer() as smtp:
        stub.messages = {1: mail("grande"), 2: mail("bom", SCHOOL.replace("1846", "1777"))}
        usual = stub._on_uid_fetch

        def fetched(tag: str, what: str) -> Iterable[Step]:
            uids, items = what.split(" ", 1)
            for step in usual(tag, what):
                yield step if not isinstance(step, bytes) or "SIZE" not in items else _enlarged(step)
            assert "1" not in uids.split(",") or "HEADER" in items or "SIZE" in items, (
                "the body of 200 MB was asked for"
            )

        stub.answers["UID-FETCH"] = fetched
        program = _on_stub(tmp_path, stub, smtp)
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        done = program.once()
        assert done.returncode == 0, done.stderr
        assert program.rows("select state from ledger order by uid") == [("too_large",), ("judged",)]
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss - before < 250_000


def _enlarged(step: bytes) -> bytes:
    """The outline of message 1 with a size that is not its own."""
    return re.sub(rb"(\(UID 1 RFC822\.SIZE )\d+", b"\\g<1>%d" % HUGE, step)


def _injecting(bait: str) -> bytes:
    head = HEAD.replace(b"Message-ID: <1@sedu.es.gov.br>\n", b"").decode()
    fields = f"Message-ID: {bait}\r\nReferences: {bait}\r\nIn-Reply-To: {bait}\r\n"
    return (head.replace("\n", "\r\n") + fields + "\r\n" + SCHOOL).encode()


def _on_stub(folder: Path, stub: ImapStub, smtp: SmtpServer) -> Running:
    """The program on a scripted IMAP server."""
    return Running(folder / "state", stub, smtp)  # type: ignore[arg-type] # of the server only its port is asked
