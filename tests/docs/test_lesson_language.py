"""English pages are English. Chinese pages are Chinese, in the terms of the notes and with Chinese punctuation."""

import re
from pathlib import Path

import pytest

import course_torch
from tests.docs.lessons import PAGES, sentences, text_of

pages = pytest.mark.parametrize("page", PAGES)
CHINESE = "一-鿿"
OTHER_TERMS = {
    "偏置": "偏差",
    "隐藏层": "隐层",
    "学习率": "学习速率",
    "前向传播": "正向传播",
    "反向传递": "反向传播",
    "逻辑回归": "Logistic 回归",
    "代价函数": "成本函数",
    "训练样例": "训练样本",
    "矢量化": "向量化",
    "流程图": "计算流程图",
}
"""A term that the notes do not use -> the term of the notes."""
PACKAGE_TERMS = [term for term in OTHER_TERMS if term != "流程图"]


@pages
def test_an_english_page_has_no_chinese(page: str) -> None:
    assert re.findall(f"[{CHINESE}]+", text_of("en", page)) == []


@pages
def test_a_chinese_page_has_no_english_sentence(page: str) -> None:
    """Names, such as the name of a command, have up to two words in a row."""
    assert re.findall(r"(?:[A-Za-z]{2,}[ ,]+){2,}[A-Za-z]{2,}", sentences(text_of("zh", page))) == []


@pages
def test_chinese_words_have_chinese_punctuation(page: str) -> None:
    assert re.findall(f"[{CHINESE}][,;:!?.]", sentences(text_of("zh", page))) == []


def test_the_package_speaks_in_the_terms_of_the_notes() -> None:
    """The sentences of checker, report and pages stand on lesson pages too."""
    package = Path(course_torch.__file__).parent
    files = [path for path in package.rglob("*") if path.suffix in (".py", ".json") and "site" not in path.parts]
    found = {(path.name, term) for path in files for term in PACKAGE_TERMS if term in path.read_text(encoding="utf-8")}
    assert found == set()


@pages
def test_the_terms_are_those_of_the_notes(page: str) -> None:
    text = sentences(text_of("zh", page)).replace("计算流程图", "")
    assert [term for term in OTHER_TERMS if term in text] == []
