"""The tables of `config/` turned into a Bulletin, or into the list of everything that is wrong with them.

Pure: reading and parsing the files is `triage.config`'s.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeVar

from triage.core.bulletin import Bulletin, Channel, Escalation, FieldRule, Item, Organ, Person, Portfolio
from triage.core.bulletin_check import inner_problems, organ_problems
from triage.core.tables import Table
from triage.core.vocabulary import Field, Party, Service

Value = TypeVar("Value")

_DIGEST_LENGTH = 12


def read_bulletin(
    bulletin: Mapping[str, object], organs: Mapping[str, object], names: tuple[str, str]
) -> Bulletin | list[str]:
    """The bulletin of two parsed files, or its problems, one line each ("file: key: what is wrong", pt-BR).

    `names` are the files' names, for the problems.
    """
    problems: list[str] = []
    main = Table(bulletin, f"{names[0]}: ", problems)
    others = Table(organs, f"{names[1]}: ", problems)
    value = _bulletin(main, others, _digest(bulletin, organs))
    problems += (f"{names[0]}: {problem}" for problem in inner_problems(value))
    problems += (f"{names[1]}: {problem}" for problem in organ_problems(value))
    return problems or value


def _digest(*tables: Mapping[str, object]) -> str:
    written = json.dumps(tables, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(written.encode()).hexdigest()[:_DIGEST_LENGTH]


def _bulletin(main: Table, others: Table, digest: str) -> Bulletin:
    edition = main.text("edition")
    main.text("title")
    pabx, contact = _closed(main.table("pabx"), _pabx), _closed(main.table("contact"), _contact)
    portfolios = _each(main.tables("portfolios", "letter"), _portfolio)
    form, escalation = main.table("form"), main.table("escalation")
    value = Bulletin(
        edition=edition,
        version=f"{edition}-{digest}",
        items=_each(main.tables("items", "number"), lambda table: _item(table, contact, pabx.items)),
        fields=_each(main.tables("fields", "field"), _field_rule),
        organs=_organs(others),
        portfolios=portfolios,
        business=tuple(portfolio.business for portfolio in portfolios if portfolio.business),
        escalation=_each(escalation.tables("levels", "level"), _escalation),
        escalation_rules=escalation.texts("rules", needed=True),
        pabx_answer=pabx.answer,
        channels=_each(main.tables("channels", "email"), _channel),
        seger=_closed(main.table("seger"), _addresses),
        form_name=form.text("name"),
        form_where=form.text("where"),
        escalation_title=escalation.text("title"),
        subject_clause=_closed(main.table("subject"), lambda table: table.text("clause")),
        pabx_clause=pabx.clause,
        escalation_clause=escalation.text("clause"),
        waiting_days=_closed(main.table("waiting_days"), _waiting_days),
    )
    form.text("clause")
    for table in (form, escalation, main):
        table.close()
    return value


def _closed(table: Table, read: Callable[[Table], Value]) -> Value:
    value = read(table)
    table.close()
    return value


def _each(tables: Iterable[Table], read: Callable[[Table], Value]) -> tuple[Value, ...]:
    return tuple(_closed(table, read) for table in tables)


class _Pabx(NamedTuple):
    """Clause 4.1: the items that organs with a PABX don't use, and what they are told instead."""

    clause: str
    items: tuple[str, ...]
    answer: tuple[str, ...]


def _pabx(table: Table) -> _Pabx:
    return _Pabx(table.text("clause"), table.texts("items", needed=True), table.texts("answer", needed=True))


def _contact(table: Table) -> tuple[Field, ...]:
    table.text("clause")
    return table.words("fields", Field)


def _addresses(table: Table) -> tuple[str, ...]:
    table.text("clause")
    table.text("name")
    return tuple(_address(table, "addresses", written) for written in table.texts("addresses", needed=True))


