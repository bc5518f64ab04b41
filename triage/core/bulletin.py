"""Boletim 0001 as a value: items, services, designations, fields, recipients, answers, portfolios, organs.

The data stand in `config/`; `triage.core.bulletin_load` turns them into these values or into a list of problems.
"""

from dataclasses import dataclass

from triage.core.vocabulary import Field, Party, Service


@dataclass(frozen=True, slots=True)
class Person:
    """An executive of the operator, or a person of the escalation list."""

    name: str
    role: str
    email: str = ""
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Escalation:
    """One level of the escalation list (item 1.11)."""

    level: int
    area: str
    name: str
    phone: str
    when: str


@dataclass(frozen=True, slots=True)
class Item:
    """One numbered item of the bulletin.

    `title` is the designation to suggest; `designations` every name that makes a subject right (clause 4.2), title and
    services included, none of them shared with another item; `service_titles` the designation to suggest for a service
    of 2.2; `services` what the title lists, as the bulletin names it; `short` the title where room is scarce.
    `subject_keys` are the shortest sets of words that still tell this item from all others ("mudanca|mudar numero").
    `channels` are fixed addresses; `attention`/`business` say that the executive of the portfolio / of business must be
    addressed. `answer` holds the paragraphs of a redirected item's reply (none where the item takes e-mail).
    `operator_days` is the deadline in business days after which the operator counts as late (0: none).
    `clauses` names the clause of a field where it is not the field's usual one.
    """

    number: str
    title: str
    designations: tuple[str, ...]
    fields: tuple[Field, ...]
    channels: tuple[str, ...] = ()
    attention: bool = False
    business: bool = False
    form: bool = False
    carrier: bool = False
    pabx_excluded: bool = False
    redirect: bool = False
    answer: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    service_titles: tuple[tuple[Service, str], ...] = ()
    service_fields: tuple[tuple[Service, tuple[Field, ...]], ...] = ()
    operator_days: int = 0
    subject_keys: tuple[str, ...] = ()
    short: str = ""
    services: tuple[str, ...] = ()
    clauses: tuple[tuple[Field, str], ...] = ()

    def required(self, service: Service | None) -> tuple[Field, ...]:
        """The fields this item demands, those of `service` included, in the bulletin's order."""
        return self.fields + dict(self.service_fields).get(service, ()) if service else self.fields

    def suggested(self, service: Service | None) -> str:
        """The subject to suggest: number and designation, as clause 4.2 wants it."""
        titles = dict(self.service_titles)
        return f"{self.number} {titles.get(service, self.title) if service else self.title}"


@dataclass(frozen=True, slots=True)
class Organ:
    """An organ of the state: acronym, full name, mail domain, portfolio letter.

    `aliases` are other names written out, near-names too: any of them counts as the company name. `acronyms` are other
    acronyms: they tell the organ, but are no company name.
    """

    acronym: str
    name: str
    domain: str
    portfolio: str
    aliases: tuple[str, ...] = ()
    acronyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Portfolio:
    """A share of the organs, and the executives of attention and of business who serve it."""

    letter: str
    attention: Person
    business: Person | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """A fixed address of the operator, and what to call it in a reply."""

    email: str
    name: str


@dataclass(frozen=True, slots=True)
class FieldRule:
    """How a mandatory field is named to the requester, the clause it comes from, and its label in the form to fill."""

    field: Field
    label: str
    clause: str
    hint: str


@dataclass(frozen=True, slots=True)
class Bulletin:
    """The whole bulletin. `version` is the edition with a digest of the data, kept with each decision.

    `business` is the one executive of business, once per portfolio (the landlines differ). `seger` are our own
    addresses as printed, the one to give to people first. `form_name` and `form_where` say which form and where to get
    it. `waiting_days` are deadlines in business days for parties other than the operator.
    """

    edition: str
    version: str
    items: tuple[Item, ...]
    fields: tuple[FieldRule, ...]
    organs: tuple[Organ, ...]
    portfolios: tuple[Portfolio, ...]
    business: tuple[Person, ...]
    escalation: tuple[Escalation, ...]
    escalation_rules: tuple[str, ...]
    pabx_answer: tuple[str, ...]
    channels: tuple[Channel, ...] = ()
    seger: tuple[str, ...] = ()
    form_name: str = ""
    form_where: str = ""
    escalation_title: str = ""
    subject_clause: str = ""
    pabx_clause: str = ""
    escalation_clause: str = ""
    waiting_days: tuple[tuple[Party, int], ...] = ()

    def item(self, number: str) -> Item:
        """The item with this number. Raises KeyError for an unknown one."""
        for item in self.items:
            if item.number == number:
                return item
        raise KeyError(number)

    def organ(self, acronym: str | None) -> Organ | None:
        """The organ with this acronym, or None."""
        return next((organ for organ in self.organs if organ.acronym == acronym), None)

    def rule(self, field: Field) -> FieldRule:
        """The wording of `field`. Raises KeyError where the data name none."""
        for rule in self.fields:
            if rule.field is field:
                return rule
        raise KeyError(field)

    def attention(self, organ: Organ | None) -> Person | None:
        """The executive of attention who serves `organ` (clause 5); None where the organ is unknown."""
        if organ is None:
            return None
        return next(p.attention for p in self.portfolios if p.letter == organ.portfolio)

    def clause(self, item: Item, field: Field) -> str:
        """The clause by which `item` demands `field`."""
        return dict(item.clauses).get(field) or self.rule(field).clause

    def deadline(self, item: Item | None, party: Party) -> int | None:
        """Business days after which `party` is late with a case about `item`; None where nothing is set."""
        days = item.operator_days if item and party is Party.OPERATOR else dict(self.waiting_days).get(party, 0)
        return days or None
