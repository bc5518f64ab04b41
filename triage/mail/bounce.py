"""Bounces of our own mail: which one a delivery report speaks of (RFC 3464; RELIABILITY C18)."""

import re

from triage.core.autoreply import machine_signs
from triage.core.message import Message
from triage.mail.compose import OWN_ID

_OWN_ID = re.compile(OWN_ID.pattern.encode())
_ACTION = re.compile(rb"^Action:\s{0,4}([A-Za-z]{1,20})", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(rb"^Status:\s{0,4}([245])\.", re.IGNORECASE | re.MULTILINE)
_REPORTED = 1 << 20
_DELIVERY_SIGNS = frozenset({"report", "system-sender", "vendor-autoreply"})
_OTHER_REPORTS = ("disposition-notification", "feedback-report")


def bounced_message(raw: bytes, message: Message) -> str:
    """The Message-ID of the mail of ours that `raw` reports as finally undeliverable; "" for anything else.

    A report of mere delay is none. Reports without the machine-readable part count when a mail system sends them.
    """
    if not _is_report(message):
        return ""
    data = raw[:_REPORTED]
    found = _OWN_ID.search(data)
    if found is None or not _final(data):
        return ""
    return found.group().decode("ascii")


def _is_report(message: Message) -> bool:
    """A delivery report: by its type, by its sender, or by its first words; receipts and complaints are none."""
    kind = message.content_type
    if kind.startswith("multipart/report"):
        return not any(other in kind for other in _OTHER_REPORTS)
    signs = machine_signs(message)
    return bool(_DELIVERY_SIGNS & set(signs)) or bool(signs and not message.author.addr)


def _final(data: bytes) -> bool:
    action, status = _ACTION.search(data), _STATUS.search(data)
    if action is not None:
        return action[1].lower() in (b"failed", b"expired")
    return status is None or status[1] == b"5"
