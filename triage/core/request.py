"""A request held against the bulletin: item, organ, subject, fields, form, recipients; and what follows."""

from collections.abc import Container
from dataclasses import dataclass
from operator import itemgetter

from triage.core.bulletin import Bulletin, Item, Organ
from triage.core.fields.gather import Gathered, gather
from triage.core.fields.place import find_place
from triage.core.form import Form, find_forms, form_state, may_be_form
from triage.core.message import Message
from triage.core.neighbours import awaited, backed, both_named, hinted, tempered
from triage.core.organ import tell_organ
from triage.core.policy import Policy
from triage.core.reading import Reading
from triage.core.recipients import missing_recipients
from triage.core.statement import Statement, state
from triage.core.subject import designated_items, is_forward, is_reply, left_open, subject_is_right
from triage.core.trust import Authentication, Sender
from triage.core.verdict import FORM, Finding, SubjectFinding, Verdict
from triage.core.vocabulary import Action, FormState, Kind, Service
from triage.core.withdrawal import withdraws

FOLLOW_UP = "1.12"
BILLS = "2.2"
WITHOUT_LINES = frozenset({"1.7", "1.8", "2.1", "2.4"})
# A second item overlooked is answered wrongly; one imagined costs a person a look.
SEVERAL = 0.5
# Who reminds of a request names what it asks for: that is no second item.
SEVERAL_BESIDE_A_NUDGE = 0.75
# Beside ramais no terminals are named: that surely something more is asked for leaves the next item.
SURELY_SEVERAL = 0.9

Share = tuple[str, float]


