"""A message always has the same features, whatever the memo holds; hostile text costs no more than its length."""

import re
import time

import numpy as np
import pytest

from tests.learn.story import bulletin, mail
from triage.core.message import Attachment, Body
from triage.learn import facts, words
from triage.learn.concepts import ideas_of
from triage.learn.facts import facts_of, recipients_of
from triage.learn.features import SPACE, Extractor
from triage.learn.ideas import course
from triage.learn.phrases import Phrases
from triage.learn.rendering import TRAINING_POLICY
from triage.learn.words import WordMemo, sentences

LETTER = "Prezados, solicito o desbloqueio do ramal (27) 3636-1234, pois o prédio reabriu.\n\nAtt.\nAna Prado"


def extract(text: str, memo: WordMemo | None = None) -> tuple[np.ndarray, np.ndarray]:
    found = Extractor(bulletin(), TRAINING_POLICY, Phrases(memo))(mail(text))
    return found.slots, found.values


def test_features_do_not_depend_on_the_memo() -> None:
    used = WordMemo()
    extract("outras palavras que vieram antes", used)
    for memo in (None, WordMemo(0), WordMemo(3), used):
        slots, values = extract(LETTER, memo)
        np.testing.assert_array_equal(slots, extract(LETTER)[0])
        np.testing.assert_array_equal(values, extract(LETTER)[1])


def test_the_memo_is_bounded() -> None:
    memo = WordMemo(10)
    for number in range(1_000):
        memo(f"palavra{number}")
    assert len(memo._words) <= 10


def test_sentences_met_before_are_the_same_in_other_company() -> None:
    phrases = Phrases(WordMemo(60))
    for text in (LETTER, f"Bom dia.\n{LETTER}", "Bom dia.\n\nBom dia.", LETTER):
        used, fresh = (Extractor(bulletin(), TRAINING_POLICY, memo)(mail(text)) for memo in (phrases, None))
        np.testing.assert_array_equal(used.slots, fresh.slots)
        np.testing.assert_array_equal(used.values, fresh.values)
    assert 0 < len(phrases._sentences) <= 60 // 12


def test_slots_lie_in_the_space_and_values_are_no_larger_than_one() -> None:
    slots, values = extract(LETTER)
    assert slots.min() >= 0
    assert slots.max() < SPACE
    assert values.max() <= 1


def test_an_empty_message_has_features_too() -> None:
    assert len(extract("")[0]) > 0


def test_accents_and_case_make_no_difference() -> None:
    assert sentences("INSTALAÇÃO de Circuitos", 100) == sentences("instalacao de circuitos", 100)


def test_sentences_end_at_marks_and_keep_the_question() -> None:
    assert sentences("Foi feito? Sim. Dia 12/06, 9h.", 100) == [
        ("foi", "feito", "?"),
        ("sim",),
        ("dia", "#date", "#hour"),
    ]


def test_sentences_run_over_the_end_of_a_line_but_not_over_a_blank_one() -> None:
    assert sentences("peço a\ninstalação\n \t\nda linha\n          \nnova\n--\n", 100) == [
        ("peco", "a", "instalacao"),
        ("da", "linha", "nova"),
    ]


def test_one_word_may_stand_for_several_ideas() -> None:
    assert {"cancel", "done"} <= set(ideas_of("encerrado"))


def test_what_is_left_open_changes_the_course_of_a_text() -> None:
    phrases = Phrases()
    done, nearly = (
        set(course([row for sentence in text for row in sentence.course]).tolist())
        for text in phrases.all(
            phrases.tokens(text, 200)
            for text in ("As linhas foram instaladas.", "As linhas foram instaladas. Falta uma.")
        )
    )
    assert nearly - done
    assert done - nearly


def test_facts_tell_sender_thread_form_and_designation() -> None:
    message = mail(
        LETTER,
        "RES: Desbloqueio",
        in_reply_to=("<a@b>",),
        body=Body("ok", 2, "De: Telefonia SEGER <telefonia@seger.es.gov.br>\nFaltou o CNPJ"),
        attachments=(Attachment("Folhinha Voice-Net.xlsx", "", 0),),
    )
    found = set(facts_of(message, bulletin(), TRAINING_POLICY))
    assert {"from:organ", "from:organ:reply", "quoted:seger", "attached:form", "subject:1.6"} <= found
    assert {"to:persofixa", "to:operator"} == set(recipients_of(message, TRAINING_POLICY))


def test_a_machine_is_told_by_its_signs() -> None:
    message = mail(
        "Estou de férias.", "Resposta automática: Desbloqueio", headers=(("auto-submitted", "auto-replied"),)
    )
    assert "from:organ:machine" in facts_of(message, bulletin(), TRAINING_POLICY)


PATTERNS = {
    f"{name} {number}": pattern
    for module in (facts, words)
    for name, value in vars(module).items()
    for number, pattern in enumerate(value if isinstance(value, tuple) else (value,))
    if isinstance(pattern, re.Pattern)
} | {f"shape {name}": pattern for pattern, name in words._SHAPES}


@pytest.mark.parametrize("name", sorted(PATTERNS))
@pytest.mark.parametrize("filling", ["a", "1", "1.", "12/", "a@", " ", "\n>", "de: \n", "R$ 1", "em "])
def test_every_pattern_is_linear(name: str, filling: str) -> None:
    """100 KB of what a pattern likes best takes well under a second (D11)."""
    text = filling * (100_000 // len(filling))
    begin = time.perf_counter()
    PATTERNS[name].findall(text)
    assert time.perf_counter() - begin < 0.5


@pytest.mark.parametrize(
    "filling", ["cancelar linha ", "a", "a" * 39 + " ", "?", "não ", "x. ", "foi concluido mas falta "]
)
def test_a_hundred_kilobytes_cost_no_more_than_what_is_read_of_them(filling: str) -> None:
    text = filling * (100_000 // len(filling))
    extractor = Extractor(bulletin(), TRAINING_POLICY)
    message = mail(text, text, body=Body(text, 50_000, text))
    begin = time.perf_counter()
    extractor(message)
    assert time.perf_counter() - begin < 1.0
