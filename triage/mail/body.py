"""The author's own words told apart from what is quoted, what is forwarded, and where the signature begins."""

import re

from triage.core.message import Address, Body, Forwarded
from triage.core.signature import postscript_offset, signature_offset
from triage.core.text import fold
from triage.mail.header_block import InnerHeader
from triage.mail.headers import addresses
from triage.mail.lines import is_prefixed, unprefixed
from triage.mail.markers import Mark, find_mark, mark_at

_TAGS = r"(?:\s{0,5}\[[^\]\n]{1,40}\]){0,3}\s{0,5}"
_FORWARD_SUBJECT = re.compile(_TAGS + r"(?:enc|fwd?|tr|rv|wg|encaminhad[oa])\s{0,3}(?:\[\d{1,3}\])?\s{0,3}:")
_REPLY_SUBJECT = re.compile(_TAGS + r"(?:re|res|r|resp|aw|sv)\s{0,3}(?:\[\d{1,3}\])?\s{0,3}:")
_BRACKETED = re.compile(r"[<\[(](?:mailto:)?([^<>\[\]()\s]{1,64}@[^<>\[\]()\s]{1,255})[>\])]")
_BARE = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,255}")
_MAX_FORWARDS = 5


def split(text: str, subject: str = "", *, is_reply: bool = False, author: str = "") -> Body:
    """Tell a readable text apart.

    `subject` (prefixes included) and `is_reply` (In-Reply-To or References present) decide whether a header block
    opens a quote or a forward; `author` is the display name, by which an unannounced signature is recognised.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    forwards = is_forward_subject(subject)
    reply = not forwards and (is_reply or _REPLY_SUBJECT.match(fold(subject)) is not None)
    mark = _first_mark(lines)
    if mark is None:
        return _assemble(*_by_prefix(lines), (), author)
    own, quoted = _by_prefix(lines[: mark.start])
    if mark.attribution:
        return _below_attribution(lines, mark, own, quoted, author, forwarded_subject=forwards)
    if mark.forward or forwards or not reply:
        forwarded, deeper = _forwards(lines, mark)
        return _assemble(own, [*quoted, *deeper], forwarded, author)
    return _assemble(own, [*quoted, *lines[mark.start :]], (), author)


def is_forward_subject(subject: str) -> bool:
    """Whether the outermost prefix of a subject says "forwarded"."""
    return _FORWARD_SUBJECT.match(fold(subject[:200])) is not None


def _first_mark(lines: list[str]) -> Mark | None:
    """The first mark that is not itself inside a ">" quote."""
    begin = 0
    while (mark := find_mark(lines, begin)) is not None:
        if not is_prefixed(lines[mark.start]):
            return mark
        begin = mark.start + 1
    return None


def _by_prefix(lines: list[str]) -> tuple[list[str], list[str]]:
    """Own lines, and lines quoted by a ">" in front; answers between quotes are own."""
    if not any(is_prefixed(line) for line in lines):
        return lines, []
    own = [line for line in lines if not is_prefixed(line)]
    quoted = [unprefixed(line) for line in lines if is_prefixed(line)]
    return (own, quoted) if any(line.strip() for line in own) else (lines, [])


def _below_attribution(
    lines: list[str], mark: Mark, own: list[str], quoted: list[str], author: str, *, forwarded_subject: bool
) -> Body:
    """Below "X escreveu:" prefixed lines are quoted and the rest is an answer; without prefixes all is quoted."""
    below = lines[mark.end :]
    attribution = lines[mark.start : mark.end]
    first = next((line for line in below if line.strip()), "")
    if is_prefixed(first):
        answers, repeated = _answers(below)
        own = [*own, *answers]
        return _assemble(own, [*quoted, *attribution, *repeated], (), author)
    if forwarded_subject and not any(line.strip() for line in own):
        return _assemble(own, quoted, (Forwarded("\n".join(below).strip()),), author)
    return _assemble(own, [*quoted, *attribution, *below], (), author)


def _answers(below: list[str]) -> tuple[list[str], list[str]]:
    """Lines written under or between the ">" lines, up to a mark that opens an older unprefixed message."""
    own: list[str] = []
    quoted: list[str] = []
    for index, line in enumerate(below):
        if is_prefixed(line):
            quoted.append(unprefixed(line))
            continue
        mark = mark_at(below, index)
        if mark is not None and not mark.attribution:
            return own, [*quoted, *below[index:]]
        (quoted if mark is not None else own).append(line)
    return own, quoted


def _forwards(lines: list[str], mark: Mark) -> tuple[tuple[Forwarded, ...], list[str]]:
    """The forwarded message below a mark and what it quotes; a forward of a forward yields both."""
    found: list[Forwarded] = []
    current: Mark | None = mark
    while current is not None and len(found) < _MAX_FORWARDS:
        inner = [unprefixed(line) if is_prefixed(line) else line for line in lines[current.end :]]
        below = find_mark(inner, 0)
        text = "\n".join(inner[: below.start] if below else inner).strip()
        found.append(_forwarded(current.header, text))
        if below is None:
            return tuple(found), []
        lines = inner
        if not (below.forward or (current.header and _forwards_again(current.header)) or not text):
            return tuple(found), lines[below.start :]
        current = below
    return tuple(found), lines[current.start :] if current else []


def _forwards_again(header: InnerHeader) -> bool:
    return is_forward_subject(header.fields.get("subject", ""))


def _forwarded(header: InnerHeader | None, text: str) -> Forwarded:
    if header is None:
        return Forwarded(text)
    fields = header.fields
    recipients = tuple(
        dict.fromkeys(addr.lower() for role in ("to", "cc") for addr in _BARE.findall(fields.get(role, "")))
    )
    return Forwarded(text, _sender(fields.get("from", "")), recipients, fields.get("subject", ""))


def _sender(value: str) -> Address | None:
    """Who a pasted header says wrote it; a hint for people and for the organ, never a recipient."""
    bracketed = _BRACKETED.search(value)
    if bracketed:
        return Address(value[: bracketed.start()].strip(" \"'<[("), bracketed[1].lower())
    found = addresses([value]) if "@" in value else ()
    if found:
        return found[0]
    return Address(value, "") if value else None


def _assemble(own: list[str], quoted: list[str], forwarded: tuple[Forwarded, ...], author: str) -> Body:
    text = "\n".join(line.rstrip() for line in own).strip("\n")
    signature_at = signature_offset(text, author)
    return Body(text, signature_at, "\n".join(quoted).strip("\n"), forwarded, postscript_offset(text, signature_at))
