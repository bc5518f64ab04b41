"""`triage demo`: the story is told to its end, a visitor's own mail is told too, and nothing is left behind."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.running import mail, wait_for
from triage.core.vocabulary import Action
from triage.demo.mails import samples
from triage.demo.servers import deliver
from triage.terminal import ACTIONS

COMMAND = [sys.executable, "-m", "triage", "demo"]
PATIENCE = 60.0
STORY = (
    Action.ACCEPT, Action.CORRECT, Action.IGNORE, Action.REDIRECT, Action.UPDATE, Action.ACCEPT, Action.UPDATE,
    Action.REVIEW, Action.CORRECT, Action.IGNORE, Action.UPDATE, Action.UPDATE, Action.CORRECT,
)  # fmt: skip


@pytest.fixture
def told(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A demo that stays, begun as a script begins something in the background, and the file that it tells into."""
    output = tmp_path / "told.txt"
    with output.open("wb") as sink:
        deaf = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", *COMMAND]
        process = subprocess.Popen(deaf, stdout=sink, stderr=sink, env={**os.environ, "TMPDIR": str(tmp_path)})
    yield process, output
    process.kill()
    process.wait()


def test_once_tells_every_sample_and_ends_well(tmp_path: Path) -> None:
    """In lines of at most 80 columns, in any folder, with exit 0."""
    done = subprocess.run(
        [*COMMAND, "--once"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        env={**os.environ, "COLUMNS": "80"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert all(sample.tell.split(",")[0] in " ".join(done.stdout.split()) for sample in samples())
    assert done.stdout.count("resposta a ") >= 4
    outcomes = [line.split("a fazer", 1)[1].strip() for line in lines if line.startswith("  a fazer")]
    assert outcomes == [ACTIONS[action][0] for action in STORY]
    assert lines[-1] == "Fim da história."


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_visitors_mail_is_told_and_a_signal_clears_the_stage(
    told: tuple[subprocess.Popen[bytes], Path], tmp_path: Path, number: signal.Signals
) -> None:
    process, output = told
    wait_for(lambda: "Ctrl-C termina" in output.read_text("utf-8"), "the end of the story", PATIENCE)
    port = re.search(r"IMAP 127\.0\.0\.1:(\d+)", output.read_text("utf-8"))
    assert port is not None
    deliver(int(port[1]), mail("visita", sender="Visitante <visita@sesa.es.gov.br>", subject="um pedido meu"))
    wait_for(lambda: "um pedido meu" in output.read_text("utf-8"), "the visitor's mail to be told")
    wait_for(lambda: "resposta a visita@sesa.es.gov.br" in output.read_text("utf-8"), "its reply to be told")
    process.send_signal(number)
    assert process.wait(timeout=20) == 0
    assert output.read_text("utf-8").endswith("Até logo!\n")
    assert not list(tmp_path.glob("triage-demo-*"))
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", int(port[1])), timeout=2)
