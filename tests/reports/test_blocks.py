"""The drawing of the blocks shows every tensor with its shape, and each cache leads to the block of its own layer."""

import pytest
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Annotation, Text

from course_torch import DeepNetwork
from course_torch.reports.figures.blocks import blocks_with_caches
from course_torch.reports.gallery import GALLERY

SIZES, M = [6, 5, 4, 3, 2], 7


@pytest.fixture
def figure() -> Figure:
    figure = blocks_with_caches(SIZES, M, "relu", "softmax")
    FigureCanvasAgg(figure).draw()
    return figure


def boxes(figure: Figure) -> dict[str, FancyBboxPatch]:
    """First line in a box -> box. The text of a box lies in it."""
    (axes,) = figure.axes
    found = {}
    for patch in axes.patches:
        if isinstance(patch, FancyBboxPatch):
            extent = patch.get_window_extent()
            (text,) = (each for each in axes.texts if each.get_text() and extent.overlaps(each.get_window_extent()))
            inside = text.get_window_extent()
            assert extent.x0 < inside.x0 < inside.x1 < extent.x1
            assert extent.y0 < inside.y0 < inside.y1 < extent.y1
            found[text.get_text().split("\n")[0]] = patch
    return found


def test_each_tensor_has_the_shape_that_the_network_gives_it(figure: Figure) -> None:
    network = DeepNetwork(SIZES, "relu", "softmax", generator=torch.Generator().manual_seed(1))
    X, Y = torch.rand(M, SIZES[0]), torch.eye(2)[torch.tensor([0, 1, 0, 1, 0, 1, 1])]
    steps, caches = network.backward_steps(X, Y, input_derivative=True), network.caches(X)
    shown = " ".join(text.get_text() for text in figure.findobj(Text)).replace("\n", " ")
    for l, (layer, step, cache) in enumerate(zip(network.layers, steps, caches, strict=True), start=1):
        assert step.dA_prev is not None
        tensors = {f"W[{l}]": layer.W, f"b[{l}]": layer.b, f"dW[{l}]": step.gradients.dW, f"db[{l}]": step.gradients.db}
        tensors |= {f"A[{l - 1}]": cache.A_prev, f"dZ[{l}]": step.dZ, f"dA[{l - 1}]": step.dA_prev}
        for name, tensor in tensors.items():
            assert f"{name} {tuple(tensor.shape)}" in shown
    assert "A[4] = ŷ (7, 2)" in shown


def test_each_cache_leads_from_a_forward_block_down_to_the_backward_block_of_its_layer(figure: Figure) -> None:
    arrows = [each for each in figure.findobj(Annotation) if each.arrow_patch.get_linestyle() == "--"]
    ends = {(each.xyann, each.xy) for each in arrows}
    placed = {name: box.get_bbox() for name, box in boxes(figure).items()}
    expected = set()
    for l in range(1, 5):
        (above,) = (box for name, box in placed.items() if name.startswith(f"forward {l}: "))
        below = placed[f"backward {l}"]
        middle = above.x0 + above.width / 2
        expected.add(((middle, above.y0), (middle, below.y1)))
    assert {tuple(tuple(round(x, 6) for x in end) for end in both) for both in ends} == {
        tuple(tuple(round(x, 6) for x in end) for end in both) for both in expected
    }


def test_forward_runs_to_the_right_and_ends_at_the_loss(figure: Figure) -> None:
    middles = {name: box.get_bbox().x0 for name, box in boxes(figure).items()}
    order = ["forward 1: relu", "forward 2: relu", "forward 3: relu", "forward 4: softmax", "the loss"]
    assert sorted(order, key=middles.__getitem__) == order


def test_the_gallery_draws_the_blocks_of_the_default_network() -> None:
    texts = {text.get_text() for text in GALLERY["blocks"].draw().findobj(Text)}
    assert "12288-40-20-10-1 network on m = 850 examples" in texts
