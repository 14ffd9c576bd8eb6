"""Both languages of a page have the same structure, formulas, numbers, code and links."""

import re
from collections.abc import Callable

import pytest

from tests.docs import lessons
from tests.docs.lessons import CODE, DOCS, PAGES, SECTIONS, text_of

COMMON: list[Callable[[str], object]] = [
    lessons.headings,
    lessons.directives,
    lessons.displayed_formulas,
    lessons.inline_formulas,
    lessons.numbers,
    lessons.inline_code,
    lessons.links,
]
pages = pytest.mark.parametrize("page", PAGES)


def test_both_trees_have_the_same_pages() -> None:
    assert sorted(path.relative_to(DOCS / "zh").as_posix() for path in (DOCS / "zh").rglob("*.md")) == PAGES


def test_every_lesson_has_a_code_file() -> None:
    assert [name for name in CODE if name[0].isdigit()] == SECTIONS


def test_every_other_code_file_belongs_to_a_guide() -> None:
    guides = {name for name in CODE if name not in SECTIONS}
    assert {f"guides/{name}.md" for name in guides} <= set(PAGES)


@pages
@pytest.mark.parametrize("part", COMMON, ids=lambda part: part.__name__)
def test_both_languages_have_the_same(page: str, part: Callable[[str], object]) -> None:
    assert part(text_of("en", page)) == part(text_of("zh", page))


@pytest.mark.parametrize("part", COMMON, ids=lambda part: part.__name__)
def test_a_lesson_has_each_kind_of_part(part: Callable[[str], object]) -> None:
    """An extraction that finds nothing would make every pair of pages equal."""
    assert part(text_of("en", "lessons/2.5.md"))


@pytest.mark.parametrize(
    ("found", "changed"),
    [
        ("(2.5-idea)=", "(2.5-thought)="),
        ("## The idea", "### The idea"),
        ("{widget} six-equations", "{widget} loss"),
        (":only: code", ":only: output"),
        (r"dW^{[1]} &= \tfrac1m\, dZ^{[1]\top} X", r"dW^{[1]} &= \tfrac1m\, dZ^{[1]\top} A"),
        (r"$g'(z) = 1 - a^2$", r"$g'(z) = 1 - a$"),
        ("{n}`after|.4f`", "{n}`before|.4f`"),
        ("`dW2 = A1.T @ dZ2 / m`", "`dW2 = A1.T @ dZ2`"),
        ("(1.2.md)", "(2.5.md)"),
    ],
)
def test_a_change_in_one_language_is_noticed(found: str, changed: str) -> None:
    english, chinese = text_of("en", "lessons/2.5.md"), text_of("zh", "lessons/2.5.md")
    assert found in english
    other = english.replace(found, changed, 1)
    assert any(part(other) != part(chinese) for part in COMMON)


@pytest.mark.parametrize("section", SECTIONS)
def test_a_lesson_has_every_part_that_a_lesson_needs(section: str) -> None:
    text = text_of("en", f"lessons/{section}.md")
    labels = [label.removeprefix(f"{section}-") for label, _ in lessons.headings(text)]
    names = [directive.split()[0] for directive in lessons.directives(text)]
    assert labels[:3] == ["", "question", "idea"]
    assert {"formula", "numbers", "mistakes", "exercise", "self-test", "course"} <= set(labels)
    assert names.count("predict") >= 2
    assert names.count("solution") == 2
    assert {"source", "cell", "mistake", "exercise", "widget"} <= set(names)
    assert "Week " in text


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("section", SECTIONS)
def test_no_number_that_the_code_computes_is_typed(section: str, language: str) -> None:
    """A decimal number in a sentence is an input, such as 0.5. Numbers of three or more decimals are measured."""
    assert re.findall(r"\d\.\d{3,}", lessons.sentences(text_of(language, f"lessons/{section}.md"))) == []


@pages
def test_a_word_in_a_formula_is_translated(page: str) -> None:
    text = text_of("zh", page)
    assert [word for word in lessons.IN_FORMULAS.values() if f"\\text{{{word}}}" in text] == []
