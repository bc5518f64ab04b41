"""Numbers written out in Portuguese words: "quatro mil e duzentos", "dois mil e vinte e seis", "quatorze"."""

from triage.core.text import Document, Word

_UNITS = "zero um dois tres quatro cinco seis sete oito nove dez onze doze treze quatorze quinze dezesseis dezessete"
_TENS = "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa"
_HUNDREDS = "cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos"
_OTHER_WORDS = {"uma": 1, "duas": 2, "primeiro": 1, "catorze": 14, "dezasseis": 16, "dezassete": 17, "cem": 100}
_VALUES = {
    **{word: value for value, word in enumerate(f"{_UNITS} dezoito dezenove".split())},
    **{word: 10 * value for value, word in enumerate(_TENS.split(), 2)},
    **{word: 100 * value for value, word in enumerate(_HUNDREDS.split(), 1)},
    **_OTHER_WORDS,
    **{word.removesuffix("os") + "as": 100 * value for value, word in enumerate(_HUNDREDS.split(), 1) if value > 1},
}
_THOUSAND = "mil"
_MILLIONS = frozenset({"milhao", "milhoes"})
_LINKS = frozenset({"e", "de"})
_LONGEST = 16  # "um milhão, duzentos e trinta e quatro mil, quinhentos e sessenta e sete": words of the longest numeral


def numeral_ending(document: Document, place: int) -> tuple[int, int] | None:
    """The numeral whose last word is `document.words[place]`: place of its first word, and its value; None for none."""
    first = place
    while first >= 0 and place - first < _LONGEST and _counts(document, first, place):
        first -= 1
    first += 1
    while first <= place and document.words[first][2] in _LINKS:
        first += 1
    value = value_of([word for _, _, word in document.words[first : place + 1]])
    return None if value is None else (first, value)


def numeral_beginning(document: Document, place: int) -> tuple[int, int] | None:
    """The numeral whose first word is `document.words[place]`: place behind its last word, and its value."""
    words, last = document.words, place
    while last < len(words) and last - place < _LONGEST and _counts(document, last, len(words) - 1):
        last += 1
    while last > place and words[last - 1][2] in _LINKS:
        last -= 1
    value = value_of([word for _, _, word in words[place:last]])
    return None if value is None else (last, value)


def _counts(document: Document, place: int, last: int) -> bool:
    """Whether the word at `place` can be part of a numeral that goes on to the right of it."""
    word = document.words[place]
    known = word[2] in _VALUES or word[2] in _LINKS or word[2] == _THOUSAND or word[2] in _MILLIONS
    return known and (place == last or _next_to_each_other(document, word, document.words[place + 1]))


def _next_to_each_other(document: Document, one: Word, other: Word) -> bool:
    return document.text[one[1] : other[0]].strip() in ("", ",")


def value_of(words: list[str]) -> int | None:
    """The number that folded `words` spell; None where they spell none."""
    total, part, seen = 0, 0, False
    for word in words:
        if word in _VALUES:
            part += _VALUES[word]
        elif word == _THOUSAND:
            total, part = total + max(part, 1) * 1_000, 0
        elif word in _MILLIONS:
            total, part = total + max(part, 1) * 1_000_000, 0
        elif word in _LINKS:
            continue
        else:
            return None
        seen = True
    return total + part if seen else None
