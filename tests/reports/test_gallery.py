"""The trainings behind the gallery, and its figures in Chinese."""

import re

import pytest
import torch
from matplotlib.text import Text as Label

from course_torch.formulas.activations import ACTIVATIONS
from course_torch.language import CHINESE
from course_torch.reports import gallery
from course_torch.reports.gallery import GALLERY, logistic_surface
from tests.docs.texts import wrong_chinese
from tests.support.fixture_types import Monkeypatch


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


WORDS = {*ACTIVATIONS, "Logistic", "log", "exp", "nat", "n_x"}
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
