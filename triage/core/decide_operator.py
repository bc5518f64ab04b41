"""What the operator's word means, and the carrier's: believed only when authenticated and tied to the case (E1, E9)."""

from triage.core.carrier_notice import notices, stop_notices
from triage.core.case import By, Case, CaseEvent, Doubt, Happened, Review
from triage.core.decision import Cancel, Change, Decision, Filing, LedgerState, Mail, MailKind
from triage.core.gathered import item_of, tells_carrier
from triage.core.join_keys import plain_protocol
from triage.core.joined import Tie, is_about, numbers
from triage.core.moves import Facts
from triage.core.operator_lines import GIVING_NUMBERS, LinesSaid, lines_said
from triage.core.scene import JUDGED, Scene, decision, doubt_about, happen, new_case, open_with, outdated
from triage.core.values import replace
from triage.core.verdict import OperatorWord
from triage.core.vocabulary import Action, OperatorStatus, Outcome, State

EVENTS = {
    OperatorStatus.ACKNOWLEDGED: Happened.OPERATOR_ACKNOWLEDGED,
    OperatorStatus.NEEDS_INFO: Happened.OPERATOR_ASKED,
    OperatorStatus.SCHEDULED: Happened.OPERATOR_SCHEDULED,
    OperatorStatus.REFUSED: Happened.OPERATOR_REFUSED,
    OperatorStatus.COMPLETED: Happened.OPERATOR_COMPLETED,
    OperatorStatus.OTHER: Happened.OPERATOR_REMARKED,
}
NAMES = {
    OperatorStatus.ACKNOWLEDGED: "a operadora recebeu ou está atendendo",
    OperatorStatus.NEEDS_INFO: "a operadora pede informação",
    OperatorStatus.SCHEDULED: "a operadora agendou",
    OperatorStatus.REFUSED: "a operadora recusou",
    OperatorStatus.COMPLETED: "a operadora diz que concluiu",
    OperatorStatus.OTHER: "a operadora escreveu",
}
_HARMLESS = (OperatorStatus.ACKNOWLEDGED, OperatorStatus.OTHER)
UNTIED = ", mas não há caso a que se ligue"
SILENT = OperatorWord(OperatorStatus.OTHER)


def by_operator(scene: Scene) -> Decision:
    """The operator's message: an event for each request it speaks of, or a question to a person."""
    verdict, joined = scene.verdict, scene.joined
    word = verdict.operator or SILENT
    if not verdict.trusted:
        note = f"remetente não confirmado como operadora; diz: {NAMES[word.status]}"
        return _doubt(scene, Doubt.UNTRUSTED_OPERATOR, note)
    if scene.arrival.stale:
        note = (
            f"assinada mais de uma semana antes de chegar: pode ter sido reenviada por outro; diz: {NAMES[word.status]}"
        )
        return _doubt(scene, Doubt.UNTRUSTED_OPERATOR, note)
    if joined.tie is Tie.AMBIGUOUS:
        return _doubt(scene, Doubt.AMBIGUOUS, f"{NAMES[word.status]}; {joined.why}")
    if verdict.action is Action.REVIEW:
        return _doubt(scene, Doubt.UNCERTAIN, scene.reasons or NAMES[word.status])
    if joined.case is None:
        return _untied(scene, word)
    if len(joined.cases) > 1:
        return _several(scene, word)
    return _alone(scene, joined.case, word)


def by_carrier(scene: Scene) -> Decision:
    """The carrier's message is noted on its case; it moves none: the case ends with our notice to it."""
    case, note = scene.joined.case, "a operadora de longa distância escreveu"
    if scene.verdict.action is Action.REVIEW or scene.joined.tie is Tie.AMBIGUOUS:
        return _doubt(scene, Doubt.AMBIGUOUS, f"{note}; {scene.reasons or scene.joined.why}", By.CARRIER)
    if case is None:
        return _doubt(scene, Doubt.UNTIED, f"{note}; {scene.joined.why}", By.CARRIER)
    return decision(happen(case, Happened.CARRIER_WROTE, scene, By.CARRIER, note))


