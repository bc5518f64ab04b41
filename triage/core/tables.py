"""Reading a table of settings or data key by key, so that every problem is found at once and named by its key."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

Word = TypeVar("Word", bound=StrEnum)

_NEAR_ENOUGH = 60


def nearest(key: str, known: Iterable[str]) -> str | None:
    """The known key that `key` was probably meant to be, or None where none is near."""
    from rapidfuzz import process  # loaded where a key is misspelt, which is hardly ever

    found = process.extractOne(key, list(known), score_cutoff=_NEAR_ENOUGH)
    return found[0] if found else None


def unknown_key(key: str, known: Iterable[str]) -> str:
    """The complaint about an unknown key, with the nearest known one (pt-BR)."""
    meant = nearest(key, known)
    return "chave desconhecida" + (f"; seria `{meant}`?" if meant else "")


class Table:
    """One table of a file: hands out values by key, and notes in `problems` whatever is wrong with them.

    A wrong or missing value is noted and an empty one returned in its place, so that reading goes on.
    `close` notes the keys that nobody asked for.
    """

    def __init__(self, values: Mapping[str, object], where: str, problems: list[str]) -> None:
        self._values = values
        self._where = where
        self._problems = problems
        self._asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def complain(self, key: str, what: str) -> None:
        """Note a problem with `key`."""
        self._problems.append(f"{self._path(key)}: {what}")

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not blank; `default` where the key is left out (None: it must be there)."""
        value = self._take(key, default, "")
        if not isinstance(value, str):
            self.complain(key, "deve ser um texto")
            return ""
        if key in self._values and not value.strip():
            self.complain(key, "não pode ficar em branco")
        return value

    def texts(self, key: str, *, needed: bool = False) -> tuple[str, ...]:
        """A list of texts; empty where the key is left out, unless it is `needed`."""
        value = self._take(key, None if needed else [], [])
        if not isinstance(value, list) or not all(isinstance(entry, str) and entry.strip() for entry in value):
            self.complain(key, "deve ser uma lista de textos")
            return ()
        if needed and key in self._values and not value:
            self.complain(key, "não pode ficar vazia")
        return tuple(value)

    def number(self, key: str, default: int | None = None) -> int:
        """A whole number from 0 upwards."""
        value = self._take(key, default, 0)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            self.complain(key, "deve ser um número inteiro, de 0 para cima")
            return 0
        return value

    def flag(self, key: str) -> bool:
        """True or false; false where the key is left out."""
        value = self._take(key, False, False)
        if not isinstance(value, bool):
            self.complain(key, "deve ser true ou false")
        return value is True

    def words(self, key: str, vocabulary: type[Word]) -> tuple[Word, ...]:
        """A list of words of the domain; empty where the key is left out."""
        found = (self._word(key, entry, vocabulary) for entry in self.texts(key))
        return tuple(word for word in found if word is not None)

    def word(self, key: str, vocabulary: type[Word]) -> Word | None:
        """A word of the domain, or None with the problem noted."""
        written = self.text(key)
        return self._word(key, written, vocabulary) if written else None

    def table(self, key: str) -> "Table":
        """The table under `key`, which must be there."""
        value = self._take(key, None, {})
        if not isinstance(value, dict):
            self.complain(key, "deve ser uma tabela")
            value = {}
        return Table(value, self._path(key), self._problems)

    def tables(self, key: str, name: str, *, needed: bool = True) -> list["Table"]:
        """The tables under `[[key]]`, each named in problems by its own key `name`."""
        value = self._take(key, None if needed else [], [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.complain(key, f"deve ser uma série de tabelas [[{key}]]")
            return []
        return [
            Table(entry, f"{self._path(key)}[{entry.get(name, f'#{place}')}]", self._problems)
            for place, entry in enumerate(value, start=1)
        ]

    def mapping(self, key: str) -> "Table | None":
        """The optional table under `key`; None where it is left out."""
        return self.table(key) if key in self else None

    def close(self) -> None:
        """Note every key that was never asked for."""
        for key in self._values:
            if key not in self._asked:
                self.complain(key, unknown_key(key, self._asked))

    def _take(self, key: str, default: object, instead: object) -> object:
        self._asked.add(key)
        if key in self._values:
            return self._values[key]
        if default is None:
            self.complain(key, "falta")
            return instead
        return default

    def _word(self, key: str, written: str, vocabulary: type[Word]) -> Word | None:
        known = [word.value for word in vocabulary]
        if written in known:
            return vocabulary(written)
        meant = nearest(written, known)
        self.complain(key, f'palavra desconhecida "{written}"' + (f'; seria "{meant}"?' if meant else ""))
        return None

    def _path(self, key: str) -> str:
        return f"{self._where}{'' if self._where.endswith(': ') else '.'}{key}"
