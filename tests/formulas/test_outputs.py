"""The outputs: what each labels, scores, accepts, and answers without looking at X."""

from math import inf, log, nan

import pytest
import torch
from sklearn.metrics import r2_score

from course_torch.errors import InputError
from course_torch.formulas.costs import squared_error, squared_error_derivative
from course_torch.formulas.outputs import OUTPUTS, Output
from tests.conftest import assert_equal

pytestmark = pytest.mark.usefixtures("float64")
SIGMOID, SOFTMAX, IDENTITY = OUTPUTS["sigmoid"], OUTPUTS["softmax"], OUTPUTS["identity"]


def test_the_cost_divides_by_the_number_of_examples_or_by_m() -> None:
    """Z = 0 costs 2 ln 2 for two yes-or-no answers and ln 2 for two classes; Z = 4, Y = 2 costs ½ 2² twice."""
    Z, Y = torch.zeros(3, 2), torch.tensor([[1, 0], [0, 1], [1, 0]])
    for name, loss in (("sigmoid", 2 * log(2)), ("softmax", log(2))):
        assert_equal(name, OUTPUTS[name].cost(Z, Y), torch.tensor(loss))
        assert_equal(name, OUTPUTS[name].cost(Z, Y, 1.5), torch.tensor(2 * loss))
    assert IDENTITY.cost(Z + 4, 2 * torch.ones(3, 2)).item() == 4
    assert IDENTITY.cost(Z + 4, 2 * torch.ones(3, 2), 6).item() == 2


@pytest.mark.parametrize(
    ("name", "A"),
    [("sigmoid", [[0.25, 0.5, 0.75]]), ("softmax", [[1 / 13, 3 / 13, 9 / 13]]), ("identity", [[-log(3), 0.0, log(3)]])],
)
def test_value_by_hand_and_by_the_torch_module(name: str, A: list) -> None:
    """Logits -ln 3, 0, ln 3, whose exponentials are as 1 : 3 : 9."""
    Z = torch.tensor([[-log(3), 0.0, log(3)]])
    assert_equal(name, OUTPUTS[name].value(Z), torch.tensor(A))
    assert_equal("module", OUTPUTS[name].module()(Z), torch.tensor(A))


def test_the_answer_in_the_form_of_y() -> None:
    """½ is labelled 0, and of equal probabilities the first class is labelled."""
    A = torch.tensor([[0.6, 0.3, 0.7], [0.2, 0.1, 0.3]])
    assert SIGMOID.labels(A).tolist() == [[1, 0, 1], [0, 0, 0]]
    assert SIGMOID.labels(torch.tensor([[0.5, 0.5 + 1e-9, 0.46, 0.54]])).tolist() == [[0, 1, 0, 1]]
    assert SOFTMAX.labels(A).tolist() == [[0, 0, 1], [0, 0, 1]]
    assert SOFTMAX.labels(torch.tensor([[0.25] * 4, [0.1, 0.4, 0.1, 0.4]])).tolist() == [[1, 0, 0, 0], [0, 1, 0, 0]]
    assert IDENTITY.labels(A) is A


def test_an_example_is_right_only_if_all_its_labels_are() -> None:
    A, Y = torch.tensor([[0.6, 0.3], [0.6, 0.6], [0.5, 0.4]]), torch.tensor([[1, 0], [1, 0], [0, 0]])
    assert SIGMOID.scores(A, Y, Y).tolist() == [1.0, 0.0, 1.0]
    assert SOFTMAX.scores(A, Y, Y).tolist() == [1.0, 1.0, 0.0]
    assert SIGMOID.scores(A.float(), Y, Y).dtype == torch.float32


@pytest.mark.parametrize("label", [0.1, 3.0])  # the mean of three times 0.1 differs from 0.1 by rounding
def test_without_a_variance_of_the_labels_real_answers_have_no_score(label: float) -> None:
    A, Y = torch.tensor([[1.0], [2.0], [label]], dtype=torch.float64), torch.full((3, 1), label, dtype=torch.float64)
    assert IDENTITY.scores(A, Y, Y).isnan().all()


