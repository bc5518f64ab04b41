"""A PostgreSQL of one's own, on a socket in a temporary folder; for tests where it is installed."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = {name: shutil.which(name) for name in ("initdb", "pg_ctl")}
AVAILABLE = all(PROGRAMS.values()) and importlib.util.find_spec("psycopg") is not None


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of an empty database. PostgreSQL refuses to run as root: then it runs as its own user, or as nobody."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    user = _user()
    if user is not None:
        shutil.chown(folder, user)
    data = folder / "data"
    _run(user, "initdb", "-D", data, "-A", "trust", "-U", "triage", "--no-sync", "-E", "UTF8")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder}"
    _run(user, "pg_ctl", "-D", data, "-w", "-o", options, "-l", folder / "log", "start")
    try:
        yield f"postgresql+psycopg://triage@/postgres?host={folder}"
    finally:
        _run(user, "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder)


def _user() -> str | None:
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run(user: str | None, program: str, *arguments: object) -> None:
    path = PROGRAMS[program]
    assert path is not None
    command = [path, *map(str, arguments)]
    # Not a pipe: the server that pg_ctl leaves behind would keep it open.
    with tempfile.TemporaryFile() as out:
        done = subprocess.run(command, user=user, cwd="/", stdout=out, stderr=out, env={"PATH": os.environ["PATH"]})
        out.seek(0)
        assert done.returncode == 0, out.read().decode(errors="replace")
