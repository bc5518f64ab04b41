"""Judging messages without a mailbox: the confined readers over any stream of bytes, in the order given."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from triage.core.autoreply import may_reply
from triage.core.bulletin import Bulletin
from triage.core.policy import Policy
from triage.core.reply import Templates, render_reply
from triage.core.verdict import Reply
from triage.core.vocabulary import Action
from triage.mail.sources import Source
from triage.service.confine import Pool
from triage.service.wire import Judged, Unreadable

ANSWERED = frozenset({Action.CORRECT, Action.REDIRECT})
MOST_READY = 256
"""Opinions that wait for one before them, which takes long: no more is read meanwhile."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What came of one source: judged, with the reply that would be sent, or the reason why it was not."""

    name: str
    judged: Judged | None = None
    reply: Reply | None = None
    error: str = ""


def judge_sources(
    sources: Iterable[Source], pool: Pool, bulletin: Bulletin, templates: Templates, policy: Policy
) -> Iterator[Opinion]:
    """An Opinion for each source, in the order of the sources."""
    unread: dict[int, Source] = {}
    names: dict[int, str] = {}
    ready: dict[int, Opinion] = {}

    def readable() -> Iterator[tuple[int, bytes] | None]:
        for number, source in enumerate(sources):
            while len(ready) >= MOST_READY:
                yield None
            if source.error:
                unread[number] = source
            else:
                names[number] = source.name
                yield number, source.raw

    following = 0
    for number, outcome in pool.judge_many(readable()):
        ready[number] = _opinion(names.pop(number), outcome, bulletin, templates, policy)
        while (opinion := ready.pop(following, None) or _unread(unread, following)) is not None:
            yield opinion
            following += 1
    while (last := ready.pop(following, None) or _unread(unread, following)) is not None:
        yield last
        following += 1


def _unread(unread: dict[int, Source], number: int) -> Opinion | None:
    source = unread.pop(number, None)
    return Opinion(source.name, error=source.error) if source else None


def _opinion(
    name: str, outcome: Judged | Unreadable, bulletin: Bulletin, templates: Templates, policy: Policy
) -> Opinion:
    if isinstance(outcome, Unreadable):
        return Opinion(name, error=f"{outcome.reason}: {outcome.detail}" if outcome.detail else str(outcome.reason))
    return Opinion(name, outcome, would_reply(outcome, bulletin, templates, policy))


def would_reply(judged: Judged, bulletin: Bulletin, templates: Templates, policy: Policy) -> Reply | None:
    """The reply that would be sent, were the mode to send; None where none is due or none may be given."""
    if judged.verdict.action not in ANSWERED or not may_reply(judged.message, policy).allowed:
        return None
    return render_reply(judged.verdict, judged.message, bulletin, templates, case=None)
