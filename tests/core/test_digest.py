"""The digest says what its reader needs, adds up, and lets nothing through that others wrote.

After an intended change: `python -m tests.core.test_digest` writes the golden files anew; read the diff.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.digest_samples import CALENDAR, DAY, HOSTILE, NOW, at, busy, case, hostile, post, quiet, stopped
from triage.config import load_bulletin, load_templates
from triage.core.business import business_days_between
from triage.core.case import Doubt, Review
from triage.core.decision import LedgerState, MailKind, OutboxState, Place
from triage.core.digest import Accounts, Facts
from triage.core.digest_account import RECEIVING, state_account
from triage.core.digest_build import build_digest
from triage.core.digest_cases import DOUBTS, OUTCOMES, PARTIES
from triage.core.digest_table import STATES, sheets_of
from triage.core.digest_text import Page, render_digest
from triage.core.digest_words import inert, joined, long_date
from triage.core.vocabulary import Outcome, Party, State

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "digest"
DAYS: dict[str, Callable[[], Facts]] = {"cheio": busy, "vazio": quiet, "parado": stopped}
BULLETIN, TEMPLATES = load_bulletin(), load_templates()
OURS = {"html", "head", "meta", "title", "body", "table", "tr", "td", "p", "b", "br", "span", "img"}
PLACES, FILED = st.sampled_from(Place), st.sampled_from(LedgerState)
REASONS = st.sampled_from(["", "automatic", "other", "crashed: SIGSEGV", "too-large", "duplicate", "novo motivo"])
GROUPS = st.dictionaries(st.tuples(PLACES, FILED, REASONS), st.integers(0, 5000), max_size=20)


def page(facts: Facts, shown: int = 25) -> Page:
    return render_digest(build_digest(facts, BULLETIN, CALENDAR, shown), TEMPLATES, sheet="telefonia-2026-05-05.xlsx")


class Tags(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def read(html: str) -> Tags:
    found = Tags()
    found.feed(html)
    return found


@pytest.mark.parametrize("name", DAYS)
def test_a_day_reads_as_its_golden_files_say(name: str) -> None:
    made = page(DAYS[name]())
    assert (GOLDEN / f"{name}.txt").read_text(encoding="utf-8") == f"{made.subject}\n\n{made.text}"
    assert (GOLDEN / f"{name}.html").read_text(encoding="utf-8") == made.html


def test_every_case_stands_in_text_and_html_under_a_number_to_search_for() -> None:
    made = page(busy())
    for one in (*busy().open, *busy().closed):
        assert re.search(rf"\b{one.number}\b", made.text)
        assert f"<b>{one.number}</b>" in made.html


def test_the_subject_answers_at_one_glance() -> None:
    assert page(busy()).subject == "Telefonia, resumo de 05/05/2026: 7 para a SEGER hoje, 2 atrasados"
    assert page(quiet()).subject.endswith("nada espera pela SEGER")
    assert page(stopped()).subject.endswith("ENVIO PARADO")


def test_a_quiet_day_has_its_digest_too() -> None:
    text = page(quiet()).text
    assert "Nada espera pela SEGER hoje." in text
    assert "0 = 0 + 0 + 0 + 0" in text
    assert "Confere." in text


def test_a_missed_day_is_named_and_covered() -> None:
    """Friday the 1st was a holiday and the weekend is none: only Monday lacked its digest."""
    text = page(busy()).text
    assert "Não houve resumo em 04/05/2026. Este cobre também esse tempo." in text
    assert "Cobre desde 30/04 às 08:15" in text
    assert "faltou" not in page(quiet()).text


def test_the_breaker_the_kill_switch_and_a_frozen_folder_say_what_to_do() -> None:
    text = page(stopped()).text
    assert "disjuntor" in text
    assert "triage rearm" in text
    assert "triage thaw INBOX" in text
    killed = page(replace(busy(), stopped="kill-switch", kill_switch="/var/lib/triage/stop-sending")).text
    assert "apague o arquivo /var/lib/triage/stop-sending" in killed


def test_untrusted_senders_are_counted_at_the_top_with_their_cases() -> None:
    top = page(busy()).text.split("PRECISA DA SEGER")[0]
    assert "Remetente não confirmado  1 caso tem mensagem" in top
    assert "2026-000087" in top
    assert "não confirmado" not in page(quiet()).text


def test_a_case_that_a_person_must_see_is_not_listed_twice_for_the_same_day() -> None:
    doubtful = case(
        7, State.CARRIER_DUE, "1.1", "SEDU", at(1, month=4), review=Review(Doubt.CONTRADICTION, "contradiz")
    )
    made = build_digest(replace(quiet(), open=(doubtful,)), BULLETIN, CALENDAR)
    assert [block.title for block in made.today.blocks] == ["Decidir"]
    assert made.tiles[0].number == 1


def test_an_operator_that_is_late_is_to_be_chased_by_us() -> None:
    slow = case(8, State.WITH_OPERATOR, "2.2", "SEDU", at(2, month=3))
    made = build_digest(replace(quiet(), open=(slow,)), BULLETIN, CALENDAR)
    assert [block.title for block in made.today.blocks] == ["Cobrar: o prazo passou"]
    assert made.today.blocks[0].rows[0].tag.endswith("dias úteis · atrasado")


def test_age_is_counted_in_business_days_from_the_event_that_began_the_waiting() -> None:
    """From Wednesday, over the holiday and the weekend, to Tuesday: Thursday, Monday, Tuesday."""
    made = build_digest(
        replace(quiet(), open=(case(9, State.INCOMPLETE, "1.1", "SEDU", at(29, month=4)),)), BULLETIN, CALENDAR
    )
    assert made.waiting.blocks[0].rows[0].tag == "3 dias úteis"
    assert business_days_between(at(29, month=4), NOW, CALENDAR) == 3


def test_what_waits_is_listed_by_age_and_counted_beyond_what_is_shown() -> None:
    many = tuple(case(n, State.WITH_OPERATOR, "1.7", "SEDU", at(1 + n % 4)) for n in range(1, 61))
    block = build_digest(replace(quiet(), open=many), BULLETIN, CALENDAR, shown=10).waiting.blocks[0]
    assert (block.total, len(block.rows), block.hidden) == (60, 10, 50)
    assert "e mais 50" in page(replace(quiet(), open=many), shown=10).text
    ages = [row.tag for row in build_digest(replace(quiet(), open=many), BULLETIN, CALENDAR).waiting.blocks[0].rows]
    assert ages == sorted(ages, reverse=True)


@pytest.mark.parametrize("state", [state for state in OutboxState if state is not OutboxState.SENT])
@pytest.mark.parametrize("kind", MailKind)
def test_no_state_of_a_mail_is_without_words(state: OutboxState, kind: MailKind) -> None:
    due = case(3, State.CARRIER_DUE, "1.1", "SEDU", at(4))
    facts = replace(quiet(), open=(due,), posts=(post(kind, 3, state, "a@b.example"),))
    assert "None" not in page(facts).text


def test_no_code_of_a_case_is_without_words() -> None:
    assert set(DOUBTS) == set(Doubt)
    assert set(OUTCOMES) == set(Outcome)
    assert set(PARTIES) == set(Party)
    assert set(STATES) == set(State)


@given(groups=GROUPS, share=st.floats(0, 1))
def test_each_message_received_is_in_exactly_one_term_of_the_account(
    groups: dict[tuple[Place, LedgerState, str], int], share: float
) -> None:
    judged = sum(n for (place, state, _), n in groups.items() if place in RECEIVING and state is LedgerState.JUDGED)
    statement = state_account(Accounts(groups, answered=int(judged * share)))
    assert statement.received == sum(n for (place, _, _), n in groups.items() if place in RECEIVING)
    assert statement.received == sum(term.number for term in statement.terms)
    assert all(term.number >= 0 for term in statement.terms)
    for term in statement.terms[1:]:
        told = [int(n) for detail in term.details for n in re.findall(r"^\d+|\d+$", detail.replace(".", ""))]
        assert sum(told) in (0, term.number)


@pytest.mark.parametrize(
    ("ours", "theirs", "words", "alert"),
    [
        (10, 10, "Confere.", False),
        (12, 10, "2 saíram da caixa", False),
        (10, 11, "1 mensagem ainda não foi registrada", True),
        (10, None, "não foi consultada", True),
        (None, None, "não foi consultada", True),
    ],
)
def test_the_ledger_is_compared_with_the_mailbox(ours: int | None, theirs: int | None, words: str, alert: bool) -> None:
    statement = state_account(Accounts({}, in_ledger=ours, on_server=theirs))
    assert words in statement.mailbox
    assert statement.alert is alert


def test_hostile_text_becomes_no_tag_no_link_and_no_image() -> None:
    made = page(hostile())
    found = read(made.html)
    assert set(found.tags) <= OURS
    assert not [name for name, _ in found.attributes if name in ("href", "background") or name.startswith("on")]
    assert {value for name, value in found.attributes if name == "src"} == {"cid:espera", "cid:itens"}
    assert "{{ 7 * 7 }}{% raw %}" in made.text, "as it was written: no template is run"
    for text in (made.text, made.html):
        assert "://" not in text
        assert "www.evil" not in text
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\ud800-\udfff]", text)


@given(st.text(max_size=300), st.integers(5, 200))
def test_inert_text_is_one_short_line_without_anything_to_click_or_to_hide_behind(text: str, limit: int) -> None:
    shown = inert(text, limit)
    assert len(shown) <= limit
    assert "://" not in shown
    assert len(shown.splitlines()) <= 1
    shown.encode("utf-8")  # raises for what no mail could carry


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2.2 Prorrogação – linha (27) 3636-1234", "2.2 Prorrogação – linha (27) 3636-1234"),
        ("\t=1+1", "␉=1+1"),
        ("a\0b", "a␀b"),
        ("fatura\u202efdp.exe", "fatura‹202E›fdp[.]exe"),
        ("veja http://evil.example/x", "veja http[:]//evil[.]example/x"),
        ("CNPJ 27.080.571/0001-30", "CNPJ 27.080.571/0001-30"),
    ],
)
def test_inert_text_stays_readable_and_shows_what_was_hidden(text: str, shown: str) -> None:
    assert inert(text) == shown


def test_the_sheets_hold_every_case_and_say_what_they_leave_out() -> None:
    cases, closed, account = sheets_of(busy(), BULLETIN, CALENDAR, 100)
    assert {row[0] for row in cases.rows} == {one.number for one in busy().open}
    assert {row[0] for row in closed.rows} == {one.number for one in busy().closed}
    assert all(len(row) == len(cases.head) for row in cases.rows)
    assert account.rows[0][:2] == (36, "recebidas")
    shorter, *_ = sheets_of(busy(), BULLETIN, CALENDAR, 4)
    assert len(shorter.rows) == 5
    assert str(shorter.rows[-1][0]).startswith("… e mais 7")


def test_dates_and_lists_in_portuguese() -> None:
    assert long_date(date(2026, 3, 1)) == "domingo, 1 de março de 2026"
    assert long_date(date(2026, 12, 31)) == "quinta-feira, 31 de dezembro de 2026"
    assert [joined(list("abc"[:n])) for n in range(4)] == ["", "a", "a e b", "a, b e c"]
    assert DAY.weekday() == 1
    assert len(HOSTILE[6]) == 1_000_000


def write_golden() -> None:
    for name, facts in DAYS.items():
        made = page(facts())
        (GOLDEN / f"{name}.txt").write_text(f"{made.subject}\n\n{made.text}", encoding="utf-8")
        (GOLDEN / f"{name}.html").write_text(made.html, encoding="utf-8")


if __name__ == "__main__":
    write_golden()
