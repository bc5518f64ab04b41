"""A real Dovecot for tests: an ordinary process on free loopback ports, in a directory of its own.

Runs as whoever runs the tests; as root, under `nobody`, since Dovecot gives no mail to root.
Use `with Dovecot() as server:`; where Dovecot is not installed the test is skipped.
"""

import contextlib
import grp
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.servers.certificates import Certificate, self_made
from triage.mail.wire import Endpoint, Security

USER, PASSWORD = "telefonia@seger.es.gov.br", "segredo"
SEARCHED = ("dovecot", "/usr/sbin/dovecot", "/usr/local/sbin/dovecot")
START_LIMIT, GRACE = 20.0, 0.3

SETTINGS = """
protocols = imap
listen = 127.0.0.1
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
default_process_limit = 40
default_client_limit = 200
first_valid_uid = 1
first_valid_gid = 1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:{root}/Maildir
maildir_stat_dirs = yes
mail_max_userip_connections = 100
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {root}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={root}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
namespace inbox {{
  inbox = yes
  separator = {separator}
  prefix = {prefix}
{folders}
}}
"""
FOLDER = '  mailbox "{name}" {{\n    auto = subscribe\n{use}  }}\n'
PORTUGUESE = {"Sent": "Itens Enviados", "Drafts": "Rascunhos", "Junk": "Lixo Eletrônico"}


class Dovecot:
    """One mailbox, `USER` with `PASSWORD`, on a server that can be stopped, killed and started again.

    `folders` maps the special uses Sent, Drafts and Junk to folder names; with `special_use` False the server does not
    tell what they are for.
    """

    def __init__(
        self,
        folders: dict[str, str] | None = None,
        special_use: bool = True,
        separator: str = "/",
        prefix: str = "",
    ) -> None:
        self.program = next((found for name in SEARCHED if (found := shutil.which(name))), None)
        if self.program is None:
            pytest.skip("Dovecot is not installed (Debian: dovecot-imapd)")
        self.root = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))  # short: socket paths end at 107 bytes
        self.port, self.tls_port = _free_ports(2)
        self._account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)
        self._folders = folders or {use: use for use in PORTUGUESE}
        self._special_use, self._separator, self._prefix = special_use, separator, prefix

    def __enter__(self) -> Self:
        try:
            self._furnish()
            self.start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
        shutil.rmtree(self.root)

    def endpoint(self, security: Security = Security.NONE, host: str = "localhost", trusted: bool = True) -> Endpoint:
        """How to log in, with `security`; without `trusted`, as a client that does not know our certificate."""
        port = self.tls_port if security is Security.TLS else self.port
        ca_file = self.certificate.certificate if trusted else None
        return Endpoint(host, port, security, USER, PASSWORD, ca_file)

    def start(self) -> None:
        """Start, and wait until the server greets."""
        identity = {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}
        with (self.root / "stderr").open("wb") as stderr:
            self._process = subprocess.Popen(
                [self.program, "-F", "-c", self.root / "dovecot.conf"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                start_new_session=True,
                **(identity if os.geteuid() == 0 else {}),
            )
        self._wait_for_greeting()

    def stop(self) -> None:
        """Stop in an orderly way: clients hear BYE."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Every process at once: clients hear nothing but a closed connection."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def deliver(self, raw: bytes, folder: str = "") -> Path:
        """Put a new message into INBOX (or a Maildir++ folder such as ".Sent"), as a local delivery agent does."""
        maildir = self.root / "Maildir" / folder
        unique = f"{time.time():.6f}.{os.getpid()}_{next(self._numbers)}.tests"
        arriving = maildir / "tmp" / unique
        arriving.write_bytes(raw)
        self._give(arriving)
        return arriving.rename(maildir / "new" / unique)

    def messages(self, folder: str = "") -> list[Path]:
        """The files of a folder; the flags stand behind ":2," in their names."""
        maildir = self.root / "Maildir" / folder
        return sorted([*(maildir / "new").glob("*"), *(maildir / "cur").glob("*")])

    def expunge(self, message: Path) -> None:
        """Make a delivered message vanish, wherever the server has moved it meanwhile."""
        for found in message.parent.parent.glob(f"*/{message.name}*"):
            found.unlink()

    def change_uidvalidity(self, value: int) -> None:
        """Renumber INBOX, as a restored or recreated mailbox is."""
        self.stop()
        maildir = self.root / "Maildir"
        for index in maildir.glob("dovecot*index*"):
            index.unlink()
        (maildir / "dovecot-uidlist").write_text(f"3 V{value} N1 G{os.urandom(16).hex()}\n")
        self._give(maildir / "dovecot-uidlist")
        self.start()

    def log(self) -> str:
        """What the server has logged."""
        log = self.root / "dovecot.log"
        return log.read_text(errors="replace") if log.exists() else ""

    def _furnish(self) -> None:
        self.root.chmod(0o755)
        self.certificate: Certificate = self_made(self.root)
        for name in ("run", "state", "Maildir/tmp", "Maildir/new", "Maildir/cur"):
            (self.root / name).mkdir(parents=True)
        (self.root / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        (self.root / "dovecot.conf").write_text(self._settings())
        for path in (self.root, *self.root.rglob("*")):
            self._give(path)

    def _settings(self) -> str:
        use = "    special_use = \\{use}\n" if self._special_use else ""
        folders = "".join(FOLDER.format(name=n, use=use.format(use=u)) for u, n in self._folders.items())
        return SETTINGS.format(
            root=self.root,
            user=self._account.pw_name,
            group=_group_name(self._account.pw_gid),
            certificate=self.certificate.certificate,
            key=self.certificate.key,
            port=self.port,
            tls_port=self.tls_port,
            separator=self._separator,
            prefix=self._prefix,
            folders=folders,
        )

    def _give(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, self._account.pw_uid, self._account.pw_gid)

    def _wait_for_greeting(self) -> None:
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                    if connection.recv(64).startswith(b"* OK"):
                        return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"Dovecot did not start: {(self.root / 'stderr').read_text()} {self.log()}")

    def _end(self, with_signal: signal.Signals) -> None:
        if self._process is None:
            return
        group = self._process.pid  # of its own session: nobody else is in it
        os.killpg(group, with_signal)
        self._process.wait(timeout=20)
        self._process = None
        _wait_for_group(group)


def _wait_for_group(group: int) -> None:
    """Until the last process of the group is gone: some children outlive the master for seconds."""
    deadline = time.monotonic() + GRACE
    with contextlib.suppress(ProcessLookupError):
        while time.monotonic() < deadline:
            os.killpg(group, 0)
            time.sleep(0.02)
        os.killpg(group, signal.SIGKILL)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def _group_name(number: int) -> str:
    return grp.getgrgid(number).gr_name
