"""Opinions on a stream of sources: in its order, and in bounded number behind one that takes long."""

from collections.abc import Iterable, Iterator

from triage.config import load_bulletin, load_templates
from triage.core.policy import Policy
from triage.mail.sources import Source
from triage.service.confine import Outcome
from triage.service.judging import MOST_READY, judge_sources
from triage.service.wire import Reason, Unreadable

NUMBER = 5 * MOST_READY


class Stalled:
    """In place of the pool: the first message is done when no other is given for now."""

    def __init__(self) -> None:
        self.held = 0

    def judge_many(self, items: Iterable[tuple[int, bytes] | None]) -> Iterator[tuple[int, Outcome]]:
        first: list[int] = []
        for item in items:
            if item is None:
                yield first.pop(), Unreadable(Reason.MALFORMED)
            elif not first and item[0] == 0:
                first.append(0)
            else:
                self.held += bool(first)
                yield item[0], Unreadable(Reason.MALFORMED)


def _sources() -> Iterator[Source]:
    for number in range(NUMBER):
        yield Source(str(number), b"raw", error="gone" if number % 7 == 3 else "")


def test_behind_a_message_that_takes_long_only_so_many_opinions_are_held() -> None:
    """A folder of a hundred thousand messages, and the first takes half a minute: all verdicts would have piled up."""
    readers = Stalled()
    found = list(judge_sources(_sources(), readers, load_bulletin(), load_templates(), Policy()))  # type: ignore[arg-type]
    assert [opinion.name for opinion in found] == [str(number) for number in range(NUMBER)]
    assert [opinion.error for opinion in found[:4]] == ["malformed", "malformed", "malformed", "gone"]
    assert readers.held == MOST_READY
