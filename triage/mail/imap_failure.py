"""The three ways in which a mailbox fails, and how everything odd becomes one of them (RELIABILITY B22)."""

import imaplib
import ssl
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from imapclient.exceptions import LoginError

# RFC 5530: the login itself may be right. Trying again soon is fine; the account is in no danger.
PASSING_TROUBLE = ("[UNAVAILABLE]", "[SERVERBUG]", "[INUSE]", "[LIMIT]")
SESSION_GONE = "not connected"  # Microsoft: "BAD User is authenticated but not connected."


class MailboxFailure(Exception):  # noqa: N818 - the house speaks of failures, not of errors
    """The connection is closed and of no further use; make a new one.

    `uids` names the messages that were being fetched: one of them may be the cause. Fetched alone, it shows itself.
    """

    uids: tuple[int, ...] = ()


class Unreachable(MailboxFailure):
    """The server or the way to it is in trouble: try again soon."""


class Refused(MailboxFailure):
    """Login, certificate or encryption refused: a person must act; try again slowly (an account can be locked)."""


class Protocol(MailboxFailure):
    """The server answered, but not what we can work with: a command refused, a folder gone, a reply in disorder."""


@contextmanager
def typed_failures(during: str, uids: Collection[int] = ()) -> Iterator[None]:
    """Turn whatever is raised inside into a MailboxFailure that says what was being done, and with which messages."""
    try:
        yield
    except MailboxFailure:
        raise
    except Exception as error:
        failure = failure_for(error)(f"{during}: {_words(error)}")
        failure.uids = tuple(uids)
        raise failure from error


def failure_for(error: Exception) -> type[MailboxFailure]:
    """Which of the three `error` is."""
    if isinstance(error, LoginError):
        return _login_failure(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return Refused
    if isinstance(error, OSError | imaplib.IMAP4.abort) or SESSION_GONE in str(error):
        return Unreachable
    return Protocol


def _login_failure(error: LoginError) -> type[MailboxFailure]:
    # IMAPClient wraps a connection lost during LOGIN in the same class as a wrong password.
    lost = isinstance(error.__context__, OSError | imaplib.IMAP4.abort)
    return Unreachable if lost or any(code in str(error) for code in PASSING_TROUBLE) else Refused


def _words(error: Exception) -> str:
    # Server text may be anything; what the log gets is short and printable.
    text = "".join(character if character.isprintable() else "?" for character in str(error))
    return f"{type(error).__name__} {text[:160]}".rstrip()
