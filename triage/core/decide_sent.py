"""What our colleagues send by hand from the shared mailbox: seen in Sent, it joins the case and moves what it moves."""

import re

from triage.core.case import By, CarrierStage, Case, Doubt, Happened
from triage.core.decision import Cancel, Change, Decision, Filing, LedgerState, MailKind, OutboxState
from triage.core.gathered import with_people
from triage.core.joined import Tie
from triage.core.scene import JUDGED, REPLIES, Scene, decision, doubt_about, happen
from triage.core.text import fold
from triage.core.values import replace

_ASKS = re.compile(
    r"\?|\b(?:favor|gentileza|pedimos|solicitamos|peco|solicito|precisamos|necessitamos|falt(?:a|am|ou|aram)|inform(?:e|ar|em)"
    r"|envi(?:e|ar|em)|encaminh(?:e|ar|em)|preench(?:a|er|am)|corrij(?:a|am)|corrigir|complement(?:e|ar|em)|refa[cz](?:a|er))\b"
)
MAX_TEXT = 20_000
_WAITED_FOR_A_HAND = (OutboxState.DRAFTED, OutboxState.HELD, OutboxState.CANCELLED, OutboxState.AMBIGUOUS)


def by_colleague(scene: Scene) -> Decision:
    """A message of the Sent folder: our own mail, or a colleague's."""
    if scene.joined.itself is not None:
        return _our_own(scene)
    return replace(_colleagues(scene), answers=_answers(scene))


def _colleagues(scene: Scene) -> Decision:
    case = scene.joined.case
    if case is None:
        return Decision(Filing(LedgerState.IGNORED, "sent-untied"))
    if scene.joined.tie is Tie.AMBIGUOUS:
        return decision(doubt_about(case, Doubt.AMBIGUOUS, scene, By.SEGER, scene.joined.why))
    if _to_carrier(scene):
        return _carrier_told(scene, case, "um colega avisou a operadora de longa distância")
    return _wrote(scene, case)


def _our_own(scene: Scene) -> Decision:
    """A mail of the daemon: a draft that somebody sent has left; anything else is only where it belongs."""
    ours, case = scene.joined.itself, scene.joined.case
    assert ours is not None
    filing = Filing(LedgerState.IGNORED, "our-own-mail")
    left = (ours.message_id,) if ours.state in _WAITED_FOR_A_HAND else ()
    if case is None or not left:
        return Decision(filing, left=left)
    if ours.kind is MailKind.CARRIER_NOTICE:
        told = _carrier_told(scene, case, "um colega enviou o aviso à operadora de longa distância")
        return replace(told, filing=filing, left=left)
    note = "está em Enviados: saiu" if ours.state is OutboxState.AMBIGUOUS else "um colega enviou o rascunho"
    change = happen(case, Happened.COLLEAGUE_WROTE, scene, By.SEGER, note)
    return Decision(filing, (change,), left=left)


def _carrier_told(scene: Scene, case: Case, note: str) -> Decision:
    """The carrier knows: a case that waited for that is done; a notice of ours must not follow."""
    kinds = (MailKind.CARRIER_NOTICE,)
    change = happen(case, Happened.CARRIER_TOLD, scene, By.SEGER, note)
    told = replace(change.case, carrier=CarrierStage.TOLD)
    return Decision(JUDGED, (Change(told, change.events),), cancels=(Cancel(case.number, kinds, note),))


def _wrote(scene: Scene, case: Case) -> Decision:
    """To the operator: the request is passed on. To the requester: something is asked for, or only said."""
    case = with_people(case, scene.arrival, scene.world.policy)
    cancels: tuple[Cancel, ...] = ()
    if _to_requester(scene, case):
        cancels = (Cancel(case.number, REPLIES, "um colega já respondeu"),)
    if _to_operator(scene):
        note = "um colega encaminhou à operadora"
        return decision(happen(case, Happened.COLLEAGUE_PASSED_ON, scene, By.SEGER, note), cancels=cancels)
    if _to_requester(scene, case) and _ASKS.search(fold(scene.arrival.text[:MAX_TEXT])):
        note = "um colega pediu algo ao solicitante"
        return decision(happen(case, Happened.COLLEAGUE_ASKED, scene, By.SEGER, note), cancels=cancels)
    return decision(happen(case, Happened.COLLEAGUE_WROTE, scene, By.SEGER, "um colega escreveu"), cancels=cancels)


def _answers(scene: Scene) -> str:
    """The message that is answered, where the answer goes to anybody but the operator, the carrier and ourselves."""
    policy, references = scene.world.policy, scene.arrival.references
    professionals = policy.operator_domains | policy.carrier_domains
    people = (a for a in scene.arrival.recipients if a not in policy.own and a not in policy.carrier_to)
    told = any(a.rpartition("@")[2] not in professionals for a in people)
    return references[0] if told and references else ""


def _to_carrier(scene: Scene) -> bool:
    policy = scene.world.policy
    return any(
        a in policy.carrier_to or a.rpartition("@")[2] in policy.carrier_domains for a in scene.arrival.recipients
    )


def _to_operator(scene: Scene) -> bool:
    # The first in To is who is spoken to: answering all puts everybody else there too.
    first = scene.arrival.to[0] if scene.arrival.to else ""
    return first.rpartition("@")[2] in scene.world.policy.operator_domains


def _to_requester(scene: Scene, case: Case) -> bool:
    return case.requester in scene.arrival.recipients
