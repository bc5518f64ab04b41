"""Which of a case's lines the operator's word is about: partial completion, another line, and numbers newly given."""

from dataclasses import dataclass

from triage.core.case import Case
from triage.core.joined import same_line

# These end in a number that nobody had before: a line that the case does not know is the news, not a mistake.
GIVING_NUMBERS = frozenset({"1.2", "1.3", "1.4", "1.5"})


@dataclass(frozen=True, slots=True)
class LinesSaid:
    """Lines in E.164. `done`: those spoken of; `left`: those still open after it; `foreign`: of some other request."""

    done: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


def lines_said(named: tuple[str, ...], case: Case) -> LinesSaid:
    """The lines that the word names against those of the case. Where it names none, it speaks of all."""
    ours = tuple(line for line in case.lines if any(same_line(one, line) for one in named))
    other = tuple(one for one in named if not any(same_line(one, line) for line in case.lines))
    if case.category in GIVING_NUMBERS:
        return LinesSaid(done=case.lines, new=tuple(_with_area(line, case) for line in other))
    if other and case.lines and not ours:
        return LinesSaid(foreign=other)
    if not ours:
        return LinesSaid(done=case.lines)
    left = tuple(line for line in case.lines if line not in ours and line not in case.lines_done)
    return LinesSaid(done=ours, left=left)


def _with_area(line: str, case: Case) -> str:
    """A new number given without its area code has that of the line it replaces."""
    return line if line.startswith("+") or not case.lines else f"{case.lines[0][:_AREA_UPTO]}{line}"


_AREA_UPTO = len("+5527")
