"""What a supplement or a withdrawal means for the case it belongs to."""

from triage.core.case import By, Case, Doubt, Happened
from triage.core.decide_request import ask_again, doubt_in
from triage.core.decision import Decision
from triage.core.gathered import shortfall, unite
from triage.core.joined import Tie, conflicts, same_house
from triage.core.scene import Scene, decision, doubt_about, happen, new_case, open_with, outdated
from triage.core.subject import is_forward
from triage.core.values import replace
from triage.core.vocabulary import Action, Kind, State

_OPEN_TO_MORE = (State.REVIEW, State.INCOMPLETE, State.WITH_OPERATOR, State.NEEDS_INFO)


def by_supplement(scene: Scene) -> Decision:
    """Fields are united over the case: complete, it goes to the operator; short, it is asked for once more."""
    case = scene.joined.case
    if case is None:
        note = "complemento sem solicitação conhecida"
        return decision(open_with(new_case(scene), Happened.DOUBT_AROSE, scene, By.REQUESTER, note, Doubt.UNTIED))
    if scene.joined.tie is Tie.AMBIGUOUS:
        return decision(doubt_about(case, Doubt.AMBIGUOUS, scene, By.REQUESTER, scene.joined.why))
    if scene.verdict.action is Action.REVIEW:
        note = scene.reasons or "pouca certeza sobre o complemento"
        return decision(doubt_about(case, Doubt.UNCERTAIN, scene, By.REQUESTER, note))
    if case.state not in _OPEN_TO_MORE:
        note = "complemento depois de concluído ou encerrado"
        return decision(happen(case, Happened.SUPPLEMENT_COMPLETED, scene, By.REQUESTER, note))
    return _added(scene, unite(case, scene.verdict, scene.arrival, scene.world.policy))


def as_supplement(scene: Scene) -> Scene | None:
    """The scene of a request that is rather an answer to what was asked: unsure or odd as a request, and yet it gives
    what the case lacks. None where it is none."""
    case, verdict, policy = scene.joined.case, scene.verdict, scene.world.policy
    if case is None or scene.joined.tie is not Tie.REFERENCE or is_forward(scene.arrival.subject):
        return None
    sure = verdict.action is not Action.REVIEW and verdict.category == case.category
    other = verdict.action is Action.REVIEW and doubt_in(verdict, policy.certainty) is not Doubt.UNCERTAIN
    if case.state not in (State.INCOMPLETE, State.NEEDS_INFO) or sure or other or conflicts(verdict, case):
        return None
    read = replace(verdict, kind=Kind.SUPPLEMENT, action=Action.UPDATE)
    before = shortfall(case, scene.world.bulletin)
    after = shortfall(unite(case, read, scene.arrival, policy), scene.world.bulletin)
    answers = case.state is State.NEEDS_INFO and not after and not verdict.nudge
    return replace(scene, verdict=read) if after != before or answers else None


def _added(scene: Scene, case: Case) -> Decision:
    if shortfall(case, scene.world.bulletin):
        return ask_again(scene, case, Happened.SUPPLEMENT_FELL_SHORT)
    note = "responde à operadora" if case.state is State.NEEDS_INFO else "agora está completa"
    change = happen(case, Happened.SUPPLEMENT_COMPLETED, scene, By.REQUESTER, note)
    return decision(change, cancels=outdated(case, "a solicitação já foi completada"))


def withdrawal(scene: Scene) -> Decision:
    """The requester's clear word, or that of somebody of the same organ, ends the case."""
    case, sender = scene.joined.case, scene.arrival.sender.addr
    assert case is not None
    if scene.joined.tie is Tie.AMBIGUOUS:
        note = f"alguém desiste; {scene.joined.why}"
        return decision(doubt_about(case, Doubt.AMBIGUOUS, scene, By.REQUESTER, note))
    if scene.verdict.action is Action.REVIEW or not (sender == case.requester or same_house(sender, case)):
        note = "alguém pede para desconsiderar, mas não se sabe se fala pelo solicitante"
        return decision(doubt_about(case, Doubt.UNCERTAIN, scene, By.REQUESTER, note))
    change = happen(case, Happened.WITHDREW, scene, By.REQUESTER, "o solicitante desistiu")
    cancels = () if change.case.open else outdated(case, "o solicitante desistiu")
    return decision(change, cancels=cancels)
