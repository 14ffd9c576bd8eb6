"""The gradient report as a page, and the trainings behind the gallery."""

import re

import pytest
import torch
from matplotlib.text import Text as Label
from rich.console import Console

from course_torch.language import CHINESE
from course_torch.mistakes.context import TensorName
from course_torch.reports import gallery
from course_torch.reports.gallery import GALLERY, logistic_surface
from course_torch.reports.gradient_report import NARROW, WIDTH, comparison_table
from course_torch.verification.comparing import Difference
from course_torch.verification.report import GradientReport, TensorReport
from tests.docs.texts import wrong_chinese
from tests.fixture_types import Monkeypatch

FAR = Difference(largest=1.0, relative=1.25e-1, factor=-121.7006, residual=1.0, tolerance=3e-13)
ROWS = [
    TensorReport(TensorName("dA", 10), (400, 12288), 1.5e-01, FAR, FAR, None, 100, 3),
    TensorReport(TensorName("dW", 10), (4, 12288), 1.5e-01, FAR, FAR, FAR, 100, 0),
]


def lines(width: int) -> list[str]:
    console = Console(width=width, force_terminal=False)
    with console.capture() as shown:
        console.print(comparison_table(GradientReport(ROWS, None), "gradients", width=width))
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


@pytest.mark.slow
def test_a_small_rate_is_slow_the_right_rate_converges_and_a_large_rate_oscillates() -> None:
    surface = logistic_surface(steps=20)
    small, right, large = surface.paths.values()
    row, column = divmod(int(surface.J.argmin()), surface.J.shape[1])
    minimum = torch.stack([surface.w[row], surface.b[column]])
    grid = (surface.w[1] - surface.w[0]).item()
    assert (right[-1] - minimum).norm() < grid
    assert 1 < (small[-1] - minimum).norm() < (small[0] - minimum).norm()
    last = large.diff(dim=0)[-5:]
    assert (last.norm(dim=1) > 0.5).all()
    assert ((last[1:] * last[:-1]).sum(dim=1) < 0).all(), "each step turns back"


def test_the_cost_is_convex_along_every_line_of_the_grid() -> None:
    J = logistic_surface(steps=1).J
    assert (J.diff(n=2, dim=0) > 0).all()
    assert (J.diff(n=2, dim=1) > 0).all()


WORDS = {"sigmoid", "tanh", "relu", "leaky_relu", "identity", "Logistic", "log", "exp", "nat", "n_x"}
"""Names that a Chinese text keeps."""


@pytest.mark.sweep(5)
@pytest.mark.parametrize("name", GALLERY)
def test_a_figure_of_the_gallery_has_no_english_where_the_language_is_chinese(
    name: str, monkeypatch: Monkeypatch
) -> None:
    monkeypatch.setattr(gallery, "costs_of", lambda *arguments: [1.0, 0.5])  # without training
    texts = [text.get_text() for text in GALLERY[name].draw("zh").findobj(Label)]
    assert any(re.search(CHINESE, text) for text in texts)
    assert {word for text in texts for word in re.findall("[a-zA-Z_]{3,}", text)} <= WORDS
    assert wrong_chinese(GALLERY[name].line.zh) == []
