"""docs/mistakes.md and its Chinese version are what tools/build_mistakes_page.py writes."""

import re

import pytest

from course_torch.language import LANGUAGES, Language
from course_torch.mistakes import RECORDS
from tools.build_mistakes_page import PAGES, measured, page

languages = pytest.mark.parametrize("language", LANGUAGES)


def text_of(language: Language) -> str:
    return PAGES[language].read_text(encoding="utf-8")


def counts_on(text: str) -> list[tuple[int, ...]]:
    """The rows of the table, without their names."""
    rows = re.findall(r"^\| [^|]+((?:\| \d+ )+)\|$", text, flags=re.MULTILINE)
    return [tuple(map(int, re.findall(r"\d+", row))) for row in rows]


@languages
def test_the_page_is_the_text_of_its_tool_for_the_counts_on_it(language: Language) -> None:
    text = text_of(language)
    assert text == page(counts_on(text), language)


@languages
def test_the_page_shows_every_record_once(language: Language) -> None:
    keys = re.findall(r"^`([^`]+)`.*[.。?？]$", text_of(language), flags=re.MULTILINE)
    assert sorted(keys) == sorted(record.key for record in RECORDS)


def test_an_edit_is_shown_as_the_right_and_the_wrong_formula() -> None:
    """Of `1 left out`, made in two activations; and an epsilon in the loss has more ways than the page shows."""
    text = text_of("en")
    assert (
        "`1 left out` (notes 2.4): the 1 is left out: tanh has 1 - A², sigmoid has A (1 - A).\n\n"
        "```diff\n- dZ = dA * (1 - A**2)  # tanh\n+ dZ = dA * A**2\n"
        "- dZ = dA * A * (1 - A)  # sigmoid\n+ dZ = dA * A * A\n```\n"
    ) in text
    assert "\n+ …\n" in text


def test_an_edit_of_a_function_is_shown_with_the_name_of_the_function() -> None:
    assert (
        "`+ for - in W` (notes 2.5): the weights go uphill: subtract α dW.\n\n"
        "```diff\n@@ update_parameters @@\n"
        '- new[f"W{l}"] = parameters[f"W{l}"] - learning_rate * grads[f"dW{l}"]\n'
        '+ new[f"W{l}"] = parameters[f"W{l}"] + learning_rate * grads[f"dW{l}"]\n```\n'
    ) in text_of("en")


@languages
def test_no_placeholder_of_a_sentence_is_left(language: Language) -> None:
    prose = re.sub(r"```.*?```", "", text_of(language), flags=re.DOTALL)
    assert re.findall(r"\S*\{\w*", prose) == ['f"W{l']  # what a learner should write


def test_both_languages_have_the_same_counts_and_none_misleads() -> None:
    english, chinese = (counts_on(text_of(language)) for language in LANGUAGES)
    assert english == chinese
    recorded, others = english
    assert [row[-1] for row in english] == [0, 0]
    assert recorded[1] == recorded[2] == recorded[3] == recorded[4] + recorded[5]
    assert recorded[0] + others[0] >= 60
    assert others[4] == 0


@pytest.mark.slow
def test_the_counts_on_the_page_are_those_of_the_hold_out_mistakes() -> None:
    """Another processor rounds otherwise, which may change the name of a few runs."""
    for row, on_page in zip(measured(), counts_on(text_of("en")), strict=True):
        assert row[:2] == on_page[:2]
        assert max(abs(a - b) for a, b in zip(row, on_page, strict=True)) <= 3
