"""The outputs: what each labels, scores, accepts, and answers without looking at X."""

from math import log

import pytest
import torch
from sklearn.metrics import r2_score

from course_torch.errors import InputError
from course_torch.formulas.costs import squared_error, squared_error_derivative
from course_torch.formulas.output import Output
from course_torch.formulas.outputs import OUTPUTS
from tests.conftest import assert_equal

pytestmark = pytest.mark.usefixtures("float64")
SIGMOID, SOFTMAX, IDENTITY = OUTPUTS["sigmoid"], OUTPUTS["softmax"], OUTPUTS["identity"]


def test_squared_error_by_hand() -> None:
    """½ (3 - 1)² + ½ (-1 - 2)² = 6.5 and ½ (0.5)² + 0 = 0.125; J is their mean, 3.3125."""
    Z, Y = torch.tensor([[3.0, -1.0], [0.5, 4.0]]), torch.tensor([[1.0, 2.0], [0.0, 4.0]])
    assert squared_error(Z, Y).tolist() == [6.5, 0.125]
    assert IDENTITY.cost(Z, Y).item() == 3.3125
    assert squared_error_derivative(Z, Y).tolist() == [[2.0, -3.0], [0.5, 0.0]]


def test_the_derivative_of_the_squared_error_has_the_dtype_of_a() -> None:
    """Labels with more digits do not widen dZ, which W of the same dtype multiplies."""
    A, Y = torch.tensor([[1.5]], dtype=torch.bfloat16), torch.tensor([[0.25]])
    assert squared_error_derivative(A, Y).dtype == torch.bfloat16
    assert squared_error_derivative(A, Y).item() == 1.25


def test_r2_by_hand() -> None:
    """Labels 1, 2, 6 have the mean 3 and Σ (Y - 3)² = 14; errors 1, 0, -2 have the squares' sum 5: R² = 1 - 5/14."""
    A, Y = torch.tensor([[2.0], [2.0], [4.0]]), torch.tensor([[1.0], [2.0], [6.0]])
    assert IDENTITY.scores(A, Y, Y).mean().item() == pytest.approx(9 / 14, rel=1e-15)


@pytest.mark.parametrize("n_y", [1, 3])
def test_r2_is_that_of_scikit_learn_however_the_split_is_cut(n_y: int, generator: torch.Generator) -> None:
    Y = torch.randn(11, n_y, generator=generator)
    A = Y + torch.randn(11, n_y, generator=generator)
    batches = zip(A.split([1, 7, 3]), Y.split([1, 7, 3]), strict=True)
    scores = torch.cat([IDENTITY.scores(*batch, Y) for batch in batches])
    assert scores.mean().item() == pytest.approx(r2_score(Y.numpy(), A.numpy()), rel=1e-12)


def test_accuracy_counts_examples_whose_outputs_are_all_right() -> None:
    A, Y = torch.tensor([[0.9, 0.2], [0.9, 0.8], [0.5, 0.1]]), torch.tensor([[1, 0], [1, 0], [0, 0]])
    assert SIGMOID.scores(A, Y, Y).tolist() == [1.0, 0.0, 1.0]
    A, Y = torch.tensor([[0.2, 0.5, 0.3], [0.4, 0.3, 0.3]]), torch.tensor([[0, 1, 0], [0, 0, 1]])
    assert SOFTMAX.scores(A, Y, Y).tolist() == [1.0, 0.0]


def test_the_best_answer_without_x_is_the_share_or_the_mean() -> None:
    """One of four labels is 1: log(1/3) gives ŷ = 1/4. The mean of 1, 2, 6 is 3."""
    assert_equal("sigmoid", SIGMOID.best_constant(torch.tensor([[0], [0], [1], [0]])), torch.tensor([[log(1 / 3)]]))
    classes = torch.tensor([[1, 0], [0, 1], [0, 1], [0, 1]])
    assert_equal("softmax", SOFTMAX.value(SOFTMAX.best_constant(classes)), torch.tensor([[0.25, 0.75]]))
    assert IDENTITY.best_constant(torch.tensor([[1.0, 0.0], [2.0, 0.0], [6.0, 9.0]])).tolist() == [[3.0, 3.0]]


@pytest.mark.parametrize("output", OUTPUTS.values(), ids=OUTPUTS)
def test_no_other_constant_costs_less(output: Output, generator: torch.Generator) -> None:
    Y = torch.eye(3)[[0, 0, 1, 2, 1, 0, 0]]
    best = output.best_constant(Y).requires_grad_()
    (slope,) = torch.autograd.grad(output.cost(best.expand(Y.shape), Y), best)
    # The logits of a softmax may all move together.
    assert_equal(output.name, slope, torch.zeros(1, 3), atol=1e-15)


@pytest.mark.parametrize(
    ("name", "Y", "message"),
    [
        ("sigmoid", [[0.0], [2.0]], "found the label 2, expected 0 or 1, or a probability between them"),
        ("sigmoid", [[1.0, -1.0]], "found the label -1, expected 0 or 1, or a probability between them"),
        ("sigmoid", [[float("nan")]], "found the label nan, expected 0 or 1, or a probability between them"),
        ("softmax", [[0.0, 1.0], [-1.0, 2.0]], "found the label -1, expected 0 or 1, or a probability between them"),
        ("softmax", [[0.0, 1.0], [1.0, 1.0]], "found labels of one example that add up to 2, expected 1"),
        ("softmax", [[0.0, 0.0]], "found labels of one example that add up to 0, expected 1"),
        ("softmax", [[0.5, 0.511]], "found labels of one example that add up to 1.011, expected 1"),
        ("softmax", [[0.5, 0.489]], "found labels of one example that add up to 0.989, expected 1"),
        ("identity", [[1.0], [float("nan")]], "found a label that is not finite (nan or inf), expected numbers"),
        ("identity", [[float("inf")]], "found a label that is not finite (nan or inf), expected numbers"),
    ],
)
def test_labels_that_the_loss_does_not_take_are_rejected(name: str, Y: list, message: str) -> None:
    with pytest.raises(InputError) as caught:
        OUTPUTS[name].check_labels(torch.tensor(Y))
    assert str(caught.value) == message
    OUTPUTS[name].check_labels(torch.tensor([[0, 1], [1, 0]]))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64])
def test_probabilities_are_labels_that_train(dtype: torch.dtype) -> None:
    Y = torch.tensor([[0.1, 0.2, 0.7], [1.0, 0.0, 0.0]], dtype=dtype)
    OUTPUTS["sigmoid"].check_labels(Y)
    OUTPUTS["softmax"].check_labels(Y)
    OUTPUTS["softmax"].check_labels(torch.tensor([[0.5, 0.5095], [0.5, 0.4905]]))
    OUTPUTS["identity"].check_labels(-5 * Y)


def test_a_single_output_is_the_probability_of_the_second_class() -> None:
    assert SIGMOID.probabilities(torch.tensor([[0.25], [1.0]])).tolist() == [[0.75, 0.25], [0.0, 1.0]]
    A = torch.tensor([[0.25, 0.5, 0.25]])
    assert torch.equal(SOFTMAX.probabilities(A), A)
    assert IDENTITY.probabilities is None
