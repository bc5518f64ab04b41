"""Which folder is Sent, Drafts or Junk: by the server's word (RFC 6154), else by its localized name (B20)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from imapclient.imap_utf7 import decode as decode_utf7

from triage.core.text import fold


class Role(Enum):
    """What a folder is for; the value is its special-use attribute."""

    SENT = b"\\Sent"
    DRAFTS = b"\\Drafts"
    JUNK = b"\\Junk"


# Folded names, the likeliest first.
NAMES = {
    Role.SENT: (
        "itens enviados",
        "enviados",
        "enviadas",
        "mensagens enviadas",
        "e-mails enviados",
        "elementos enviados",
        "sent",
        "sent items",
        "sent messages",
        "sent mail",
    ),
    Role.DRAFTS: ("rascunhos", "rascunho", "drafts", "draft"),
    Role.JUNK: (
        "lixo eletronico",
        "spam",
        "email de lixo eletronico",
        "correio eletronico nao solicitado",
        "junk",
        "junk email",
        "junk e-mail",
        "bulk mail",
    ),
}
CLOSED = {b"\\noselect", b"\\nonexistent"}


@dataclass(frozen=True, slots=True)
class Folder:
    """A line of LIST: attributes in lower case, the hierarchy separator ("" for a flat server), the decoded name.

    `prefix` is the personal namespace's, where the name begins with it: it counts as no level.
    """

    attributes: frozenset[bytes]
    separator: str
    name: str
    prefix: str = ""

    @property
    def leaf(self) -> str:
        """The last part of the name, ready to compare."""
        return fold(self._parts[-1])

    @property
    def depth(self) -> int:
        """How many levels stand above, not counting INBOX: below it some servers keep everything."""
        parents = self._parts[:-1]
        return len(parents) - (parents[:1] != [] and parents[0].upper() == "INBOX")

    @property
    def _parts(self) -> list[str]:
        name = self.name.removeprefix(self.prefix)
        return name.split(self.separator) if self.separator else [name]


def read_list(
    lines: Iterable[tuple[Iterable[bytes], bytes | None, object]], prefixes: Iterable[str] = ()
) -> list[Folder]:
    """The folders of a LIST reply whose names can be read and opened; the rest is left out. `prefixes`: see NAMESPACE.

    Names come as the server spells them (modified UTF-7): one bad name must not hide the other folders.
    """
    folders = []
    for attributes, separator, name in lines:
        decoded = _decoded(name)
        lowered = frozenset(attribute.lower() for attribute in attributes)
        if decoded and not lowered & CLOSED:
            prefix = max((one for one in prefixes if decoded.startswith(one)), key=len, default="")
            folders.append(Folder(lowered, (separator or b"").decode("ascii", "replace"), decoded, prefix))
    return folders


def special(folders: Iterable[Folder], role: Role) -> str | None:
    """The name of the folder for `role`, or None."""
    folders = list(folders)
    marked = [folder.name for folder in folders if role.value.lower() in folder.attributes]
    if marked:
        return marked[0]
    names = NAMES[role]
    # An archive may hold a "Sent" of its own further down: only the personal top level counts.
    likely = [
        (names.index(folder.leaf), folder.name) for folder in folders if folder.depth <= 0 and folder.leaf in names
    ]
    return min(likely)[1] if likely else None


def _decoded(name: object) -> str:
    if isinstance(name, int):  # IMAPClient turns a folder called "2024" into a number
        return str(name)
    if not isinstance(name, bytes):
        return ""
    try:
        return str(decode_utf7(name))
    except (ValueError, UnicodeError):
        return ""
