"""What hostile bytes mean, and what they must not mean (RELIABILITY D5–D7, D9, D10, D15, D17)."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.core.story import Story
from tests.hostile.attached import ATTACHED, with_file
from tests.hostile.baits import DATES, HEAD, SCRIPT, field, text
from tests.hostile.thread import DONE, arrive, waiting_case, written
from triage.core.vocabulary import State
from triage.mail.parse import parse

CNPJ = "27.080.571/0001-30"
LABELS = (
    b"utf-8",
    b"us-ascii",
    b"x-klingon",
    b"",
    b"iso-8859-1",
    b"windows-1252",
    b'"utf-8',
    b"utf-7",
    b"unicode_escape",
)
TOUCHING = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "subprocess.Popen", "os.system", "os.mkdir")
_seen: list[str] = []
_watching: list[bool] = []


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if not _watching:
        return
    writes = event == "open" and isinstance(arguments[1], str) and any(letter in arguments[1] for letter in "wax+")
    if event in TOUCHING or writes:
        _seen.append(event)


sys.addaudithook(_hook)


@contextmanager
def untouched() -> Iterator[None]:
    """Fails where the network or a file was touched within."""
    _seen.clear()
    _watching.append(True)
    try:
        yield
    finally:
        _watching.clear()
    assert _seen == []


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    made = waiting_case(tmp_path)
    yield made
    made.engine.dispose()


@pytest.mark.parametrize("label", LABELS)
def test_letters_survive_a_wrong_charset_label(story: Story, label: bytes) -> None:
    """D5: declared, then UTF-8, then cp1252; nothing is dropped, and the fields are found."""
    for encoding in ("latin-1", "utf-8"):
        body = f"Solicito a instalação. Não há ação. CNPJ {CNPJ}".encode(encoding)
        message = parse(text(body, b"text/plain; charset=" + label))
        assert "instalação" in message.body.own
        told = arrive(story, text(body, b"text/plain; charset=" + label))
        assert told.message.body.own == message.body.own


def test_utf_7_stays_inert_text() -> None:
    """D5: it must never become markup."""
    assert "<" not in parse(text(SCRIPT, b"text/plain; charset=utf-7")).body.own


def test_invisible_characters_hide_no_field() -> None:
    """D7: a CNPJ with zero-width spaces between its digits is still one."""
    body = "RA\u200bMAL 2.2 Segunda via. CNPJ 27.080\u200b.571/00\u206001-30 \u202etexto"
    message = parse(text(body.encode()))
    assert "RAMAL 2.2" in message.body.own
    assert CNPJ in message.body.own


def test_raw_octets_and_nul_are_stored_and_shown(story: Story) -> None:
    """D6: no surrogate and no NUL reaches the database, and what was readable is still there."""
    raw = HEAD.replace(b"pedido", b"pe\xffdido\0 de linha") + b"\nSolicito o bloqueio da linha (27) 3333-1234.\0\xff\n"
    told = arrive(story, raw)
    subjects = [case.subject for case in story.cases()]
    assert told.message.subject.isprintable()
    assert "\0" not in "".join(subjects)


HIDING = "<div style='display:none'>{}</div><p>Ana, vou verificar e retorno.</p><img src='http://evil.example/x.png'>"


def test_hidden_words_complete_nothing_and_remote_images_are_not_asked_for(story: Story) -> None:
    """D9: authenticated, in the thread, and the words of completion where no reader sees them."""
    hidden = HIDING.format(DONE.replace("\n", "<br>"))
    raw = written(text=hidden).replace(b"text/plain", b"text/html")
    with untouched():
        message = parse(raw)
    assert "concluído" not in message.body.own
    arrive(story, raw)
    assert story.cases()[0].state is State.WITH_OPERATOR


@pytest.mark.parametrize("name", ["zip of escapes", "laughing docx", "laughing xlsx", "pdf of noise"])
def test_no_attachment_touches_a_file_or_the_network(name: str) -> None:
    """D10: names that climb out of folders, entities that point elsewhere."""
    filename, make = ATTACHED[name]
    raw = with_file(HEAD, filename, make())
    with untouched():
        message = parse(raw)
    assert not any("/" in file.filename or "\\" in file.filename for file in message.attachments)
    assert not any("root:" in file.text for file in message.attachments)


def test_a_name_that_turns_round_is_shown_as_it_is() -> None:
    """D7: U+202E in a file name."""
    filename, make = ATTACHED["a name that turns round"]
    assert parse(with_file(HEAD, filename, make())).attachments[0].filename == "notaxslx.exe"


@pytest.mark.parametrize("date", DATES)
def test_an_odd_date_is_ignored_and_the_servers_own_is_used(story: Story, date: str) -> None:
    """D15: INTERNALDATE decides."""
    wanted = b"Solicito a segunda via da conta de 05/2026 da linha (27) 3333-1234, pois foi extraviada."
    arrive(story, field("Date", date.encode()).replace(b"Solicito.", wanted))
    assert [case.opened_at for case in story.cases()[1:]] == [story.now]


@pytest.mark.parametrize(
    "value",
    [
        b"alice@example.org)bob@evil.org",
        b"alice@example.org(<)alice@malicious-domain.com",
        b"a@malicious.org@important.com",
        b'"alice@example.org,bob@evil.org" <c@x.br>, <d@y.br>',
        b"=?utf-8?q?alice=40example=2Eorg=2C?= <bob@evil.org>, eve@x.br",
    ],
)
def test_addresses_that_once_fooled_the_interpreter_are_doubtful(value: bytes) -> None:
    """D17 (CVE-2019-16056, CVE-2023-27043, CVE-2025-1795): the hardened path is the only one."""
    message = parse(b"From: " + value + b"\nSubject: x\n\nx")
    assert message.author.addr != "alice@example.org"
    assert set(message.defects) & {"from-disagreement", "several-authors", "no-from"}
