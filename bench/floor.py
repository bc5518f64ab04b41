"""The floor under the program, measured beside it: what any program must at least do with the same mails."""

import email
import sqlite3
import time
from pathlib import Path

from imapclient import IMAPClient

from bench.processes import Cost
from triage.mail.smtp import Relay
from triage.mail.wire import Endpoint

PIECE = 200


def fetch_parse_commit(endpoint: Endpoint, database: Path) -> Cost:
    """What it takes to fetch every mail of the inbox, take it apart with the standard library and commit it durably."""
    begun, used = time.perf_counter(), time.process_time()
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE mail (uid INTEGER PRIMARY KEY, subject TEXT, body TEXT)")
    client = IMAPClient(endpoint.host, endpoint.port, ssl=False)
    client._imap.debug = 0
    client.login(endpoint.username, endpoint.password)
    client.select_folder("INBOX", readonly=True)
    uids = client.search("ALL")
    for start in range(0, len(uids), PIECE):
        found = client.fetch(uids[start : start + PIECE], ["BODY.PEEK[]"])
        rows = [(uid, *_parts(data[b"BODY[]"])) for uid, data in found.items()]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO mail VALUES (?, ?, ?)", rows)
        connection.execute("COMMIT")
    client.logout()
    connection.close()
    return Cost(time.perf_counter() - begun, time.process_time() - used)


def _parts(raw: bytes) -> tuple[str, str]:
    message = email.message_from_bytes(raw)
    texts = []
    for part in message.walk():
        payload = part.get_payload(decode=True)
        if part.get_content_maintype() == "text" and isinstance(payload, bytes):
            texts.append(payload.decode(part.get_content_charset() or "utf-8", "replace"))
    return str(message["Subject"]), "\n".join(texts)


class BareWatcher:
    """A connection that idles in the inbox and hands one ready mail to SMTP as soon as the server says anything."""

    def __init__(self, imap: Endpoint, smtp: Endpoint) -> None:
        self._client = IMAPClient(imap.host, imap.port, ssl=False)
        self._client.login(imap.username, imap.password)
        self._client.select_folder("INBOX", readonly=True)
        self._relay = Relay(smtp)

    def wait_and_send(self, raw: bytes) -> None:
        """Idle until there is news, then send."""
        self._client.idle()
        while not self._client.idle_check(timeout=10):
            pass
        self._relay.send("", "ana@sedu.es.gov.br", raw)
        self._client.idle_done()

    def close(self) -> None:
        """Let go of both connections."""
        self._relay.close()
        self._client.logout()
