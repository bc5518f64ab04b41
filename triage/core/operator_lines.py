"""Which of a case's lines the operator's word is about: partial completion, another line, and numbers newly given."""

from dataclasses import dataclass

from triage.core.case import Case
from triage.core.verdict import OperatorWord, Verdict

# These end in a number that nobody had before: a line that the case does not know is the news, not a mistake.
GIVING_NUMBERS = frozenset({"1.2", "1.3", "1.4", "1.5"})


@dataclass(frozen=True, slots=True)
class LinesSaid:
    """Lines in E.164. `done`: those spoken of; `left`: those still open after it; `foreign`: of some other request."""

    done: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


def lines_said(verdict: Verdict, word: OperatorWord, case: Case) -> LinesSaid:
    """The lines of the word against those of the case. Where it names none, it speaks of all."""
    named = tuple(line for line in (word.about or verdict.lines) if line.startswith("+"))
    ours = tuple(line for line in named if line in case.lines)
    other = tuple(line for line in named if line not in case.lines)
    if case.category in GIVING_NUMBERS:
        return LinesSaid(done=case.lines, new=other)
    if other and case.lines and not ours:
        return LinesSaid(foreign=other)
    if not ours:
        return LinesSaid(done=case.lines)
    left = tuple(line for line in case.lines if line not in ours and line not in case.lines_done)
    return LinesSaid(done=ours, left=left)
