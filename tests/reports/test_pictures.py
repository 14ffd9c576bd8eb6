"""Figures of pictures: rows, weights, mistakes, and the fonts of names."""

import re
from collections.abc import Iterator
from copy import copy

import pytest
import torch
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

from course_torch import DeepNetwork
from course_torch.data.data_set import DataSet
from course_torch.data.split import Split
from course_torch.reports.figures import pictures
from course_torch.reports.figures.drawing import CHINESE, families, list_new_fonts
from tests.reports.drawn import PICTURES, WEIGHTS, drawn, mistakes, words
from tests.support.fixture_types import Monkeypatch


def test_a_picture_is_followed_by_its_channels_its_row_and_four_pixels_where_the_colour_changes() -> None:
    picture = PICTURES[0]
    figure = pictures.picture_as_row(picture)
    shown, *channels, row, values = (axes.images[0].get_array() for axes in figure.axes)
    assert torch.equal(torch.from_numpy(shown.data), picture)
    assert all(torch.equal(torch.from_numpy(channels[c].data), picture[:, :, c]) for c in range(3))
    assert row.shape == (1, 12288)
    first = int(re.search(r"its values (\d+) to", words(figure))[1])  # type: ignore[index]
    assert first % 3 == 0
    expected = picture.reshape(-1)[first : first + 12].double() / 255
    assert values.data[0].tolist() == pytest.approx(expected.tolist(), abs=1e-6)
    assert "n_x = 64 · 64 · 3 = 12288" in words(figure)
    assert "blue channel" in words(figure)
    picture = torch.full((8, 8, 3), 128, dtype=torch.uint8)
    picture[4, 6] = torch.tensor([250, 10, 30], dtype=torch.uint8)
    values = pictures.picture_as_row(picture).axes[-1].images[0].get_array()
    grey, coloured = [128 / 255] * 3, [250 / 255, 10 / 255, 30 / 255]
    assert values.data[0].tolist() == pytest.approx([*grey, *grey, *coloured, *grey], abs=1e-6)


def test_weights_have_one_symmetric_scale_for_three_channels_and_words_for_their_signs() -> None:
    figure = pictures.weights_as_picture(WEIGHTS, (64, 64, 3), "weights")
    red, green, blue, bar = figure.axes
    assert [axes.get_title() for axes in (red, green, blue)] == ["red channel", "green channel", "blue channel"]
    limit = float(WEIGHTS.abs().max())
    assert {axes.images[0].get_clim() for axes in (red, green, blue)} == {(-limit, limit)}
    assert green.images[0].get_array()[0, 1] == WEIGHTS[4]
    assert "weight" in bar.get_ylabel()
    assert "blue, + : brighter here raises the probability of y = 1" in words(figure)
    assert "red, − : brighter here lowers it" in words(figure)


def test_without_a_mistake_the_figure_says_so_and_a_row_of_mistakes_leaves_no_empty_rows() -> None:
    """Weights of 0 and a bias of 1: each picture is called "white", which is right."""
    white = Split(torch.full((3, 4), 255, dtype=torch.uint8), torch.ones(3, 1, dtype=torch.uint8))
    data = DataSet(white, class_names=("black", "white"), scale=255, picture_shape=(2, 2, 1))
    network = DeepNetwork([4, 1], initialization="zeros")
    with torch.no_grad():
        network.layers[0].b += 1
    figure = pictures.draw_mislabelled(network, data)
    assert figure.axes == []
    assert "0 of 3 pictures mislabelled (train split)" in words(figure)
    assert "No picture is mislabelled" in words(figure)
    six = drawn(mistakes())
    assert len(six.axes) == 6
    assert six.axes[0].get_window_extent().height > 0.4 * six.bbox.height


def draws_chinese(path: str) -> bool:
    """Whether the file is a font with Chinese characters. FT2Font rejects a broken file with a RuntimeError."""
    try:
        return FT2Font(path).get_char_index(ord("猫")) > 0
    except (RuntimeError, OSError):
        return False


@pytest.fixture(scope="module")
def chinese_fonts() -> list[str]:
    """The files of all installed fonts with Chinese characters."""
    return list(filter(draws_chinese, font_manager.findSystemFonts()))


@pytest.fixture
def old_cache(chinese_fonts: list[str], monkeypatch: Monkeypatch) -> Iterator[None]:
    """Matplotlib as it is if its cache was written before any font with Chinese characters was installed."""
    manager = copy(font_manager.fontManager)
    manager.ttflist = [font for font in manager.ttflist if font.fname not in chinese_fonts]
    monkeypatch.setattr(font_manager, "fontManager", manager)
    monkeypatch.setattr(font_manager, "get_font_names", manager.get_font_names)
    list_new_fonts.cache_clear()
    yield
    list_new_fonts.cache_clear()


@pytest.mark.usefixtures("old_cache")
def test_a_font_that_is_younger_than_the_cache_is_found(chinese_fonts: list[str]) -> None:
    if not chinese_fonts:
        pytest.skip("no font with Chinese characters is installed")
    assert families("a cat") == ["DejaVu Sans"]
    default, *others = families("a cat", "猫")
    assert default == "DejaVu Sans"
    assert set(others) & set(CHINESE)
    path = font_manager.fontManager.findfont(others[0], fallback_to_default=False)
    assert FT2Font(path).get_char_index(ord("猫"))
