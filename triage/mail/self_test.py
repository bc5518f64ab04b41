"""Whether this interpreter and these libraries still mislead us where others of their versions did (RELIABILITY D17).

By what they do, never by their version: a patched old one is as good as a new one, and a new one may be wrong again.
Everything is tried by the way that mail itself takes, guards included.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser

from triage.core.verdict import Reply
from triage.mail.compose import compose
from triage.mail.headers import addresses
from triage.mail.parse import parse

_DOUBT = {"from-disagreement", "several-authors", "no-from"}
_TWO_AUTHORS = {
    "CVE-2019-16056": b"a@malicious.example@important.example",
    "CVE-2023-27043": b"alice@example.org)bob@evil.example",
    "CVE-2023-27043, comment": b"alice@example.org(<)alice@malicious.example",
    "CVE-2025-1795": b"=?utf-8?q?alice=40example=2Eorg=2C?= <bob@evil.example>, eve@evil.example",
}
_BREAKS = {
    "CVE-2024-6923": "\n",
    "CVE-2026-1299": "\r",
    "both line ends": "\r\n",
    "a line end of Unicode": "\u2028",
    "a line end of Latin-1": "\x85",
}
_NAME = "Secretaria de Gestão e Recursos Humanos do Espírito Santo, Subsecretaria de Administração Geral"
_ADDRESS = "gabinete@seger.es.gov.br"
_WHEN = datetime(2026, 1, 5, tzinfo=UTC)
_ID = f"<triage.{'0' * 32}@seger.es.gov.br>"


def misread() -> Iterator[str]:
    """Each trap in a From that is read as one sure author."""
    for name, value in _TWO_AUTHORS.items():
        if not _DOUBT & set(parse(b"From: " + value + b"\r\nSubject: x\r\n\r\nx\r\n").defects):
            yield name


def miswritten() -> Iterator[str]:
    """Each trap in a text that reaches a header as more than its value, and folding that changes an address."""
    for name, line_end in _BREAKS.items():
        broken = f"x{line_end}Bcc: eve@evil.example"
        if "Bcc" in _written(broken, _ADDRESS) or "Bcc" in _written("x", f"{broken} <{_ADDRESS}>"):
            yield name
    recipient = _written("x", f'"{_NAME}" <{_ADDRESS}>').get("To", "")
    if [one.addr for one in addresses([recipient])] != [_ADDRESS]:
        yield "gh-80222"


def _written(subject: str, to: str) -> dict[str, str]:
    """The headers of a mail of ours, as others read them; none where it is refused, which harms nobody."""
    try:
        raw = compose(Reply(to, subject, "x", ""), sender=_ADDRESS, message_id=_ID, date=_WHEN)
    except ValueError:
        return {}
    return dict(BytesParser(policy=policy.compat32).parsebytes(raw, headersonly=True).items())
