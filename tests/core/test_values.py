"""The quick ways beside the library's own: they must come to the same."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.builders import arrival, new_case, opening
from triage.core.arrival import _WORD, _words
from triage.core.values import replace

VALUES = (new_case(), arrival(1), opening(), opening().changes[0], opening().mails[0])


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_changed_value_is_what_the_library_makes_of_it(value: object) -> None:
    for field in dataclasses.fields(value):  # type: ignore[arg-type]
        changed = {field.name: "something else"}
        assert replace(value, **changed) == dataclasses.replace(value, **changed)  # type: ignore[type-var]
    assert replace(value) == value  # type: ignore[type-var]
    with pytest.raises(TypeError):
        replace(value, nothing=1)  # type: ignore[type-var]


@given(st.text(st.characters(max_codepoint=127)) | st.text())
def test_words_are_the_same_by_either_way(text: str) -> None:
    assert _words(text) == " ".join(_WORD.findall(text))
