"""The standard rounding errors of a small backward pass, by hand.

Two examples, and a network 1-2-1 with leaky slope 1/2:

    X = [2, 1],  Z[1] = [[1, 2], [3, -2]],  A[1] = [[1, 2], [3, -1]],  A[2] = [1/2, 1/4],  Y = [1, 0],  W[2] = [2, -3]
    dZ[2] = [-1/2, 1/4],  dA[1] = [[-1, 3/2], [1/2, -3/4]],  dZ[1] = [[-1, 3/2], [1/2, -3/8]],  W[1] = [4, 5]

ε of a term is 8 s and ε of a sum is s = 2⁻²³, that of float32.
"""

from math import hypot, tanh

import pytest
import torch
from torch import Tensor

from course_torch.data.planar import flower_points
from course_torch.formulas.layers import BackwardStep, LayerCache, LayerGradients
from course_torch.language import NOTHING
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.propagation import TensorName
from course_torch.verification.difference import difference
from course_torch.verification.networks.comparison import compare_gradients
from course_torch.verification.networks.judged_network import judged_on
from course_torch.verification.networks.right_pass import RightPass
from course_torch.verification.networks.rounding import added_in_turn, product_eps, rounding_errors
from tests.conftest import MakeProblem
from tests.verification.networks.by_hand import tensor

s = 2.0**-23
e = 8 * s
Y = tensor([1], [0])
A1 = tensor([1, 2], [3, -1])
CACHES = [
    LayerCache(tensor([2], [1]), tensor([1, 2], [3, -2]), A1),
    LayerCache(A1, tensor([0], [-1]), tensor([0.5], [0.25])),
]
STEPS = [
    BackwardStep(
        tensor([-1, 1.5], [0.5, -0.375]),
        LayerGradients(tensor([-0.75], [1.3125]), tensor([-0.25, 0.5625]), torch.tensor(0.75, dtype=torch.float64)),
        tensor([3.5], [0.125]),
    ),
    BackwardStep(
        tensor([-0.5], [0.25]),
        LayerGradients(tensor([0.125, -0.625]), tensor([-0.125])),
        tensor([-1, 1.5], [0.5, -0.75]),
    ),
]


def network(activation: str = "leaky_relu") -> DeepNetwork:
    made = DeepNetwork([1, 2, 1], activation, slope=0.5, learn_slope=True, dtype=torch.float64)
    with torch.no_grad():
        made.layers[0].W[:] = tensor([4], [5])
        made.layers[1].W[:] = tensor([2, -3])
    return made


def errors(m: float | None = None, eps: float = e) -> list[BackwardStep]:
    return rounding_errors(network(), CACHES, Y, STEPS, eps, m)


def check(actual: Tensor | None, *expected: object) -> None:
    assert actual.dtype == torch.float64
    torch.testing.assert_close(actual, tensor(*expected), rtol=1e-12, atol=0)


# The output layer

T = [hypot(1.5, 0.5) * e, hypot(0.25, 0.25) * e]
"""The standard errors of the terms dZ · …: that of dZ[2], and ε of each product."""


def test_dZ_of_the_output_has_the_errors_of_A_and_Y() -> None:
    check(errors()[1].dZ, [1.5 * e], [0.25 * e])


def test_dW_passes_on_the_errors_of_its_terms_and_adds_that_of_a_sum_of_two() -> None:
    """Σ |dZ| |A_prev| / m is 5/8 for both units, log₂(2 · 2) = 2, and dW is rounded itself."""
    passed_on = [hypot(T[0] * 1, T[1] * 3) / 2, hypot(T[0] * 2, T[1] * 1) / 2]
    own = [2 * s * 0.625 + e * 0.125, 2 * s * 0.625 + e * 0.625]
    check(errors()[1].gradients.dW, [hypot(passed_on[0], own[0]), hypot(passed_on[1], own[1])])


def test_db_has_no_products_and_no_logarithm() -> None:
    check(errors()[1].gradients.db, [hypot(hypot(1.5 * e, 0.25 * e) / 2, s * 0.375 + e * 0.125)])


def dA_error(i: int, j: int) -> float:
    """One term |dZ_i| |W_j|, so log₂(2 · 1) = 1."""
    W = (2, 3)[j]
    return hypot(T[i] * W, s * (0.5, 0.25)[i] * W)


def test_dA_passes_on_the_errors_of_dZ_and_adds_that_of_its_sum() -> None:
    check(errors()[1].dA_prev, *([dA_error(i, 0), dA_error(i, 1)] for i in (0, 1)))


# The hidden layer: g' is 1, except for 1/2 at Z = -2