def _doubt(scene: Scene, doubt: Doubt, note: str, by: str = By.OPERATOR) -> Decision:
    """A question to a person: beside the case that it concerns, or as a case of its own where none fits."""
    case = scene.joined.case
    if case is not None:
        return decision(doubt_about(case, doubt, scene, by, note))
    fresh = replace(new_case(scene), requester=_spoken_to(scene))
    return decision(open_with(fresh, Happened.DOUBT_AROSE, scene, by, note, doubt))


def _spoken_to(scene: Scene) -> str:
    """The requester whom the operator writes to, as far as one can tell."""
    policy = scene.world.policy
    professionals = policy.operator_domains | policy.carrier_domains
    people = (a for a in scene.arrival.recipients if a not in policy.own and a.rpartition("@")[2] not in professionals)
    return next(people, scene.arrival.sender.addr)


def _untied(scene: Scene, word: OperatorWord) -> Decision:
    if word.status is OperatorStatus.OTHER and word.protocol is None:
        return Decision(Filing(LedgerState.IGNORED, "operator-untied"))
    fresh = _heard(replace(new_case(scene), requester=_spoken_to(scene)), word, LinesSaid())
    change = open_with(fresh, Happened.DOUBT_AROSE, scene, By.OPERATOR, f"{NAMES[word.status]}{UNTIED}", Doubt.UNTIED)
    return replace(decision(change), awaits=scene.arrival.references)


def _several(scene: Scene, word: OperatorWord) -> Decision:
    """One message about several requests: each its own word; a single word that decides anything is for a person."""
    changes: tuple[Change, ...] = ()
    mails: tuple[Mail, ...] = ()
    cancels: tuple[Cancel, ...] = ()
    for case in scene.joined.cases:
        own = _own_words(scene, case)
        if not own and word.status not in _HARMLESS:
            note = f"{NAMES[word.status]}, numa só mensagem para {numbers(scene.joined.cases)}"
            part = decision(doubt_about(case, Doubt.AMBIGUOUS, scene, By.OPERATOR, note))
        else:
            part = _heard_out(scene, case, own or (word,))
        changes, mails, cancels = (*changes, *part.changes), (*mails, *part.mails), (*cancels, *part.cancels)
    return Decision(JUDGED, changes, mails, cancels)


def _own_words(scene: Scene, case: Case) -> tuple[OperatorWord, ...]:
    """What the message says of this case in particular."""
    return tuple(word for word in scene.verdict.words if is_about(word, case))


def _alone(scene: Scene, case: Case, word: OperatorWord) -> Decision:
    """A message about one case: by what it says of each line, where all of it does so surely; else as a whole."""
    own = () if case.category in GIVING_NUMBERS else _own_words(scene, case)
    surely = bool(own) and own == scene.verdict.words and all(said.certain for said in own)
    return _heard_out(scene, case, own if surely else (word,))


def _heard_out(scene: Scene, case: Case, words: tuple[OperatorWord, ...]) -> Decision:
    """Each word about the case in turn."""
    events: tuple[CaseEvent, ...] = ()
    mails: tuple[Mail, ...] = ()
    cancels: tuple[Cancel, ...] = ()
    for word in words:
        part = _spoken(scene, case, word)
        case, events = part.changes[0].case, (*events, *part.changes[0].events)
        mails, cancels = (*mails, *part.mails), (*cancels, *part.cancels)
    return Decision(JUDGED, (Change(case, events),), mails, cancels)


