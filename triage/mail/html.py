"""HTML to text: what a reader would see, with quotes marked so that the splitter recognises them.

An allow-list walk over the tree: no network, no styles beyond the few cheap ways of hiding text (RELIABILITY D9).
"""

import re
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from triage.mail.charset import clean
from triage.mail.html_hidden import is_hidden
from triage.mail.html_writer import TextWriter
from triage.mail.limits import MAX_TEXT

MAX_DEPTH = 400
MAX_NODES = 60_000
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
        "",  # a processing instruction, which has no name
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
    writer = TextWriter()
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


def _walk(root: LexborNode, writer: TextWriter) -> None:
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
        elif tag not in _DROPPED and (tag.startswith("-") or not is_hidden(node)):
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


def _open(node: LexborNode, tag: str, writer: TextWriter) -> None:
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


def _mark_quote(node: LexborNode, tag: str, writer: TextWriter) -> None:
    attributes = node.attributes
    if attributes.get("id") in _QUOTE_IDS:
        writer.lines += ["", QUOTE_MARK]
    elif tag == "blockquote" and _is_citation(attributes):
        writer.quotes += 1


def _is_citation(attributes: dict[str, str | None]) -> bool:
    kind, names, style = (attributes.get(name) or "" for name in ("type", "class", "style"))
    return kind == "cite" or any(name in names for name in _QUOTE_CLASSES) or "border-left" in style


def _close(node: LexborNode, tag: str, writer: TextWriter) -> None:
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
