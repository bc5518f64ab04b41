"""Values as a reader sees them. Nothing of a sender's is shown but what passes a strict form of its own (A19, A20)."""

import re
import unicodedata

from triage.core.vocabulary import Field

LONGEST = 200

_CNPJ = re.compile(r"[0-9A-Z]{12}[0-9]{2}")
_PHONE = re.compile(r"\+55([0-9]{2})([0-9]{4,5})([0-9]{4})")
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_AMOUNT = re.compile(r"([0-9]{1,10})\.([0-9]{2})")
_DATE = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])-([0-3][0-9])")
_ACCOUNT = re.compile(r"[0-9][0-9./-]{1,24}")
_NAME_PART = r"[A-ZÀ-ÖØ-Ý][a-zà-öø-ÿ]{1,19}"
_NAME = re.compile(rf"{_NAME_PART}(?: (?:d[aeo]s?|e|{_NAME_PART})){{1,6}}")
_ORGAN_ADDRESS = re.compile(r"[a-z0-9._-]{1,64}@[a-z0-9-]{1,40}(?:\.[a-z0-9-]{1,40}){0,3}\.es\.gov\.br")
_WHY = re.compile(r"[a-zà-öø-ÿ0-9 ,;()]{1,80}", re.IGNORECASE)
_LINKISH = re.compile(r"https?:|www\.|@|[<>{}\[\]|\\]|\.(?:com|net|org|br|io|info|ru|xyz)\b", re.IGNORECASE)
_SECOND_COPY = {"no": "não", "PDF": "sim, em PDF", "TXT": "sim, em TXT", "EXCEL": "sim, em EXCEL"}


def cnpj(value: str) -> str:
    """14 characters as 00.000.000/0000-00; "" for anything else."""
    if not _CNPJ.fullmatch(value):
        return ""
    return f"{value[:2]}.{value[2:5]}.{value[5:8]}/{value[8:12]}-{value[12:]}"


def phone(value: str) -> str:
    """A Brazilian E.164 number as (27) 3333-4444; "" for anything else."""
    match = _PHONE.fullmatch(value)
    return f"({match[1]}) {match[2]}-{match[3]}" if match else ""


def month(value: str) -> str:
    """YYYY-MM as MM/YYYY; "" for anything else."""
    match = _MONTH.fullmatch(value)
    return f"{match[2]}/{match[1]}" if match else ""


def amount(value: str) -> str:
    """1234.56 as R$ 1.234,56; "" for anything else."""
    match = _AMOUNT.fullmatch(value)
    return f"R$ {int(match[1]):,}".replace(",", ".") + f",{match[2]}" if match else ""


def date(value: str) -> str:
    """An ISO date as DD/MM/YYYY; "" for anything else."""
    match = _DATE.fullmatch(value)
    return f"{match[3]}/{match[2]}/{match[1]}" if match else ""


def account(value: str) -> str:
    """A number of digits, points, slashes and dashes as it is; "" for anything else."""
    return value if _ACCOUNT.fullmatch(value) else ""


def full_name(name: str) -> str:
    """A person's name made of letters alone, capitals throughout made ordinary; "" for anything else."""
    written = " ".join(name.split())
    ordinary = _small_words(written.title() if written.isupper() else written)
    return ordinary if _NAME.fullmatch(ordinary) else ""


def first_name(name: str) -> str:
    """The first of a person's names, for a greeting; "" where the name is anything but letters."""
    return full_name(name).split(" ")[0]


def organ_address(value: str) -> str:
    """An address under es.gov.br as it is; "" for any other, which may not be the reader's own."""
    return value if _ORGAN_ADDRESS.fullmatch(value) else ""


def _small_words(name: str) -> str:
    return re.sub(r" (D[aeo]s?|E)(?= )", lambda match: match.group().lower(), name)


def reason(why: str) -> str:
    """Our own short reason why a value is invalid; "" where it holds anything but plain words."""
    return why if _WHY.fullmatch(why) else ""


def plain(text: str) -> str:
    """One line of free text that must be passed on (an address): no control character, no link, at most 200 characters.

    "" where it looks like a link, an e-mail address or markup.
    """
    kept = (" " if unicodedata.category(character)[0] in "CZ" else character for character in text)
    line = " ".join("".join(kept).split())[:LONGEST]
    return "" if _LINKISH.search(line) else line


_SHOWN = {
    Field.CNPJ: cnpj,
    Field.LANDLINE: phone,
    Field.MOBILE: phone,
    Field.LINE: phone,
    Field.BILL_MONTH: month,
    Field.BILL_AMOUNT: amount,
    Field.DUE_DATE: date,
    Field.SECOND_COPY: lambda value: _SECOND_COPY.get(value, ""),
    Field.CUSTOM_ACCOUNT: account,
    Field.REQUESTER_NAME: full_name,
    Field.CLIENT_EMAIL: organ_address,
}


def shown(field: Field, value: str) -> str:
    """A field's normalised value (CONTRACT, `values`) as a reader sees it; "" for free text, which is never shown."""
    form = _SHOWN.get(field)
    return form(value) if form else ""
