"""What is well formed in the bulletin's data but does not fit together; one line each, "key: what is wrong" (pt-BR)."""

from collections import Counter
from collections.abc import Iterable, Iterator

from triage.core.bulletin import Bulletin, Item
from triage.core.subject import designates
from triage.core.vocabulary import Field


def inner_problems(bulletin: Bulletin) -> Iterator[str]:
    """Complaints about everything but the organs."""
    yield from _twice("items", (item.number for item in bulletin.items))
    yield from _twice("fields", (rule.field.value for rule in bulletin.fields))
    yield from _twice("portfolios", (portfolio.letter for portfolio in bulletin.portfolios))
    for field in sorted(set(Field) - {rule.field for rule in bulletin.fields}):
        yield f"fields: falta [[fields]] para {field.value}"
    named = {channel.email for channel in bulletin.channels}
    for item in bulletin.items:
        yield from (f"items[{item.number}].{problem}" for problem in _item_problems(item, named))
    yield from _shared_designations(bulletin.items)


def _item_problems(item: Item, named: set[str]) -> Iterator[str]:
    if item.redirect and not item.answer:
        yield "answer: falta; um item com redirect precisa dizer aonde ir"
    if item.redirect and (item.fields or item.channels or item.form):
        yield "redirect: um item que não recebe e-mail não exige campos, destinatários nem formulário"
    if not item.redirect and not item.operator_days:
        yield "operator_days: falta; diga em quantos dias úteis a operadora passa a estar atrasada"
    for address in item.channels:
        if address not in named:
            yield f"channels: {address} não está em [[channels]]"
    for name in item.designations:
        if not designates(name, item):
            yield f'subject_keys: nenhuma chave reconhece "{name}"'


def _shared_designations(items: tuple[Item, ...]) -> Iterator[str]:
    owners: dict[str, str] = {}
    for item in items:
        for name in item.designations:
            owner = owners.setdefault(name.casefold(), item.number)
            if owner != item.number:
                yield f'items[{item.number}].designations: "{name}" também é do item {owner}'


def organ_problems(bulletin: Bulletin) -> Iterator[str]:
    """Complaints about the organs."""
    letters = {portfolio.letter for portfolio in bulletin.portfolios}
    for organ in bulletin.organs:
        if organ.portfolio not in letters:
            yield f'organs[{organ.acronym}].portfolio: não há carteira "{organ.portfolio}"'
    yield from _twice("organs", (a for organ in bulletin.organs for a in (organ.acronym, *organ.acronyms)))
    yield from _twice("organs", (organ.domain for organ in bulletin.organs))


def _twice(where: str, values: Iterable[str]) -> Iterator[str]:
    for value, times in Counter(values).items():
        if value and times > 1:
            yield f"{where}: {value} aparece {times} vezes"
