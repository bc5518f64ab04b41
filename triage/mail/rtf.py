"""RTF to text: one pass over its tokens, destinations that hold no text skipped."""

import re

_TOKEN = re.compile(
    r"\\'([0-9a-fA-F]{2})|\\u(-?\d{1,6}) ?|\\([a-zA-Z]{1,32})-?\d{0,10} ?|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)"
)
_SILENT = frozenset(
    [
        "fonttbl",
        "colortbl",
        "stylesheet",
        "info",
        "pict",
        "object",
        "header",
        "footer",
        "themedata",
        "datastore",
        "listtable",
    ]
)
_BREAKS = {"par": "\n", "line": "\n", "row": "\n", "sect": "\n", "cell": " | ", "tab": "\t"}
_SYMBOLS = {"~": " ", "_": "-", "\\": "\\", "{": "{", "}": "}"}
_MAX_DEPTH = 1_000


def to_text(data: bytes) -> str:
    """The text of an RTF document; table cells separated by " | "."""
    output: list[str] = []
    silent = [False]
    replaced = False
    for octet, unit, word, symbol, brace, text in _TOKEN.findall(data.decode("cp1252", "replace")):
        if brace == "{" and len(silent) < _MAX_DEPTH:
            silent.append(silent[-1])
        elif brace == "}" and len(silent) > 1:
            silent.pop()
        elif symbol == "*" or word in _SILENT:
            silent[-1] = True
        elif not silent[-1]:
            output.append(_shown(octet, unit, word, symbol, text[1:] if replaced and text.startswith("?") else text))
        replaced = bool(unit)
    return "".join(output)


def _shown(octet: str, unit: str, word: str, symbol: str, text: str) -> str:
    if octet:
        return bytes([int(octet, 16)]).decode("cp1252", "replace")
    if unit:
        return chr(int(unit) % 0x10000)
    return text or _BREAKS.get(word, "") or _SYMBOLS.get(symbol, "")
