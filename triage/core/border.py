"""Whether our border strips what strangers write in its name (RELIABILITY E3, RFC 8601 section 5), seen from its mail.

A server adds its Authentication-Results above the Received that it added itself. So a header in our server's name that
stands below a Received that stands below our server's own word came in from outside, and was not taken away.
"""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass

_FIELD = re.compile(r"([!-9;-~]{1,80})[ \t]*:(.*)", re.DOTALL)
_COMMENT = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Border:
    """Of so many messages: those in which our server says nothing, and those with a stranger's word in its name."""

    looked_at: int = 0
    silent: int = 0
    passed: int = 0


def add(border: Border, head: str, authserv_ids: Set[str]) -> Border:
    """`border` with one more message, whose header block is `head`."""
    ours, crossed, passed = False, False, False
    for name, value in fields(head):
        if name == "received":
            crossed = crossed or ours
        elif name == "authentication-results" and authserv_id(value) in authserv_ids:
            passed = passed or crossed
            ours = True
    return Border(border.looked_at + 1, border.silent + (not ours), border.passed + passed)


def fields(head: str) -> Iterator[tuple[str, str]]:
    """The fields of a header block from the top, names in lower case; what is none is left out."""
    block = re.split(r"\r?\n\r?\n", head, maxsplit=1)[0]
    for field in re.split(r"\r?\n(?![ \t])", block):
        if match := _FIELD.fullmatch(field):
            yield match[1].lower(), match[2]


def authserv_id(value: str) -> str:
    """The name before the first semicolon of an Authentication-Results; "" where there is none."""
    words = _COMMENT.sub(" ", value).partition(";")[0].split()
    return words[0].strip('"').lower() if words else ""
