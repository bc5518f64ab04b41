"""What is drawn from code is what the code draws: a table changed without `make docs` is noticed."""

import pytest

from scripts.draw import PAGES, ROOT, settings_page
from triage.core.case import HAND
from triage.core.transitions import TABLE
from triage.settings import Settings


@pytest.mark.parametrize("name", PAGES)
def test_the_committed_page_is_what_the_code_draws(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == PAGES[name](), f"{name} is out of date: make docs"


def test_the_page_of_cases_names_every_event_of_the_table() -> None:
    page = PAGES["docs/cases.md"]()
    assert "```mermaid\nstateDiagram-v2" in page
    assert not [event for _, event in TABLE if f"`{event}`" not in page and event not in HAND.values()]


def test_the_page_of_settings_has_every_section_and_no_secret() -> None:
    page = settings_page()
    for section in Settings.__annotations__:
        assert f"\n## [{section.removesuffix('_section')}]\n" in page
    assert "| `password` | secret text | that of `password_file`, else of the credential |" in page
