"""`triage.toml` and the environment, read and checked: a Settings, or one clear line for each problem."""

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from triage.config import load_bulletin
from triage.core.bulletin import Bulletin
from triage.core.policy import SEGER_ADDRESS, Policy
from triage.core.tables import nearest
from triage.settings_model import (
    Alarm,
    Carrier,
    Database,
    Digest,
    Holidays,
    Limits,
    Mailbox,
    Metrics,
    PolicySection,
    Smtp,
    StateSection,
    TimeoutSection,
    Trust,
)
from triage.settings_problems import ENVIRONMENT, problem_lines, unknown_variables

SEARCHED = (Path("triage.toml"), Path("/etc/triage/triage.toml"))
PATH_VARIABLE = f"{ENVIRONMENT}CONFIG"
NEEDED_BY_THE_DAEMON = ("mailbox", "smtp", "database")


class SettingsProblems(Exception):  # noqa: N818 - it carries many problems, not one error
    """The settings cannot be used. `lines`: one problem each, naming the file, the key and what is wrong (pt-BR)."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class _Environment(EnvSettingsSource):
    """TRIAGE_SECTION__KEY. A list may be JSON, or words between commas; what is neither is left for the checks."""

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: object) -> object:
        try:
            return super().decode_complex_value(field_name, field, value)
        except ValueError:
            text = str(value).strip()
            return text if text.startswith(("[", "{")) else [word.strip() for word in text.split(",") if word.strip()]


class _Document(BaseSettings):
    """The sections as the file and the environment name them."""

    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT, env_nested_delimiter="__", extra="forbid", frozen=True, env_ignore_empty=True
    )

    mailbox: Mailbox | None = None
    smtp: Smtp | None = None
    database: Database | None = None
    policy: PolicySection = Field(default_factory=PolicySection)
    trust: Trust = Field(default_factory=Trust)
    carrier: Carrier = Field(default_factory=Carrier)
    digest: Digest = Field(default_factory=Digest)
    limits: Limits = Field(default_factory=Limits)
    timeouts: TimeoutSection = Field(default_factory=TimeoutSection)
    holidays: Holidays = Field(default_factory=Holidays)
    state: StateSection = Field(default_factory=StateSection)
    alarm: Alarm = Field(default_factory=Alarm)
    metrics: Metrics = Field(default_factory=Metrics)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment goes before the file; nothing else is read."""
        del env_settings, dotenv_settings, file_secret_settings
        return _Environment(settings_cls), init_settings


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force. `mailbox`, `smtp` and `database` may be None for commands that need no mailbox."""

    mailbox: Mailbox | None
    smtp: Smtp | None
    database: Database | None
    policy_section: PolicySection
    trust: Trust
    carrier: Carrier
    digest: Digest
    limits: Limits
    timeouts: TimeoutSection
    holidays: Holidays
    state: StateSection
    alarm: Alarm
    metrics: Metrics

    def policy(self) -> Policy:
        """The part that judging and deciding read."""
        section = self.policy_section
        return Policy(
            mode=section.mode,
            item_modes=tuple(section.items.items()),
            answer_since=section.answer_since,
            own=self._own_addresses(),
            pabx_organs=frozenset(section.pabx_organs),
            authserv_ids=frozenset(name.lower() for name in self.trust.authserv_ids),
            nameless_results=self.trust.nameless_results,
            operator_domains=frozenset(self.trust.operator_domains),
            carrier_domains=frozenset(self.trust.carrier_domains),
            carrier_to=self.carrier.to,
            certainty=section.certainty,
            certainty_ignored=section.certainty_ignored,
            certainty_status=section.certainty_status,
            certainty_done=section.certainty_done,
        )

    def _own_addresses(self) -> frozenset[str]:
        ours = {SEGER_ADDRESS, *self.policy_section.aliases}
        if self.smtp:
            ours.add(self.smtp.address)
        if self.mailbox and "@" in self.mailbox.username:
            ours.add(self.mailbox.username.lower())
        return frozenset(ours)


def find_settings(path: Path | None) -> Path | None:
    """The file to read: `path`, else the first of $TRIAGE_CONFIG, ./triage.toml, /etc/triage/triage.toml, else None."""
    named = path or (Path(os.environ[PATH_VARIABLE]) if os.environ.get(PATH_VARIABLE) else None)
    return named or next((candidate for candidate in SEARCHED if _is_there(candidate)), None)


def _is_there(candidate: Path) -> bool:
    """Whether a file is to be read here. In a working directory that may not be searched, as /root by `sudo -u`, there
    is none; a place of its own that may not be searched is told of by whoever reads it, rather than passed over.
    """
    try:
        return candidate.is_file()
    except OSError:
        return candidate.is_absolute()


def load_settings(path: Path | None, *, need_mailbox: bool, log_in: bool = True) -> Settings:
    """The settings in force. `need_mailbox`: [mailbox], [smtp] and [database] must be there; `log_in`: and passwords.

    Raises SettingsProblems with everything that is wrong at once; ConfigProblems where the bulletin's data, against
    which items and organs are checked, are broken themselves.
    """
    file = find_settings(path)
    where = str(file) if file else "configuração"
    tables = _tables(file) if file else {}
    document = _validated(tables if need_mailbox and log_in else _without_passwords(tables), where)
    bulletin = load_bulletin()
    lines = [*_missing_sections(document, need_mailbox), *_unknown_names(document.policy, bulletin)]
    if lines:
        raise SettingsProblems([f"{where}: {line}" for line in lines])
    return _settings(document, bulletin)


def _tables(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsProblems([f"{file}: o arquivo não existe"]) from None
    except OSError as error:
        raise SettingsProblems([f"{file}: não dá para ler: {error.strerror}"]) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsProblems([f"{file}: não é TOML válido: {error}"]) from None


def _without_passwords(tables: dict[str, object]) -> dict[str, object]:
    """The tables for a command that logs in nowhere: whoever runs it may not be allowed to read the passwords."""
    servers = {
        name: {key: value for key, value in table.items() if key != "password_file"} | {"password": ""}
        for name, table in tables.items()
        if name in ("mailbox", "smtp") and isinstance(table, dict)
    }
    return tables | servers


def _validated(tables: dict[str, object], where: str) -> _Document:
    strangers = [f"ambiente: {line}" for line in unknown_variables(os.environ, _Document)]
    try:
        document = _Document.model_validate(tables)
    except ValidationError as error:
        raise SettingsProblems(strangers + problem_lines(error, _Document, where, os.environ)) from None
    if strangers:
        raise SettingsProblems(strangers)
    return document


def _missing_sections(document: _Document, needed: bool) -> list[str]:
    missing = [name for name in NEEDED_BY_THE_DAEMON if getattr(document, name) is None] if needed else []
    return [f"[{name}]: falta esta seção; config/triage.example.toml mostra como ela é" for name in missing]


def _unknown_names(section: PolicySection, bulletin: Bulletin) -> list[str]:
    items, organs = [item.number for item in bulletin.items], _acronyms(bulletin)
    strangers = [("policy.items", "item", number, items) for number in section.items if number not in items]
    strangers += [
        ("policy.pabx_organs", "órgão", name, list(organs)) for name in section.pabx_organs if name not in organs
    ]
    return [f'{key}: {noun} desconhecido "{name}"{_hint(name, known)}' for key, noun, name, known in strangers]


def _hint(name: str, known: list[str]) -> str:
    meant = nearest(name, known)
    return f'; seria "{meant}"?' if meant else ""


def _acronyms(bulletin: Bulletin) -> dict[str, str]:
    """Every acronym that an organ goes by, with the one that verdicts use."""
    return {acronym: organ.acronym for organ in bulletin.organs for acronym in (organ.acronym, *organ.acronyms)}


def _settings(document: _Document, bulletin: Bulletin) -> Settings:
    acronyms = _acronyms(bulletin)
    organs = tuple(acronyms[name] for name in document.policy.pabx_organs)
    sections = {name: getattr(document, name) for name in _Document.model_fields if name != "policy"}
    return Settings(policy_section=document.policy.model_copy(update={"pabx_organs": organs}), **sections)
