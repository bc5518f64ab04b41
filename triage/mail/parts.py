"""The MIME tree taken apart: which parts are the body, which are files, which are whole messages.

The text of an attached message never enters the body (mail-parser#103); structure beyond the caps is refused.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import InvalidBase64LengthDefect
from email.message import Message as Part
from functools import lru_cache

from triage.mail.charset import clean_line, decode, decode_html, from_wire
from triage.mail.headers import decoded
from triage.mail.library import lenient_base64
from triage.mail.limits import MAX_HEADER, MAX_NESTING, MAX_PARTS, MAX_TEXT, Unreadable
from triage.mail.mime import message_from

_MIME_FIELDS = ("content-type", "content-disposition", "content-transfer-encoding", "content-id")
_LONGEST_REMEMBERED = 300
_UNSAFE_NAME = re.compile(r"^.{0,5000}[/\\]", re.DOTALL)


@dataclass(slots=True)
class Segment:
    """A stretch of body: the same words as plain text, as HTML, or as both."""

    plain: str | None = None
    html: str | None = None


@dataclass(frozen=True, slots=True)
class File:
    """An attached file, transfer encoding undone."""

    filename: str
    content_type: str
    data: bytes


@dataclass(slots=True)
class Contents:
    """What the tree holds, in reading order."""

    segments: list[Segment] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    messages: list[Part] = field(default_factory=list)
    defects: set[str] = field(default_factory=set)


def take_apart(root: Part) -> Contents:
    """The contents of a parsed message. Raises Unreadable where the tree is deeper or larger than the caps."""
    contents = Contents()
    for seen, (part, depth) in enumerate(_walk(root), 1):
        if depth > MAX_NESTING:
            raise Unreadable("nesting", str(depth))
        if seen > MAX_PARTS:
            raise Unreadable("too-many-parts", str(seen))
        contents.defects.update(type(defect).__name__ for defect in part.defects)
    _gather(root, contents)
    return contents


def _walk(root: Part) -> Iterator[tuple[Part, int]]:
    waiting = [(root, 0)]
    while waiting:
        part, depth = waiting.pop()
        yield part, depth
        waiting.extend((child, depth + 1) for child in children(part))


def children(part: Part) -> list[Part]:
    """The parts within a container; none for a leaf."""
    if not part.is_multipart():
        return []
    return [child for child in part.get_payload() if isinstance(child, Part)]


def _gather(part: Part, contents: Contents) -> None:
    _read_octets_in_fields(part)
    kind = content_type(part)
    if kind == "multipart/alternative":
        _gather_alternatives(part, contents)
    elif part.is_multipart() and kind.startswith("multipart/"):
        for child in children(part):
            _gather(child, contents)
    elif kind in ("message/rfc822", "message/global"):
        contents.messages.append(_carried(part))
    elif part.is_multipart():
        contents.files.append(_report(part, kind))
    elif kind.startswith("multipart/") or (kind in ("text/plain", "text/html") and not _is_attached(part)):
        contents.segments.append(_segment(part, kind))
    elif (name := filename(part)).lower().endswith(".eml"):
        contents.messages.append(_carried(part))
    else:
        contents.files.append(File(name, kind, payload(part)))


def _gather_alternatives(part: Part, contents: Contents) -> None:
    """One segment out of the alternatives: the plain text beside the HTML that says the same."""
    inner = Contents()
    for child in children(part):
        _gather(child, inner)
    plains = [segment.plain for segment in inner.segments if segment.plain is not None]
    htmls = [segment.html for segment in inner.segments if segment.html is not None]
    if plains or htmls:
        contents.segments.append(Segment("\n".join(plains) if plains else None, "\n".join(htmls) if htmls else None))
    contents.files += inner.files
    contents.messages += inner.messages


def _segment(part: Part, kind: str) -> Segment:
    data = payload(part)[:MAX_TEXT]
    declared = charset(part)
    if kind == "text/html":
        return Segment(html=decode_html(data, declared))
    text = decode(data, declared)
    if _parameter(part, "format", "content-type").lower() == "flowed":
        text = _unflowed(text, delete_space=_parameter(part, "delsp", "content-type").lower() == "yes")
    return Segment(plain=text)


def _carried(part: Part) -> Part:
    """The message within a part; some programs send it as a base64 file, or base64-encode message/rfc822."""
    inner = children(part)[:1]
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
    if inner and encoding in ("base64", "quoted-printable"):
        inner[0]["content-transfer-encoding"] = encoding
        return message_from(payload(inner[0]))
    return inner[0] if inner else message_from(payload(part))


def _report(part: Part, kind: str) -> File:
    """A machine's report (message/delivery-status and the like): its fields as text."""
    lines = [f"{name}: {value}" for child in (part, *children(part)) for name, value in child.raw_items()]
    return File("", kind, "\n".join(lines).encode("utf-8", "surrogateescape")[:MAX_HEADER])


