"""B11: readers that cannot be had at the start: the daemon says so, goes on with all else, and tries again."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

import triage
from tests.service.orders import pool
from tests.service.running import Running, mail, wait_for
from triage.core.policy import Policy
from triage.service.readers import Readers

HINDERED = "readers cannot be had yet: mail waits to be judged"
TREE = Path(triage.__file__).resolve().parents[1]


@pytest.fixture
def without_model(program: Running, tmp_path: Path) -> Path:
    """The program as it stands, but for its model; where that would lie."""
    tree = tmp_path / "tree"
    shutil.copytree(TREE / "triage", tree / "triage", ignore=shutil.ignore_patterns("__pycache__"))
    (tree / "config").symlink_to(TREE / "config")
    patient = tree / "triage" / "service" / "readers.py"
    patient.write_text(patient.read_text(encoding="utf-8").replace("first=10.0", "first=1.0"), encoding="utf-8")
    return tree / "models"


def launch(program: Running, tree: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    with program.log.open("ab") as log:
        program.process = subprocess.Popen(program.command("run"), cwd=tree, env=environment, stderr=log, stdout=log)


def test_a_daemon_without_readers_takes_mail_in_says_so_and_judges_as_soon_as_it_can(
    program: Running, without_model: Path
) -> None:
    """It ended with exit 2 before, after which its manager never starts it again."""
    program.imap.deliver(mail("pedido"))
    launch(program, without_model.parent)
    wait_for(lambda: program.count("ledger"), "the mail to be taken in")
    wait_for(lambda: program.logged(HINDERED) >= 2, "the second try")
    told = json.loads((program.folder / "health.json").read_text(encoding="utf-8"))
    assert told["readers"]
    assert "nenhum leitor pôde começar" in program.call("doctor").stdout
    assert program.process is not None
    assert program.process.poll() is None
    without_model.symlink_to(TREE / "models")
    wait_for(lambda: program.smtp.accepted, "the reply", seconds=60)
    assert program.stop() == 0


def test_a_single_pass_without_readers_blames_neither_settings_nor_servers(
    program: Running, without_model: Path
) -> None:
    """CONTRACT: 2 is for settings, 75 for servers; this is neither. What came is on record, untouched."""
    program.imap.deliver(mail("pedido"))
    environment = {**os.environ, "PYTHONPATH": str(without_model.parent)}
    words = program.command("run", "--once")
    done = subprocess.run(words, cwd=without_model.parent, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("triage: o leitor de mensagens não pôde começar")
    assert program.rows("select state, attempts from ledger") == [("new", 0)]


def test_each_failure_waits_longer_and_success_is_told() -> None:
    clock = [0.0]
    had: list[bool] = []
    broken, sound = Policy(answer_since="broken"), Policy(answer_since="sound")
    with pool(policy=broken) as made:
        watched = Readers(made, lambda: had.append(True), clock=lambda: clock[0])
        watched.await_first()
        assert "boletim ilegível" in watched.hindrance
        waits = []
        for _ in range(4):
            waits.append(watched._next - clock[0])
            clock[0] = watched._next - 0.1
            watched.look(sound)
            assert watched.hindrance, "its pause is not over"
            clock[0] += 0.2
            watched.look(broken)
        assert waits == sorted(waits)
        clock[0] += 300
        watched.look(sound)
    assert (watched.hindrance, had) == ("", [True])