DZ1_ERRORS = [
    [hypot(dA_error(0, 0), e * 1), hypot(dA_error(0, 1), e * 1.5)],
    [hypot(dA_error(1, 0), e * 0.5), hypot(dA_error(1, 1) / 2, e * 0.75)],
]
T1 = [
    [hypot(DZ1_ERRORS[0][0], e * 1), hypot(DZ1_ERRORS[0][1], e * 1.5)],
    [hypot(DZ1_ERRORS[1][0], e * 0.5), hypot(DZ1_ERRORS[1][1], e * 0.375)],
]


def test_a_hidden_dZ_passes_on_the_error_of_dA_times_the_slope() -> None:
    check(errors()[0].dZ, *DZ1_ERRORS)


def test_dslope_is_a_sum_over_all_entries() -> None:
    """The terms are 0, 0, 0 and 3/2: log₂(2 · 4) = 3, Σ / m = 3/4."""
    passed_on = dA_error(1, 1) * 2
    total = hypot(passed_on, 1.5 * e, 3 * s * 1.5) / 2
    dslope = errors()[0].gradients.dslope
    assert dslope.item() == pytest.approx(hypot(total, 0.75 * e), rel=1e-12, abs=0)


def test_a_hidden_layer_has_errors_like_the_output_layer() -> None:
    first = errors()[0]
    own_dW = [2 * s * (2 * 1 + 1 * 0.5) / 2 + e * 0.75, 2 * s * (2 * 1.5 + 1 * 0.375) / 2 + e * 1.3125]
    check(first.gradients.dW, *([hypot(hypot(2 * T1[0][j], T1[1][j]) / 2, own_dW[j])] for j in (0, 1)))
    own_db = [s * 1.5 / 2 + e * 0.25, s * 1.875 / 2 + e * 0.5625]
    check(first.gradients.db, [hypot(hypot(DZ1_ERRORS[0][j], DZ1_ERRORS[1][j]) / 2, own_db[j]) for j in (0, 1)])
    own_dA = [2 * s * (1 * 4 + 1.5 * 5), 2 * s * (0.5 * 4 + 0.375 * 5)]
    check(first.dA_prev, *([hypot(4 * T1[i][0], 5 * T1[i][1], own_dA[i])] for i in (0, 1)))


# The arguments


def test_sums_of_wider_numbers_have_the_eps_of_their_dtype() -> None:
    """With ε = 2⁻⁵² for terms and sums, db is √(1.5² + 0.25²) / 2 passed on, and (0.375 + 0.125) ε of its own."""
    eps = 2.0**-52
    check(errors(eps=eps)[1].gradients.db, [hypot(hypot(1.5, 0.25) / 2, 0.5) * eps])


def test_another_m_divides_the_sums_but_not_the_gradients() -> None:
    check(errors(m=4)[1].gradients.db, [hypot(hypot(1.5 * e, 0.25 * e) / 4, s * 0.75 / 4 + e * 0.125)])
    check(errors(m=4)[1].dZ, [1.5 * e], [0.25 * e])


def test_what_is_not_computed_has_no_error() -> None:
    steps = [STEPS[0]._replace(dA_prev=None, gradients=STEPS[0].gradients._replace(dslope=None)), STEPS[1]]
    first, last = rounding_errors(network("tanh"), CACHES, Y, steps, e)
    assert first.dA_prev is None
    assert first.gradients.dslope is last.gradients.dslope is None
    assert last.dA_prev is not None


def test_the_slope_of_tanh_is_1_less_the_square_of_A() -> None:
    """g' = 1 - tanh²(Z), whatever A says."""
    without_slope = STEPS[0]._replace(gradients=STEPS[0].gradients._replace(dslope=None))
    first, _ = rounding_errors(network("tanh"), CACHES, Y, [without_slope, STEPS[1]], e)
    g = [[1 - tanh(z) ** 2 for z in row] for row in CACHES[0].Z.tolist()]
    check(
        first.dZ,
        [hypot(dA_error(0, 0) * g[0][0], e * 1), hypot(dA_error(0, 1) * g[0][1], e * 1.5)],
        [hypot(dA_error(1, 0) * g[1][0], e * 0.5), hypot(dA_error(1, 1) * g[1][1], e * 0.75)],
    )


class OnCuda(torch.Tensor):
    """A tensor that claims to be on a GPU."""

    is_cuda = True


@pytest.mark.parametrize(
    ("cuda", "dtype", "precision", "expected"),
    [
        (False, torch.float64, "high", 2.0**-52),
        (False, torch.float32, "high", 2.0**-23),
        (False, torch.bfloat16, "high", 2.0**-7),
        (True, torch.float32, "highest", 2.0**-23),
        (True, torch.float32, "high", 2.0**-10),
        (True, torch.float32, "medium", 2.0**-10),
        (True, torch.float64, "high", 2.0**-52),
    ],
)
def test_CUDA_may_multiply_float32_in_tf32(
    cuda: bool, dtype: torch.dtype, precision: str, expected: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch, "get_float32_matmul_precision", lambda: precision)
    X = torch.ones(2, dtype=dtype)
    assert product_eps(X.as_subclass(OnCuda) if cuda else X) == expected