def _read_octets_in_fields(part: Part) -> None:
    """Let raw 8-bit octets of MIME fields become letters, which the stdlib would show as U+FFFD."""
    for name, value in list(part.raw_items()):
        text = str(value)
        if name.lower() in _MIME_FIELDS and not text.isascii():
            part.replace_header(name, from_wire(text))


def content_type(part: Part) -> str:
    """The media type in lower case, the default of RFC 2045 where none can be read."""
    try:
        return clean_line(part.get_content_type())
    except (ValueError, LookupError, TypeError, AttributeError):
        return "text/plain"


def charset(part: Part) -> str:
    """The charset label as declared, "" where there is none."""
    return _parameter(part, "charset", "content-type")


def _parameter(part: Part, name: str, header: str) -> str:
    """A MIME parameter, RFC 2231 pieces joined and their octets read by the charset ladder."""
    written = part.get(header, "")
    if len(str(written)) > MAX_HEADER // 8:
        return ""
    if isinstance(written, str) and len(written) <= _LONGEST_REMEMBERED:
        return _remembered_parameter(written, name)
    return _read_parameter(part, name, header)


@lru_cache(maxsize=512)  # the same few programs write most mail, and each value is asked about several times
def _remembered_parameter(written: str, name: str) -> str:
    part = Part()
    part.set_raw("content-type", written)
    return _read_parameter(part, name, "content-type")


def _read_parameter(part: Part, name: str, header: str) -> str:
    try:
        value = part.get_param(name, "", header)
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):
        return ""
    if isinstance(value, tuple):
        label, _, text = value
        return clean_line(decode(text.encode("latin-1", "replace"), label or ""))
    return decoded(str(value))


def filename(part: Part) -> str:
    """The file's name without any folder, at most 200 characters; "" where it has none."""
    name = _parameter(part, "filename", "content-disposition") or _parameter(part, "name", "content-type")
    return _UNSAFE_NAME.sub("", name)[-200:].strip()


def _is_attached(part: Part) -> bool:
    disposition = str(part.get("content-disposition", "")).partition(";")[0].strip().lower()
    return disposition == "attachment" or bool(filename(part))


def payload(part: Part) -> bytes:
    """The octets of a leaf, transfer encoding undone as leniently as mail programs do."""
    encoding = str(part.get("content-transfer-encoding", ""))
    plain = encoding.partition(";")[0].strip().lower()
    if plain != encoding:
        part.replace_header("content-transfer-encoding", plain)
    if plain == "base64" and (octets := _flawless_base64(part)) is not None:
        return octets
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return b""
    if plain == "base64" and any(isinstance(defect, InvalidBase64LengthDefect) for defect in part.defects):
        return lenient_base64(data.decode("ascii", "ignore"))
    return data


def _flawless_base64(part: Part) -> bytes | None:
    """The octets of a leaf in base64 without any flaw; the standard library takes three times as long to see that."""
    try:
        written = part.get_payload()  # which looks for the charset of what is no ASCII, and its name may hold anything
        if not isinstance(written, str) or not written.isascii():
            return None
        return binascii.a2b_base64(written.encode().replace(b"\n", b""), strict_mode=True)
    except ValueError:
        return None


def _unflowed(text: str, *, delete_space: bool) -> str:
    """Undo the soft line breaks of format=flowed (RFC 3676), quotes left as they are."""
    lines: list[str] = []
    soft = False
    for line in text.replace("\r\n", "\n").split("\n"):
        stuffed = line[1:] if line.startswith(" ") else line
        if soft and stuffed != "-- " and not stuffed.startswith(">"):
            lines[-1] += stuffed
        else:
            lines.append(stuffed)
        soft = stuffed.endswith(" ") and stuffed != "-- " and not stuffed.startswith(">")
        if soft and delete_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)
