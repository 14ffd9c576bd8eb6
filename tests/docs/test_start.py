"""The hour from nothing: its path, what each station has, its arithmetic, and its progress on the start page."""

import re
import runpy

import pytest
import torch

from tests.docs.conftest import COMMIT, Open
from tests.docs.texts import DOCS, STATIONS, directives, text_of
from tests.docs.widgets.conftest import Widget, value_of

stations = pytest.mark.parametrize("station", STATIONS)
SUM = re.compile(r"(?<![\w^_}\\])[-(\d][-+\d. ()*]* = -?[\d.]+(?![\d/^])")
"""Arithmetic with numbers alone, such as 2 * (5 - 3) = 4."""


def test_the_path_leads_through_all_stations_in_the_minutes_that_it_promises(language: str) -> None:
    text = text_of(language, "index.md")
    (promised,) = re.findall(r"(?:about|大约) (\d+) (?:minutes|分钟)", text)
    path = re.findall(r"^\d\. \[.+?\]\(start/(\w+)\.md\)\W*(\d+)", text, re.MULTILINE)
    assert [name for name, _ in path] == STATIONS
    assert sum(int(minutes) for _, minutes in path) == int(promised)


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


def test_the_trace_of_the_site_opens_in_its_language(open_page: Open, language: str) -> None:
    page = open_page(f"{language}/start/trace.html")
    text = text_of(language, "start/trace.md")
    formulas = dict(re.findall(r'#step-(\d+)">[^`]+`([^`]+)`', text))
    formulas |= dict.fromkeys(re.findall(r'#step-(\d+)">\d+<', text), "J = (1/m) Σ_i L_i")
    assert len(formulas) == 7
    for step, formula in formulas.items():
        page.goto(page.url.rpartition("/")[0] + "/trace.html")
        page.evaluate(COMMIT)  # an answer of a prediction has links too
        page.click(f"article a[href='steps.html#step-{step}']")
        page.wait_for_selector("#step table")
        assert formula.replace("_", "") in page.locator("#step").inner_text()  # "_" sets the index low
    assert page.get_attribute("html", "lang") == {"en": "en", "zh": "zh-CN"}[language]
