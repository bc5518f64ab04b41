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


def one_slip(seen: str, meant: str) -> bool:
    """Whether one keystroke (wrong, lost, added, or two swapped) turns `meant` into `seen`."""
    if abs(len(seen) - len(meant)) > 1:
        return False
    head = next((i for i, (a, b) in enumerate(zip(seen, meant, strict=False)) if a != b), min(len(seen), len(meant)))
    s, m = seen[head:], meant[head:]
    return s[1:] == m[1:] or s == m[1:] or s[1:] == m or (s[:2] == m[1::-1] and s[2:] == m[2:])
