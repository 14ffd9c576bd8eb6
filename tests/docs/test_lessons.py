"""The texts of lessons, stations and pages: both languages say the same, with right code and right arithmetic."""

import ast
import inspect
import re
import runpy
from collections.abc import Callable
from pathlib import Path
from pkgutil import resolve_name
from textwrap import dedent

import pytest
import torch
from bs4 import BeautifulSoup
from lxml.html import document_fromstring

import course_torch
from course_torch.commands.main import main
from course_torch.exercises.tasks import CHAPTERS
from course_torch.mistakes.solution import FORMS, solution
from tests.docs import texts
from tests.docs.conftest import COMMIT, Open
from tests.docs.texts import CODE, DOCS, PAGES, SECTIONS, STATIONS, directives, module_of_extension, text_of
from tests.docs.widgets.conftest import Widget, value_of
from tests.exercises.self_test.changes import mistakes_in
from tests.support.browser import violations

COMMON = [texts.headings, texts.directives, texts.displayed_formulas, texts.inline_formulas, texts.numbers]
COMMON += [texts.inline_code, texts.links]
pages = pytest.mark.parametrize("page", PAGES)


def test_both_trees_have_the_same_pages_and_each_code_file_has_a_page() -> None:
    assert sorted(path.relative_to(DOCS / "zh").as_posix() for path in (DOCS / "zh").rglob("*.md")) == PAGES
    assert [name for name in CODE if name[0].isdigit()] == SECTIONS
    others = set(CODE) - {*SECTIONS, "index"}  # index.py computes what the start page shows
    assert {f"{'start' if name in STATIONS else 'guides'}/{name}.md" for name in others} <= set(PAGES)


@pages
@pytest.mark.parametrize("part", COMMON, ids=lambda part: part.__name__)
def test_both_languages_have_the_same(page: str, part: Callable[[str], object]) -> None:
    assert part(text_of("en", page)) == part(text_of("zh", page))
    assert part(text_of("en", "lessons/2.5.md")), "a part that finds nothing is the same in all pages"


@pages
def test_english_is_english_and_chinese_is_that_of_the_notes(page: str) -> None:
    assert re.findall(f"[{texts.CHINESE}]+", text_of("en", page)) == []
    chinese = text_of("zh", page)
    assert texts.wrong_chinese(texts.sentences(chinese)) == []
    assert [word for word in texts.IN_FORMULAS.values() if f"\\text{{{word}}}" in chinese] == []


def test_wrong_chinese_is_found() -> None:
    text = "损失,成本;偏置 b 是 the bias of units。流程图"
    assert texts.wrong_chinese(text) == ["失,", "本;", "the bias of units", "偏置", "流程图"]


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
        (path.name, term)
        for path in files
        for term in texts.other_names.CHINESE
        if term in path.read_text(encoding="utf-8")
    } == set()


