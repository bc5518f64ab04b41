"""Judging one message: a pure function from what was said and how the classifier reads it to a verdict."""

import re

from triage.core.bulletin import Bulletin, Organ
from triage.core.fields.gather import gather
from triage.core.fields.place import find_place
from triage.core.form import find_forms, form_state
from triage.core.kind import KindFinding, tell_kind
from triage.core.message import Address, Message
from triage.core.operator import in_all, lines_in, lines_spoken_of, operator_word, operator_words, sure_of
from triage.core.organ import acronym_in, names_in, organ_of_domain, organs_of_people, tell_organ
from triage.core.policy import Policy
from triage.core.reading import Reading
from triage.core.request import judge_request
from triage.core.statement import state
from triage.core.text import Document, clipped
from triage.core.trust import Authentication, Claim, Sender, identify
from triage.core.verdict import Verdict
from triage.core.vocabulary import Action, Kind
from triage.core.withdrawal import withdraws

_FORGED = "o nosso servidor não confirmou o remetente (dmarc=fail)"
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,60}(?:\.[\w-]{1,60}){1,5}")


def judge(message: Message, reading: Reading, bulletin: Bulletin, policy: Policy) -> Verdict:
    """Everything that can be said of `message` on its own; needs no database and never raises on a parsed message."""
    sender = identify(message, policy)
    kind = tell_kind(message, sender, reading)
    if kind.kind is Kind.REQUEST:
        return judge_request(message, sender, reading, kind.certainty, bulletin, policy)
    if kind.kind is Kind.OPERATOR:
        return _operator(message, sender, reading, kind, bulletin, policy)
    if kind.kind is Kind.SUPPLEMENT:
        return _supplement(message, sender, reading, kind, bulletin, policy)
    if kind.kind is Kind.CARRIER:
        return _carrier(message, sender, kind, bulletin, policy)
    if sender.claim is Claim.OWN:
        return _own(message, kind, bulletin, policy)
    return _left_alone(message, sender, kind, policy)


def _own(message: Message, kind: KindFinding, bulletin: Bulletin, policy: Policy) -> Verdict:
    """What a colleague sends: nothing to judge, but the lines and the organ tell which case it is about."""
    above = message.body.above
    told = "\n".join((message.subject, above, *(part.text for part in message.body.forwarded[:1])))
    organ = _organ_spoken_of(message, bulletin, policy)
    lines = lines_in(clipped(told), bulletin)
    return Verdict(kind.kind, Action.IGNORE, kind.certainty, organ, reasons=(kind.why,), lines=lines)


def _left_alone(message: Message, sender: Sender, kind: KindFinding, policy: Policy) -> Verdict:
    """Nothing is done about machines and about mail that asks for nothing; a person looks where that is not certain,
    and where somebody who is not who he says takes a request back: a forged word ends no case (RELIABILITY E4).
    """
    withdrawn = withdraws(message)
    doubts = (
        (kind.certainty < policy.certainty_ignored, "pouca certeza de que nada é pedido"),
        (withdrawn and kind.kind is Kind.OTHER and sender.authentication is Authentication.FAIL, _FORGED),
    )
    found = tuple(doubt for holds, doubt in doubts if holds)
    action = Action.REVIEW if found else Action.IGNORE
    return Verdict(kind.kind, action, kind.certainty, reasons=(kind.why, *found), withdrawn=withdrawn)


def _supplement(
    message: Message, sender: Sender, reading: Reading, kind: KindFinding, bulletin: Bulletin, policy: Policy
) -> Verdict:
    """What a supplement brings; what follows from it is the case's decision."""
    forms = find_forms(message)
    statement = state(message, forms)
    organ = tell_organ(message, statement.documents, statement.inner, bulletin, policy.own)
    gathered = gather(message, statement, reading, organ, bulletin, policy)
    forged = sender.authentication is Authentication.FAIL
    doubtful = kind.certainty < policy.certainty
    return Verdict(
        Kind.SUPPLEMENT,
        Action.REVIEW if forged or doubtful else Action.UPDATE,
        kind.certainty,
        organ=organ.acronym if organ else None,
        values=gathered.values,
        reasons=(kind.why, *((_FORGED,) if forged else ())),
        findings=gathered.invalid,
        form=form_state(forms) if forms else None,
        lines=gathered.lines,
        withdrawn=withdraws(message),
        place=find_place(statement),
    )


def _operator(
    message: Message, sender: Sender, reading: Reading, kind: KindFinding, bulletin: Bulletin, policy: Policy
) -> Verdict:
    """The operator's word, believed only from its own domain and authenticated."""
    words = operator_words(message, reading, bulletin, policy)
    word = in_all(operator_word(message, reading, policy), words)
    certain = sure_of(word, words)
    trusted = sender.trusted and message.author.domain in policy.operator_domains
    reasons = (
        kind.why,
        *(() if trusted else ("remetente sem autenticação: não move nenhum caso",)),
        *(() if certain else ("pouca certeza sobre o que a operadora disse",)),
    )
    return Verdict(
        Kind.OPERATOR,
        Action.UPDATE if trusted and certain else Action.REVIEW,
        min(kind.certainty, reading.status.get(word.status, 1.0)),
        organ=_organ_spoken_of(message, bulletin, policy),
        operator=word,
        lines=lines_spoken_of(message, bulletin),
        trusted=trusted,
        reasons=reasons,
        words=words,
    )


def _carrier(message: Message, sender: Sender, kind: KindFinding, bulletin: Bulletin, policy: Policy) -> Verdict:
    trusted = sender.trusted
    return Verdict(
        Kind.CARRIER,
        Action.UPDATE if sender.authentication is not Authentication.FAIL else Action.REVIEW,
        kind.certainty,
        organ=_organ_spoken_of(message, bulletin, policy),
        trusted=trusted,
        reasons=(kind.why,),
    )


def _organ_spoken_of(message: Message, bulletin: Bulletin, policy: Policy) -> str | None:
    """The organ whose request the operator or the carrier writes about: its only recipient's, else one named in the
    thread, else the first recipient's.
    """
    addressed = organs_of_people((*message.to, *message.cc), bulletin, policy.own)
    if len(addressed) == 1:
        return addressed[0].acronym
    texts = (message.subject, message.body.own, message.body.quoted, *(part.text for part in message.body.forwarded))
    named = next((organ.acronym for text in texts if (organ := _organ_in(text, bulletin, policy))), None)
    return named or (addressed[0].acronym if addressed else None)


def _organ_in(text: str, bulletin: Bulletin, policy: Policy) -> Organ | None:
    found = _ADDRESS.finditer(text) if "@" in text else ()
    written = (Address("", match.group().lower()) for match in found)
    by_address = next(
        (o for a in written if a.addr not in policy.own and (o := organ_of_domain(a.domain, bulletin))), None
    )
    named = (organ for organ, _ in names_in((Document("body", text),), bulletin) if organ.acronym != "SEGER")
    return by_address or acronym_in(text.replace("SEGER", ""), bulletin) or next(named, None)
