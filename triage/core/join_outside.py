"""Joining what the operator writes, and what our own colleagues send: people who speak in many cases at once."""

from triage.core.case import Case
from triage.core.decision import Arrival
from triage.core.join_keys import Candidates, lines_of
from triage.core.joined import NOTHING, Joined, Tie, distinct, is_about, numbers, shares_line
from triage.core.verdict import Verdict
from triage.core.vocabulary import State


def join_operator(arrival: Arrival, verdict: Verdict, found: Candidates, designated: tuple[str, ...]) -> Joined:
    """The operator answers in the thread, or names the request; a message may answer several requests.

    What it names must agree with the thread that it stands in, or nobody can say which one is meant.
    """
    several = _spoken_of(arrival, verdict, found)
    if len(several) > 1:
        return Joined(Tie.REFERENCE, several, "responde a várias solicitações numa só mensagem")
    named = distinct((*found.by_number, *found.by_protocol))
    threads = found.by_reference[0][1] if found.by_reference else ()
    if named and threads and not {case.number for case in named} & {case.number for case in threads}:
        both = distinct((*threads, *named))
        return Joined(Tie.AMBIGUOUS, both, f"responde a uma conversa e cita outro caso: {numbers(both)}")
    if named:
        tie = Tie.NUMBER if found.by_number else Tie.PROTOCOL
        return Joined(tie, named, "cita o número do caso" if tie is Tie.NUMBER else "cita o protocolo do caso")
    if threads:
        return _in_thread(verdict, threads)
    return _by_matter(arrival, verdict, found, designated)


def _spoken_of(arrival: Arrival, verdict: Verdict, found: Candidates) -> tuple[Case, ...]:
    """The cases that a message of several words names one by one: by number or protocol, or in its thread or to its
    requester by a line of an open case."""
    threads = (case for _, cases in found.by_reference for case in cases)
    addressed = (case for case in found.by_requester if case.requester in arrival.recipients)
    proven, near = distinct((*found.by_number, *found.by_protocol)), distinct((*threads, *addressed))
    cases: list[Case] = []
    for word in verdict.words:
        named = [case for case in proven if is_about(word, case)]
        by_line = [case for case in near if case.open and is_about(word, case)]
        fitting = named or by_line
        cases += fitting if len(fitting) == 1 else ()
    return distinct(cases)


def _in_thread(verdict: Verdict, threads: tuple[Case, ...]) -> Joined:
    """The message answered may belong to several cases only where one mail spoke for several: then lines tell them."""
    narrowed = tuple(case for case in threads if shares_line(verdict, case)) or threads
    if len(narrowed) == 1 or len(verdict.words) > 1:
        return Joined(Tie.REFERENCE, narrowed, "responde a uma mensagem do caso")
    return Joined(Tie.AMBIGUOUS, narrowed, f"a conversa é de mais de um caso: {numbers(narrowed)}")


def _by_matter(arrival: Arrival, verdict: Verdict, found: Candidates, designated: tuple[str, ...]) -> Joined:
    """A new mail of the operator: to the requester, about the case's line, or its item where it has no line."""
    addressed = [case for case in found.by_requester if case.requester in arrival.recipients]
    by_line = [case for case in addressed if shares_line(verdict, case)]
    by_item = [c for c in addressed if not c.lines and not lines_of(verdict) and c.category in designated]
    fitting = distinct(by_line or by_item)
    if len(fitting) == 1:
        return Joined(Tie.MATTER, fitting, "escrita ao solicitante sobre o mesmo item e a mesma linha")
    if fitting:
        return Joined(Tie.AMBIGUOUS, fitting, f"pode ser de mais de um caso: {numbers(fitting)}")
    elsewhere = distinct(case for case in found.by_line if shares_line(verdict, case))
    if len(elsewhere) == 1:
        return Joined(Tie.AMBIGUOUS, elsewhere, "fala da linha do caso, mas não foi escrita ao solicitante")
    return NOTHING


def join_sent(arrival: Arrival, verdict: Verdict, found: Candidates) -> Joined:
    """What a colleague sent from our mailbox: in the thread, by number or protocol, to the carrier by line, or to the
    one requester with a single open case."""
    if found.itself is not None:
        cases = tuple(case for case in found.by_number if case.number == found.itself.case)
        return Joined(Tie.NUMBER, cases, "é a nossa própria mensagem")
    if found.by_reference:
        return Joined(Tie.REFERENCE, found.by_reference[0][1][:1], "responde a uma mensagem do caso")
    for tie, cases in ((Tie.NUMBER, found.by_number), (Tie.PROTOCOL, found.by_protocol)):
        if cases:
            return Joined(tie, distinct(cases), "cita o número do caso" if tie is Tie.NUMBER else "cita o protocolo")
    due = _due(verdict, found)
    written_to = tuple(case for case in found.by_requester if case.requester in arrival.recipients)
    theirs = tuple(case for case in written_to if case.state is not State.CLOSED)
    fitting = distinct(due or tuple(case for case in theirs if shares_line(verdict, case)) or theirs)
    if len(fitting) == 1:
        return Joined(Tie.MATTER, fitting, "o único caso aberto que serve")
    return NOTHING


def _due(verdict: Verdict, found: Candidates) -> tuple[Case, ...]:
    """The cases whose carrier is told by a mail that names their line, or their organ where it names no line."""
    if lines_of(verdict):
        return tuple(case for case in found.carrier_due if shares_line(verdict, case))
    return tuple(case for case in found.carrier_due if verdict.organ and case.organ == verdict.organ)