def test_scores_of_real_answers_divide_by_the_variance_of_each_output() -> None:
    """Labels 0, 4 and 0, 2 have the variances 4 and 1: scores ½ (1 - 1/4 + 1 - 1) and ½ (1 - 0 + 1 - 4)."""
    A, Y = torch.tensor([[1.0, 1.0], [4.0, 0.0]]), torch.tensor([[0.0, 0.0], [4.0, 2.0]])
    assert IDENTITY.scores(A, Y, Y).tolist() == [0.375, -1.0]
    assert IDENTITY.scores(A[:1], Y[:1], Y).tolist() == [0.375]
    assert IDENTITY.scores(A.float(), Y.float(), Y).dtype == torch.float32


def test_the_best_answer_without_x_is_the_share_or_the_mean_and_finite() -> None:
    """One of four labels is 1: log(1/3) gives ŷ = 1/4. The mean of 1, 2, 6 is 3.

    Probabilities closer than ε to 0 and 1 have no logit in float64, so the logit is log ε or -log ε. Of a class without
    examples it is the logarithm of the smallest normal number, 2⁻¹⁰²².
    """
    assert_equal("sigmoid", SIGMOID.best_constant(torch.tensor([[0], [0], [1], [0]])), torch.tensor([[log(1 / 3)]]))
    for p in (0, 1):
        expected = torch.tensor([[(2 * p - 1) * 52 * log(2)]])
        assert_equal("all alike", SIGMOID.best_constant(torch.full((5, 1), p)), expected)
    classes = torch.tensor([[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 1, 0]])
    assert_equal("softmax", SOFTMAX.best_constant(classes), torch.tensor([[log(1 / 4), log(3 / 4), -1022 * log(2)]]))
    assert IDENTITY.best_constant(torch.tensor([[1.0, 0.0], [2.0, 0.0], [6.0, 9.0]])).tolist() == [[3.0, 3.0]]


def test_squared_error_by_hand() -> None:
    """½ (3 - 1)² + ½ (-1 - 2)² = 6.5 and ½ (0.5)² + 0 = 0.125; J is their mean, 3.3125."""
    Z, Y = torch.tensor([[3.0, -1.0], [0.5, 4.0]]), torch.tensor([[1.0, 2.0], [0.0, 4.0]])
    assert squared_error(Z, Y).tolist() == [6.5, 0.125]
    assert IDENTITY.cost(Z, Y).item() == 3.3125
    assert squared_error_derivative(Z, Y).tolist() == [[2.0, -3.0], [0.5, 0.0]]
    dZ = squared_error_derivative(torch.tensor([[1.5]], dtype=torch.bfloat16), torch.tensor([[0.25]]))
    assert (dZ.dtype, dZ.item()) == (torch.bfloat16, 1.25), "labels with more digits do not widen dZ"


@pytest.mark.parametrize("n_y", [1, 3])
def test_r2_is_that_of_scikit_learn_however_the_split_is_cut(n_y: int, generator: torch.Generator) -> None:
    Y = torch.randn(11, n_y, generator=generator)
    A = Y + torch.randn(11, n_y, generator=generator)
    batches = zip(A.split([1, 7, 3]), Y.split([1, 7, 3]), strict=True)
    scores = torch.cat([IDENTITY.scores(*batch, Y) for batch in batches])
    assert scores.mean().item() == pytest.approx(r2_score(Y.numpy(), A.numpy()), rel=1e-12)


@pytest.mark.parametrize("output", OUTPUTS.values(), ids=OUTPUTS)
def test_no_other_constant_costs_less(output: Output, generator: torch.Generator) -> None:
    Y = torch.eye(3)[[0, 0, 1, 2, 1, 0, 0]]
    best = output.best_constant(Y).requires_grad_()
    (slope,) = torch.autograd.grad(output.cost(best.expand(Y.shape), Y), best)
    # The logits of a softmax may all move together.
    assert_equal(output.name, slope, torch.zeros(1, 3), atol=1e-15)


@pytest.mark.parametrize("output", OUTPUTS.values(), ids=OUTPUTS)
def test_the_loss_of_torch_that_judges_the_losses_is_the_same(output: Output, generator: torch.Generator) -> None:
    Z, Y = torch.randn(5, 3, generator=generator), output.labels(torch.rand(5, 3, generator=generator)).double()
    assert output.torch_loss is not None
    assert_equal("L", output.torch_loss(Z, Y).reshape(5, -1).sum(dim=1), output.losses(Z, Y))


