"""What a request means: a case is opened or continued, and where one is due a reply is written."""

from datetime import timedelta

from triage.core.case import By, Case, Doubt, Happened, Review
from triage.core.decision import Change, Decision, Mail, MailKind, Release, Way
from triage.core.gathered import as_verdict, resubmit, shortfall, with_people
from triage.core.join import EARLY
from triage.core.joined import NOTHING, Tie, sent_again
from triage.core.release import release_reply
from triage.core.scene import Scene, decision, doubt_about, happen, new_case, open_with, outdated, reply
from triage.core.values import replace
from triage.core.verdict import FORM, Verdict
from triage.core.vocabulary import Action, FormState, State
from triage.core.words import in_words, lack_in_words

SOON = timedelta(hours=24)  # within which the same words again are an impatient click, not a second try


def by_request(scene: Scene) -> Decision:
    """A request: a nudge or a resubmission where it was joined to a case, else a case of its own."""
    case, verdict = scene.joined.case, scene.verdict
    if case is None:
        return _opening(scene)
    if scene.joined.tie is Tie.AMBIGUOUS:
        return decision(doubt_about(case, Doubt.AMBIGUOUS, scene, By.REQUESTER, scene.joined.why))
    if verdict.nudge and case.category != verdict.category:
        note = "cobra o andamento; " + scene.joined.why
        return decision(happen(case, Happened.NUDGED, scene, By.REQUESTER, note))
    if scene.joined.why == EARLY:
        return _expected(scene, case)
    if _repeats(scene, case):
        return decision(_again(scene, case))
    if verdict.action is Action.REVIEW and not known_already(scene, case):
        return _doubted(scene, case)
    if verdict.action is Action.REDIRECT:
        return _redirect(scene, resubmit(case, verdict, scene.arrival, scene.world.policy))
    return _resubmission(scene, resubmit(case, verdict, scene.arrival, scene.world.policy))


def doubt_in(verdict: Verdict, certainty: float) -> Doubt:
    """Why a request is for a person to look at; `certainty` is the least that an answer needs."""
    if verdict.also:
        return Doubt.SEVERAL_ITEMS
    if verdict.category is None or verdict.confidence < certainty:
        return Doubt.UNCERTAIN
    return Doubt.PERHAPS_THERE if verdict.perhaps else Doubt.FORGED


def known_already(scene: Scene, case: Case) -> bool:
    """Whether all that may stand in the message, and nothing else is doubtful about it, is what the case has anyway."""
    if doubt_in(scene.verdict, scene.world.policy.certainty) is not Doubt.PERHAPS_THERE:
        return False
    known = {*map(str, case.present), *([FORM] if case.form is FormState.FILLED else [])}
    return known.issuperset(scene.verdict.perhaps)


def _repeats(scene: Scene, case: Case) -> bool:
    """Whether the same words bring nothing new: not even a recipient more."""
    asked_long_ago = case.asked_at is not None and scene.world.now - case.asked_at > SOON
    if not sent_again(scene.arrival, case) or asked_long_ago or doubt_in(scene.verdict, 0.0) is Doubt.SEVERAL_ITEMS:
        return False
    policy, bulletin = scene.world.policy, scene.world.bulletin
    return shortfall(with_people(case, scene.arrival, policy), bulletin) == shortfall(case, bulletin)


def _again(scene: Scene, case: Case) -> Change:
    """The same request once more: who waits for the operator, and passes it on again, wants to know how it stands."""
    if scene.arrival.carried and case.state in (State.WITH_OPERATOR, State.NEEDS_INFO):
        return happen(case, Happened.NUDGED, scene, By.REQUESTER, "encaminha a mesma solicitação outra vez: cobra")
    return happen(case, Happened.REPEATED, scene, By.REQUESTER, "a mesma solicitação outra vez")


def _doubted(scene: Scene, case: Case) -> Decision:
    note = scene.reasons or "não ficou claro o que é pedido"
    doubt = doubt_in(scene.verdict, scene.world.policy.certainty)
    return decision(doubt_about(case, doubt, scene, By.REQUESTER, note))


def _expected(scene: Scene, case: Case) -> Decision:
    """The request that the operator has answered already; what it decided then stays before a person's eyes."""
    sender, early = scene.arrival.sender, case.review
    case = replace(case, requester=sender.addr, requester_name=sender.name)
    plain = replace(scene, joined=replace(scene.joined, why=""))
    if scene.verdict.action is Action.REVIEW:
        return _doubted(plain, case)
    said = _resubmission(plain, resubmit(case, scene.verdict, scene.arrival, scene.world.policy))
    first = said.changes[0]
    if early is None or early.why.startswith(_HARMLESS):
        return said
    seen = Review(Doubt.UNTIED, f"{early.why.partition(',')[0]}, antes de chegar o pedido")
    return replace(said, changes=(Change(first.case.with_review(seen), first.events), *said.changes[1:]))


_HARMLESS = "a operadora recebeu"


def _opening(scene: Scene) -> Decision:
    verdict, world = scene.verdict, scene.world
    case = resubmit(new_case(scene), verdict, scene.arrival, world.policy)
    if verdict.action is Action.ACCEPT:
        note = _beside("solicitação completa", scene)
        return decision(open_with(case, Happened.COMPLETE_REQUEST, scene, By.REQUESTER, note))
    if verdict.action is Action.CORRECT:
        return _opened_with_reply(scene, case, Happened.FAULTY_REQUEST, MailKind.CORRECTION)
    if verdict.action is Action.REDIRECT:
        return _opened_with_reply(scene, case, Happened.REDIRECTED_REQUEST, MailKind.REDIRECT)
    note = scene.reasons or "não ficou claro o que é pedido"
    doubt = doubt_in(verdict, world.policy.certainty)
    return decision(open_with(case, Happened.DOUBT_AROSE, scene, By.REQUESTER, note, doubt))


