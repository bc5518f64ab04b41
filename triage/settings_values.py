"""What a single setting may hold: addresses, domains, moments, clock times, database URLs. Complaints in Portuguese."""

import re
from datetime import datetime, timedelta, timezone
from email.utils import parseaddr
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

FIRST_RUN = "first-run"
# Espírito Santo keeps Brasília time; there has been no summer time since 2019.
LOCAL_TIME = timezone(timedelta(hours=-3))

_ADDRESS = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}")
_DOMAIN = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}")
_DATABASES = ("sqlite:///", "postgresql+psycopg://")


def _address(written: str) -> str:
    if not _ADDRESS.fullmatch(written.lower()):
        raise ValueError(f'"{written}" não é um endereço de e-mail')
    return written.lower()


def _domain(written: str) -> str:
    if not _DOMAIN.fullmatch(written.lower()):
        raise ValueError(f'"{written}" não é um domínio, como "oi.net.br"')
    return written.lower()


def _sender(written: str) -> str:
    _address(parseaddr(written)[1])
    return written


def _moment(written: object) -> object:
    """A date or date-time of TOML or ISO 8601 as an ISO date-time with its offset; "first-run" as it is."""
    if written == FIRST_RUN:
        return written
    try:
        moment = datetime.fromisoformat(str(written))
    except ValueError:
        raise ValueError('deve ser "first-run" ou uma data, como "2026-01-31"') from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=LOCAL_TIME)).isoformat()


def _clock(written: str) -> str:
    if not re.fullmatch(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", written):
        raise ValueError('deve ser uma hora, como "08:00"')
    return written


def _database(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(_DATABASES):
        raise ValueError("deve começar com sqlite:/// ou postgresql+psycopg://")
    return url


MailAddress = Annotated[str, AfterValidator(_address)]
Domain = Annotated[str, AfterValidator(_domain)]
Port = Annotated[int, Field(ge=1, le=65535)]
Count = Annotated[int, Field(ge=1)]
Probability = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(gt=0)]
Sender = Annotated[str, AfterValidator(_sender)]
Moment = Annotated[str, BeforeValidator(_moment)]
Clock = Annotated[str, AfterValidator(_clock)]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_database)]
