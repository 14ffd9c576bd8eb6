"""Two loops, one loop, no loop and a network of one layer compute the same gradient."""

from collections.abc import Callable
from math import log

import pytest
import torch

from course_torch import DeepNetwork
from course_torch.formulas.logistic_regression import Step, step_with_one_loop, step_with_two_loops, step_without_loops
from tests.conftest import assert_equal

pytestmark = pytest.mark.usefixtures("float64")
ALPHA = 0.5


def test_two_examples_of_two_features_by_hand() -> None:
    """w = b = 0, so a = 1/2 and J = ln 2; dz = (-1/2, 1/2); dw = ((-1 + 3)/4, (-2 + 0)/4), db = 0."""
    step = step_with_two_loops([[1, 2], [3, 0]], [1, 0], [0, 0], 0, ALPHA)
    assert pytest.approx(log(2), rel=1e-15) == step.J
    assert step.dw == [0.5, -0.5]
    assert step.db == 0.0
    assert step.w == [-0.25, 0.25]
    assert step.b == 0.0


@pytest.mark.parametrize("n_x", [1, 2, 5])
def test_the_implementations_agree_for_any_number_of_features(n_x: int, generator: torch.Generator) -> None:
    m = 7
    X, w = torch.randn(m, n_x, generator=generator), torch.randn(n_x, 1, generator=generator)
    Y, b = torch.randint(2, (m, 1), generator=generator).double(), torch.randn(1, 1, generator=generator)
    loops = step_with_two_loops(X.tolist(), Y.flatten().tolist(), w.flatten().tolist(), b.item(), ALPHA)
    one, none = step_with_one_loop(X, Y, w, b, ALPHA), step_without_loops(X, Y, w, b, ALPHA)
    network = DeepNetwork([n_x, 1], initialization="zeros")
    with torch.no_grad():
        network.layers[0].W.copy_(w.T)
        network.layers[0].b.copy_(b)
    (layer,) = network.manual_gradients(X, Y)
    for field in one._fields:
        assert_equal(f"one loop, {field}", getattr(one, field), getattr(none, field))
        from_loops = torch.tensor(getattr(loops, field)).reshape(getattr(none, field).shape)
        assert_equal(f"two loops, {field}", from_loops, getattr(none, field))
    assert_equal("layer, J", network.cost(X, Y).detach(), none.J)
    assert_equal("layer, dW", layer.dW.T, none.dw)
    assert_equal("layer, db", layer.db, none.db)


@pytest.mark.parametrize("step_from", [step_with_one_loop, step_without_loops])
def test_the_forms_with_tensors_start_from_zero_by_hand(step_from: Callable[..., Step]) -> None:
    """The two examples of `test_two_examples_of_two_features_by_hand`."""
    X, Y = torch.tensor([[1.0, 2.0], [3.0, 0.0]]), torch.tensor([[1.0], [0.0]])
    step = step_from(X, Y, torch.zeros(2, 1), torch.zeros(1, 1), ALPHA)
    assert step.J.item() == pytest.approx(log(2), rel=1e-15)
    assert [each.tolist() for each in step[1:]] == [[[0.5], [-0.5]], [[0.0]], [[-0.25], [0.25]], [[0.0]]]
