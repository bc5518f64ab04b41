"""What is known about a message without reading its prose, as named indicators."""

import re
from collections.abc import Iterator

from triage.core.autoreply import is_no_reply, machine_signs
from triage.core.bulletin import Bulletin
from triage.core.message import Message
from triage.core.organ import once, organ_of_domain
from triage.core.policy import Policy
from triage.core.subject import designated_items, is_forward, is_reply
from triage.core.text import fold
from triage.core.trust import Claim, identify

_CNPJ = re.compile(r"[0-9A-Z]{2}\.?[0-9A-Z]{3}\.?[0-9A-Z]{3}/?[0-9A-Z]{4}-?\d{2}")
# Each begins with a sign that all that it looks for have in common, so that the search goes from one to the next.
_PHONE = re.compile(r"\d(?<=\b\d)\d{3,4}[-. ]?\d{4}\b")
_AMOUNTS = (re.compile(r"R\$ ?\d"), re.compile(r",(?<=\d,)\d{2}\b"))
_DATES = (
    re.compile(r"/(?:(?<=\b\d/)|(?<=\b\d\d/))\d{1,2}\b"),
    re.compile(r" de (?:(?<=\b\d de )|(?<=\b\d\d de ))[a-zç]{4,9}\b"),
)
_PEOPLE = {
    "persofixa@oi.net.br": "persofixa",
    "contacorpfixa@oi.net.br": "contacorpfixa",
    "ingrid.tristao@oi.net.br": "collections",
    "ricardo.cameron@oi.net.br": "business",
    "karolina.ramos@oi.net.br": "attention",
    "gloria.fernandes@oi.net.br": "attention",
}
_FORM = re.compile(r"folhinha|voice", re.IGNORECASE)
_WROTE = re.compile(r"(?:^|\n)[>*\s]{0,6}(?:de|from):([^\n]{1,200})|(?:^|\n)[>\s]{0,6}em [^\n]{1,200}")
# What hands something over, and what asks for something: a supplement does the one, a request the other.
_HANDS = re.compile(
    r"\bsegue[m]?\b|\bencaminh[oa]\w{0,4}\b|\bem (?:resposta|atencao|complemento|atendimento)\b"
    r"|\bconforme (?:solicitad|pedid|exigid)|\bcorrig\w{2,5}\b|\bcomplement\w{2,5}\b|\bcorrecao\b|\banexo agora\b"
    r"|\bagora preenchid|\brespondendo\b|\bfaltava\w?\b|\bfaltou\b"
)
_ASKS = re.compile(
    r"\bsolicit[oa]\w{0,4}\b|\bpe(?:co|dimos|dindo)\b|\bgostaria\w{0,3}\b|\bprecis(?:o|amos|ava)\b|\bqueremos\b"
    r"|\bquero\b|\brequer\w{0,6}\b|\bpoderia\w?\b|\bpodem\b|\bnecessit\w{2,5}\b|\bfavor\b"
    r"|\bda pra\b|\btem como\b|\bteria como\b"
)
_THANKS = re.compile(
    r"\bobrigad[oa]s?\b|\bagradec\w{2,6}\b|\bparabens\b|\bvaleu\b|\bgrat[oa]s?\b|\bexcelente\b|\botimo\b"
)
_AGAIN = re.compile(
    r"\b(?:de novo|novamente|outra vez|reenvi\w{1,6}|refac\w|refazendo|repito|por inteiro|completo\b|inteir[oa]\b"
    r"|nov[oa] envio|reapresent\w{1,4}|reformul\w{1,6})"
)
# What a request is about, and what the bulletin's services are called: who only hands over data names neither.
_OBJECT = re.compile(
    r"\b(?:ramais|ramal|terminal|terminais|circuitos?|links?|troncos?|linhas?|fatura|boleto|certidao|certidoes"
    r"|segunda via|2a via)\b"
)
_SERVICE = re.compile(
    r"\b(?:instal|cancel|deslig|desativ|bloque|desbloq|mudanca|mudar\b|transfer|troca|alter[ae]|prorrog|contest"
    r"|segunda via|2a? via|negocia|parcel|inclu[ais]|reestrutur|certid|defeito|mud[oa]\b|implant|treinamento|software"
    r"|faixa|vencimento|retirada|retirar|sem sinal)"
)
_WHOSE = re.compile(r"\b(?:secretaria|instituto)\b")
_READ = 20_000
_STATE = ".es.gov.br"
_HEAD = 600
_MOST_PHONES = 3


def facts_of(message: Message, bulletin: Bulletin, policy: Policy) -> tuple[str, ...]:
    """The names of every indicator that holds, each once, in a fixed order."""
    items = designated_items(message.subject[:300], bulletin)
    answered = _quoted_author(message, bulletin, policy) if message.body.quoted else "nobody"
    return tuple(
        dict.fromkeys(
            (
                *_sender(message, bulletin, policy),
                *_thread(message, answered),
                *_attached(message),
                *_designated(items),
                *_shape(message.body.own[:_READ]),
                *_turn(message, items, answered),
            )
        )
    )


