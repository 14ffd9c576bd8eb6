"""The effect of a grey patch, with numbers worked out by hand, and the maps that show it."""

from math import log

import pytest
import torch
from matplotlib.text import Text

from course_torch import DeepNetwork
from course_torch.data.data_set import features, pictures_to_rows
from course_torch.reports.covering import evidence, log_odds, starts
from course_torch.reports.figures.explanation import explanation
from course_torch.reports.figures.pixels import pixels_that_matter
from course_torch.reports.gallery import GALLERY

PICTURE = torch.full((16, 16, 1), 128, dtype=torch.uint8)
PICTURE[4:6, 8:10] = 255  # one of the 8 x 8 grid of patches of 2 x 2 pixels is white, the rest is grey


def network(n_y: int, output: str, slope: float = 0.5) -> DeepNetwork:
    """z_1 = slope times the sum of all pixels; further outputs are 0."""
    network = DeepNetwork([256, n_y], output=output, initialization="zeros", dtype=torch.float64)
    with torch.no_grad():
        network.layers[0].W[-1 if n_y > 1 else 0] = slope
    return network


def x_of(picture: torch.Tensor, mean: torch.Tensor | None = None) -> torch.Tensor:
    return features(pictures_to_rows(picture[None]), 255, torch.float64, mean)


@pytest.mark.parametrize("mean", [None, torch.rand(1, 256, dtype=torch.float64)], ids=["as it is", "centred"])
def test_a_white_patch_speaks_by_its_difference_from_grey_times_the_weights(mean: torch.Tensor | None) -> None:
    """Patches of 2 x 2 overlap by one pixel, so each pixel inside lies in four of them.

    z changes by 0.5 · (255 - 128) / 255 for each white pixel that is covered. The patches on the pixel (4, 8) cover
    1, 2, 2 and 4 white pixels, 9/4 in the mean. The pixel (3, 7) shares one patch of four with one white pixel.
    """
    for_1, for_0 = (evidence(network(1, "sigmoid"), x_of(PICTURE, mean), PICTURE, label) for label in (1, 0))
    white = 0.5 * 127 / 255
    assert for_1[4, 8].item() == pytest.approx(9 / 4 * white)
    assert for_1[3, 7].item() == pytest.approx(1 / 4 * white)
    assert for_1[4:6, 8:10].sum().item() == pytest.approx(9 * white)
    assert for_1[:3].abs().max() < 1e-12
    assert torch.allclose(for_0, -for_1)


def test_covering_changes_nothing_in_the_arguments() -> None:
    picture, x = PICTURE.clone(), x_of(PICTURE)
    before = x.clone()
    evidence(network(1, "sigmoid"), x, picture, 1)
    assert torch.equal(x, before)
    assert torch.equal(picture, PICTURE)


def test_the_patches_reach_both_ends() -> None:
    assert starts(64, 8) == [*range(0, 57, 4)]
    assert starts(10, 3) == [*range(0, 8)]
    assert starts(9, 4) == [0, 2, 4, 5]
    assert starts(1, 1) == [0]
    assert evidence(network(1, "sigmoid"), x_of(PICTURE), PICTURE, 1).isfinite().all()


def test_the_log_odds_of_a_softmax_are_those_of_its_probability() -> None:
    """Z = (0, 0, log 6): P = (1/8, 1/8, 6/8), so the odds are 1 : 7, 1 : 7 and 3 : 1."""
    softmax, X = network(3, "softmax", log(6)), torch.zeros(1, 256, dtype=torch.float64)
    X[0, 0] = 1
    odds = [log_odds(softmax, X, label).exp().item() for label in range(3)]
    assert odds == pytest.approx([1 / 7, 1 / 7, 3])


def test_a_sure_network_has_finite_log_odds() -> None:
    """P = sigmoid(1000) rounds to 1."""
    sure, X = network(1, "sigmoid", 1000.0), torch.zeros(1, 256, dtype=torch.float64)
    X[0, 0] = 1
    assert log_odds(sure, X, 1).item() == 1000
    assert log_odds(sure, X, 0).item() == -1000


def signs(figure_axes: object) -> list[tuple[str, tuple[float, float]]]:
    return [(text.get_text(), text.get_position()) for text in figure_axes.texts]  # type: ignore[attr-defined]


def test_an_explanation_marks_and_explains_what_speaks_for_and_against() -> None:
    found = torch.zeros(16, 16, dtype=torch.float64)
    found[3, 5], found[10, 2] = 2.0, -4.0
    figure = explanation(PICTURE, found, "猫 (0.90)")
    _, right, bar = figure.axes
    assert right.images[0].get_clim() == (-4, 4)
    assert signs(right) == [("+", (5, 3)), ("−", (2, 10))]
    words = " ".join(text.get_text() for text in figure.findobj(Text)).replace("\n", " ")
    assert "Blue, + : what is there raises the probability of the class." in words
    assert "Red, − : what is there lowers it." in words
    assert "log-odds of the class, minus those with the patch covered" in bar.get_ylabel().replace("\n", " ")


def test_nothing_is_marked_where_nothing_speaks() -> None:
    figure = explanation(PICTURE, torch.zeros(16, 16, dtype=torch.float64), "a class")
    assert list(figure.axes[1].texts) == []


def test_dA_0_is_averaged_over_neighbours_with_its_sign_turned() -> None:
    """A single pixel of dA[0] = -81 gives +1 on the 9 x 9 pixels around it, by -dA[0] / 81."""
    dA_0, grey = torch.zeros(1, 1024), torch.full((1, 32, 32, 1), 128, dtype=torch.uint8)
    dA_0[0, 16 * 32 + 16] = -81.0
    figure = pixels_that_matter(grey, dA_0, [torch.zeros(32, 32, dtype=torch.float64)], ["one"])
    brighter, covered = (figure.axes[place].images[0].get_array() for place in (6, 12))
    assert (brighter[12:21, 12:21] == 1).all()
    assert brighter.sum() == 81
    assert covered.max() == covered.min() == 0
    assert [axes.get_title() for axes in figure.axes[:2]] == ["one", ""]


def test_the_gallery_shows_three_pictures_of_each_class_and_what_speaks_for_it() -> None:
    figure = GALLERY["pixels_that_matter"].draw()
    titles = [axes.get_title().split("\n")[0] for axes in figure.axes[:6]]
    assert titles == ["said animal"] * 3 + ["said no animal"] * 3
    for covered in figure.axes[12:18]:  # what a sure network sees speaks for its answer
        assert covered.images[0].get_array().sum() > 0
