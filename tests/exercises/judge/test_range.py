"""A function that is right only for moderate numbers is wrong: it caps large numbers, or loses small ones."""

import pytest

from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.cases import drawn_case
from course_torch.network.propagation import TensorName
from tests.exercises.judged import USUAL, Case, assert_answer, cases_of

NARROW = r"""
# Activations and their derivatives.
deep relu: Z * (Z > 0) → np.clip(Z, 0, 4) => one change | in place of
shallow relu: Z * (Z > 0) → np.clip(Z, 0, 6) => one change | in place of
shallow leaky_relu: Z > 0, Z → Z > 0, np.clip(Z, 0, 6) => one change | in place of
shallow tanh: return (np.exp(Z) → Z = np.clip(Z, -3, 3)\n    return (np.exp(Z) => one change | in place of
shallow relu_derivative: (Z > 0) → ((Z > 0) & (Z < 6)) => unknown
shallow leaky_relu_derivative: Z > 0 → (Z > 0) & (Z < 6) => unknown
shallow forward_propagation: np.tanh(Z1) → np.tanh(np.clip(Z1, -3, 3)) => one change | in place of
deep linear_activation_forward: relu(Z) → np.clip(Z, 0, 4) => one change | in place of
deep relu_backward: Z > 0 → (Z > 0) & (Z < 6) => unknown
# The cost.
logistic loss: return → A = np.clip(A, 0.01, 0.99)\n    return => one change | in place of
logistic compute_cost: return → A = np.clip(A, 0.01, 0.99)\n    return => one change | in place of
logistic propagate: compute_cost(A → compute_cost(np.clip(A, 0.01, 0.99) => one change | in place of
shallow compute_cost: return → A2 = np.clip(A2, 0.1, 0.9)\n    return => one change | in place of
deep compute_cost: return → AL = np.clip(AL, 0.01, 0.99)\n    return => one change | in place of
# dZ and the gradients.
logistic weight_gradient: return → dZ = np.clip(dZ, -5, 5)\n    return => one change | in place of
logistic bias_gradient: return → dZ = np.clip(dZ, -5, 5)\n    return => one change | in place of
shallow backward_propagation: dW1 = → dZ1 = np.clip(dZ1, -5, 5)\n    dW1 = => one change | in place of
deep linear_backward: dW = → dZ = np.clip(dZ, -5, 5)\n    dW = => one change | in place of
deep linear_activation_backward: return → dZ = np.clip(dZ, -5, 5)\n    return => one change | in place of
# The update.
logistic update: * dw → * np.clip(dw, -1, 1) => one change | in place of
shallow update_parameters: * grads[f"dW{l}"] → * np.clip(grads[f"dW{l}"], -1, 1) => one change | in place of
deep update_parameters: * grads[f"dW{l}"] → * np.clip(grads[f"dW{l}"], -1, 1) => one change | in place of
# Small numbers.
shallow relu: Z > 0 → Z > 0.01 => unknown
shallow leaky_relu_derivative: Z > 0 → Z > 0.01 => unknown
deep relu_backward: Z > 0 → Z > 0.01 => unknown
deep update_parameters: * grads[f"dW{l}"] → * grads[f"dW{l}"] * (abs(grads[f"dW{l}"]) > 0.001) => one change
"""


@pytest.mark.parametrize("case", cases_of(NARROW, *USUAL))
def test_a_function_for_moderate_numbers_alone_is_wrong(case: Case) -> None:
    assert_answer(case)


@pytest.mark.parametrize("chapter", ["shallow", "deep"])
def test_whatever_the_seed_a_cap_of_Z_at_6_and_of_dZ_at_5_shows(chapter: str) -> None:
    (sizes,) = (sizes for sizes in CHAPTERS[chapter].sizes if sizes.spread)
    for seed in range(50):
        case = drawn_case(sizes, CHAPTERS[chapter].hidden_activation, seed)
        assert case.caches[-2].Z.max() > 6, seed
        assert case.right[TensorName("dZ", case.L - 1)].abs().max() > 5, seed