def _spoken(scene: Scene, case: Case, word: OperatorWord) -> Decision:
    if not word.certain:
        note = f"pouca certeza sobre o que a operadora disse; parece: {NAMES[word.status]}"
        return decision(doubt_about(case, Doubt.UNCERTAIN, scene, By.OPERATOR, note))
    lines = lines_said(word.lines if word in scene.verdict.words else scene.verdict.lines, case)
    if word.status is OperatorStatus.COMPLETED and lines.foreign:
        note = (
            f"{NAMES[word.status]} para outra linha ({', '.join(lines.foreign)}); o caso é de {', '.join(case.lines)}"
        )
        return decision(doubt_about(case, Doubt.CONTRADICTION, scene, By.OPERATOR, note))
    case = _heard(case, word, lines)
    facts = Facts(
        tells_carrier=tells_carrier(case, scene.world.bulletin),
        item_known=item_of(case, scene.world.bulletin) is not None,
        believed=bool(scene.verdict.trusted),
        tied=scene.joined.tied,
        lines_left=bool(lines.left),
    )
    change = happen(case, EVENTS[word.status], scene, By.OPERATOR, _told(word, case, lines), facts)
    return _followed(scene, case, _kept_in_sight(change, word))


def _kept_in_sight(change: Change, word: OperatorWord) -> Change:
    """Of several words that came before their request, one that decides is the one that a person must see."""
    review = change.case.review
    if review is None or review.doubt is not Doubt.UNTIED or word.status in _HARMLESS:
        return change
    seen = Review(Doubt.UNTIED, f"{NAMES[word.status]}{UNTIED}")
    return Change(change.case.with_review(seen), change.events)


def _heard(case: Case, word: OperatorWord, lines: LinesSaid) -> Case:
    """The case with what the word tells besides moving it: protocol, date, lines done, numbers given."""
    protocols = (*case.protocols, *((word.protocol,) if word.protocol else ()))
    done = word.status is OperatorStatus.COMPLETED
    return replace(
        case,
        protocols=tuple({plain_protocol(p): p for p in reversed(protocols)}.values())[::-1],
        promised=word.promised or (None if done else case.promised),
        lines_done=tuple(dict.fromkeys((*case.lines_done, *lines.done))) if done else case.lines_done,
        new_lines=tuple(dict.fromkeys((*case.new_lines, *lines.new))),
    )


def _told(word: OperatorWord, case: Case, lines: LinesSaid) -> str:
    parts = (
        NAMES[word.status],
        f"linhas {', '.join(word.lines)}" if word.lines else "",
        f"protocolo {word.protocol}" if word.protocol else "",
        f"para {word.promised}" if word.promised else "",
        f"faltam as linhas {', '.join(lines.left)}" if lines.left else "",
        _late(case, word.status),
    )
    return "; ".join(filter(None, parts))


def _late(case: Case, status: OperatorStatus) -> str:
    """Why a word that comes late or contradicts changes nothing: what a careful clerk would write beside it."""
    if case.state is State.CARRIER_DUE:
        return "já estava concluído: nada muda" if status in (*_HARMLESS, OperatorStatus.COMPLETED) else _CONTRADICTS
    if case.state is State.CLOSED and status not in _HARMLESS:
        return f"o caso já estava encerrado ({case.outcome}) e não reabre"
    if case.state is State.INCOMPLETE and status is OperatorStatus.ACKNOWLEDGED:
        return "o solicitante ainda deve o que foi pedido"
    return ""


_CONTRADICTS = "contradiz a conclusão já informada: uma pessoa deve ver"


def _followed(scene: Scene, before: Case, change: Change) -> Decision:
    """What follows from the case's move: the carrier is told, or its notice stopped; corrections are outdated."""
    case = change.case
    mails: tuple[Mail, ...] = ()
    cancels: tuple[Cancel, ...] = ()
    if case.state is State.CARRIER_DUE and before.state is not State.CARRIER_DUE:
        case, mails = notices(replace(case, done_at=scene.at), scene.arrival, scene.world)
    elif case.state is State.CARRIER_DUE and case.review is not None and case.review != before.review:
        case, cancels = stop_notices(case, "a operadora contradiz a conclusão", hold=True)
    elif case.outcome is Outcome.DONE and before.open:
        case = replace(case, done_at=scene.at)
    if before.state is State.INCOMPLETE and case.state is not State.INCOMPLETE:
        cancels = (*cancels, *outdated(case, "a operadora já atendeu", MailKind.CORRECTION))
    return Decision(JUDGED, (Change(case, change.events),), mails, cancels)
