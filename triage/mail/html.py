"""HTML to text: what a reader would see, with quotes marked so that the splitter recognises them.

An allow-list walk over the tree: no network, no styles beyond the few cheap ways of hiding text (RELIABILITY D9).
"""

import re
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from triage.mail.charset import clean
from triage.mail.limits import MAX_TEXT

MAX_DEPTH = 400
MAX_NODES = 60_000
_CELL_LINES = 4
_MAX_ANCESTORS = 40
QUOTE_MARK = "-----Mensagem original-----"

_DROPPED = frozenset(
    [
        "head",
        "style",
        "script",
        "title",
        "meta",
        "link",
        "noscript",
        "template",
        "object",
        "embed",
        "iframe",
        "svg",
        "math",
        "canvas",
        "audio",
        "video",
        "map",
        "select",
        "datalist",
        "textarea",
        "-comment",
        "-doctype",
    ]
)
_BLOCK = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "nav",
        "aside",
        "address",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "table",
        "tbody",
        "thead",
        "tfoot",
        "caption",
        "tr",
        "pre",
        "blockquote",
        "form",
        "fieldset",
        "center",
        "figure",
        "figcaption",
        "li",
        "hr",
        "body",
        "html",
    ]
)
_QUOTE_IDS = frozenset({"divRplyFwdMsg", "zwchr", "mail-editor-reference-message-container", "OLK_SRC_BODY_SECTION"})
_QUOTE_CLASSES = ("gmail_quote", "protonmail_quote", "zmail_extra")
_HIDDEN = re.compile(
    r"display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}hidden|mso-hide\s{0,5}:\s{0,5}all"
    r"|font-size\s{0,5}:\s{0,5}0(?:px|pt|em|%)?\s{0,5}(?:;|!|$)|opacity\s{0,5}:\s{0,5}0(?:\.0{1,5})?\s{0,5}(?:;|!|$)"
    r"|(?:max-)?(?:height|width)\s{0,5}:\s{0,5}0(?:px|pt)?\s{0,5};[^\"]{0,200}overflow\s{0,5}:\s{0,5}hidden",
    re.IGNORECASE,
)
_COLOR = re.compile(r"(?:^|;|\s)(background(?:-color)?|color)\s{0,5}:\s{0,5}([#\w]{3,20})", re.IGNORECASE)
_WHITE = frozenset({"white", "#fff", "#ffffff"})
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_CRUDE_DROP = re.compile(r"<(?:script|style)\b[^<]{0,20000}</|<!--[^<>]{0,2000}-->|<[^<>]{0,5000}>", re.IGNORECASE)
_CRUDE_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6])\b[^<>]{0,200}>", re.IGNORECASE)
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "p",
        "li",
        "td",
        "th",
        "tr",
        "option",
    ]
)


def to_text(html: str) -> str:
    """The visible text of an HTML body: lines kept, table rows as "A | B", quotes prefixed with "> "."""
    html = html[:MAX_TEXT].replace("\x00", "")
    if _depth(html) > MAX_DEPTH:
        return clean(unescape(_CRUDE_DROP.sub(" ", _CRUDE_BREAK.sub("\n", html))))
    tree = LexborHTMLParser(html)
    writer = _Writer()
    if tree.root is not None:
        _walk(tree.root, writer)
    return clean(writer.text())


def _depth(html: str) -> int:
    """An upper bound of the nesting, told from the tags alone: building a very deep tree costs quadratic time."""
    depth = deepest = 0
    for closing, tag in _TAG.findall(html):
        if closing:
            depth = max(0, depth - (tag.lower() not in _VOID))
        elif tag.lower() not in _VOID:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