@dataclass(frozen=True, slots=True)
class Choice:
    """The item a request is mainly about, its certainty, the service of 2.2, and the nearest other items."""

    item: Item
    service: Service | None
    certainty: float
    alternatives: tuple[tuple[str, float], ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checks:
    """What holding a request against its item found."""

    action: Action
    reasons: tuple[str, ...]
    subject: SubjectFinding
    findings: tuple[Finding, ...] = ()
    form: FormState | None = None
    recipients: tuple[str, ...] = ()


def judge_request(
    message: Message, sender: Sender, reading: Reading, certainty: float, bulletin: Bulletin, policy: Policy
) -> Verdict:
    """The verdict on a request; `certainty` is how sure it is that this is one."""
    forms = find_forms(message)
    statement = state(message, forms)
    organ = tell_organ(message, statement.documents, statement.inner, bulletin, policy.own)
    choice = choose_item(message, reading, statement, bulletin)
    item = choice.item.number if choice else None
    gathered = gather(
        message, statement, reading, organ, bulletin, policy, bill=item == BILLS, about_lines=item not in WITHOUT_LINES
    )
    if choice is None:
        return _undecided(message, organ, gathered)
    checks = _checks(message, choice, organ, gathered, forms, bulletin, policy)
    confidence = min(certainty, choice.certainty)
    perhaps = _perhaps_there(message, checks, gathered, forms, bulletin)
    doubts = (*_doubts(choice, sender, confidence, policy), *perhaps.values())
    return Verdict(
        kind=Kind.REQUEST,
        action=Action.REVIEW if doubts else checks.action,
        confidence=confidence,
        organ=organ.acronym if organ else None,
        category=choice.item.number,
        service=choice.service,
        also=choice.also,
        subject=checks.subject,
        findings=checks.findings,
        values=gathered.values,
        form=checks.form,
        missing_recipients=checks.recipients,
        reasons=(*doubts, *_surely_lacking(checks, perhaps, bulletin)),
        alternatives=choice.alternatives,
        lines=gathered.lines,
        withdrawn=withdraws(message),
        nudge=choice.item.number == FOLLOW_UP,
        place=find_place(statement),
        perhaps=tuple(perhaps),
    )


def choose_item(message: Message, reading: Reading, statement: Statement, bulletin: Bulletin) -> Choice | None:
    """The item by the model's reading, by the subject's designation without a model; None where neither says."""
    named = designated_items(message.subject, bulletin)
    fresh = not (message.in_reply_to or is_reply(message.subject) or is_forward(message.subject))
    shares = tempered(reading.item, statement.documents)
    if fresh:
        shares = backed(shares, named) if named else hinted(shares, left_open(message.subject))
    if message.body.forwarded:
        shares = awaited(shares, message.body.above)
    ranked = sorted(shares.items(), key=itemgetter(1), reverse=True)
    if not ranked:
        return Choice(bulletin.item(named[0]), None, 1.0) if len(named) == 1 else None
    nudge = ranked[0][0] == FOLLOW_UP
    several = reading.several >= (SEVERAL_BESIDE_A_NUDGE if nudge else SEVERAL)
    if several and not both_named(frozenset(number for number, _ in ranked[:2]), statement.prose):
        ranked, several = [ranked[0], *ranked[2:]], reading.several >= SURELY_SEVERAL
    if several and fresh:
        ranked = _subjects_first(message.subject, ranked, bulletin)
    number, certainty = ranked[0]
    also = tuple(other for other, _ in ranked[1:2]) if several else ()
    return Choice(bulletin.item(number), _service(number, reading), certainty, tuple(ranked[1:4]), also)


def _subjects_first(subject: str, ranked: list[Share], bulletin: Bulletin) -> list[Share]:
    """The likeliest two in the order in which the subject names them.

    Who asks for two things puts the main one into the subject, or first there: in all but 4 of 206 such messages of
    models/corpus that have a designation in their subject.
    """
    words = subject.split()
    named = [number for end in range(1, len(words) + 1) for number in designated_items(" ".join(words[:end]), bulletin)]
    places = {number: place for place, number in reversed(list(enumerate(named)))}
    return sorted(ranked[:2], key=lambda share: places.get(share[0], len(named))) + ranked[2:]


def _service(number: str, reading: Reading) -> Service | None:
    if number != BILLS or not reading.service:
        return None
    return Service(max(reading.service.items(), key=lambda pair: pair[1])[0])


def _undecided(message: Message, organ: Organ | None, gathered: Gathered) -> Verdict:
    return Verdict(
        kind=Kind.REQUEST,
        action=Action.REVIEW,
        confidence=0.0,
        organ=organ.acronym if organ else None,
        subject=SubjectFinding(message.subject),
        values=gathered.values,
        lines=gathered.lines,
        withdrawn=withdraws(message),
        reasons=("não ficou claro o que é pedido",),
    )


def _checks(
    message: Message,
    choice: Choice,
    organ: Organ | None,
    gathered: Gathered,
    forms: tuple[Form, ...],
    bulletin: Bulletin,
    policy: Policy,
) -> Checks:
    item = choice.item
    if item.redirect:
        return Checks(
            Action.REDIRECT, (f"o item {item.number} não é atendido por e-mail",), SubjectFinding(message.subject)
        )
    if item.pabx_excluded and organ is not None and organ.acronym in policy.pabx_organs:
        return Checks(
            Action.REDIRECT, ("item 4.1: órgão com PABX abre chamado no Método",), SubjectFinding(message.subject)
        )
    subject = _subject(message.subject, choice, bulletin)
    findings = gathered.required(item.required(choice.service))
    form = form_state(forms) if item.form else None
    recipients = missing_recipients(message, item, organ, bulletin)
    reasons = (
        *_subject_reasons(subject),
        *_field_reasons(findings, bulletin),
        *_form_reasons(form),
        *map(_recipient_reason, recipients),
    )
    action = Action.CORRECT if reasons else Action.ACCEPT
    return Checks(action, reasons or ("nada a corrigir",), subject, findings, form, recipients)


def _subject(given: str, choice: Choice, bulletin: Bulletin) -> SubjectFinding:
    ok = subject_is_right(given, choice.item, bulletin)
    return SubjectFinding(given, ok, None if ok else choice.item.suggested(choice.service))


def _subject_reasons(subject: SubjectFinding) -> tuple[str, ...]:
    return () if subject.ok else ("assunto fora do padrão (item 4.2)",)


def _field_reasons(findings: tuple[Finding, ...], bulletin: Bulletin) -> tuple[str, ...]:
    missing = (f for f in findings if f.presence == "missing")
    invalid = (f for f in findings if f.presence == "invalid")
    return (
        *(f"falta: {bulletin.rule(f.field).label} ({bulletin.rule(f.field).clause})" for f in missing),
        *(f"inválido: {bulletin.rule(f.field).label} – {f.why} ({bulletin.rule(f.field).clause})" for f in invalid),
    )


def _form_reasons(form: FormState | None) -> tuple[str, ...]:
    words = {
        FormState.MISSING: "falta o formulário Folhinha Voice-Net",
        FormState.BLANK: "o formulário Folhinha Voice-Net veio em branco",
    }
    return (words[form],) if form in words else ()


def _recipient_reason(address: str) -> str:
    return f"falta o destinatário {address}"


def _doubts(choice: Choice, sender: Sender, confidence: float, policy: Policy) -> tuple[str, ...]:
    """Why a person must look, in Portuguese; empty where the verdict may stand on its own."""
    doubts = (
        (bool(choice.also), f"pede mais de um item: {choice.item.number} e {', '.join(choice.also)}"),
        (sender.authentication is Authentication.FAIL, "o nosso servidor não confirmou o remetente (dmarc=fail)"),
        (confidence < policy.certainty, f"pouca certeza ({confidence:.0%}) para responder em nome da SEGER"),
    )
    return tuple(why for doubtful, why in doubts if doubtful)


def _surely_lacking(checks: Checks, perhaps: Container[str], bulletin: Bulletin) -> tuple[str, ...]:
    """The reasons of `checks` without those that name what may be there: nobody is told both."""
    fields = tuple(finding for finding in checks.findings if str(finding.field) in perhaps)
    doubted = (*_field_reasons(fields, bulletin), *(_form_reasons(checks.form) if FORM in perhaps else ()))
    return tuple(reason for reason in checks.reasons if reason not in doubted)


def _perhaps_there(
    message: Message, checks: Checks, gathered: Gathered, forms: tuple[Form, ...], bulletin: Bulletin
) -> dict[str, str]:
    """What would be demanded although it may be there, and why a person looks before, in Portuguese."""
    perhaps = gathered.perhaps(checks.findings)
    lacking = (finding.field for finding in checks.findings)
    doubts = {str(field): f"talvez não falte: {bulletin.rule(field).label}" for field in lacking if field in perhaps}
    if checks.form is not None and any(not form.readable for form in forms):
        return {**doubts, FORM: "o formulário anexo não pôde ser lido"}
    if checks.form is FormState.MISSING and may_be_form(message):
        return {**doubts, FORM: "um anexo talvez seja o formulário"}
    return doubts
