"""Which cause the checker names, and that it names none where the numbers do not tell."""

import pytest

from course_torch.exercises.tasks.task import Finding
from course_torch.mistakes.solution import changed, solution
from tests.exercises.judged import verdict_on


def findings(chapter: str, function: str, old: str, new: str) -> tuple[Finding, ...]:
    return verdict_on(changed(solution(chapter, "numpy", "columns"), function, old, new), chapter, function).findings


def keys(chapter: str, function: str, old: str, new: str) -> set[str]:
    return {each.key for each in findings(chapter, function, old, new)}


def test_a_slip_that_makes_the_right_numbers_elsewhere_is_not_the_cause() -> None:
    """Where a layer has as many units as there are examples, the wrong m gives the right dW. Here dA_prev is wrong."""
    assert keys("deep", "linear_backward", "W.T @ dZ", "W @ dZ") == {"W for Wᵀ"}


def test_one_number_alone_does_not_decide_the_cause() -> None:
    """Layer L has one unit: there "m of the units" is the same as "no 1/m"."""
    assert keys("deep", "linear_backward", "A_prev.shape[1]", "dZ.shape[0]") == {"m of the units"}


@pytest.mark.parametrize(
    ("chapter", "function", "old", "new"),
    [
        ("logistic", "propagate", "A - Y", "Y - A"),
        ("shallow", "backward_propagation", "A2 - Y", "Y - A2"),
        ("deep", "L_model_backward", "output_gradient(AL, Y)", "-output_gradient(AL, Y)"),
    ],
)
def test_a_sign_at_the_output_is_named_alone(chapter: str, function: str, old: str, new: str) -> None:
    assert keys(chapter, function, old, new) == {"sign at the output"}


def test_a_sign_of_some_gradients_is_not_that_of_the_output() -> None:
    assert keys("logistic", "propagate", "dw = X", "dw = -X") == {"sign"}


@pytest.mark.parametrize(
    ("chapter", "function", "old", "new"),
    [
        ("logistic", "weight_gradient", "m = X.shape[1]", "m = dZ.shape[0]"),
        ("logistic", "bias_gradient", "m = dZ.shape[1]", "m = len(dZ)"),
        ("logistic", "propagate", "m = X.shape[1]", "m = Y.shape[0]"),
        ("shallow", "backward_propagation", "m = X.shape[1]", "m = Y.shape[0]"),
    ],
)
def test_an_axis_of_length_1_is_named_beside_the_missing_m(chapter: str, function: str, old: str, new: str) -> None:
    assert keys(chapter, function, old, new) == {"no 1/m", "axis of length 1"}


def test_a_cost_divided_by_an_axis_of_length_1() -> None:
    (cause,) = findings("logistic", "compute_cost", "/ m", "/ Y.shape[0]")
    assert "length of the wrong axis, which is 1" in cause.text.en


def test_a_result_in_float16_is_named_whatever_its_numbers_are() -> None:
    assert keys("deep", "output_gradient", "AL - Y", "(AL - Y).astype(np.float16)") == {"result in float16"}


def test_a_transposed_result_leads_to_the_section_of_its_function() -> None:
    (cause,) = findings("tensors", "column", "(-1, 1)", "(1, -1)")
    assert (cause.key, cause.section) == ("transposed", "1.7")


def test_small_differences_are_shown_as_powers_of_ten() -> None:
    text = changed(
        solution("deep", "numpy", "rows"), "output_gradient", "AL - Y", "AL.astype(np.float16) - Y.astype(np.float16)"
    )
    seen = verdict_on(text.replace("Y.astype(np.float16)", "Y"), "deep", "output_gradient").symptom
    assert seen is not None
    assert "e-0" in seen.en


@pytest.mark.parametrize("chapter", ["shallow", "deep"])
def test_swapped_sizes_of_numbers_drawn_at_random(chapter: str) -> None:
    function, old, new = {
        "shallow": ("initialize_parameters", "(n_h, n_x)", "(n_x, n_h)"),
        "deep": (
            "initialize_parameters_deep",
            "(layer_dims[l], layer_dims[l - 1])",
            "(layer_dims[l - 1], layer_dims[l])",
        ),
    }[chapter]
    (cause,) = findings(chapter, function, old, new)
    assert cause.key == "sizes swapped"
    assert "sizes are swapped" in cause.text.en


def test_a_layer_left_out_is_told_from_layers_that_take_x() -> None:
    """Both fail for their shapes, and differ in a network of three hidden layers of equal sizes."""
    assert keys("deep", "L_model_forward", "range(1, L + 1)", "range(2, L + 1)") == {"first layer left out"}
    call = "linear_activation_forward("
    assert keys("deep", "L_model_forward", f"{call}A,", f"{call}X if l < L else A,") == {"X in every layer"}


def test_an_exception_without_numbers_has_no_unknown_cause() -> None:
    assert keys("deep", "linear_backward", "A_prev, W, _ = cache", "W, A_prev, _ = cache[0]") == set()


def test_pictures_with_two_axes_in_one_are_no_vector() -> None:
    change = ("tensors", "rows_to_pictures", "height, width, 3)", "height, width * 3)")
    assert keys(*change) == {"another shape"}
