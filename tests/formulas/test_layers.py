import pytest
import torch

from course_torch.formulas import layers
from course_torch.formulas.activations import ACTIVATIONS
from tests.conftest import assert_equal

pytestmark = pytest.mark.usefixtures("float64")

# m = 2 examples, n_in = 3 features, n_out = 2 units.
A_PREV = [[1.0, 2.0, 0.0], [0.0, -1.0, 3.0]]
W = [[1.0, 0.0, 2.0], [-1.0, 1.0, 0.0]]
B = [[10.0, 20.0]]
DZ = [[1.0, -1.0], [2.0, 0.0]]


def test_linear_by_hand() -> None:
    """A bias (n,) would also broadcast, and silently along the wrong axis if m = n (notes 1.7)."""
    Z = layers.linear(torch.tensor(A_PREV), torch.tensor(W), torch.tensor(B))
    assert Z.tolist() == [[11.0, 21.0], [16.0, 19.0]]
    with pytest.raises(TypeError, match="parameter b="):
        layers.linear(torch.tensor(A_PREV), torch.tensor(W), torch.tensor(B[0]))


def test_linear_backward_by_hand() -> None:
    """dW is a sum over the examples. Only dW and db contain 1/m. The step hands dslope through."""
    dZ, dslope = torch.tensor(DZ), torch.tensor(7.0)
    dW, db = layers.linear_backward(dZ, torch.tensor(A_PREV), m=2)
    assert dW.tolist() == [[0.5, 0.0, 3.0], [-0.5, -1.0, 0.0]]
    assert db.tolist() == [[1.5, -0.5]]
    dA_prev = layers.linear_backward_input(dZ, torch.tensor(W))
    assert dA_prev.tolist() == [[2.0, -1.0, 2.0], [2.0, 0.0, 4.0]]
    step = layers.linear_step(dZ, torch.tensor(A_PREV), torch.tensor(W), 2, dslope)
    assert all(map(torch.equal, (step.dZ, *step.gradients[:2], step.dA_prev), (dZ, dW, db, dA_prev)))
    assert step.gradients.dslope is dslope
    without = layers.linear_step(dZ, torch.tensor(A_PREV), torch.tensor(W), 2, input_derivative=False)
    assert (without.dA_prev, without.gradients.dslope) == (None, None)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_block_backward_is_the_gradient_of_the_mean_of_da_times_a(name: str, generator: torch.Generator) -> None:
    """J = (1/m) Σ dA * A: m · Z.grad = dZ, m · A_prev.grad = dA_prev, W.grad = dW, b.grad = db, slope.grad = dslope."""
    m, activation = 5, ACTIVATIONS[name]
    A_prev, W_, b, dA = (torch.randn(*shape, generator=generator) for shape in ((m, 3), (4, 3), (1, 4), (m, 4)))
    slope = torch.tensor(0.25, requires_grad=activation.slope_derivative is not None)
    inputs = [tensor.requires_grad_() for tensor in (A_prev, W_, b)]
    cache = layers.block(A_prev, W_, b, activation, slope)
    assert cache.A_prev is A_prev
    assert_equal("Z", cache.Z, layers.linear(A_prev, W_, b))
    J = (dA * cache.A).sum() / m
    learned = [slope] if slope.requires_grad else []
    by_Z, by_A_prev, by_W, by_b, *by_slope = torch.autograd.grad(J, [cache.Z, *inputs, *learned])
    with torch.no_grad():
        step = layers.block_backward(dA, cache, W_, activation, m, slope)
    assert_equal("dZ", step.dZ, m * by_Z)
    assert_equal("dA_prev", step.dA_prev, m * by_A_prev)
    assert_equal("dW", step.gradients.dW, by_W)
    assert_equal("db", step.gradients.db, by_b)
    if learned:
        assert_equal("dslope", step.gradients.dslope, by_slope[0])
    else:
        assert step.gradients.dslope is None