def _opened_with_reply(scene: Scene, case: Case, what: Happened, kind: MailKind) -> Decision:
    """A new case that is answered at once; where nobody may be answered by machine, a person must."""
    release = _release(scene, case)
    if release.human:
        note = f"{scene.reasons}; não respondida: {in_words(release)}"
        doubt = Doubt.LIMIT if release.reason.endswith("-limit") else Doubt.NO_REPLY
        return decision(open_with(case, Happened.DOUBT_AROSE, scene, By.REQUESTER, note, doubt))
    if kind is MailKind.CORRECTION:
        case = _asked(case, release, scene)
    note = _with_release(_beside(scene.reasons, scene), release)
    change = open_with(case, what, scene, By.REQUESTER, note)
    return decision(change, *_mail(scene, kind, change.case, release, scene.verdict))


def _redirect(scene: Scene, case: Case) -> Decision:
    release = _release(scene, case)
    change = happen(case, Happened.REDIRECTED_REQUEST, scene, By.REQUESTER, _with_release(scene.reasons, release))
    if release.human:
        return decision(_for_a_person(change.case, scene, release, change))
    if change.case.state is not State.CLOSED:
        return decision(change)
    mails = _mail(scene, MailKind.REDIRECT, change.case, release, scene.verdict)
    return decision(change, *mails, cancels=outdated(case, "o caso foi redirecionado", MailKind.CORRECTION))


def _resubmission(scene: Scene, case: Case) -> Decision:
    lack = shortfall(case, scene.world.bulletin)
    if not lack:
        answers = case.state is State.NEEDS_INFO and scene.joined.tie is Tie.REFERENCE
        note = "responde à operadora" if answers else "reenviada; agora está completa"
        change = happen(case, Happened.COMPLETE_REQUEST, scene, By.REQUESTER, note)
        cancels = outdated(case, "a solicitação já foi completada")
        return decision(change, cancels=cancels)
    return ask_again(scene, case, Happened.FAULTY_REQUEST)


def ask_again(scene: Scene, case: Case, what: Happened) -> Decision:
    """A case that still lacks something: one more correction that names only that; after two rounds, a person."""
    lack = shortfall(case, scene.world.bulletin)
    # A correction that has not left yet asks for what is outdated now: it is stopped and does not count as a round.
    case = replace(case, rounds=max(case.rounds - scene.counts.pending, 0))
    missing = lack_in_words(lack, scene.world.bulletin)
    cancels = outdated(case, "chegou mensagem mais nova do solicitante")
    if case.rounds >= scene.world.limits.rounds and case.state in (State.INCOMPLETE, State.NEEDS_INFO):
        note = f"depois de {case.rounds} correções ainda falta: {missing}"
        return decision(happen(case, Happened.ROUNDS_EXHAUSTED, scene, By.REQUESTER, note), cancels=cancels)
    change = happen(case, what, scene, By.REQUESTER, f"ainda falta: {missing}")
    if change.case.state is not State.INCOMPLETE:
        return decision(change)
    release = _release(scene, change.case)
    if release.human:
        return decision(_for_a_person(change.case, scene, release, change), cancels=cancels)
    asked = Change(_asked(change.case, release, scene), change.events)
    verdict = as_verdict(change.case, lack, scene.world.bulletin, scene.verdict)
    return decision(asked, *_mail(scene, MailKind.CORRECTION, asked.case, release, verdict), cancels=cancels)


def _for_a_person(case: Case, scene: Scene, release: Release, before: Change) -> Change:
    doubt = Doubt.LIMIT if release.reason.endswith("-limit") else Doubt.NO_REPLY
    change = doubt_about(case, doubt, scene, By.TRIAGE, f"não respondida: {in_words(release)}")
    return Change(change.case, (*before.events, *change.events))


def _release(scene: Scene, case: Case) -> Release:
    joined, counts = scene.joined, scene.counts
    counts = replace(
        counts,
        message=0 if joined.reused_id else counts.message,
        case=max(counts.case - counts.pending, 0),
    )
    if joined.intruding:
        return Release(Way.NO, "answers-ours", human=True)
    certainty = min(scene.verdict.confidence, case.certainty)
    return release_reply(scene.arrival, case.category, certainty, counts, scene.world, answered=joined.answered)


def _asked(case: Case, release: Release, scene: Scene) -> Case:
    if release.way is Way.NO:
        return case
    return replace(case, rounds=case.rounds + 1, asked_at=scene.world.now, waiting_since=scene.at)


def _mail(scene: Scene, kind: MailKind, case: Case, release: Release, verdict: Verdict) -> tuple[Mail, ...]:
    if release.way is Way.NO:
        return ()
    what = "correção" if kind is MailKind.CORRECTION else "orientação"
    return (reply(scene, kind, case, release, verdict, f"{what}: {in_words(release)}"),)


def _beside(note: str, scene: Scene) -> str:
    """The note, with why the message is no part of a case that it stands near to."""
    return note if scene.joined.why == NOTHING.why else f"{note}; {scene.joined.why}"


def _with_release(note: str, release: Release) -> str:
    return f"{note}; não respondida: {in_words(release)}" if release.way is Way.NO else note
