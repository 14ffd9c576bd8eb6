"""The page of `course-torch grade --html` in a real browser: both languages, light and dark, wide and on a phone."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from course_torch import lessons
from course_torch.exercises.grade.answers import addresses_of
from course_torch.exercises.grade.grading import Grade
from course_torch.exercises.grade.page import class_page
from course_torch.exercises.judge.verdicts import State
from course_torch.exercises.tasks import CHAPTERS
from course_torch.language import Language, Text
from tests.support.browser import assert_readable
from tests.support.fixture_types import Monkeypatch

if TYPE_CHECKING:
    from playwright.sync_api import Page

OpenPage = Callable[..., "Page"]
SCRIPT = "</td><script>document.title = 'taken'</script><img src=x onerror=\"document.title = 'taken'\">"
FILES = (f"anna/{SCRIPT}.py".replace("/t", "t").replace("/s", "s"), "bo/deep.py", f"{'cy' * 40}/deep.py")


def graded(file: str, *wrong: str, cause: str = "") -> Grade:
    states: dict[str, State] = {
        task.name: "wrong" if task.name in wrong else "right" for task in CHAPTERS["deep"].tasks
    }
    states["train"] = "missing"
    return Grade(file, "0" * 64, "deep", states, next(iter(wrong), ""), ("no 1/m",) if wrong else (), cause)


def page_in(language: Language = "en") -> str:
    grades = [
        graded(FILES[0], "relu", cause=SCRIPT),
        graded(FILES[1], "linear_backward", "relu", cause="1/m is missing"),
        graded(FILES[2]),
    ]
    notes = [Text("mean 3 of 15 points", "平均 3 分，满分 15"), Text(SCRIPT, SCRIPT)]
    return class_page("deep", grades, notes, language, addresses_of(Path("feedback"), FILES[:2], Path("class.html")))


def test_a_cause_leads_to_the_playground_if_the_site_is_built(tmp_path: Path, monkeypatch: Monkeypatch) -> None:
    address = "playground.html?language=zh#mistake=no+1%2Fm+in+dW"
    for site, count in ((tmp_path / "none", 0), (tmp_path, 1)):
        monkeypatch.setattr(lessons, "SITE", site)
        assert page_in("zh").count(f'<a href="{site.as_uri()}/{address}">看它怎样训练</a>') == count


@pytest.mark.browser
def test_everybody_can_read_the_page(open_html: OpenPage) -> None:
    assert_readable(page_in, open_html)


@pytest.mark.browser
def test_on_a_phone_the_names_stay_and_leave_room_for_the_functions(open_html: OpenPage) -> None:
    page = open_html(page_in(), width=390)
    table = page.get_by_role("group", name="The files")
    table.evaluate("(box) => { box.scrollLeft = 300; }")
    boxes = [name.bounding_box() for name in table.locator("tbody th").all()]
    assert all(box["x"] >= 0 and 100 < box["width"] < 260 for box in boxes)


@pytest.mark.browser
def test_a_name_a_file_and_a_cause_are_text_and_no_script(open_html: OpenPage) -> None:
    page = open_html(page_in())
    assert page.title() == "Chapter deep: the class"
    assert page.locator("script, img").count() == 0
    assert page.get_by_role("rowheader", name=FILES[0], exact=True).count() == 1
    assert page.locator("td.cause", has_text=SCRIPT).count() == 2, "in the causes and in the row of the file"
    assert page.get_by_role("link", name=FILES[0]).get_attribute("href").startswith("feedback/anna/%3C")
    assert page.get_by_role("link", name=FILES[1]).get_attribute("href") == "feedback/bo/deep.py.txt"


@pytest.mark.browser
def test_a_row_says_points_and_states_in_words(open_html: OpenPage) -> None:
    page = open_html(page_in())
    row = page.get_by_role("group", name="The files").get_by_role("row").filter(has_text=FILES[1])
    assert row.locator("td").first.inner_text() == "12 of 15"
    assert row.locator("td span.unseen").all_text_contents().count("wrong") == 2
    assert row.locator("td").last.inner_text() == "linear_backward: 1/m is missing"
    (bar,) = page.get_by_role("meter", name="relu", exact=True).all()[:1]
    assert [bar.evaluate(f"(meter) => meter.{part}") for part in ("value", "max")] == [1, 3]


@pytest.mark.browser
def test_a_page_in_chinese(open_html: OpenPage) -> None:
    page = open_html(page_in("zh"))
    assert page.evaluate("() => document.documentElement.lang") == "zh-CN"
    assert [heading.inner_text() for heading in page.locator("h2").all()] == [
        "每个函数有多少个文件正确",
        "一个文件的第一个错误",
        "文件",
    ]
