"""The effect of a grey patch on the log-odds of a class, worked out by hand."""

import pytest
import torch
from torch import Tensor

from course_torch import DeepNetwork
from course_torch.data.data_set import features, pictures_to_rows
from course_torch.reports.occlusion import evidence, starts
from tests.reports.drawn import PICTURE


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
