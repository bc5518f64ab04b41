"""`triage.toml` and the environment become settings, or one line for each problem; no secret ever shows."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from triage.core.policy import Policy
from triage.core.vocabulary import Mode
from triage.mail.wire import Security
from triage.paths import config_dir
from triage.settings import Settings, SettingsProblems, find_settings, load_settings
from triage.settings_model import CarrierMode

EXAMPLE = config_dir() / "triage.example.toml"
SERVERS = """
[mailbox]
host = "imap.example.gov.br"
username = "telefonia@seger.es.gov.br"
password = "senha-da-caixa"
[smtp]
host = "smtp.example.gov.br"
sender = "SEGER Telefonia <Telefonia@seger.es.gov.br>"
[database]
url = "postgresql+psycopg://triage:senha-do-banco@db/triage"
"""

Write = Callable[[str], Path]


@pytest.fixture(autouse=True)
def nothing_around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty working directory, no variable of ours in the environment, and no settings of this machine's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("triage.settings.SEARCHED", (Path("triage.toml"),))
    for variable in ("TRIAGE_CONFIG", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(text: str) -> Path:
        path = tmp_path / "s.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return to_file


def problems(path: Path | None, *, need_mailbox: bool = False) -> list[str]:
    with pytest.raises(SettingsProblems) as raised:
        load_settings(path, need_mailbox=need_mailbox)
    return [line.replace(f"{path}: ", "") for line in raised.value.lines]


def test_the_example_loads_and_shows_the_defaults() -> None:
    """What the example shows for the optional sections is what holds when they are left out."""
    shown, built_in = load_settings(EXAMPLE, need_mailbox=False), load_settings(None, need_mailbox=False)
    optional = ("policy_section", "trust", "carrier", "digest", "limits", "timeouts", "holidays", "state", "metrics")
    assert {name: getattr(shown, name) for name in optional} == {name: getattr(built_in, name) for name in optional}


def test_the_example_names_every_section_and_key() -> None:
    shown, text = load_settings(EXAMPLE, need_mailbox=True, log_in=False), EXAMPLE.read_text(encoding="utf-8")
    for name in Settings.__dataclass_fields__:
        _, _, section = text.partition(f"\n[{name.removesuffix('_section')}]\n")
        keys = set(re.findall(r"(?m)^(?:# {1,3})?(\w+) = ", section.partition("\n[")[0]))
        assert keys == set(type(getattr(shown, name)).model_fields), name


def test_the_example_leaves_the_passwords_to_the_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A password in the file goes before the unit's credential: one left standing would be tried instead of it."""
    for name in ("mailbox", "smtp"):
        (tmp_path / f"{name}-password").write_text(f"segredo-{name}\n", encoding="utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    mailbox = load_settings(EXAMPLE, need_mailbox=True).mailbox
    assert mailbox is not None
    assert mailbox.endpoint().password == "segredo-mailbox"


def test_without_any_file_the_defaults_hold() -> None:
    settings = load_settings(None, need_mailbox=False)
    assert settings.mailbox is settings.smtp is settings.database is None
    assert settings.policy() == Policy()


def test_the_daemon_needs_its_three_sections() -> None:
    assert [line.split("]")[0] for line in problems(None, need_mailbox=True)] == [
        "configuração: [mailbox",
        "configuração: [smtp",
        "configuração: [database",
    ]


def test_a_file_with_the_policy_alone_is_enough_without_a_mailbox(write: Write) -> None:
    path = write('[policy]\nmode = "send"\nanswer_since = "2000-01-01"\npabx_organs = ["SEFAZ", "DETRAN"]')
    policy = load_settings(path, need_mailbox=False).policy()
    assert policy.mode is Mode.SEND
    assert policy.answer_since == "2000-01-01T00:00:00-03:00"
    assert policy.pabx_organs == {"SEFAZ", "DETRAN"}


def test_all_settings_become_the_policy(write: Write) -> None:
    path = write(
        SERVERS
        + """
[policy]
mode = "draft"
answer_since = 2026-01-31T08:00:00Z
pabx_organs = ["JUCEES"]
aliases = ["Telefonias@seger.es.gov.br", "pabx@seger.es.gov.br"]
items = { "2.2" = "send" }
certainty = 0.9
certainty_status = 0.8
certainty_done = 0.75
[trust]
authserv_ids = ["mx.es.gov.br"]
operator_domains = ["OI.net.br"]
carrier_domains = ["longadistancia.example.com.br"]
[carrier]
to = ["avisos@longadistancia.example.com.br"]
"""
    )
    assert load_settings(path, need_mailbox=True).policy() == Policy(
        mode=Mode.DRAFT,
        item_modes=(("2.2", Mode.SEND),),
        answer_since="2026-01-31T08:00:00+00:00",
        own=frozenset({"telefonia@seger.es.gov.br", "telefonias@seger.es.gov.br", "pabx@seger.es.gov.br"}),
        pabx_organs=frozenset({"JUCESS"}),
        authserv_ids=frozenset({"mx.es.gov.br"}),
        operator_domains=frozenset({"oi.net.br"}),
        carrier_domains=frozenset({"longadistancia.example.com.br"}),
        carrier_to=("avisos@longadistancia.example.com.br",),
        certainty=0.9,
        certainty_status=0.8,
        certainty_done=0.75,
    )


def test_the_servers_are_ready_to_connect_to(write: Write) -> None:
    settings = load_settings(write(SERVERS), need_mailbox=True)
    assert settings.mailbox is not None
    assert settings.smtp is not None
    assert (settings.mailbox.endpoint().port, settings.mailbox.endpoint().password) == (993, "senha-da-caixa")
    assert (settings.smtp.endpoint().security, settings.smtp.endpoint().username) == (Security.STARTTLS, "")
    assert settings.smtp.address == "telefonia@seger.es.gov.br"


def test_the_search_goes_from_the_named_file_to_the_variable_to_the_folder(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "triage.toml").write_text('[digest]\nat = "01:00"')
    assert load_settings(None, need_mailbox=False).digest.at == "01:00"
    (tmp_path / "variable.toml").write_text('[digest]\nat = "02:00"')
    monkeypatch.setenv("TRIAGE_CONFIG", str(tmp_path / "variable.toml"))
    assert load_settings(None, need_mailbox=False).digest.at == "02:00"
    assert load_settings(write('[digest]\nat = "03:00"'), need_mailbox=False).digest.at == "03:00"


def test_the_environment_goes_before_the_file(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(SERVERS + '[policy]\nmode = "send"\ncertainty = 0.7')
    monkeypatch.setenv("TRIAGE_MAILBOX__PASSWORD", "outra")
    monkeypatch.setenv("TRIAGE_POLICY__MODE", "draft")
    monkeypatch.setenv("TRIAGE_POLICY__PABX_ORGANS", "SEFAZ, DETRAN")
    monkeypatch.setenv("TRIAGE_POLICY__ITEMS", '{"2.2": "observe"}')
    settings = load_settings(path, need_mailbox=True)
    assert settings.mailbox is not None
    assert settings.mailbox.password.get_secret_value() == "outra"
    assert settings.policy().mode is Mode.DRAFT
    assert settings.policy().certainty == 0.7
    assert settings.policy().pabx_organs == {"SEFAZ", "DETRAN"}
    assert settings.policy().mode_for("2.2") is Mode.OBSERVE


def test_the_environment_alone_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "MAILBOX__HOST": "::1",
        "MAILBOX__SECURITY": "none",
        "MAILBOX__PORT": "1143",
        "MAILBOX__USERNAME": "u",
        "MAILBOX__PASSWORD": "123456",
        "SMTP__HOST": "localhost",
        "SMTP__SENDER": "telefonia@seger.es.gov.br",
        "DATABASE__URL": "sqlite:///triage.db",
    }.items():
        monkeypatch.setenv(f"TRIAGE_{name}", value)
    settings = load_settings(None, need_mailbox=True)
    assert settings.mailbox is not None
    assert settings.mailbox.endpoint().port == 1143


def test_a_password_may_stand_in_a_file(write: Write, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("da-pasta çã\n", encoding="utf-8")
    path = write(SERVERS.replace('password = "senha-da-caixa"', f'password_file = "{tmp_path / "secret"}"'))
    settings = load_settings(path, need_mailbox=True)
    assert settings.mailbox is not None
    assert settings.mailbox.password.get_secret_value() == "da-pasta çã"


def test_a_password_may_be_a_systemd_credential(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "mailbox-password").write_text("credencial-1")
    (tmp_path / "smtp-password").write_text("credencial-2")
    text = SERVERS.replace('password = "senha-da-caixa"\n', "").replace("[smtp]", '[smtp]\nusername = "u"')
    settings = load_settings(write(text), need_mailbox=True)
    assert settings.mailbox is not None
    assert settings.smtp is not None
    assert settings.mailbox.endpoint().password == "credencial-1"
    assert settings.smtp.endpoint().password == "credencial-2"


def test_an_empty_credential_is_none(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The units give one where its file is missing: a relay may want no password, and who needs one is told so."""
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "mailbox-password").write_text("credencial-1\n")
    (tmp_path / "smtp-password").write_text("\n")
    text = SERVERS.replace('password = "senha-da-caixa"\n', "")
    assert load_settings(write(text), need_mailbox=True).smtp is not None
    asking = write(text.replace("[smtp]", '[smtp]\nusername = "u"'))
    (line,) = problems(asking, need_mailbox=True)
    assert line.endswith("smtp.password: falta, porque há `username`")


def test_a_command_that_logs_in_nowhere_needs_no_password(write: Write) -> None:
    text = SERVERS.replace('password = "senha-da-caixa"', 'password_file = "/nowhere/secret"')
    assert load_settings(write(text), need_mailbox=False).mailbox is not None


def test_no_secret_shows_in_a_settings_repr(write: Write) -> None:
    settings = load_settings(write(SERVERS), need_mailbox=True)
    assert settings.mailbox is not None
    for shown in (repr(settings), str(settings.mailbox), repr(settings.mailbox.endpoint())):
        assert "senha-d" not in shown


def test_no_secret_shows_in_a_problem(write: Write) -> None:
    text = SERVERS.replace("postgresql+psycopg", "mysql").replace('password = "senha-da-caixa"', "password = 123456")
    lines = problems(write(text), need_mailbox=True)
    assert lines == [
        "mailbox.password: deve ser um texto",
        "database.url: deve começar com sqlite:/// ou postgresql+psycopg://",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[polcy]", "polcy: chave desconhecida; seria `policy`?"),
        ("policy = 7", "policy: deve ser uma seção, com uma chave por linha"),
        ("[policy]\nmod = 1", "policy.mod: chave desconhecida; seria `mode`?"),
        ('[policy]\nmode = "sned"', 'policy.mode: palavra desconhecida "sned"; pode ser "observe", "draft" ou "send"'),
        (
            '[policy]\nanswer_since = "ontem"',
            'policy.answer_since: deve ser "first-run" ou uma data, como "2026-01-31"',
        ),
        ('[policy]\npabx_organs = "SEFAZ"', 'policy.pabx_organs: deve ser uma lista, como ["…"]'),
        ('[policy]\npabx_organs = ["SEFFAZ"]', 'policy.pabx_organs: órgão desconhecido "SEFFAZ"; seria "SEFAZ"?'),
        ('[policy]\nitems = { "2.9" = "send" }', 'policy.items: item desconhecido "2.9"; seria '),
        ("[policy]\nitems = 2", 'policy.items: deve ser uma tabela, como { chave = "valor" }'),
        ("[policy]\ncertainty = 1.5", "policy.certainty: deve ser no máximo 1"),
        ('[policy]\naliases = ["nós"]', 'policy.aliases.0: "nós" não é um endereço de e-mail'),
        ('[trust]\noperator_domains = ["@oi"]', 'trust.operator_domains.0: "@oi" não é um domínio, como "oi.net.br"'),
        ('[carrier]\nmode = "send"', 'carrier.mode: "send" precisa de ao menos um endereço em carrier.to'),
        ("[carrier]\nhold_minutes = -1", "carrier.hold_minutes: deve ser no mínimo 0"),
        ('[digest]\nat = "24:00"', 'digest.at: deve ser uma hora, como "08:00"'),
        ("[limits]\nper_case = 0", "limits.per_case: deve ser no mínimo 1"),
        ('[limits]\nper_case = "três"', "limits.per_case: deve ser um número inteiro"),
        ("[timeouts]\nimap_read = 0", "timeouts.imap_read: deve ser maior que 0"),
        ('[holidays]\nextra = ["natal"]', "holidays.extra.0: deve ser uma data, como 2026-12-24"),
        ('[database]\nurl = "mysql://x"', "database.url: deve começar com sqlite:/// ou postgresql+psycopg://"),
        ("[mailbox]\nport = 0", "mailbox.port: deve ser no mínimo 1"),
        ("[mailbox]\nport = 65536", "mailbox.port: deve ser no máximo 65535"),
        ('[smtp]\nsender = "SEGER"', 'smtp.sender: "SEGER" não é um endereço de e-mail'),
        ('[smtp]\nca_file = "/nowhere.pem"', "smtp.ca_file: não dá para ler o arquivo /nowhere.pem"),
        (
            '[mailbox]\nhost = "imap.example.gov.br"\nsecurity = "none"',
            'mailbox.security: "none" só vale para um servidor nesta mesma máquina; use "tls" ou "starttls"',
        ),
        ("[policy", "não é TOML válido: "),
    ],
)
def test_a_mistake_is_one_clear_line(text: str, line: str, write: Write) -> None:
    found = problems(write(text))
    assert any(one.startswith(line) for one in found), found


def test_passwords_that_are_needed_and_not_there_are_told(write: Write, tmp_path: Path) -> None:
    text = SERVERS.replace('password = "senha-da-caixa"\n', "").replace("[smtp]", '[smtp]\nusername = "u"')
    assert problems(write(text), need_mailbox=True) == [
        "mailbox.password: falta; use `password`, `password_file`, TRIAGE_MAILBOX__PASSWORD ou a credencial "
        "mailbox-password do systemd",
        "smtp.password: falta, porque há `username`",
    ]
    text = SERVERS.replace('password = "senha-da-caixa"', f'password_file = "{tmp_path}/none"')
    assert f"mailbox.password_file: não dá para ler o arquivo {tmp_path}/none" in problems(
        write(text), need_mailbox=True
    )


def test_every_mistake_is_told_at_once(write: Write) -> None:
    assert len(problems(write('[policy]\nmode = "x"\ncertainty = 2\n[limits]\nper_case = 0\nbraker = 1'))) == 4


def test_a_mistake_in_the_environment_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIAGE_POLICY__MODE", "sned")
    monkeypatch.setenv("TRIAGE_MAILBX__HOST", "x")
    assert problems(None) == [
        "ambiente: TRIAGE_MAILBX__HOST: chave desconhecida; seria `MAILBOX`?",
        'ambiente: TRIAGE_POLICY__MODE: palavra desconhecida "sned"; pode ser "observe", "draft" ou "send"',
    ]


@pytest.mark.parametrize("value", ['{"2.2"', "2.2=draft"])
def test_a_broken_table_in_the_environment_is_told(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIAGE_POLICY__ITEMS", value)
    assert problems(None) == ['ambiente: TRIAGE_POLICY__ITEMS: deve ser uma tabela, como { chave = "valor" }']


def test_a_named_file_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert problems(tmp_path / "none.toml") == ["o arquivo não existe"]
    monkeypatch.setenv("TRIAGE_CONFIG", str(tmp_path / "gone.toml"))
    assert problems(None) == [f"{tmp_path}/gone.toml: o arquivo não existe"]


NOBODY = 65534


@contextmanager
def shut(folder: Path) -> Iterator[None]:
    """A folder that we may not search, whoever runs the tests: to root itself nothing is shut."""
    us = os.geteuid()
    folder.chmod(0)
    if us == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(us)
        folder.chmod(0o700)


def test_in_a_working_directory_that_is_shut_to_us_there_are_no_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`sudo -u triage` from /root: the machine's own settings hold, as from anywhere else."""
    monkeypatch.setattr("triage.settings.SEARCHED", (Path("triage.toml"), EXAMPLE))
    with shut(tmp_path):
        assert find_settings(None) == EXAMPLE


def test_the_machines_own_settings_are_not_passed_over_where_they_are_shut_to_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """/etc/triage is open to the daemon's user alone: whoever forgets `sudo -u triage` is told which file it is."""
    own = tmp_path / "etc" / "triage.toml"
    own.parent.mkdir()
    monkeypatch.setattr("triage.settings.SEARCHED", (Path("triage.toml"), own))
    with shut(own.parent):
        (line,) = problems(None)
    assert line == f"{own}: não dá para ler: Permission denied"


def test_days_off_and_carrier_mode_are_read(write: Write) -> None:
    settings = load_settings(write('[holidays]\nextra = [2026-12-24]\n[carrier]\nmode = "list"'), need_mailbox=False)
    assert settings.holidays.extra == (date(2026, 12, 24),)
    assert settings.carrier.mode is CarrierMode.LIST
