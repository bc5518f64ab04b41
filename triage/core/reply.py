"""The replies that leave in SEGER's name, rendered from the texts in `config/replies/`.

Nothing that a sender wrote is repeated but values that pass a strict form (RELIABILITY A19, A20): no subject, no free
text, no link. Names of organs, items and people of the operator come from the bulletin's data.
"""

from dataclasses import dataclass
from functools import lru_cache

from jinja2 import DictLoader, Environment, StrictUndefined, TemplateError, meta, nodes

from triage.core import display
from triage.core.bulletin import Bulletin, Item, Organ
from triage.core.correction import correction_facts, designation
from triage.core.message import Message
from triage.core.verdict import Reply, Verdict
from triage.core.vocabulary import Action, Field

REQUIRED_TEMPLATES = tuple(
    f"{name}.{kind}.j2" for name in ("correction", "redirect", "carrier", "digest") for kind in ("txt", "html")
)

GIVEN = frozenset(
    {"bulletin", "item", "organ", "case", "designation", "greeting_name", "correction", "answer", "clause", "phones"}
    | {"levels", "rules", "rows", "digest", "sheet", "bar", "say", "part"}
)
"""The names that the texts may use: those that some text is given, and the macros imported above its blocks."""


@dataclass(frozen=True, slots=True)
class Templates:
    """The sources of the reply texts by file name."""

    sources: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CarrierFacts:
    """What the long-distance carrier is told when the operator has done a service of items 1.1–1.5.

    `cnpj` 14 characters, lines E.164, `completed_on` ISO; `address` as written. What is not known is "".
    """

    to: str
    item: str
    organ: str | None
    cnpj: str = ""
    old_line: str = ""
    new_line: str = ""
    address: str = ""
    completed_on: str = ""
    protocol: str = ""
    case: str = ""


def render_reply(
    verdict: Verdict,
    message: Message,
    bulletin: Bulletin,
    templates: Templates,
    case: str | None,
    round: int = 1,
) -> Reply:
    """The reply to `message` for a verdict to correct or to redirect.

    `round` above 1 words the correction as what is *still* missing; the caller has narrowed the verdict to that.
    Raises ValueError for any other action, or a verdict without an item.
    """
    if verdict.action not in (Action.CORRECT, Action.REDIRECT) or verdict.category is None:
        raise ValueError(f"no reply for {verdict.action} of {verdict.category}")
    item, organ = bulletin.item(verdict.category), bulletin.organ(verdict.organ)
    facts = {
        "greeting_name": display.first_name(dict(verdict.values).get(Field.REQUESTER_NAME, "")),
        "item": item,
        "designation": designation(item, verdict.service),
        "organ": organ,
        "case": case or "",
        "bulletin": bulletin,
    }
    if verdict.action is Action.CORRECT:
        facts["correction"] = correction_facts(verdict, item, organ, bulletin, round)
        name = "correction"
    else:
        facts |= _redirect_facts(item, bulletin)
        name = "redirect"
    text, html = _bodies(templates, name, facts)
    return Reply(_recipient(message), _subject(f"RES: {facts['designation']}", case or ""), text, html)


def render_carrier_notice(facts: CarrierFacts, bulletin: Bulletin, templates: Templates) -> Reply:
    """The notice to the long-distance carrier that a service of items 1.1–1.5 is done."""
    item, organ = bulletin.item(facts.item), bulletin.organ(facts.organ)
    rows = [row for row in _carrier_rows(facts, item, organ) if row[1]]
    about = {"rows": rows, "item": item, "organ": organ, "case": facts.case, "bulletin": bulletin}
    text, html = _bodies(templates, "carrier", about)
    name = f" – {organ.acronym}" if organ else ""
    return Reply(facts.to, _subject(f"Serviço concluído: {item.short}{name}", facts.case), text, html)


def template_problems(templates: Templates) -> list[str]:
    """What is wrong with the sources: one that is missing, that Jinja cannot compile, that uses a name nobody gives."""
    names = {name for name, _ in templates.sources}
    problems = [f"replies/{name}: falta" for name in REQUIRED_TEMPLATES if name not in names]
    for name, source in sorted(templates.sources):
        environment = _environment(templates, html=".html" in name)
        try:
            strangers = _strangers(environment.parse(source, name), environment)
        except TemplateError as error:
            strangers = [str(error)]
        problems += [f"replies/{name}: {problem}" for problem in strangers]
    return problems


def _strangers(tree: nodes.Template, environment: Environment) -> list[str]:
    """Names that nobody gives; filters and tests that Jinja does not have: where it may never come to them, it would
    tell of those only when it does.
    """
    given = meta.find_undeclared_variables(tree) - GIVEN
    filters = {node.name for node in tree.find_all(nodes.Filter)} - environment.filters.keys()
    tests = {node.name for node in tree.find_all(nodes.Test)} - environment.tests.keys()
    return [
        *(f"nome desconhecido: {name}" for name in sorted(given)),
        *(f"No filter named {name!r}." for name in sorted(filters)),
        *(f"No test named {name!r}." for name in sorted(tests)),
    ]


def _recipient(message: Message) -> str:
    """Reply-To where it is one address in the author's own domain, else From (CONTRACT, "Replies")."""
    author = message.author
    if len(message.reply_to) == 1 and message.reply_to[0].domain == author.domain:
        return message.reply_to[0].addr
    return author.addr


def _subject(words: str, case: str) -> str:
    return f"{words} [caso {case}]" if case else words


def _redirect_facts(item: Item, bulletin: Bulletin) -> dict[str, object]:
    """Where an item that takes no e-mail is to go; an item that does was redirected by the PABX rule."""
    by_pabx = not item.redirect
    escalated = item.number == bulletin.escalation_clause
    return {
        "clause": bulletin.pabx_clause if by_pabx else item.number,
        "answer": bulletin.pabx_answer if by_pabx else item.answer,
        "phones": item.phones,
        "levels": bulletin.escalation if escalated else (),
        "rules": bulletin.escalation_rules if escalated else (),
    }


def _carrier_rows(facts: CarrierFacts, item: Item, organ: Organ | None) -> tuple[tuple[str, str], ...]:
    return (
        ("Órgão", f"{organ.acronym} – {organ.name}" if organ else ""),
        ("CNPJ", display.cnpj(facts.cnpj)),
        ("Serviço", f"{item.number} {item.title}"),
        ("Linha anterior", display.phone(facts.old_line)),
        ("Linha nova", display.phone(facts.new_line)),
        ("Endereço", display.plain(facts.address)),
        ("Concluído em", display.date(facts.completed_on)),
        ("Protocolo da operadora local", display.plain(facts.protocol)),
        ("Caso na SEGER", facts.case),
    )


def _bodies(templates: Templates, name: str, facts: dict[str, object]) -> tuple[str, str]:
    text = _environment(templates, html=False).get_template(f"{name}.txt.j2").render(facts)
    html = _environment(templates, html=True).get_template(f"{name}.html.j2").render(facts)
    return text.strip() + "\n", html.strip() + "\n"


@lru_cache(maxsize=8)
def _environment(templates: Templates, *, html: bool) -> Environment:
    """Two environments, not one with two kinds of file: a macro shared by both must escape in HTML, and only there."""
    return Environment(
        loader=DictLoader(dict(templates.sources)),
        autoescape=html,  # noqa: S701 - plain text must not be escaped
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
