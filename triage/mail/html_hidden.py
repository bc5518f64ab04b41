"""Which elements of an HTML mail no reader sees: the cheap ways of hiding text (RELIABILITY D9)."""

import re

from selectolax.lexbor import LexborNode

_MAX_ANCESTORS = 40
_HIDDEN = re.compile(
    r"display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}hidden|mso-hide\s{0,5}:\s{0,5}all"
    r"|font-size\s{0,5}:\s{0,5}0(?:px|pt|em|%)?\s{0,5}(?:;|!|$)|opacity\s{0,5}:\s{0,5}0(?:\.0{1,5})?\s{0,5}(?:;|!|$)"
    r"|(?:max-)?(?:height|width)\s{0,5}:\s{0,5}0(?:px|pt)?\s{0,5};[^\"]{0,200}overflow\s{0,5}:\s{0,5}hidden",
    re.IGNORECASE,
)
_COLOR = re.compile(r"(?:^|;|\s)(background(?:-color)?|color)\s{0,5}:\s{0,5}([#\w]{3,20})", re.IGNORECASE)
_WHITE = frozenset({"white", "#fff", "#ffffff"})


def is_hidden(node: LexborNode) -> bool:
    """Whether the element's own attributes hide it."""
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    return style is not None and (_HIDDEN.search(style) is not None or _is_white_on_white(node, style))


def _is_white_on_white(node: LexborNode, style: str) -> bool:
    """White ink where neither the element nor any around it names another background, as dark table heads do."""
    if "color" not in style.lower() or _colors(style).get("color") not in _WHITE:
        return False
    around: LexborNode | None = node
    for _ in range(_MAX_ANCESTORS):
        if around is None:
            break
        attributes = around.attributes
        paper = _colors(attributes.get("style") or "").get("backg") or attributes.get("bgcolor")
        if paper:
            return paper.lower() in _WHITE
        around = around.parent
    return True


def _colors(style: str) -> dict[str, str]:
    return {name.lower()[:5]: value.lower() for name, value in _COLOR.findall(style)}
