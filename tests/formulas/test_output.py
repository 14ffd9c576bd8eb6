"""What an entry of OUTPUTS says about its g, beside its loss, its scores and its labels."""

from math import log

import pytest
import torch
from torch import nn

from course_torch.errors import InputError
from course_torch.formulas.outputs import OUTPUTS, check_distributions, more_likely, most_likely
from tests.conftest import assert_equal

pytestmark = pytest.mark.usefixtures("float64")


def test_the_cost_divides_by_the_number_of_examples_or_by_m() -> None:
    """Z = 0 costs 2 ln 2 for two yes-or-no answers and ln 2 for two classes; Z = 4, Y = 2 costs ½ 2² twice."""
    Z, Y = torch.zeros(3, 2), torch.tensor([[1, 0], [0, 1], [1, 0]])
    for name, loss in (("sigmoid", 2 * log(2)), ("softmax", log(2))):
        assert_equal(name, OUTPUTS[name].cost(Z, Y), torch.tensor(loss))
        assert_equal(name, OUTPUTS[name].cost(Z, Y, 1.5), torch.tensor(2 * loss))
    assert OUTPUTS["identity"].cost(Z + 4, 2 * torch.ones(3, 2)).item() == 4
    assert OUTPUTS["identity"].cost(Z + 4, 2 * torch.ones(3, 2), 6).item() == 2


@pytest.mark.parametrize(
    ("name", "A"),
    [("sigmoid", [[0.25, 0.5, 0.75]]), ("softmax", [[1 / 13, 3 / 13, 9 / 13]]), ("identity", [[-log(3), 0.0, log(3)]])],
)
def test_value_by_hand_and_by_the_torch_module(name: str, A: list) -> None:
    """Logits -ln 3, 0, ln 3, whose exponentials are as 1 : 3 : 9."""
    Z = torch.tensor([[-log(3), 0.0, log(3)]])
    assert_equal(name, OUTPUTS[name].value(Z), torch.tensor(A))
    assert_equal("module", OUTPUTS[name].module()(Z), torch.tensor(A))


def test_derivative_by_hand() -> None:
    """dZ = A - Y for each pair of g and loss."""
    A, Y = torch.tensor([[0.25, 0.75]]), torch.tensor([[0, 1]])
    for output in OUTPUTS.values():
        assert output.derivative(A, Y).tolist() == [[0.25, -0.25]]


def test_names_and_modules_of_the_table() -> None:
    table = {name: (each.name, each.score, each.onnx, each.smallest_n_y) for name, each in OUTPUTS.items()}
    assert table == {
        "sigmoid": ("sigmoid", "accuracy", "Sigmoid", 1),
        "softmax": ("softmax", "accuracy", "Softmax", 2),
        "identity": ("identity", "R2", "Identity", 1),
    }
    assert isinstance(OUTPUTS["softmax"].module(), nn.Softmax)


def test_one_half_is_labelled_0() -> None:
    assert more_likely(torch.tensor([[0.5, 0.5 + 1e-9, 0.46, 0.54]])).tolist() == [[0, 1, 0, 1]]


def test_of_equal_probabilities_the_first_class_is_labelled() -> None:
    assert most_likely(torch.tensor([[0.25, 0.25, 0.25, 0.25], [0.1, 0.4, 0.1, 0.4]])).tolist() == [
        [1, 0, 0, 0],
        [0, 1, 0, 0],
    ]


def test_the_answer_in_the_form_of_y() -> None:
    A = torch.tensor([[0.6, 0.3, 0.7], [0.2, 0.1, 0.3]])
    assert OUTPUTS["sigmoid"].labels(A).tolist() == [[1, 0, 1], [0, 0, 0]]
    assert OUTPUTS["softmax"].labels(A).tolist() == [[0, 0, 1], [0, 0, 1]]
    assert OUTPUTS["identity"].labels(A) is A


def test_an_example_is_right_only_if_all_its_labels_are() -> None:
    A, Y = torch.tensor([[0.6, 0.3], [0.6, 0.6], [0.5, 0.4]]), torch.tensor([[1, 0], [1, 0], [0, 0]])
    assert OUTPUTS["sigmoid"].scores(A, Y, Y).tolist() == [1.0, 0.0, 1.0]
    assert OUTPUTS["softmax"].scores(A, Y, Y).tolist() == [1.0, 1.0, 0.0]
    assert OUTPUTS["sigmoid"].scores(A.float(), Y, Y).dtype == torch.float32


def test_scores_of_real_answers_divide_by_the_variance_of_each_output() -> None:
    """Labels 0, 4 and 0, 2 have the variances 4 and 1: scores ½ (1 - 1/4 + 1 - 1) and ½ (1 - 0 + 1 - 4)."""
    A, Y = torch.tensor([[1.0, 1.0], [4.0, 0.0]]), torch.tensor([[0.0, 0.0], [4.0, 2.0]])
    assert OUTPUTS["identity"].scores(A, Y, Y).tolist() == [0.375, -1.0]
    assert OUTPUTS["identity"].scores(A[:1], Y[:1], Y).tolist() == [0.375]
    assert OUTPUTS["identity"].scores(A.float(), Y.float(), Y).dtype == torch.float32


@pytest.mark.parametrize("p", [0, 1])
def test_the_best_logit_for_labels_that_are_all_alike_is_finite(p: int) -> None:
    """Probabilities closer than ε to 0 and 1 have no logit in float64, so the logit is log ε or -log ε."""
    Z = OUTPUTS["sigmoid"].best_constant(torch.full((5, 1), p))
    assert Z.item() == pytest.approx((2 * p - 1) * 52 * log(2), rel=1e-12)


def test_the_best_logits_for_classes_are_the_logarithms_of_their_shares() -> None:
    """Of a class without examples it is the logarithm of the smallest normal number, 2⁻¹⁰²²."""
    Y = torch.tensor([[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 1, 0]])
    assert_equal("Z", OUTPUTS["softmax"].best_constant(Y), torch.tensor([[log(1 / 4), log(3 / 4), -1022 * log(2)]]))


@pytest.mark.parametrize(
    ("name", "Y", "message"),
    [
        ("sigmoid", [[0.0, 1.0], [1.0, 3.0]], "found the label 3, expected 0 or 1, or a probability between them"),
        ("softmax", [[0.0, 1.0], [0.0, 2.0]], "found the label 2, expected 0 or 1, or a probability between them"),
        ("softmax", [[0.0, 1.0], [0.0, 0.0]], "found labels of one example that add up to 0, expected 1"),
        ("softmax", [[1.0, 1.0], [0.0, 1.0]], "found labels of one example that add up to 2, expected 1"),
        ("identity", [[0.0], [-float("inf")]], "found a label that is not finite (nan or inf), expected numbers"),
    ],
)
def test_one_wrong_row_is_enough_for_labels_to_be_rejected(name: str, Y: list, message: str) -> None:
    with pytest.raises(InputError) as caught:
        OUTPUTS[name].check_labels(torch.tensor(Y))
    assert str(caught.value) == message


def test_labels_that_the_loss_takes_pass() -> None:
    OUTPUTS["sigmoid"].check_labels(torch.tensor([[0, 0], [1, 1]]))
    check_distributions(torch.tensor([[0, 1], [1, 0]]))
    OUTPUTS["identity"].check_labels(torch.tensor([[-7.5, 1e300]]))
