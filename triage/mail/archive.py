"""Zip containers read under a budget: no bomb, no lie about sizes, no path ever touched (RELIABILITY D10)."""

import io
import zipfile
from dataclasses import dataclass

MAX_RATIO = 100
MAX_MEMBERS = 2_000
_SMALL = 1_000_000


class Unopened(Exception):  # noqa: N818 (a result of opening hostile files, not a programming error)
    """Why a file gave nothing: `problem` is "too-large", "encrypted", "broken" or "unsupported"."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(slots=True)
class Budget:
    """What one message may still cost: octets to inflate and files to open, attached messages included."""

    octets: int = 50_000_000
    files: int = 20

    def spend(self, octets: int) -> None:
        """Count `octets` against the budget; raises Unopened where it is used up."""
        if octets > self.octets:
            raise Unopened("too-large")
        self.octets -= octets


class Archive:
    """A zip file whose declared sizes are within the budget; members are inflated no further than declared."""

    def __init__(self, data: bytes, budget: Budget) -> None:
        self._budget = budget
        self._data = data
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
            raise Unopened("broken") from error
        members = self._zip.infolist()
        total = sum(member.file_size for member in members)
        if len(members) > MAX_MEMBERS or total > budget.octets or (total > _SMALL and total > MAX_RATIO * len(data)):
            raise Unopened("too-large")
        if any(member.flag_bits & 1 for member in members):
            raise Unopened("encrypted")

    def with_members(self, members: dict[str, bytes]) -> bytes:
        """The archive with other content for some of its members; the others are not touched."""
        stream = io.BytesIO(self._data)
        with zipfile.ZipFile(stream, "a") as changed:
            changed.filelist[:] = [member for member in changed.filelist if member.filename not in members]
            for name, content in members.items():
                del changed.NameToInfo[name]
                changed.writestr(name, content, zipfile.ZIP_STORED)
        return stream.getvalue()

    def names(self) -> list[str]:
        """The members' names, folders left out."""
        return [name for name in self._zip.namelist() if name and not name.endswith("/")]

    def read(self, name: str) -> bytes:
        """The octets of a member; b"" where there is none of that name."""
        try:
            member = self._zip.getinfo(name)
        except KeyError:
            return b""
        self._budget.spend(member.file_size)
        try:
            with self._zip.open(member) as stream:
                return stream.read(member.file_size + 1)
        except Exception as error:
            # zlib, lzma and bz2 each raise their own kinds on damaged streams, besides zipfile's.
            raise Unopened("broken") from error
