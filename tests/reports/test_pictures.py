"""Figures of pictures: rows, weights, what speaks for a class, mistakes, fonts of the names, and a grey patch."""

import re
from collections.abc import Iterator
from copy import copy

import pytest
import torch
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font
from torch import Tensor

from course_torch import DeepNetwork
from course_torch.data.data_set import DataSet, features, pictures_to_rows
from course_torch.data.split import Split
from course_torch.reports.figures import pictures
from course_torch.reports.figures.drawing import CHINESE, families, list_new_fonts
from course_torch.reports.figures.pictures import evidence, starts
from course_torch.reports.gallery import GALLERY
from tests.reports.drawn import PICTURE, PICTURES, WEIGHTS, drawn, mistakes, words
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


def test_an_explanation_marks_and_explains_what_speaks_for_and_against() -> None:
    found = torch.zeros(16, 16, dtype=torch.float64)
    found[3, 5], found[10, 2] = 2.0, -4.0
    figure = pictures.explanation(PICTURE, found, "猫 (0.90)")
    _, right, bar = figure.axes
    assert right.images[0].get_clim() == (-4, 4)
    assert [(text.get_text(), text.get_position()) for text in right.texts] == [("+", (5, 3)), ("−", (2, 10))]
    shown = words(figure).replace("\n", " ")
    assert "Blue, + : what is there raises the probability of the class." in shown
    assert "Red, − : what is there lowers it." in shown
    assert "log-odds of the class, minus those with the patch covered" in bar.get_ylabel().replace("\n", " ")
    nothing = pictures.explanation(PICTURE, torch.zeros(16, 16, dtype=torch.float64), "a class")
    assert list(nothing.axes[1].texts) == []


def test_dA_0_is_averaged_over_neighbours_with_its_sign_turned() -> None:
    """A single pixel of dA[0] = -81 gives +1 on the 9 x 9 pixels around it, by -dA[0] / 81."""
    dA_0, grey = torch.zeros(1, 1024), torch.full((1, 32, 32, 1), 128, dtype=torch.uint8)
    dA_0[0, 16 * 32 + 16] = -81.0
    figure = pictures.pixels_that_matter(grey, dA_0, [torch.zeros(32, 32, dtype=torch.float64)], ["one"])
    brighter, covered = (figure.axes[place].images[0].get_array() for place in (6, 12))
    assert (brighter[12:21, 12:21] == 1).all()
    assert brighter.sum() == 81
    assert covered.max() == covered.min() == 0
    assert [axes.get_title() for axes in figure.axes[:2]] == ["one", ""]


@pytest.mark.slow
def test_the_gallery_shows_three_pictures_of_each_class_and_what_speaks_for_it() -> None:
    figure = GALLERY["pixels_that_matter"].draw()
    titles = [axes.get_title().split("\n")[0] for axes in figure.axes[:6]]
    assert titles == ["said animal"] * 3 + ["said no animal"] * 3
    for covered in figure.axes[12:18]:  # what a sure network sees speaks for its answer
        assert covered.images[0].get_array().sum() > 0


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


def network() -> DeepNetwork:
    """z = 0.5 times the sum of all pixels."""
    network = DeepNetwork([256, 1], initialization="zeros", dtype=torch.float64)
    with torch.no_grad():
        network.layers[0].W.fill_(0.5)
    return network


def x_of(picture: Tensor, mean: Tensor | None = None) -> Tensor:
    return features(pictures_to_rows(picture[None]), 255, torch.float64, mean)


@pytest.mark.parametrize("mean", [None, torch.rand(1, 256, dtype=torch.float64)], ids=["as it is", "centred"])
def test_a_white_patch_speaks_by_its_difference_from_grey_times_the_weights(mean: Tensor | None) -> None:
    """Patches of 2 x 2 overlap by one pixel, so each pixel inside lies in four of them.

    z changes by 0.5 · (255 - 128) / 255 for each white pixel that is covered. The patches on the pixel (4, 8) cover
    1, 2, 2 and 4 white pixels, 9/4 in the mean. The pixel (3, 7) shares one patch of four with one white pixel.
    """
    picture, x = PICTURE.clone(), x_of(PICTURE, mean)
    for_1, for_0 = (evidence(network(), x, picture, label) for label in (1, 0))
    white = 0.5 * 127 / 255
    assert for_1[4, 8].item() == pytest.approx(9 / 4 * white)
    assert for_1[3, 7].item() == pytest.approx(1 / 4 * white)
    assert for_1[4:6, 8:10].sum().item() == pytest.approx(9 * white)
    assert for_1[:3].abs().max() < 1e-12
    assert torch.allclose(for_0, -for_1)
    assert torch.equal(x, x_of(PICTURE, mean)), "covering changes nothing in the arguments"
    assert torch.equal(picture, PICTURE)


def test_the_patches_reach_both_ends() -> None:
    assert starts(64, 8) == [*range(0, 57, 4)]
    assert starts(10, 3) == [*range(0, 8)]
    assert starts(9, 4) == [0, 2, 4, 5]
    assert starts(1, 1) == [0]
