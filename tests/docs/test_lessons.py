"""The texts of lessons and pages: both languages say the same, in good Chinese, and their code runs."""

import re
import runpy
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

import course_torch
from course_torch.commands.main import main
from course_torch.exercises.tasks import CHAPTERS
from course_torch.mistakes.solution import FORMS, solution
from tests.docs import texts
from tests.docs.texts import (
    CHINESE,
    CODE,
    DOCS,
    PAGES,
    SECTIONS,
    STATIONS,
    directives,
    other_names,
    sentences,
    text_of,
    wrong_chinese,
)
from tests.exercises.self_test.changes import mistakes_in

COMMON = [texts.headings, texts.directives, texts.displayed_formulas, texts.inline_formulas, texts.numbers]
COMMON += [texts.inline_code, texts.links]
pages = pytest.mark.parametrize("page", PAGES)


def test_both_trees_have_the_same_pages_and_each_code_file_has_a_page() -> None:
    assert sorted(path.relative_to(DOCS / "zh").as_posix() for path in (DOCS / "zh").rglob("*.md")) == PAGES
    assert [name for name in CODE if name[0].isdigit()] == SECTIONS
    others = {name: "start" if name in STATIONS else "guides" for name in CODE if name not in SECTIONS}
    assert {f"{folder}/{name}.md" for name, folder in others.items()} <= set(PAGES)


@pages
@pytest.mark.parametrize("part", COMMON, ids=lambda part: part.__name__)
def test_both_languages_have_the_same(page: str, part: Callable[[str], object]) -> None:
    assert part(text_of("en", page)) == part(text_of("zh", page))
    assert part(text_of("en", "lessons/2.5.md")), "a part that finds nothing is the same in all pages"


@pages
def test_english_is_english_and_chinese_is_that_of_the_notes(page: str) -> None:
    assert re.findall(f"[{CHINESE}]+", text_of("en", page)) == []
    chinese = text_of("zh", page)
    assert wrong_chinese(sentences(chinese)) == []
    assert [word for word in texts.IN_FORMULAS.values() if f"\\text{{{word}}}" in chinese] == []


def test_wrong_chinese_is_found() -> None:
    text = "损失,成本;偏置 b 是 the bias of units。流程图"
    assert wrong_chinese(text) == ["失,", "本;", "the bias of units", "偏置", "流程图"]


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


@pytest.mark.parametrize("section", SECTIONS)
def test_no_number_that_the_code_computes_is_typed(section: str, language: str) -> None:
    """A decimal number in a sentence is an input, such as 0.5. Numbers of three or more decimals are measured."""
    assert re.findall(r"\d\.\d{3,}", texts.sentences(text_of(language, f"lessons/{section}.md"))) == []


def test_the_package_speaks_in_the_terms_of_the_notes() -> None:
    """The sentences of checker, report and pages stand on lesson pages too."""
    package = Path(course_torch.__file__).parent
    files = [path for path in package.rglob("*") if path.suffix in (".py", ".json") and "site" not in path.parts]
    assert {
        (path.name, term) for path in files for term in other_names.CHINESE if term in path.read_text(encoding="utf-8")
    } == set()


RECORDER = runpy.run_path(str(DOCS / "_ext" / "recorder.py"), run_name="recorder")
SCRIPT = '''"""A lesson."""

# %% first
a = 2
print("a is", a)

# %% numbers
numbers = {"square": a**2}
'''


@pytest.mark.sweep(5)
@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("name", CODE)
def test_a_code_file_runs_as_a_script(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    variables = runpy.run_path(str(DOCS / "code" / f"{name}.py"), run_name="__main__")
    assert variables["numbers"]
    assert capsys.readouterr().out
    kind = "Lesson" if name in SECTIONS else "Station" if name in STATIONS else "Guide"
    assert (DOCS / "code" / f"{name}.py").read_text().startswith(f'"""{kind} {name}: ')


def test_cells_output_and_numbers_are_recorded_and_read(tmp_path: Path) -> None:
    path = tmp_path / "9.9.py"
    path.write_text(SCRIPT)
    record = RECORDER["record"](path)
    assert list(record.cells) == ["first", "numbers"]
    assert record.cells["first"].code == 'a = 2\nprint("a is", a)'
    assert record.cells["first"].output == "a is 2"
    assert record.numbers == {"square": 4}
    RECORDER["write"](tmp_path, tmp_path / "records")
    assert RECORDER["read"](tmp_path / "records" / "9.9.json") == record


def made_on_purpose(chapter: str) -> set[tuple[str, str]]:
    """Function and cause of each mistake that the tests make in a chapter."""
    return {(change[0], change[-1]) for form in FORMS for change in mistakes_in(chapter, *form)}


def quoted(section: str) -> list[list[str]]:
    """Chapter and "function: cause" of each mistake of a lesson."""
    text = text_of("en", f"lessons/{section}.md")
    return [each.split(maxsplit=2)[1:] for each in directives(text) if each.startswith("mistake ")]


@pytest.mark.parametrize("section", SECTIONS)
def test_every_quoted_mistake_is_made_in_the_tests(section: str) -> None:
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
