"""The subject held against clause 4.2: does it carry the designation of its own item?"""

import re
from dataclasses import dataclass
from functools import lru_cache

from triage.core.again import asked_again
from triage.core.bulletin import Bulletin, Item
from triage.core.organ import LINKING, once
from triage.core.text import fold, one_slip

FOLLOW_UP = "1.12"
_LINES_AND_CIRCUITS = frozenset({"1.1", "1.8"})
_SHARED = frozenset({frozenset({"mudanca", "endereco"}), frozenset({"cancelamento"})})
_ANYBODYS = frozenset({"solicitacao", "pedido", "urgente"})

_PREFIX = re.compile(
    r"\s{0,20}(?:\[[^\]]{0,60}\]|(?:re|res|enc|fw|fwd|tr|ref|rv|aw|wg|resp|encaminhado)\s{0,3}(?:[\[(]\d{1,3}[\])]|\d{1,3})?\s{0,3}:)",
    re.IGNORECASE,
)
_REPLY = re.compile(
    r"^\s*(?:\[[^\]]{0,60}\]\s{0,3})*(?:re|res|resp|aw)\s{0,3}(?:[\[(]\d{1,3}[\])])?\s{0,3}:", re.IGNORECASE
)
_FORWARD = re.compile(
    r"^\s*(?:\[[^\]]{0,60}\]\s{0,3})*(?:enc|fw|fwd|tr|wg|encaminhado)\s{0,3}(?:[\[(]\d{1,3}[\])])?\s{0,3}:",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_SLIP_FROM, _SHORT_VERB = 5, 6
_LONGEST = 1_000
# "nº" for "número"; without its sign "no" is a linking word.
_NUMBER_SIGN = re.compile(r"\bn\.?[º°]s?\.?", re.IGNORECASE)


def bare(subject: str) -> str:
    """The subject without reply and forward prefixes and [tags], however many are stacked."""
    while match := _PREFIX.match(subject):
        subject = subject[match.end() :]
    return subject.strip()


def is_reply(subject: str) -> bool:
    """Whether the outermost prefix is that of a reply."""
    return bool(_REPLY.match(subject))


def is_forward(subject: str) -> bool:
    """Whether the outermost prefix is that of a forward."""
    return bool(_FORWARD.match(subject))


def designates(subject: str, item: Item) -> bool:
    """Whether `subject` carries a designation of `item`, in any forgiven spelling (DOMAIN, "The subject")."""
    words = _words(bare(subject))
    meant = _meant(words, _forgiving(item.subject_keys))
    return any(_carries(words, meant, key) for key in _keys(item.subject_keys))


@asked_again
def designated_items(subject: str, bulletin: Bulletin) -> tuple[str, ...]:
    """The numbers of every item that `subject` designates."""
    words = _words(bare(subject))
    meant = _meant(words, once(_all_forgiving, bulletin))
    by_word = once(_keys_by_word, bulletin)
    named = {number for word in ("", *meant) for number, key in by_word.get(word, ()) if _carries(words, meant, key)}
    return tuple(item.number for item in bulletin.items if item.number in named) if named else ()


def _keys_by_word(bulletin: Bulletin) -> dict[str, list[tuple[str, "_Key"]]]:
    """The items' keys by each word that may stand first in them; under "" those that want no word."""
    found: dict[str, list[tuple[str, _Key]]] = {}
    for item in bulletin.items:
        for key in _keys(item.subject_keys):
            for word in key.words[0] if key.words else ("",):
                found.setdefault(word, []).append((item.number, key))
    return found


def _all_forgiving(bulletin: Bulletin) -> tuple[str, ...]:
    return _forgiving(tuple(key for item in bulletin.items for key in item.subject_keys))


def left_open(subject: str) -> frozenset[str]:
    """The items of lines and of circuits where `subject` says nothing but what both titles share.

    "Mudança de endereço" fits both, and is too short to tell them apart.
    """
    return _LINES_AND_CIRCUITS if _words(bare(subject)) - _ANYBODYS in _SHARED else frozenset()


def subject_is_right(subject: str, item: Item, bulletin: Bulletin) -> bool:
    """Clause 4.2 for a request of `item`; a follow-up (1.12) may keep the original request's designation."""
    designated = designated_items(subject, bulletin)
    return bool(designated) if item.number == FOLLOW_UP else item.number in designated


@dataclass(frozen=True, slots=True)
class _Key:
    """Words that must all stand in the subject, each a tuple of alternatives, and words that must not."""

    words: tuple[tuple[str, ...], ...]
    never: tuple[str, ...]


@lru_cache(maxsize=256)
def _keys(written: tuple[str, ...]) -> tuple[_Key, ...]:
    return tuple(_key(key.split()) for key in written)


def _key(words: list[str]) -> _Key:
    wanted = tuple(tuple(word.split("|")) for word in words if not word.startswith("-"))
    never = tuple(one for word in words if word.startswith("-") for one in word[1:].split("|"))
    return _Key(wanted, never)


def _carries(words: frozenset[str], meant: frozenset[str], key: _Key) -> bool:
    """Whether the key's words are among those meant, and none that it excludes among those written."""
    return words.isdisjoint(key.never) and not any(meant.isdisjoint(word) for word in key.words)


def _meant(words: frozenset[str], forgiving: tuple[str, ...]) -> frozenset[str]:
    """The words as written, and those that they are one slip away from."""
    return words.union(*(_slips(word, forgiving) for word in words if len(word) >= _SLIP_FROM - 1))


@lru_cache(maxsize=4_096)
def _slips(word: str, forgiving: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(meant for meant in forgiving if one_slip(word, meant))


@lru_cache(maxsize=256)
def _forgiving(written: tuple[str, ...]) -> tuple[str, ...]:
    """The words of the keys that forgive a slip; a verb's other forms are no slips ("muda", "mudar")."""
    meant = {alternative for key in _keys(written) for word in key.words for alternative in word}
    return tuple(m for m in meant if len(m) >= _SLIP_FROM and not (m.endswith("r") and len(m) <= _SHORT_VERB))


@lru_cache(maxsize=16)  # the same subject is asked about several times while its message is judged
def _words(subject: str) -> frozenset[str]:
    written = _NUMBER_SIGN.sub(" numero ", subject[:_LONGEST])
    found = (_singular(fold(match.group())) for match in _WORD.finditer(written))
    return frozenset(word for word in found if word not in LINKING)


_PLURALS = (
    ("coes", "cao"),
    ("soes", "sao"),
    ("oes", "ao"),
    ("ais", "al"),
    ("eis", "el"),
    ("ns", "m"),
    ("res", "r"),
    ("s", ""),
)


@lru_cache(maxsize=4_096)
def _singular(word: str) -> str:
    """The singular of a folded Portuguese noun, near enough to compare."""
    for plural, singular in _PLURALS:
        if len(word) > len(plural) + 1 and word.endswith(plural):
            return word[: -len(plural)] + singular
    return word
