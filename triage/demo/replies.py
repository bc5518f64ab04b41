"""The mail that the daemon has sent so far, kept by the message that each answers."""

import threading
from dataclasses import dataclass
from email.message import EmailMessage

from triage.demo.servers import Accepted


@dataclass(frozen=True, slots=True)
class Reply:
    """One mail of ours, as its recipient sees it."""

    recipient: str
    message_id: str
    subject: str
    text: str


class Replies:
    """Filled by the SMTP server's thread, read by the narrator's."""

    def __init__(self) -> None:
        self._by_question: dict[str, Reply] = {}
        self._came = threading.Condition()

    def take(self, accepted: Accepted) -> None:
        """A mail was accepted by the SMTP server."""
        message = accepted.message
        reply = Reply(accepted.recipient, str(message["Message-ID"]), str(message["Subject"]), _plain(message))
        with self._came:
            self._by_question[str(message["In-Reply-To"])] = reply
            self._came.notify_all()

    def to(self, message_id: str, patience: float) -> Reply | None:
        """The reply to a message, as soon as it has left; None where none leaves in `patience` seconds."""
        with self._came:
            self._came.wait_for(lambda: message_id in self._by_question, timeout=patience)
            return self._by_question.get(message_id)


def _plain(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    return "" if body is None else str(body.get_content()).strip()
