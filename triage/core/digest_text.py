"""The digest as a mail: a subject, plain text, and HTML that reads in Outlook, in webmail and on a phone."""

from dataclasses import dataclass
from functools import lru_cache

from jinja2 import DictLoader, Environment, StrictUndefined

from triage.core.digest import Digest
from triage.core.reply import Templates

TEXT, HTML = "digest.txt.j2", "digest.html.j2"
LONGEST_BAR = 24


@dataclass(frozen=True, slots=True)
class Page:
    """The digest in words. The HTML shows the images `cid:<name of a chart>`; it says all that they say too."""

    subject: str
    text: str
    html: str


def render_digest(digest: Digest, templates: Templates, *, sheet: str = "") -> Page:
    """`digest` in the words of `config/replies/digest.*.j2`; `sheet` is the name of the spreadsheet that goes along."""
    facts = {"digest": digest, "sheet": sheet, "bar": _bar}
    text = _environment(templates, html=False).get_template(TEXT).render(facts)
    html = _environment(templates, html=True).get_template(HTML).render(facts)
    return Page(digest.subject, text.strip() + "\n", html.strip() + "\n")


def _bar(number: int, most: int) -> str:
    """A bar of blocks for the plain text; any number but 0 shows."""
    return "█" * max(number > 0, round(LONGEST_BAR * number / max(most, 1)))


@lru_cache(maxsize=4)
def _environment(templates: Templates, *, html: bool) -> Environment:
    return Environment(
        loader=DictLoader(dict(templates.sources)),
        autoescape=html,  # noqa: S701 - plain text must not be escaped
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