@pytest.mark.sweep(5)
@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("name", [name for name in CODE if name != "index"])
def test_a_code_file_runs_as_a_script(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    variables = runpy.run_path(str(DOCS / "code" / f"{name}.py"), run_name="__main__")
    assert variables["numbers"]
    assert capsys.readouterr().out
    kind = "Lesson" if name in SECTIONS else "Station" if name in STATIONS else "Guide"
    assert (DOCS / "code" / f"{name}.py").read_text().startswith(f'"""{kind} {name}: ')


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


shown, narrow = module_of_extension("lessons.shown"), module_of_extension("lessons.narrow")
SOURCES = sorted(
    {line.split()[1] for page in PAGES for line in directives(text_of("en", page)) if line.startswith("source ")}
)


def statements(code: str) -> str:
    """The statements of a code, with the words of its docstrings and comments on one line."""
    words = " ".join(part.strip("# ") for line in code.splitlines() if (part := line.strip()).startswith("#"))
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = " ".join(node.value.split())
    return ast.dump(tree) + words


BOX = "div[contains(@class, 'literal-block-wrapper')]"


@pytest.mark.slow
def test_a_source_shows_three_lines_in_the_language_of_the_page_and_folds_the_rest(site: Path, language: str) -> None:
    pages = (document_fromstring((site / language / name).with_suffix(".html").read_bytes()) for name in PAGES)
    boxes = [box for page in pages for box in page.xpath(f"//details[contains(@class, 'folded')]/{BOX}")]
    assert len(boxes) > len(SECTIONS)
    for box in boxes:
        (shown,) = box.getparent().xpath(f"preceding-sibling::{BOX}[1]//pre")
        seen = shown.text_content().rstrip()
        assert len(seen.splitlines()) <= 4, seen
        assert re.search(f"[{texts.CHINESE}]", seen) is None, seen
        assert all(line.strip() in box.text_content() for line in seen.splitlines())


@pytest.mark.slow
@pytest.mark.parametrize("name", SOURCES)
def test_a_box_shows_the_code_of_the_package_in_lines_that_fit(name: str) -> None:
    source = dedent(inspect.getsource(resolve_name(name))).rstrip()
    code = narrow.narrow(source)
    assert statements(code) == statements(source)
    words = {line for line in code.splitlines() if '"""' in line or line.strip().startswith("#")}
    words |= {line for text in re.findall(r'"""(.*?)"""', code, flags=re.DOTALL) for line in text.splitlines()}
    words |= {line for line in code.splitlines() if line.strip().startswith(('f"', '"'))}
    assert [line for line in code.splitlines() if line not in words and len(line) > narrow.WIDTH] == []


stations = pytest.mark.parametrize("station", STATIONS)
SUM = re.compile(r"(?<![\w^_}\\])[-(\d][-+\d. ()*]* = -?[\d.]+(?![\d/^])")
"""Arithmetic with numbers alone, such as 2 * (5 - 3) = 4."""


BACKPROPAGATION = re.compile(r"ackpropagation in about (\d+) minutes|(\d+) 分钟(?:学会|弄懂)反向传播")


def test_the_path_leads_through_all_stations_in_the_minutes_that_it_promises(language: str) -> None:
    text = text_of(language, "index.md")
    readme = texts.both("README")[language == "zh"]
    (promised,) = re.findall(r"(?:about|大约) (\d+) (?:minutes|分钟)", text)
    assert [*map("".join, BACKPROPAGATION.findall(readme))] == [promised] * 2
    path = re.findall(r"^\d\. \[.+?\]\(start/(\w+)\.md\)\W*(\d+)", text, re.MULTILINE)
    assert [name for name, _ in path] == STATIONS
    assert round(sum(int(minutes) for _, minutes in path), -1) == int(promised)


@stations
def test_a_station_has_something_to_move_and_to_answer_and_leads_on(station: str, language: str) -> None:
    text = text_of(language, f"start/{station}.md")
    names = [directive.split()[0] for directive in directives(text)]
    last = station == STATIONS[-1]
    assert names.count("predict") >= (1 if last else 2)
    assert {"widget", "networks", "exercise"} & set(names)
    if not last:
        assert f"({STATIONS[STATIONS.index(station) + 1]}.md)" in text.split("\n(")[-1]


@stations
def test_the_arithmetic_of_the_text_is_right(station: str) -> None:
    text = text_of("en", f"start/{station}.md").replace(r"\cdot", "*").replace("&", "")
    text = re.sub(r"\\underbrace\{([^}]+)\}_\{z_\d\}", r"\1", text)
    found = [sum_ for sum_ in SUM.findall(text) if re.search(r"[*+]|\d - ", sum_)]
    assert len(found) >= {"trace": 0, "write": 0}.get(station, 1)
    for sum_ in found:
        left, right = sum_.split(" = ")
        assert eval(left) == pytest.approx(float(right)), sum_


def test_wrong_arithmetic_is_found() -> None:
    assert SUM.findall("z: 2 * (5 - 3) = 5, and a = 3") == ["2 * (5 - 3) = 5"]


@pytest.mark.usefixtures("float64")
def test_the_slopes_of_the_small_network_are_those_of_autograd() -> None:
    numbers = runpy.run_path(str(DOCS / "code" / "backward.py"))["numbers"]
    W, b = ([torch.tensor(numbers[f"{name}{l}"], requires_grad=True) for l in (1, 2, 3)] for name in "Wb")
    A1 = torch.relu(torch.tensor(numbers["X"]) @ W[0].T + b[0])
    A1.retain_grad()
    A2 = torch.relu(A1 @ W[1].T + b[1])
    A3 = torch.sigmoid(A2 @ W[2].T + b[2])
    (-torch.log(A3)).sum().backward()
    for l in (1, 2, 3):
        assert b[l - 1].grad.tolist() == numbers[f"dZ{l}"]
    assert A1.grad.tolist() == numbers["dA1"]
    assert W[0].grad[0, 0].item() == pytest.approx(numbers["measured"], abs=2e-4)
    steepest = max(torch.cat([each.grad.flatten() for each in (*W, *b)]).tolist(), key=abs)
    assert W[0].grad[1, 0].item() == steepest == -2
    assert [A.tolist() for A in (A1, A2, A3)] == [numbers[f"A{l}"] for l in (1, 2, 3)]


def test_the_ball_walks_by_gradient_descent(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/start/slope.html", width=390)
    still, hill = (Widget(page, f"hill:has([name=hill-{part}])") for part in ("slope", "steps"))
    still.press("[name=hill-slope]", "Home", *["ArrowRight"] * 4)
    assert (still.value("w"), still.value("J"), still.value("dw")) == (1, 4, -4)
    assert still.all("button") == []
    for alpha, w in (("0.1", 0.0), ("1.1", 1.5)):
        hill.press("[name=hill-steps]", "Home", *["ArrowRight"] * int(2 * w + 2))
        hill.pick("[name=hill-rate]:checked", alpha)
        for step in range(3):
            assert hill.value("step") == step
            assert (hill.value("w"), hill.value("dw")) == pytest.approx((w, 2 * (w - 3)), abs=0.005)
            before = hill.places(".ball")[0]
            w -= float(alpha) * 2 * (w - 3)
            hill.press(".next")
            left, right = hill.text(".arithmetic").removeprefix("w := ").split(" = ")
            assert value_of(left) == pytest.approx(value_of(right), abs=0.02)
            assert hill.value("J") == pytest.approx((w - 3) ** 2, abs=0.005)
            moved = (hill.places(".ball")[0] - before) / 390 * 8.8  # in units of w
            assert moved == pytest.approx(hill.value("w") - value_of(left.split(" − ")[0]), abs=0.02)
        hill.press(".again")
        assert (hill.value("step"), hill.text(".arithmetic")) == (0, "")
    hill.press("[name=hill-steps]", "Home")
    for _ in range(3):
        hill.press(".next")
    assert hill.find(".outside").is_visible()


def test_four_friends_pay_44_and_a_nudge_measures_12(open_page: Open, language: str) -> None:
    graph = Widget(open_page(f"{language}/start/graph.html"), "computation-graph")
    graph.press(".all")
    assert graph.find("[data-node=J]").text_content() == "J = 4 · v44dJ = 1"
    assert "dv = dJ · 4 = 1 · 4 = 4" in graph.text(".passes")
    graph.press("[name=graph-nudged]:checked", *["ArrowRight"] * 3)
    assert graph.text(".measured") == "J: 44 → 44.012, 0.012 / 0.001 = 12"


def test_the_start_page_says_which_stations_were_read(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/start/slope.html")
    page.evaluate(COMMIT)
    page.locator("article section").last.scroll_into_view_if_needed()
    page.wait_for_function("Object.keys(localStorage).some((key) => key.startsWith('course-torch/read/'))")
    page.goto(page.url.replace("start/slope", "index"))
    page.wait_for_selector(".path .done:not(:empty)")
    words = page.locator(".path li").all_inner_texts()
    assert ["✓" in each for each in words] == [True, *[False] * 6]


def test_the_links_of_the_station_move_its_frame_or_open_the_trace_in_its_language(
    open_page: Open, language: str
) -> None:
    page = open_page(f"{language}/start/trace.html")
    page.evaluate(COMMIT)  # an answer of a prediction has links too
    inside = page.frame_locator("trace-frame iframe")
    formulas = re.findall(r'#step-(\d+)" target="twelve">[^`]+`([^`]+)`', text_of(language, "start/trace.md"))
    assert len(formulas) == 4
    for step, formula in formulas:
        page.click(f"article a[href$='#step-{step}']")
        inside.locator("#heading").get_by_text(re.compile(rf"\b{step}\b|第 {step} 步")).wait_for()
        assert formula.replace("_", "") in inside.locator("#step").inner_text()  # "_" sets the index low
        page.wait_for_function("() => Math.abs(document.querySelector('trace-frame').getBoundingClientRect().y) < 300")
    page.click("article a[href='steps.html#step-85']")
    page.wait_for_selector("#step table")
    assert "J = (1/m) Σi Li" in page.locator("#step").inner_text()
    assert page.get_attribute("html", "lang") == {"en": "en", "zh": "zh-CN"}[language]


def test_the_station_shows_twelve_steps_of_the_trace_in_a_frame(open_page: Open, language: str) -> None:
    """The frame has the height of its step, also on a phone, and the theme of the station."""
    listed = [1, 2, 4, 7, 9, 11, 13, 16, 18, 24, 29, 32]
    page = open_page(f"{language}/start/trace.html")
    inside, box = page.frame_locator("trace-frame iframe"), page.locator("trace-frame iframe")
    inside.locator("#count").get_by_text({"en": "1 of 12", "zh": "第 1 个，共 12 个"}[language]).wait_for()
    assert not any(inside.locator(each).is_visible() for each in ("header", "#steps", "#jump", "#step > details"))
    for number in listed:
        assert re.findall(r"\d+", inside.locator("#heading").inner_text())[0] == str(number)
        inside.locator("#forward").press("Enter")
    assert inside.locator("#forward").get_attribute("aria-disabled") == "true"
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")
        height = inside.locator("main").evaluate("each => each.offsetHeight")
        box.and_(page.locator(f"[style*='{height}px']")).wait_for()
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    inside.locator("css=:root[data-theme=dark]").wait_for()
    page.goto(page.url.replace("trace.html", str(box.get_attribute("src"))))
    assert violations(page) == []