class _Writer:
    """Collects text into lines; `quotes` is how many quoting elements are open, `rows` the table rows being read."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.current = ""
        self.quotes = 0
        self.preformatted = 0
        self.outer: list[list[str]] = []
        self.rows: list[list[list[str]]] = []

    def write(self, text: str) -> None:
        if self.preformatted:
            *full, last = text.split("\n")
            for line in full:
                self.current += line
                self.end_line()
            self.current += last
            return
        text = _SPACES.sub(" ", text)
        if not self.current or self.current.endswith(" "):
            text = text.lstrip(" ")
        self.current += text

    def break_line(self) -> None:
        if self.current.strip():
            self.end_line()
        self.current = ""

    def end_line(self) -> None:
        prefix = "> " * self.quotes
        self.lines.append((prefix + self.current.rstrip()).rstrip() if prefix else self.current.rstrip())
        self.current = ""

    def blank(self) -> None:
        self.break_line()
        if self.lines and self.lines[-1].strip("> "):
            self.end_line()

    def open_cell(self) -> None:
        self.break_line()
        self.outer.append(self.lines)
        self.lines = []

    def close_cell(self) -> None:
        self.break_line()
        cell = self.lines
        self.lines = self.outer.pop()
        if self.rows:
            self.rows[-1].append(cell)
        else:
            self.lines += cell

    def close_row(self) -> None:
        """A row of short cells becomes "A | B"; the cells of a layout table keep their lines."""
        cells = [cell for cell in self.rows.pop() if any(line.strip() for line in cell)]
        if len(cells) > 1 and all(len(cell) <= _CELL_LINES for cell in cells):
            self.lines.append(" | ".join(" ".join(filter(None, cell)) for cell in cells))
        else:
            for cell in cells:
                self.lines += cell

    def text(self) -> str:
        self.break_line()
        return "\n".join(self.lines)


def _walk(root: LexborNode, writer: _Writer) -> None:
    """Depth first without recursion, each element opened and closed once."""
    waiting: list[tuple[LexborNode, bool]] = [(root, False)]
    budget = MAX_NODES
    while waiting and budget:
        node, leaving = waiting.pop()
        tag = node.tag or ""
        if leaving:
            _close(node, tag, writer)
            continue
        budget -= 1
        if tag == "-text":
            writer.write(node.text(deep=False))
        elif tag not in _DROPPED and not (tag[0] != "-" and _is_hidden(node)):
            _open(node, tag, writer)
            waiting.append((node, True))
            waiting.extend((child, False) for child in _children_backwards(node))


def _children_backwards(node: LexborNode) -> list[LexborNode]:
    found = []
    child = node.last_child
    while child is not None:
        found.append(child)
        child = child.prev
    return found


def _is_hidden(node: LexborNode) -> bool:
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


def _open(node: LexborNode, tag: str, writer: _Writer) -> None:
    if tag == "br":
        writer.end_line()
        return
    if tag in ("td", "th"):
        writer.open_cell()
        return
    if tag in _BLOCK:
        writer.break_line()
        _mark_quote(node, tag, writer)
    if tag == "tr":
        writer.rows.append([])
    elif tag == "li":
        writer.current = "- "
    elif tag == "pre":
        writer.preformatted += 1


def _mark_quote(node: LexborNode, tag: str, writer: _Writer) -> None:
    attributes = node.attributes
    if attributes.get("id") in _QUOTE_IDS:
        writer.lines += ["", QUOTE_MARK]
    elif tag == "blockquote" and _is_citation(attributes):
        writer.quotes += 1


def _is_citation(attributes: dict[str, str | None]) -> bool:
    kind, names, style = (attributes.get(name) or "" for name in ("type", "class", "style"))
    return kind == "cite" or any(name in names for name in _QUOTE_CLASSES) or "border-left" in style


def _close(node: LexborNode, tag: str, writer: _Writer) -> None:
    if tag in ("td", "th"):
        writer.close_cell()
        return
    if tag == "tr":
        writer.break_line()
        writer.close_row()
        return
    if tag in _BLOCK:
        writer.break_line()
    if tag == "p" or tag in ("h1", "h2", "h3", "h4", "table", "ul", "ol", "blockquote"):
        writer.blank()
    if tag == "pre":
        writer.preformatted -= 1
    elif tag == "blockquote" and writer.quotes and _is_citation(node.attributes):
        writer.quotes -= 1