def _address(table: Table, key: str, written: str) -> str:
    local, at, domain = written.partition("@")
    if written and not (local and at and "." in domain and "@" not in domain and written == written.strip().lower()):
        table.complain(key, f'"{written}" não é um endereço de e-mail em minúsculas')
    return written


def _waiting_days(table: Table) -> tuple[tuple[Party, int], ...]:
    return tuple((party, table.number(party.value)) for party in (Party.REQUESTER, Party.SEGER))


def _field_rule(table: Table) -> FieldRule:
    field = table.word("field", Field) or Field.REASON
    return FieldRule(field, table.text("label"), table.text("clause"), table.text("hint"))


def _portfolio(table: Table) -> Portfolio:
    table.text("clause")
    attention = _closed(table.table("attention"), _person)
    return Portfolio(table.text("letter"), attention, _closed(table.table("business"), _person))


def _person(table: Table) -> Person:
    email = _address(table, "email", table.text("email"))
    phones = tuple(_phone(table, "phones", written) for written in table.texts("phones", needed=True))
    return Person(table.text("name"), table.text("role"), email, phones)


def _phone(table: Table, key: str, written: str) -> str:
    """0800 numbers and numbers with area code have ten or eleven digits; "opção 2" may follow."""
    digits = sum(character.isdigit() for character in written.partition("opção")[0])
    if written and digits not in (10, 11):
        table.complain(key, f'"{written}" não é um telefone com DDD nem um 0800')
    return written


def _channel(table: Table) -> Channel:
    table.text("clause")
    return Channel(_address(table, "email", table.text("email")), table.text("name"))


def _escalation(table: Table) -> Escalation:
    phone = _phone(table, "phone", table.text("phone"))
    return Escalation(table.number("level"), table.text("area"), table.text("name"), phone, table.text("when"))


def _organs(table: Table) -> tuple[Organ, ...]:
    table.text("clause")
    organs = _each(table.tables("organs", "acronym"), _organ)
    table.close()
    return organs


def _organ(table: Table) -> Organ:
    return Organ(
        acronym=table.text("acronym"),
        name=table.text("name"),
        domain=table.text("domain"),
        portfolio=table.text("portfolio"),
        aliases=table.texts("aliases"),
        acronyms=table.texts("acronyms"),
    )


def _item(table: Table, contact: tuple[Field, ...], pabx_items: tuple[str, ...]) -> Item:
    number, title = table.text("number"), table.text("title")
    services, variants = table.texts("services"), _each(table.tables("variants", "service", needed=False), _variant)
    variant_titles = tuple(title for _, title, _ in variants)
    return Item(
        number=number,
        title=title,
        designations=(title, *services, *variant_titles, *table.texts("designations")),
        fields=(contact if table.flag("contact") else ()) + table.words("fields", Field),
        channels=tuple(_address(table, "channels", written) for written in table.texts("channels")),
        attention=table.flag("attention"),
        business=table.flag("business"),
        form=table.flag("form"),
        carrier=table.flag("carrier"),
        pabx_excluded=number in pabx_items,
        redirect=table.flag("redirect"),
        answer=table.texts("answer"),
        phones=tuple(_phone(table, "phones", written) for written in table.texts("phones")),
        service_titles=tuple((service, title) for service, title, _ in variants if service),
        service_fields=tuple((service, fields) for service, _, fields in variants if service),
        operator_days=table.number("operator_days", 0),
        subject_keys=table.texts("subject_keys", needed=True),
        short=table.text("short", title),
        services=services or variant_titles,
        clauses=_clauses(table.mapping("clauses")),
    )


def _variant(table: Table) -> tuple[Service | None, str, tuple[Field, ...]]:
    return table.word("service", Service), table.text("title"), table.words("fields", Field)


def _clauses(table: Table | None) -> tuple[tuple[Field, str], ...]:
    if table is None:
        return ()
    found = tuple((field, table.text(field.value)) for field in Field if field.value in table)
    table.close()
    return found
