"""The gradient report: its page in a real browser, in both languages, light and dark, and its table in a terminal."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from rich.console import Console

from course_torch import lessons
from course_torch.language import Language
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.propagation import TensorName
from course_torch.reports.figures.curves import gradient_errors
from course_torch.reports.gradient_report import NARROW, WIDTH, comparison_table, html_report
from course_torch.verification.difference import Difference
from course_torch.verification.networks.comparison import compare_gradients
from course_torch.verification.report import GradientReport, TensorReport
from tests.support.browser import Page, assert_readable
from tests.support.fixture_types import Monkeypatch

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def report() -> GradientReport:
    """The report on a learner's pass whose dW[2] has the wrong sign."""
    generator = torch.Generator().manual_seed(3)
    network = DeepNetwork([2, 3, 1], "tanh", dtype=torch.float64, generator=generator)
    X, Y = torch.randn(6, 2, dtype=torch.float64, generator=generator), torch.tensor([[0], [1]] * 3)

    def signed(network: DeepNetwork, X: torch.Tensor, Y: torch.Tensor) -> list:
        first, second = network.manual_gradients(X, Y)
        return [first, second._replace(dW=-second.dW)]

    return compare_gradients(network, X, Y, gradients=signed)


@pytest.fixture
def html_in(report: GradientReport, tmp_path: Path, monkeypatch: Monkeypatch) -> Callable[[Language], str]:
    """A function that returns the page of the report in a language."""
    monkeypatch.setattr(lessons, "SITE", tmp_path)
    return lambda language: html_report(report, "2-3-1", language)


@pytest.mark.browser
def test_everybody_can_read_the_page(html_in: Callable[[Language], str], open_html: OpenPage) -> None:
    assert_readable(html_in, open_html)


@pytest.mark.browser
def test_on_a_phone_the_keyboard_scrolls_the_table_whose_names_stay(
    html_in: Callable[[Language], str], open_html: OpenPage
) -> None:
    page = open_html(html_in("en"), width=390)
    for _ in ("the link to the lesson", "the figure", "the table"):
        page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.getAttribute('aria-label')") == "The verdict on each tensor"
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.activeElement.scrollLeft > 0")
    assert page.locator("tbody th").first.bounding_box()["x"] >= 0


@pytest.mark.browser
def test_the_page_is_in_chinese_and_leads_to_the_lesson(
    html_in: Callable[[Language], str], open_html: OpenPage, tmp_path: Path
) -> None:
    page = open_html(html_in("zh"))
    assert page.evaluate("() => document.documentElement.lang") == "zh-CN"
    first, others = page.locator("main > p:not(.hint)").all_inner_texts()
    assert first.startswith("第一个出错的张量：dW[2]（是正确值的 -1 倍")
    assert others == "可能的原因：正负号反了（笔记 2.5）。（用 autograd 检查了 4 个、用中心差分检查了 4 个）"
    assert page.locator("main > p a").get_attribute("href") == f"{tmp_path.as_uri()}/zh/lessons/2.5.html"
    assert page.locator("tbody tr").first.inner_text().split("\t")[:2] == ["dW[2]", "不同"]
    headings = page.locator("thead th").all_inner_texts()
    assert headings[5:7] == ["你的：autograd", "你的：差分"]
    assert not any("训练" in heading for heading in headings), "a learner's pass trains nothing"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["yours, against autograd: error", "yours, against differences: error"]),
        ("zh", ["你的，与 autograd 比：误差", "你的，与差分比：误差"]),
    ],
)
def test_the_legend_names_what_is_drawn(report: GradientReport, language: Language, expected: list[str]) -> None:
    (legend,) = gradient_errors(report, "2-3-1", language).legends
    shown = [text.get_text() for text in legend.get_texts()]
    assert [text for text in shown if text.endswith(("error", "误差"))] == expected
    assert len(shown) == 4, "an error and a tolerance of each judge"


TITLES: dict[Language, str] = {
    "en": "gradients of 2-4-1, tanh in the hidden layers, sigmoid, sigmoid_cross_entropy, float64, on cpu, m = 400",
    "zh": "2-4-1、隐层 tanh、输出 sigmoid 的梯度，损失 sigmoid_cross_entropy，float64，设备 cpu，m = 400",
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_long_title_stays_in_the_figure_and_every_character_has_a_glyph(
    report: GradientReport, language: Language
) -> None:
    """A missing glyph is a warning."""
    figure = gradient_errors(report, TITLES[language], language)
    figure.draw_without_rendering()
    title = figure.axes[0].title.get_window_extent()
    assert 0 <= title.x0 < title.x1 <= figure.bbox.width


FAR = Difference(largest=1.0, relative=1.25e-1, factor=-121.7006, residual=1.0, tolerance=3e-13)
ROWS = [
    TensorReport(TensorName("dA", 10), (400, 12288), 1.5e-01, FAR, FAR, None, 100, 3),
    TensorReport(TensorName("dW", 10), (4, 12288), 1.5e-01, FAR, FAR, FAR, 100, 0),
]


def lines(width: int, own: bool = False) -> list[str]:
    console = Console(width=width, force_terminal=False)
    with console.capture() as shown:
        console.print(comparison_table(GradientReport(ROWS, None, own), "gradients", width=width))
    return shown.get().splitlines()


@pytest.mark.parametrize("width", [60, NARROW, 80, 100, WIDTH])
def test_no_number_is_cut_and_a_narrow_table_leaves_columns_out(width: int) -> None:
    text = "\n".join(lines(width))
    assert "…" not in text
    assert all(len(line) <= width for line in lines(width))
    for row, count in (("dA[10]", 2), ("dW[10]", 3)):
        (line,) = [line for line in lines(width) if row in line]
        assert line.count("1.2e-01") == count
        assert "DIFFERENT" in line
    assert ("1.2e-01 > 3e-13" in text) == (width >= NARROW)
    for column in ("97 of 100", "(400, 12288)", "-121.7006"):
        assert (column in text) == (width == WIDTH)


@pytest.mark.parametrize("width", [80, WIDTH])
def test_the_table_of_ones_own_gradients_has_no_column_of_training(width: int) -> None:
    assert "as trained" in " ".join(lines(width))
    assert "as trained" not in " ".join(lines(width, own=True))


def test_a_kink_is_explained_where_it_is_named(report: GradientReport) -> None:
    said = "a kink: there the slope jumps, as that of relu"
    assert said in " ".join(" ".join(lines(WIDTH)).split())
    assert said in html_report(report, "2-3-1")


def test_the_table_and_the_page_say_that_only_random_entries_are_judged() -> None:
    rows = [TensorReport("X", (30, 20), 1.0, None, FAR, None, 500, kinks) for kinks in (0, 3)]
    report = GradientReport([*rows, TensorReport("b", (20,), 1.0, None, FAR, None, 20)], None, own=True)
    console = Console(width=WIDTH, force_terminal=False)
    with console.capture() as shown:
        console.print(comparison_table(report, "gradients"))
    page = html_report(report, "gradients")
    for cell in ("500 random", "497 of 500 random", "20"):
        assert f" {cell}  " in shown.get()
        assert f"<td>{cell}</td>" in page
