"""Plain helpers on Portuguese text. Every pattern here and elsewhere in the core is linear in its input."""

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """A named text that counts as the author's own: "subject", "body", "forwarded", or "form:<file name>"."""

    name: str
    text: str


def fold(text: str) -> str:
    """Lower case without accents, of the same length as `text`, so that offsets hold."""
    return "".join(_fold_character(character) for character in text)


def _fold_character(character: str) -> str:
    if character < "\x80":
        return character.lower()
    plain = unicodedata.normalize("NFKD", character)[0].lower()
    return plain if len(plain) == 1 else character