CLASSES = "expected 0 or 1, or a probability between them"
SUM = "found labels of one example that add up to"
DIVIDE = "expected 1; divide each row by its sum"


@pytest.mark.parametrize(
    ("name", "Y", "message"),
    [
        ("sigmoid", [[0.0, 1.0], [1.0, 3.0]], f"found the label 3, {CLASSES}"),
        ("sigmoid", [[1.0, -1.0]], f"found the label -1, {CLASSES}"),
        ("sigmoid", [[nan]], f"found the label nan, {CLASSES}"),
        ("softmax", [[0.0, 1.0], [-1.0, 2.0]], f"found the label -1, {CLASSES}"),
        ("softmax", [[0.0, 1.0], [0.0, 2.0]], f"found the label 2, {CLASSES}"),
        ("softmax", [[0.0, 1.0], [1.0, 1.0]], f"{SUM} 2, {DIVIDE}"),
        ("softmax", [[0.0, 1.0], [0.0, 0.0]], f"{SUM} 0, {DIVIDE}"),
        ("softmax", [[0.5, 0.511]], f"{SUM} 1.011, {DIVIDE}"),
        ("softmax", [[0.5, 0.489]], f"{SUM} 0.989, {DIVIDE}"),
        ("softmax", [[0.0, 1.0], [0.5, 0.503]], f"{SUM} 1.003, {DIVIDE}"),
        ("softmax", [[0.5, 0.5 + 2**-40]], f"{SUM} 1.000000000000909, {DIVIDE}"),
        ("identity", [[1.0], [nan]], "found a label that is not finite (nan or inf), expected numbers"),
        ("identity", [[0.0], [-inf]], "found a label that is not finite (nan or inf), expected numbers"),
    ],
)
def test_one_wrong_row_is_enough_for_labels_to_be_rejected(name: str, Y: list, message: str) -> None:
    with pytest.raises(InputError) as caught:
        OUTPUTS[name].check_labels(torch.tensor(Y))
    assert str(caught.value) == message


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64])
def test_classes_and_probabilities_are_labels_that_train(dtype: torch.dtype) -> None:
    for Y in (torch.tensor([[0.1, 0.2, 0.7], [1.0, 0.0, 0.0]], dtype=dtype), torch.tensor([[0, 1], [1, 0]])):
        SIGMOID.check_labels(Y)
        SOFTMAX.check_labels(Y)
        IDENTITY.check_labels(-5 * Y)
    IDENTITY.check_labels(torch.tensor([[-7.5, 1e300]]))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32, torch.float64])
@pytest.mark.parametrize("n_y", [2, 10, 300])
def test_labels_may_miss_1_by_the_rounding_of_their_dtype(
    dtype: torch.dtype, n_y: int, generator: torch.Generator
) -> None:
    Y = torch.rand(200, n_y, generator=generator).to(dtype)
    SOFTMAX.check_labels(Y / Y.sum(dim=1, keepdim=True))
    SOFTMAX.check_labels(torch.softmax(8 * Y, dim=1))
    SOFTMAX.check_labels(0.9 * torch.eye(n_y, dtype=dtype) + 0.1 / n_y)


def test_the_rounding_of_a_narrow_dtype_is_no_excuse_in_a_wider_dtype() -> None:
    narrow = torch.tensor([[0.1, 0.2, 0.7]], dtype=torch.float32)
    SOFTMAX.check_labels(narrow)
    with pytest.raises(InputError, match=f"{SUM} 0.999999992"):
        SOFTMAX.check_labels(narrow.double())
    SOFTMAX.check_labels(narrow.double() / narrow.double().sum(dim=1, keepdim=True))
    with pytest.raises(InputError, match=f"{SUM} 1.00001"):
        SOFTMAX.check_labels(torch.tensor([[0.5, 0.50001]], dtype=torch.float32))


def test_a_single_output_is_the_probability_of_the_second_class() -> None:
    assert SIGMOID.probabilities(torch.tensor([[0.25], [1.0]])).tolist() == [[0.75, 0.25], [0.0, 1.0]]
    A = torch.tensor([[0.25, 0.5, 0.25]])
    assert torch.equal(SOFTMAX.probabilities(A), A)
    assert IDENTITY.probabilities is None
