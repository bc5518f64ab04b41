"""The sections of `triage.toml` as values: keys, defaults, and what each may hold. Messages are in Portuguese."""

import os
from datetime import date
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator, model_validator

from triage.core.policy import Policy
from triage.core.vocabulary import Mode
from triage.mail.wire import Endpoint, Security, is_loopback
from triage.settings_values import (
    FIRST_RUN,
    Clock,
    Count,
    DatabaseUrl,
    Domain,
    MailAddress,
    Moment,
    Port,
    Probability,
    Seconds,
    Sender,
)


class CarrierMode(StrEnum):
    """What becomes of a notice to the carrier: a line in the digest, a draft, or a mail."""

    LIST = "list"
    DRAFT = "draft"
    SEND = "send"


class Section(BaseModel):
    """A section: frozen, and closed to keys that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Server(Section):
    """A mail server and how to enter it.

    Where `password` is left out it is read from `password_file`; where that is left out too, from the systemd
    credential of the section. An empty file or credential counts as none.
    """

    credential: ClassVar[str] = ""

    host: str = Field(min_length=1)
    security: Security = Security.TLS
    ca_file: Path | None = None
    password_file: Path | None = None

    @model_validator(mode="before")
    @classmethod
    def _password_from_elsewhere(cls, given: object) -> object:
        if not isinstance(given, dict) or "password" in given:
            return given
        secret = _secret(given.get("password_file"), cls.credential)
        return given if secret is None else {**given, "password": secret}

    @field_validator("security")
    @classmethod
    def _protected(cls, security: Security, info: ValidationInfo) -> Security:
        if security is Security.NONE and not is_loopback(info.data.get("host", "localhost")):
            raise ValueError('"none" só vale para um servidor nesta mesma máquina; use "tls" ou "starttls"')
        return security

    @field_validator("password_file", "ca_file")
    @classmethod
    def _readable(cls, path: Path | None) -> Path | None:
        if path is not None and not os.access(path, os.R_OK):
            raise ValueError(f"não dá para ler o arquivo {path}")
        return path


def _secret(file: object, credential: str) -> str | None:
    """The password in the file or in the systemd credential, without its line end; None where neither says one."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    paths = [str(file)] if file else [f"{folder}/{credential}"] if folder else []
    for path in paths:
        if os.access(path, os.R_OK) and Path(path).is_file():
            return Path(path).read_text(encoding="utf-8").rstrip("\r\n") or None
    return None


class Mailbox(Server):
    """[mailbox]: the IMAP server, and the folder that is watched. Without any password: an error.

    Where `password` is left out, that of `password_file` holds; where that is left out too, that of the systemd
    credential `mailbox-password`. An empty file or credential counts as none.
    """

    credential: ClassVar[str] = "mailbox-password"

    port: Port = 993
    username: str = Field(min_length=1)
    password: SecretStr
    folder: str = Field(default="INBOX", min_length=1)

    def endpoint(self) -> Endpoint:
        """The server as `triage.mail.imap` wants it."""
        password = self.password.get_secret_value()
        return Endpoint(self.host, self.port, self.security, self.username, password, self.ca_file)


class Smtp(Server):
    """[smtp]: the relay that our mail leaves by. Without `username` no login; with it and no password: an error.

    Where `password` is left out, that of `password_file` holds; where that is left out too, that of the systemd
    credential `smtp-password`. An empty file or credential counts as none.
    """

    credential: ClassVar[str] = "smtp-password"

    port: Port = 587
    security: Security = Security.STARTTLS
    username: str = ""
    password: SecretStr | None = Field(default=None, validate_default=True)
    sender: Sender

    @field_validator("password")
    @classmethod
    def _given_with_username(cls, password: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if info.data.get("username") and password is None:
            raise ValueError("falta, porque há `username`")
        return password

    @property
    def address(self) -> str:
        """The sender's bare address, lower case."""
        return parseaddr(self.sender)[1].lower()

    def endpoint(self) -> Endpoint:
        """The server as `triage.mail.smtp` wants it."""
        password = self.password.get_secret_value() if self.password and self.username else ""
        return Endpoint(self.host, self.port, self.security, self.username, password, self.ca_file)


class Database(Section):
    """[database]: a SQLAlchemy URL; it may hold a password, so it is a secret."""

    url: DatabaseUrl


class PolicySection(Section):
    """[policy]: how far the daemon may go; the four certainties are those of `triage.core.policy`."""

    mode: Mode = Mode.OBSERVE
    answer_since: Moment = FIRST_RUN
    pabx_organs: tuple[str, ...] = ()
    aliases: tuple[MailAddress, ...] = ("telefonias@seger.es.gov.br",)
    items: dict[str, Mode] = Field(default_factory=dict)
    certainty: Probability = Policy().certainty
    certainty_ignored: Probability = Policy().certainty_ignored
    certainty_status: Probability = Policy().certainty_status
    certainty_done: Probability = Policy().certainty_done


class Trust(Section):
    """[trust]: whose Authentication-Results count, and which domains the operator and the carrier write from."""

    authserv_ids: tuple[str, ...] = ()
    nameless_results: bool = False
    operator_domains: tuple[Domain, ...] = ("oi.net.br",)
    carrier_domains: tuple[Domain, ...] = ()


class Carrier(Section):
    """[carrier]: whom to tell that items 1.1–1.5 are done, and how."""

    to: tuple[MailAddress, ...] = ()
    mode: CarrierMode = Field(default=CarrierMode.DRAFT, validate_default=True)
    hold_minutes: Annotated[int, Field(ge=0)] = 15

    @field_validator("mode")
    @classmethod
    def _someone_to_send_to(cls, mode: CarrierMode, info: ValidationInfo) -> CarrierMode:
        if mode is CarrierMode.SEND and not info.data.get("to", True):
            raise ValueError('"send" precisa de ao menos um endereço em carrier.to')
        return mode


class Digest(Section):
    """[digest]: who gets the day's digest, and when (HH:MM, business days)."""

    to: tuple[MailAddress, ...] = ()
    at: Clock = "08:00"


class Limits(Section):
    """[limits]: how many automatic replies may leave. Beyond them a person decides (RELIABILITY A11, A13)."""

    per_message: Count = 1
    per_case: Count = 3
    per_sender_day: Count = 5
    per_domain_day: Count = 20
    breaker: Count = 30
    breaker_minutes: Count = 10


class Alarm(Section):
    """[alarm]: when a silence is told of: after so many working hours without mail (8 to 18 h, business days)."""

    silence_hours: Annotated[int, Field(ge=0)] = 20


class TimeoutSection(Section):
    """[timeouts], in seconds. `smtp_final`: after the final dot, RFC 5321 §4.5.3.2.6. `rescan`: RELIABILITY B7."""

    imap_connect: Seconds = 20
    imap_read: Seconds = 60
    smtp_connect: Seconds = 30
    smtp_reply: Seconds = 300
    smtp_final: Seconds = 600
    rescan: Seconds = 300


class Holidays(Section):
    """[holidays]: days off besides the state's own holidays."""

    extra: tuple[date, ...] = ()


class StateSection(Section):
    """[state]: the folder for locks, the kill switch and other files of the running daemon."""

    directory: Path = Path("/var/lib/triage")


class Metrics(Section):
    """[metrics]: the loopback port on which figures are served to Prometheus; 0 serves none."""

    port: Annotated[int, Field(ge=0, le=65535)] = 0
