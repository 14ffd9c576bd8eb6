"""The texts of lessons and pages: both languages say the same, in good Chinese, and their code runs."""

import re
import runpy
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

import course_torch
from course_torch.commands.main import main
from course_torch.exercises.chapters import CHAPTERS
from course_torch.exercises.self_test.scoring import mistakes_in
from course_torch.mistakes.solution import FORMS, solution
from tests.docs import texts
from tests.docs.texts import CODE, DOCS, PAGES, SECTIONS, directives, pages_of, prose, sentences, tables, text_of

COMMON: list[Callable[[str], object]] = [
    texts.headings,
    texts.directives,
    texts.displayed_formulas,
    texts.inline_formulas,
    texts.numbers,
    texts.inline_code,
    texts.links,
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
    labels = [label.removeprefix(f"{section}-") for label, _ in texts.headings(text)]
    names = [directive.split()[0] for directive in texts.directives(text)]
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
    assert re.findall(r"\d\.\d{3,}", texts.sentences(text_of(language, f"lessons/{section}.md"))) == []


@pages
def test_a_word_in_a_formula_is_translated(page: str) -> None:
    text = text_of("zh", page)
    assert [word for word in texts.IN_FORMULAS.values() if f"\\text{{{word}}}" in text] == []


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
def test_a_page_has_the_terms_of_the_notes(page: str) -> None:
    text = sentences(text_of("zh", page)).replace("计算流程图", "")
    assert [term for term in OTHER_TERMS if term in text] == []


INCLUDED = ["benchmarks", "gram", "mistakes", "scaling"]
ALL = [*INCLUDED, "backprop", "configs", "data", "first_run", "notes", "structure", "teaching"]
"""The included whose parts tests/test_readme.py compares, too."""
included = pytest.mark.parametrize("page", INCLUDED)


def both(page: str) -> tuple[str, str]:
    english, chinese = pages_of(page).values()
    return english, chinese


@included
def test_both_languages_have_the_same_headings_code_and_numbers(page: str) -> None:
    english, chinese = both(page)
    assert texts.headings(english) == texts.headings(chinese)
    assert texts.inline_code(english) == texts.inline_code(chinese)
    number = r"\d+(?:[.,]\d+)*"
    assert set(re.findall(number, english)) == set(re.findall(number, chinese))


@included
def test_both_languages_have_the_same_tables(page: str) -> None:
    shapes = [[[len(row) for row in table] for table in tables(text)] for text in both(page)]
    assert shapes[0] == shapes[1]
    assert shapes[0] or page == "gram"


@included
def test_links_lead_to_the_page_of_the_same_language(page: str) -> None:
    (to_chinese, *english), (to_english, *chinese) = (
        sorted(texts.links(text), key=lambda link: not link.startswith(page)) for text in both(page)
    )
    assert (to_chinese, to_english) == (f"{page}.zh-CN.md", f"{page}.md")
    assert [link.replace(".zh-CN", "") for link in chinese] == english


@pytest.mark.parametrize("page", ALL)
def test_the_chinese_has_chinese_punctuation_and_the_terms_of_the_notes(page: str) -> None:
    text = texts.sentences(prose(both(page)[1]))
    assert re.findall(f"[{CHINESE}][,;:!?]|[,;:!?][{CHINESE}]", text) == []
    assert [term for term in OTHER_TERMS if term in text.replace("计算流程图", "")] == []


@included
def test_an_included_page_has_no_english_sentence_in_chinese(page: str) -> None:
    text = texts.sentences(re.sub("^    .*$", "", prose(both(page)[1]), flags=re.MULTILINE))
    assert re.findall(r"(?:[A-Za-z]{2,}[ ,]+){2,}[A-Za-z]{2,}", text) == []


RECORDER = runpy.run_path(str(DOCS / "_ext" / "recorder.py"), run_name="recorder")
SCRIPT = '''"""A lesson."""

# %% first
a = 2
print("a is", a)

# %% numbers
numbers = {"square": a**2}
'''


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("name", CODE)
def test_a_code_file_runs_as_a_script(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    variables = runpy.run_path(str(DOCS / "code" / f"{name}.py"), run_name="__main__")
    assert variables["numbers"]
    assert capsys.readouterr().out


@pytest.mark.parametrize("name", CODE)
def test_a_code_file_starts_with_what_it_is_about(name: str) -> None:
    kind = "Lesson" if name in SECTIONS else "Guide"
    assert (DOCS / "code" / f"{name}.py").read_text().startswith(f'"""{kind} {name}: ')


def test_cells_output_and_numbers_are_recorded(tmp_path: Path) -> None:
    path = tmp_path / "9.9.py"
    path.write_text(SCRIPT)
    record = RECORDER["record"](path)
    assert list(record.cells) == ["first", "numbers"]
    assert record.cells["first"].code == 'a = 2\nprint("a is", a)'
    assert record.cells["first"].output == "a is 2"
    assert record.numbers == {"square": 4}


def test_a_record_survives_its_file(tmp_path: Path) -> None:
    (tmp_path / "9.9.py").write_text(SCRIPT)
    RECORDER["write"](tmp_path, tmp_path / "records")
    assert RECORDER["read"](tmp_path / "records" / "9.9.json") == RECORDER["record"](tmp_path / "9.9.py")


def made_on_purpose(chapter: str) -> set[tuple[str, str]]:
    """Function and cause of each mistake of a chapter's self-test."""
    return {(change[0], change[-1]) for form in FORMS for change in mistakes_in(chapter, *form)}


def quoted(section: str) -> list[list[str]]:
    """Chapter and "function: cause" of each mistake of a lesson."""
    text = text_of("en", f"lessons/{section}.md")
    return [each.split(maxsplit=2)[1:] for each in directives(text) if each.startswith("mistake ")]


@pytest.mark.parametrize("section", SECTIONS)
def test_every_quoted_mistake_is_in_the_self_test(section: str) -> None:
    mistakes = quoted(section)
    assert len(mistakes) >= 2
    for chapter, mistake in mistakes:
        function, _, key = mistake.partition(": ")
        assert chapter in CHAPTERS
        assert (function, key) in made_on_purpose(chapter), mistake


@pytest.mark.parametrize(
    ("section", "chapter", "right", "wrong"),
    [("1.7", "tensors", "v.reshape(-1, 1)", "v.T"), ("2.5", "shallow", "dW1 = dZ1.T @ X / m", "dW1 = dZ1.T @ X")],
)
def test_the_quotes_are_the_words_of_the_command(
    section: str,
    chapter: str,
    right: str,
    wrong: str,
    site: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = solution(chapter, "numpy", "rows")
    assert text.count(right) == 1
    monkeypatch.chdir(tmp_path)
    Path(f"{chapter}.py").write_text(text.replace(right, wrong), encoding="utf-8")
    assert main(["check", f"{chapter}.py"]) == 1
    (said,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("Probably: "))
    page = BeautifulSoup((site / f"en/lessons/{section}.html").read_text(encoding="utf-8"), "html.parser")
    assert said in [each.get_text() for each in page.select(".mistake > p:last-child > span")]
