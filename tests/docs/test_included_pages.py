"""Pages of docs/ that both the repository and the site show: both languages have the same parts, in good Chinese."""

import re

import pytest

from tests.docs import lessons
from tests.docs.page import pages_of, prose, tables
from tests.docs.test_lesson_language import CHINESE, OTHER_TERMS

PAGES = ["benchmarks", "gram", "mistakes", "scaling"]
ALL = [*PAGES, "backprop", "configs", "data", "first_run", "notes", "structure", "teaching"]
"""The pages whose parts tests/test_readme.py compares, too."""
pages = pytest.mark.parametrize("page", PAGES)


def both(page: str) -> tuple[str, str]:
    english, chinese = pages_of(page).values()
    return english, chinese


@pages
def test_both_languages_have_the_same_headings_code_and_numbers(page: str) -> None:
    english, chinese = both(page)
    assert lessons.headings(english) == lessons.headings(chinese)
    assert lessons.inline_code(english) == lessons.inline_code(chinese)
    number = r"\d+(?:[.,]\d+)*"
    assert set(re.findall(number, english)) == set(re.findall(number, chinese))


@pages
def test_both_languages_have_the_same_tables(page: str) -> None:
    shapes = [[[len(row) for row in table] for table in tables(text)] for text in both(page)]
    assert shapes[0] == shapes[1]
    assert shapes[0] or page == "gram"


@pages
def test_links_lead_to_the_page_of_the_same_language(page: str) -> None:
    (to_chinese, *english), (to_english, *chinese) = (
        sorted(lessons.links(text), key=lambda link: not link.startswith(page)) for text in both(page)
    )
    assert (to_chinese, to_english) == (f"{page}.zh-CN.md", f"{page}.md")
    assert [link.replace(".zh-CN", "") for link in chinese] == english


@pytest.mark.parametrize("page", ALL)
def test_the_chinese_has_chinese_punctuation_and_the_terms_of_the_notes(page: str) -> None:
    text = lessons.sentences(prose(both(page)[1]))
    assert re.findall(f"[{CHINESE}][,;:!?]|[,;:!?][{CHINESE}]", text) == []
    assert [term for term in OTHER_TERMS if term in text.replace("计算流程图", "")] == []


@pages
def test_the_chinese_has_no_english_sentence(page: str) -> None:
    text = lessons.sentences(re.sub("^    .*$", "", prose(both(page)[1]), flags=re.MULTILINE))
    assert re.findall(r"(?:[A-Za-z]{2,}[ ,]+){2,}[A-Za-z]{2,}", text) == []
