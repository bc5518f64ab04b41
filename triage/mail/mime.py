"""The MIME tree of a message: what the standard library's parser makes of it, for a tenth of its time.

The standard library goes line by line and compiles a pattern for every boundary. A message that keeps the rules needs
neither: its parts are found by searching for the boundaries, and an attachment is never looked at. Whatever is not
plainly in order goes to the standard library, whose leniency and whose defects are what the rest relies on.
"""

import email
import re
from collections.abc import Iterator
from email.message import Message as Part

_FIELD = re.compile(r"[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*")
_REST_OF_DELIMITER = re.compile(r"(--)?[ \t]*(?:\n|\Z)")
_WHOLE = frozenset({"7bit", "8bit", "binary"})


class _Unusual(Exception):  # noqa: N818 (what the message is, not a mistake)
    """Only the standard library's parser knows what this comes to."""


def message_from(data: bytes) -> Part:
    """The parsed message, the same in every part and defect that `email.message_from_bytes` gives."""
    text = data.decode("ascii", "surrogateescape")
    if "\r" in text:
        return email.message_from_string(text)
    try:
        return _part(text, 0, len(text), within=False)
    except _Unusual:
        return email.message_from_string(text)


def _part(text: str, start: int, end: int, *, within: bool) -> Part:
    """The part at `start`; `within` another the line end before `end` belongs to the delimiter that follows."""
    part = Part()
    body = _read_fields(part, text, start, end)
    kind = part.get_content_type()
    if kind.startswith("message/") or kind == "multipart/digest":
        raise _Unusual
    if kind.startswith("multipart/"):
        _read_parts(part, text, body, end)
        if within:
            part.epilogue = part.epilogue.removesuffix("\n") if part.epilogue else None
    else:
        part.set_payload(text[body : end - within])
    return part


def _read_fields(part: Part, text: str, start: int, end: int) -> int:
    """Enter the fields into `part`; the place where its body begins."""
    gap = start - 1 if text.startswith("\n", start, end) else text.find("\n\n", start, end)
    if gap < 0:
        raise _Unusual
    at = start
    while at <= gap:
        field = _FIELD.match(text, at, gap + 1)
        if field is None:
            raise _Unusual
        first, end_of_line, folded = field.group().partition("\n")
        part.set_raw(*part.policy.header_source_parse([first + end_of_line, folded]))
        at = field.end()
    return gap + 2


def _read_parts(part: Part, text: str, start: int, end: int) -> None:
    boundary = part.get_boundary()
    if boundary is None or str(part.get("content-transfer-encoding", "8bit")).lower() not in _WHOLE:
        raise _Unusual
    opening = -1
    for at, behind, closing in _delimiters(text, f"--{boundary}", start, end):
        if opening < 0:
            part.preamble = text[start : at - 1] if at > start else None
        elif at == opening:
            raise _Unusual
        else:
            part.attach(_part(text, opening, at, within=True))
        opening = behind
        if closing:
            part.epilogue = text[behind:end]
            break
    if part.epilogue is None or not part.is_multipart():
        raise _Unusual


def _delimiters(text: str, delimiter: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """The lines that part the parts: where each begins, where the next line does, whether it closes the last part."""
    at = text.find(delimiter, start, end)
    while at >= 0:
        rest = _REST_OF_DELIMITER.match(text, at + len(delimiter), end)
        if rest and (at == start or text[at - 1] == "\n"):
            yield at, rest.end(), rest[1] is not None
        at = text.find(delimiter, at + len(delimiter), end)
