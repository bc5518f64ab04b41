"""What a message means: for its case, for the outbox, for the ledger. Pure; the store writes it down in one commit."""

from triage.core.case import By, Case, Doubt, Happened
from triage.core.decide_operator import by_carrier, by_operator
from triage.core.decide_request import by_request
from triage.core.decide_sent import by_colleague
from triage.core.decide_supplement import as_supplement, by_supplement, withdrawal
from triage.core.decision import Arrival, Counts, Decision, Filing, LedgerState, Place, World
from triage.core.joined import Joined
from triage.core.scene import Scene, decision, doubt_about, happen, new_case, open_with
from triage.core.verdict import Verdict
from triage.core.vocabulary import Action, Kind


def decide(verdict: Verdict, arrival: Arrival, joined: Joined, counts: Counts, world: World) -> Decision:
    """Everything that follows from one message. Any message gives a decision; none raises."""
    scene = Scene(verdict, arrival, joined, counts, world)
    if joined.duplicate is not None:
        return Decision(Filing(LedgerState.DUPLICATE, "duplicate", joined.duplicate.key))
    if arrival.place is Place.SENT:
        return by_colleague(scene)
    if arrival.sender.addr in world.policy.own:
        # From the outside anybody can write as us; what colleagues really sent stands in Sent (E13).
        return Decision(Filing(LedgerState.IGNORED, "from-ourselves"))
    return _by_kind(scene)


def _by_kind(scene: Scene) -> Decision:
    verdict = scene.verdict
    if verdict.kind is Kind.AUTOMATIC:
        return _automatic(scene)
    if verdict.kind is Kind.OPERATOR:
        return by_operator(scene)
    if verdict.kind is Kind.CARRIER:
        return by_carrier(scene)
    if verdict.withdrawn and scene.joined.case is not None:
        return withdrawal(scene)
    if verdict.kind is Kind.REQUEST:
        answer = as_supplement(scene)
        return by_supplement(answer) if answer else by_request(scene)
    if verdict.kind is Kind.SUPPLEMENT:
        return by_supplement(scene)
    return _remark(scene)


def _automatic(scene: Scene) -> Decision:
    """Machines are never answered and move nothing; that a mail of ours did not arrive is for a person."""
    case = scene.joined.case
    if case is not None and scene.arrival.bounced:
        note = "a nossa mensagem voltou: o solicitante não a recebeu"
        return decision(doubt_about(case, Doubt.UNDELIVERED, scene, By.TRIAGE, note))
    return Decision(Filing(LedgerState.IGNORED, "automatic"))


def _remark(scene: Scene) -> Decision:
    """Thanks and the like: in a case's thread they are noted there, and change nothing; in doubt a person looks."""
    case = scene.joined.case
    if scene.verdict.action is Action.REVIEW and not (case is None and _takes_back_nothing(scene)):
        return _perhaps_nothing(scene, case)
    if case is None:
        return Decision(Filing(LedgerState.IGNORED, "other"))
    note = "agradece ou comenta; nada muda"
    filing = Filing(LedgerState.IGNORED, "other")
    return decision(happen(case, Happened.REMARKED, scene, By.REQUESTER, note), filing=filing)


def _takes_back_nothing(scene: Scene) -> bool:
    """Whether all that is odd about it is that it would take back what is not there ("se já pagou, desconsidere")."""
    return scene.verdict.withdrawn and scene.verdict.confidence >= scene.world.policy.certainty_ignored


def _perhaps_nothing(scene: Scene, case: Case | None) -> Decision:
    if case is not None:
        note = "; ".join(filter(None, (scene.reasons, scene.joined.why)))
        return decision(doubt_about(case, Doubt.UNCERTAIN, scene, By.REQUESTER, note))
    fresh = new_case(scene)
    return decision(open_with(fresh, Happened.DOUBT_AROSE, scene, By.REQUESTER, scene.reasons, Doubt.UNCERTAIN))
