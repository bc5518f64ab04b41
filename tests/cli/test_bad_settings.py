"""Bad settings: each with its one clear line on stderr, exit 2, no traceback and no secret (CONTRACT, "Commands")."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from triage.cli.main import app

GOOD = """
[mailbox]
host = "localhost"
port = 9
security = "none"
username = "telefonia@seger.es.gov.br"
password = "s3gr3d0"

[smtp]
host = "localhost"
port = 9
security = "none"
sender = "SEGER Telefonia <telefonia@seger.es.gov.br>"

[database]
url = "sqlite:///{folder}/triage.db"

[state]
directory = "{folder}"

[policy]
mode = "send"
"""
SERVER = 'port = 9\nsecurity = "none"\nusername'
BAD = {
    "no mailbox": ('[mailbox]', "[mailbix]", "mailbix"),
    "no host": (f'host = "localhost"\n{SERVER}', "username", "mailbox.host: falta"),
    "no password": ('password = "s3gr3d0"', "", "mailbox.password: falta"),
    "port no number": (SERVER, 'port = "x"\nusername', "mailbox.port: deve ser um número"),
    "port too high": (SERVER, "port = 70000\nusername", "mailbox.port: deve ser no máximo"),
    "unknown security": ('security = "none"\nusername', 'security = "ssl"\nusername', "mailbox.security"),
    "clear text afar": (f'host = "localhost"\n{SERVER}', f'host = "imap.es.gov.br"\n{SERVER}', "mailbox.security"),
    "unknown key": ('password = "s3gr3d0"', 'password = "s3gr3d0"\npasword = "x"', "mailbox.pasword"),
    "unknown section": ("[policy]", '[polici]\nx = 1\n[policy]', "polici"),
    "sender no address": ("<telefonia@seger.es.gov.br>", "<telefonia>", "smtp.sender"),
    "database of another kind": ("sqlite:///{folder}/triage.db", "mysql://x/y", "database.url"),
    "unknown mode": ('mode = "send"', 'mode = "shout"', "policy.mode"),
    "unknown item": ('mode = "send"', 'mode = "send"\nitems = {{ "9.9" = "draft" }}', "policy.items"),
    "unknown mode of an item": ('mode = "send"', 'mode = "send"\nitems = {{ "2.2" = "x" }}', "policy.items.2.2"),
    "unknown organ": ('mode = "send"', 'mode = "send"\npabx_organs = ["SEFAS"]', "policy.pabx_organs"),
    "alias no address": ('mode = "send"', 'mode = "send"\naliases = ["nós"]', "policy.aliases"),
    "moment no date": ('mode = "send"', 'mode = "send"\nanswer_since = "ontem"', "policy.answer_since"),
    "certainty above one": ('mode = "send"', 'mode = "send"\ncertainty = 2', "policy.certainty"),
    "carrier to nobody": ("[policy]", '[carrier]\nmode = "send"\n[policy]', "carrier.mode"),
    "digest at no hour": ("[policy]", '[digest]\nat = "8h"\n[policy]', "digest.at"),
    "limit of zero": ("[policy]", "[limits]\nper_case = 0\n[policy]", "limits.per_case"),
    "timeout below zero": ("[policy]", "[timeouts]\nimap_read = -1\n[policy]", "timeouts.imap_read"),
    "holiday no date": ("[policy]", '[holidays]\nextra = ["natal"]\n[policy]', "holidays.extra"),
    "no TOML": ("[policy]", "[policy", "não é TOML válido"),
    "state no directory": ('directory = "{folder}"', 'directory = "/proc/nowhere"', "state.directory"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the unit that the tests may run in: with its password a daemon would begin."""
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)


def _settings(folder: Path, old: str = "", new: str = "") -> Path:
    assert not old or old in GOOD
    path = folder / "triage.toml"
    path.write_text(GOOD.replace(old, new, 1).format(folder=folder) if old else GOOD.format(folder=folder), "utf-8")
    return path


@pytest.mark.parametrize("case", BAD)
def test_each_bad_setting_has_its_line(tmp_path: Path, case: str) -> None:
    old, new, told = BAD[case]
    done = CliRunner().invoke(app, ["run", "--config", str(_settings(tmp_path, old, new))])
    assert done.exit_code == 2
    lines = done.stderr.splitlines()
    assert [line for line in lines if told in line], done.stderr
    assert all(line.startswith("triage: ") for line in lines)
    assert len(lines) <= 2
    assert "s3gr3d0" not in done.output
    assert "Traceback" not in done.output


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["run", "--config", str(tmp_path / "nada.toml")])
    assert (done.exit_code, done.stderr) == (2, f"triage: {tmp_path / 'nada.toml'}: o arquivo não existe\n")


def test_a_database_that_is_none_is_refused_in_one_line(tmp_path: Path) -> None:
    """C13: a damaged file is never written over."""
    (tmp_path / "triage.db").write_bytes(b"not a database" * 1000)
    done = CliRunner().invoke(app, ["run", "--config", str(_settings(tmp_path))])
    assert done.exit_code == 2
    assert done.stderr.splitlines()[-1].startswith("triage: banco de dados")
    assert (tmp_path / "triage.db").read_bytes().startswith(b"not a database")


def test_doctor_says_what_is_wrong_and_exits_as_promised(tmp_path: Path) -> None:
    """A mailbox out of reach is 75 where all else is well; without authserv_ids something is wrong: 1."""
    path = _settings(tmp_path)
    done = CliRunner().invoke(app, ["doctor", "--config", str(path)])
    assert done.exit_code == 1
    assert "✗ caixa postal (IMAP): connect" in done.stdout
    path.write_text(path.read_text("utf-8") + '\n[trust]\nauthserv_ids = ["mx.es.gov.br"]\n', "utf-8")
    assert CliRunner().invoke(app, ["doctor", "--config", str(path)]).exit_code == 75


def test_the_program_itself_ends_with_that_line_and_status(tmp_path: Path) -> None:
    """As a process: nothing but the line, on stderr."""
    command = [sys.executable, "-m", "triage", "run", "--once", "--config", str(_settings(tmp_path))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 75
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith("triage: caixa postal fora de alcance: connect")