def _sender(message: Message, bulletin: Bulletin, policy: Policy) -> Iterator[str]:
    sender = identify(message, policy)
    who = str(sender.claim)
    if sender.claim is Claim.ANYONE:
        who = "organ" if _of_the_state(message.author.domain, bulletin) else "stranger"
    reply = "reply" if _in_thread(message) else "first"
    signs = machine_signs(message)
    yield f"from:{who}"
    yield f"auth:{sender.authentication}"
    yield f"from:{who}:{sender.authentication}"
    yield f"from:{who}:{reply}"
    yield f"from:{who}:{'machine' if signs else 'person'}"
    yield from (f"machine:{sign}" for sign in signs)
    if is_no_reply(message.author):
        yield f"from:{who}:no-reply"


def _of_the_state(domain: str, bulletin: Bulletin) -> bool:
    """Whether an organ of the state writes, listed in the bulletin or not: its people ask as the others do."""
    return domain.endswith(_STATE) or organ_of_domain(domain, bulletin) is not None


def _in_thread(message: Message) -> bool:
    return bool(message.in_reply_to or message.references or message.body.quoted)


def _thread(message: Message, answered: str) -> Iterator[str]:
    if message.in_reply_to or message.references:
        yield "thread:in-reply-to"
    if is_reply(message.subject):
        yield "thread:reply-prefix"
    if is_forward(message.subject):
        yield "thread:forward-prefix"
    if message.body.forwarded:
        yield "thread:forwarded"
    if message.body.quoted:
        yield "thread:quoted"
        yield f"quoted:{answered}"


def _quoted_author(message: Message, bulletin: Bulletin, policy: Policy) -> str:
    """Whose words a reply repeats, by the first line that names somebody; a hint that anybody can forge."""
    head = message.body.quoted[:_HEAD].lower()
    named = _WROTE.search(head)
    line = fold((named[1] or named[0]) if named else head[:120])
    if any(own in line for own in policy.own) or "seger" in line.split("@")[0]:
        return "seger"
    people = once(_operators_people, bulletin)
    if any(domain in line for domain in policy.operator_domains) or any(name in line for name in people):
        return "operator"
    author = message.author
    if author.addr in line or (author.name and fold(author.name) in line):
        return "self"
    return "colleague" if author.domain in line else "somebody"


def _operators_people(bulletin: Bulletin) -> frozenset[str]:
    executives = (*(portfolio.attention for portfolio in bulletin.portfolios), *bulletin.business)
    return frozenset(fold(person.name).split()[0] for person in executives) | {"persofixa", "contacorp", "ingrid"}


def recipients_of(message: Message, policy: Policy) -> Iterator[str]:
    """Whom the message reached, as names of indicators; none where it names nobody."""
    named = {address.addr for address in (*message.to, *message.cc)}
    if not named:
        return
    reached = [role for addr, role in _PEOPLE.items() if addr in named]
    yield from (f"to:{role}" for role in reached)
    if any(address.domain in policy.operator_domains for address in (*message.to, *message.cc)):
        yield "to:operator"
    else:
        yield "to:no-operator"


def _attached(message: Message) -> Iterator[str]:
    for attachment in message.attachments:
        yield "attached:form" if _FORM.search(attachment.filename) else "attached:other"


def _designated(items: tuple[str, ...]) -> Iterator[str]:
    yield from (f"subject:{number}" for number in items)
    yield f"subject:designates-{min(len(items), 2)}"


def _turn(message: Message, items: tuple[str, ...], answered: str) -> Iterator[str]:
    """Whose turn in a conversation this is, and whether it asks, hands over or thanks: together they tell the kind."""
    body = message.body
    prose = fold(body.above[:_READ])
    turn = f"{answered}:{'reply' if _in_thread(message) else 'first'}"
    acts = [name for name, acts in (("asks", _ASKS), ("hands", _HANDS), ("thanks", _THANKS)) if acts.search(prose)]
    form = any(_FORM.search(attachment.filename) for attachment in message.attachments)
    yield from (f"acts:{act}" for act in acts)
    yield f"turn:{turn}:{'+'.join(acts)}"
    yield f"turn:{turn}:length-{min(len(prose).bit_length(), 11)}"
    yield f"turn:{turn}:form" if form else f"turn:{turn}:no-form"
    yield f"turn:{turn}:designates-{min(len(items), 1)}"
    yield f"turn:{turn}:told-{_told(prose)}"
    yield f"turn:{turn}:given-{_given(body.own[:_READ], prose)}"
    yield f"turn:{turn}:{'again' if _AGAIN.search(prose) else 'once'}"


def _told(prose: str) -> str:
    """Whether a service is named, and what it is about: a request sent again has both, a supplement seldom either."""
    return ("service" if _SERVICE.search(prose) else "") + ("object" if _OBJECT.search(prose) else "")


def _given(own: str, prose: str) -> int:
    """How many of the mandatory data the text gives: only a whole request gives all of them."""
    phones = min(len(_PHONE.findall(own)), _MOST_PHONES)
    return bool(_CNPJ.search(own)) + phones + ("@" in prose) + bool(_WHOSE.search(prose))


def _shape(own: str) -> Iterator[str]:
    yield f"length:{min(len(own).bit_length(), 12)}"
    patterns = (("cnpj", (_CNPJ,)), ("phone", (_PHONE,)), ("amount", _AMOUNTS), ("date", _DATES))
    yield from (f"has:{name}" for name, signs in patterns if any(sign.search(own) for sign in signs))
    if "?" in own:
        yield "has:question"