def by_loop(network: DeepNetwork, X: Tensor, Y: Tensor) -> list[LayerGradients]:
    """The course's own two loops: dW and db are added up example after example."""
    (W1, b1), (W2, b2) = [(layer.W.detach(), layer.b.detach()) for layer in network.layers]
    dW1, db1, dW2, db2 = (torch.zeros_like(tensor) for tensor in (W1, b1, W2, b2))
    A1 = torch.relu(X @ W1.T + b1)
    dZ2 = torch.sigmoid(A1 @ W2.T + b2) - Y
    for x, a1, dz2 in zip(X[:, None], A1[:, None], dZ2[:, None], strict=True):
        dz1 = dz2 @ W2 * (a1 > 0)
        dW1, db1, dW2, db2 = dW1 + dz1.T @ x, db1 + dz1, dW2 + dz2.T @ a1, db2 + dz2
    return [LayerGradients(dW1 / len(X), db1 / len(X)), LayerGradients(dW2 / len(X), db2 / len(X))]


def test_a_learners_loop_over_400_examples_is_right_though_it_rounds_more_than_a_sum_of_pairs() -> None:
    X, Y = flower_points(seed=1)
    for seed in range(24):
        network = DeepNetwork([2, 4, 1], "relu", dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
        report = compare_gradients(network, X, Y.double(), gradients=by_loop)
        assert report.agrees, (seed, str(report))


def test_a_sum_that_adds_row_after_row_has_the_errors_of_its_partial_sums() -> None:
    """dZ[2] A[1] is (-1/2, -1), then (3/4, -1/4): half of the first row, the first row, and half of the second row.

    The largest error is ε / 2 times this sum, and a third of it is the standard error.
    """
    partial = [0.25 + 0.5 + 0.375, 0.5 + 1 + 0.125]
    check(added_in_turn(STEPS[1].dZ, A1, e), [e / 6 * partial[0], e / 6 * partial[1]])


def db_in_turn(network: DeepNetwork, X: Tensor, Y: Tensor) -> list[LayerGradients]:
    """The gradients of the formulas, with each db added up as a loop does. (torch's cumsum adds in float64.)"""
    dZs = [step.dZ for step in network.backward_steps(X, Y)]
    manual = network.manual_gradients(X, Y)
    return [
        each._replace(db=torch.from_numpy(dZ.numpy().cumsum(axis=0))[-1:] / len(X))
        for each, dZ in zip(manual, dZs, strict=True)
    ]


def small_network_in_float32(m: int) -> tuple[DeepNetwork, Tensor, Tensor]:
    """W near 0, so that with any b all dZ of a class are nearly equal, and are rounded in one direction."""
    generator = torch.Generator().manual_seed(0)
    network = DeepNetwork([2, 4, 1], "tanh", generator=generator)
    for layer in network.layers:
        layer.W.data.mul_(0.01)
    return network, torch.randn(m, 2, generator=generator), (torch.rand(m, 1, generator=generator) < 0.5).float()


def test_a_float32_sum_of_40_000_nearly_equal_terms_is_right_though_its_errors_add_up() -> None:
    network, X, Y = small_network_in_float32(m=40_000)
    network.layers[1].b.data.fill_(0.75)
    right = RightPass(network, X, Y)
    judged, db = judged_on(right, db_in_turn, NOTHING).formulas, TensorName("db", 2)
    assert judged.agrees
    assert judged.differences[db].judged
    of_a_tree = difference(judged.found[db], right.right[db], right.errors()[db])
    assert not of_a_tree.agrees, "this db must be off by more than a tree is"


def test_a_float32_sum_of_40_000_terms_that_is_a_hundredth_too_small_is_wrong() -> None:
    def too_small(network: DeepNetwork, X: Tensor, Y: Tensor) -> list[LayerGradients]:
        return [each._replace(db=0.99 * each.db) for each in db_in_turn(network, X, Y)]

    network, X, Y = small_network_in_float32(m=40_000)
    assert not judged_on(RightPass(network, X, Y), too_small, NOTHING).formulas.agrees


def test_every_tensor_of_a_reference_has_an_error(make_problem: MakeProblem) -> None:
    reference = RightPass(*make_problem([1, 2, 1], hidden_activation="leaky_relu", learn_slope=True))
    assert list(reference.errors()) == list(reference.right)
    assert TensorName("dslope", 1) in reference.errors()
