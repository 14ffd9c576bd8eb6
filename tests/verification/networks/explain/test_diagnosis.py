"""The diagnosis takes tensors alone: it places and names a mistake, or says what the numbers of the tensor show.

A case is `place: code => tensor: keys | words`. The code makes the tensors of the place in a real backward pass, as a
context of the step sees it; a place may name what the network needs, its output and its seed. The diagnosis names the
first wrong tensor and causes with these keys, and says the words, where ` … ` stands between words that are apart.

The networks are those of `problem_with_reference`, with tanh and sigmoid unless the place names others. The sizes are:
seed 0   [8, 6, 2, 1] with m = 9 examples; softmax [10, 8, 4, 3]
seed 1   [8, 2, 6, 4, 1] with m = 11 and ReLU
seed 2   [8, 5, 6, 3, 2, 1] with m = 23; softmax [10, 7, 8, 5, 4, 3]
Of the needs, an activation takes the place of tanh, "square" makes every hidden layer 5 wide, and "zeros" gives a ReLU
network a unit whose Z is exactly 0.
"""

from collections.abc import Callable, Iterator

import pytest
import torch
from torch import Tensor

from course_torch import DeepNetwork
from course_torch.data.planar import flower_points
from course_torch.mistakes.faults import Fault
from course_torch.network.propagation import TensorName
from course_torch.verification.networks.explain.diagnosis import Diagnosis
from course_torch.verification.networks.right_pass import RightPass
from tests.verification.networks.self_test.scores import (
    FAULTS,
    broken_tensors,
    by_code,
    diagnosed,
    first_wrong,
    is_unknown,
    keys,
    problem_with_reference,
)

NEEDS, OUTPUTS = ("relu", "leaky_relu", "sigmoid", "square", "zeros"), ("softmax", "identity")


def reference_of(seed: int = 2, need: str = "tanh", output: str = "sigmoid") -> RightPass:
    return problem_with_reference(seed, need, output, torch.float64)[1]


def of_code(where: str, code: str) -> Diagnosis | None:
    """`where` is the place, then what the network must have. `dW db alone` hands in dW and db, as a learner does."""
    place, *words = where.split()
    given = ("dW", "db") if "alone" in words else ("dZ", "dW", "db", "dA", "dslope")
    need = next((word for word in words if word in NEEDS), "tanh")
    output = next((word for word in words if word in OUTPUTS), "sigmoid")
    seed = next((int(word) for word in words if word.isdigit()), 0)
    problem, reference = problem_with_reference(seed, need, output, torch.float64)
    made = broken_tensors(*problem, {place: by_code(code)})
    return diagnosed({name: tensor for name, tensor in made.items() if name.kind in given}, reference)


CASES = """
dW softmax: -right => dW[3]: sign
dW softmax: m * right => dW[3]: no 1/m
dW softmax: right / m => dW[3]: 1/m twice
dW softmax: -m * right => dW[3]: sign and no 1/m
dW softmax: 2 * right => dW[3]: factor 2
dW softmax: right * m / A_prev.shape[1] => dW[3]: factor 2.25 or m of the features
dW softmax: right * m / Z.shape[1] => dW[3]: factor 3 or m of the units
dW softmax: 3 * right => dW[3]: factor 3 or m of the units | exactly 3 times the … or gradients of 3 calls added up
dW softmax: right * 9 / 8 => dW[3]: m - 1 or factor 1.125
dW softmax: right * 9 / 209 => dW[3]: factor 0.04306 or another m | divided by 209 instead of m = 9 (notes 1.5)
dW softmax: 0.9 * right => dW[3]: factor 0.9 or another m | divided by 10 instead of m = 9
dW softmax: 81 * right => dW[3]: factor m²
dW softmax: -right / 81 => dW[3]: factor -1/m²
dW softmax: 18 * right => dW[3]: factor 2m
dW softmax: right * 2 / 9 => dW[3]: factor 2/m
dW softmax: right / 18 => dW[3]: factor 1/(2m) or another m
dW softmax: right * 9 / 10**6 => dW[3]: factor 9e-06 or another m
dW softmax: right * 9 / (10**6 + 1) => dW[3]: factor 9e-06
dW softmax: -0.123456789 * right => dW[3]: factor -0.1235 | Probably -0.1235 times the right tensor: a constant
dW softmax: right * (1 - 3e-4) => dW[3]: factor 0.9997
dW softmax: right * (1 - 1e-9) => dW[3]: epsilon
dW softmax: right * (1 + 1.1e-6) => dW[3]: factor 1.000001
dW softmax: right * 9 * tensor(1 / 9, dtype=float64).half() => dW[3]: constant rounded | 1/m is in float16
dW softmax: right * 5 / 6 => dW[3]: factor 0.8333 | Probably exactly 0.8333 times
dW softmax: right * 4 / 9 => dW[3]: factor 0.4444 | Probably exactly 0.4444 times
dW softmax: right / 11 => dW[3]: factor 0.09091 or another m | Probably 0.09091 times
dZ: dA * 5 / 7 => dZ[2]: no g' and factor 0.7143
dZ: dA / 11 => dZ[2]: unknown
dW 2: right / m**0.5 => dW[5]: factor 1/√m | exactly 1/√m times the right tensor: look where
dW 2: right / m => dW[5]: 1/m twice
dW: m * right => dW[3]: no 1/m
dW: right * m / Z.shape[1] => dW[3]: m of the units
dW: right * 9 * tensor(1 / 9, dtype=float64).float() => dW[3]: constant rounded | 1/m is in float32
db 2: 1.23 * right => db[5]: factor 1.23
db 2: 1.23 * right if layer == L else right => db[5]: unknown
dslope leaky_relu 2: 1.7 * right => dslope[4]: factor 1.7
dslope leaky_relu 2: (1 + 0.3 * layer) * right => dslope[4]: unknown
dslope leaky_relu: right / n => dslope[2]: mean of the units
dZ[L]: -right => dZ[3]: sign at the output
dZ: -right => dZ[2]: sign
dZ[L]: right / m => dZ[3]: 1/m in dZ
dA: -right / m => dA[2]: sign and 1/m in dA
dA: m * right => dA[2]: factor m | exactly m times the right tensor: look where the formula divides by m.
dA: 2 * right => dA[2]: factor 2 | first wrong: dA[2] (2 times the right one, with a residual … or 1 - β.
dA: right / n => dA[1]: mean of the units
dZ: right * 9 / 8 => dZ[2]: factor 1.125
dW softmax: right.T => dW[3]: transposed
dW softmax: -2 * right.T => dW[3]: transposed and factor -2
dW softmax: right.flatten() => dW[3]: another shape
db softmax: right.T * m => db[3]: transposed and no 1/m
db softmax: 2 * right[0] => db[3]: keepdim missing and factor 2
dZ[L]: right.flatten() => dZ[3]: another shape
dA square: right.T[:, :5].T.T => dA[2]: shape
dW: right[:, :1] => dW[3]: shape | shape (1, 1), expected (1, 2)
dW softmax: right + 0.1 * W => dW[3]: L2 term
dW softmax: right + 0.1 * W.sign() => dW[3]: L1 term
dW softmax: 2 * right + 0.1 * W => dW[3]: unknown
dW softmax: (right + 0.1 * W).T => dW[3]: shape
dA: right + 0.001 => dA[2]: unknown
dZ: dA => dZ[2]: no g'
dZ 2: -dA / m => dZ[4]: no g' and sign and 1/m in dZ | dZ = dA * g'(Z) (notes 2.5), and the sign is turned
dZ 2: 0.123456789 * dA => dZ[4]: unknown
dZ square 2: top.dA * (1 - A**2) => dZ[3]: top dA reused or dA of another layer
dW 2: above.dZ.T @ A_prev / m if layer == 3 else right => dW[3]: dZ of another layer | shape (2, 6), expected (3, 6)
dW 2: dZ.T @ at(1).A / m if layer == 3 else right => dW[3]: A of another layer
db 2: above.db if layer == 3 else right => db[3]: dZ of another layer or db of another layer
dZ 2 alone: dA => dW[4]: dA for dZ or no g'
dZ 2 alone: right / m => dW[4]: 1/m twice or 1/m in dZ or 1/m in dA
dW 2 alone: right / m => dW[5]: 1/m twice
dW 2 alone: -right => dW[5]: sign
dZ[L] 2 alone: right * A * (1 - A) => dW[5]: squared error
dZ[L] 2 alone: Y - A => dW[5]: sign or sign at the output
dA 2 alone: dZ @ dW => dW[4]: dW for W
dW 2 alone: dA.T @ A_prev / m if layer < L else right => dW[4]: dA for dZ
db 2 alone: dA.sum(0, keepdim=True) / m if layer < L else right => db[4]: dA for dZ
dW square 2: above.dW if layer == 3 else right => dW[3]: another tensor | These are the entries of dW[4]
db 2: -right if layer == L else 2 * right => db[5]: unknown
db 2: 1.23 * right if layer in (L, 4) else right => db[5]: factor 1.23
db 2: 1.23 * right if layer in (L, 4) else 2 * right => db[5]: unknown
dA: right.bfloat16() => dA[2]: bfloat16 | no multiple of the right one, dtype bfloat16, expected float64). Probably
dA: right.bfloat16().double() => dA[2]: bfloat16
dW: right.half().double() => dW[3]: float16
dZ relu: right.half().double() => dZ[2]: float16
dW: (m * right).float().double() / m => dW[3]: float32
dA: 2 * right.float() => dA[2]: factor 2
dZ[L]: right * (1 + 2 * Y) => dZ[3]: unknown
dZ[L] softmax: A - Y[:, [1, 2, 0]] => dZ[3]: labels shuffled
dZ: Z => dZ[2]: another tensor | These are the entries of Z[2]
dA softmax: A_prev => dA[2]: another tensor | These are the entries of A[2]
dA softmax: 1.001 * A_prev => dA[2]: unknown
dA: right + noise(right) => dA[2]: unknown | no multiple of the right one). No known mistake makes exactly this tensor.
dA: right * (1 + 1e-3 * noise(right)) => dA[2]: unknown
dA: 2 * right + 1e-9 * noise(right) => dA[2]: unknown
dA: 0 * right => dA[2]: all 0
dW: 0 * right => dW[3]: all 0
dZ[L]: right * nan => dZ[3]: not finite
dA: right / 0 => dA[2]: not finite | no multiple of the right one
"""


@pytest.mark.parametrize("case", CASES.strip().splitlines())
def test_a_mistake_is_placed_and_named(case: str) -> None:
    made, _, expected = case.partition(" => ")
    tensor, _, said = expected.partition(": ")
    keys, _, words = said.partition(" | ")
    diagnosis = of_code(*made.split(": ", 1))
    assert (str(diagnosis.tensor), set(diagnosis.causes)) == (tensor, set(keys.split(" or ")))
    assert [part for part in words.split(" … ") if part not in str(diagnosis)] == [], str(diagnosis)


# Tensors that are handed in


def test_a_single_tensor_is_diagnosed_in_both_languages() -> None:
    reference, name = reference_of(), TensorName("dW", 3)
    diagnosis = diagnosed({name: 3 * reference.right[name]}, reference)
    assert (diagnosis.tensor, diagnosis.wrong, diagnosis.causes[0]) == (name, (name,), "factor 3")
    assert "恰好是正确值的 3 倍：乘了一个常数，例如 2、学习速率或 1 - β，或者累加了 3 次调用的梯度" in diagnosis.text.zh


@pytest.mark.parametrize("spoilt", [lambda dZ: dZ.T, lambda dZ: dZ.float()])
def test_a_later_tensor_of_another_shape_or_dtype_ends_no_diagnosis(spoilt: Callable[[Tensor], Tensor]) -> None:
    reference = reference_of()
    dW, dZ = TensorName("dW", 5), TensorName("dZ", 4)
    seen = diagnosed({**reference.right, dW: 2 * reference.right[dW], dZ: spoilt(reference.right[dZ])}, reference)
    assert seen.tensor == dW


# Two mistakes at once in the course's own networks, which have one output: db[L] is then a single number


SEEDS = range(3)
EVERY_KIND = ("dZ", "dA", "dslope", "dW", "db")
(NO_M_IN_DB,) = (fault for fault in FAULTS if fault.causes == ("no 1/m",) and set(fault.wrong) == {"db"})
OTHERS = [
    fault
    for fault in FAULTS
    if "sigmoid" in fault.outputs and "db" not in fault.wrong and " and " not in "".join(fault.causes[:1])
    if fault.name != "labels of rank 1"  # the checks of shapes end the broken pass
]
ALIKE = {
    "Z for A at the output": {"another function at the output"},
    "decided labels for A": {"another function at the output"},
    "m - 1": {"factor"},
    "another m": {"factor"},
    "factor": {"another m"},
}
"""Cause -> other causes that make the same tensor in a network."""
ALIKE_IN_DW = ALIKE | {
    "sign at the output": {"sign"},
    "no g' at the output": {"dA for dZ"},
    "Y left out": {"A for dZ"},
    "an example left at 0": {"an example lost"},
    "m of the features": {"factor"},
}
"""Cause -> other causes that make the same dW."""
SEEN_AS = {"1/m in dZ in dZ[L]": "1/m twice", "epsilon in dZ[L] of sigmoid": "float32"}
"""Name of a mistake -> what is named in its place: it makes the same dW, which only a right db tells apart."""
UNKNOWN_IN_DW = {"labels smoothed", "labels shuffled"}
"""Causes that db must confirm, because dW alone is too little evidence."""


def diagnoses(fault: Fault, *kinds: str) -> Iterator[tuple[Diagnosis, set[str], RightPass]]:
    """Make a mistake together with db without 1/m in each network, and diagnose the tensors of these kinds.

    Yields the diagnosis, its causes without the numbers of factors, and the right tensors.
    """
    for seed in SEEDS:
        problem, reference = problem_with_reference(seed, fault.need, "sigmoid", torch.float64)
        found = broken_tensors(*problem, {**fault.wrong, **NO_M_IN_DB.wrong})
        diagnosis = diagnosed({name: tensor for name, tensor in found.items() if name.kind in kinds}, reference)
        assert diagnosis is not None
        yield diagnosis, {key for causes in diagnosis.causes for key in keys(causes, numbers=False)}, reference


@pytest.mark.sweep(20)
@pytest.mark.parametrize("fault", OTHERS, ids=lambda fault: fault.name)
def test_db_without_1_m_hides_no_other_mistake(fault: Fault) -> None:
    """The first wrong tensor is named by its own mistake, and the tensor of the other mistake is listed as wrong."""
    (cause,) = fault.causes
    for diagnosis, named, reference in diagnoses(fault, *EVERY_KIND):
        order, db = list(map(str, reference.right)), f"db[{len(reference.network.layers)}]"
        first = first_wrong(fault, reference)
        assert first in map(str, diagnosis.wrong)
        assert str(diagnosis.tensor) == min(first, db, key=order.index)
        cause_of_first = "no 1/m" if str(diagnosis.tensor) == db else cause
        assert cause_of_first in named, str(diagnosis)
        assert named <= {cause_of_first, *ALIKE.get(cause_of_first, ())}, str(diagnosis)


@pytest.mark.sweep(20)
@pytest.mark.parametrize("fault", OTHERS, ids=lambda fault: fault.name)
def test_no_other_mistake_is_named_where_a_learner_hands_in_dW_and_db_alone(fault: Fault) -> None:
    """A mistake at the output shows in dW[L] first. Any other mistake shows after db[L]."""
    (cause,) = fault.causes
    for diagnosis, named, reference in diagnoses(fault, "dW", "db"):
        L = len(reference.network.layers)
        at_output = first_wrong(fault, reference) in (f"dZ[{L}]", f"dW[{L}]")
        assert str(diagnosis.tensor) == (f"dW[{L}]" if at_output else f"db[{L}]")
        if at_output and cause in UNKNOWN_IN_DW:
            assert is_unknown(diagnosis, fault), str(diagnosis)
            continue
        cause_of_first = SEEN_AS.get(fault.name, cause) if at_output else "no 1/m"
        assert cause_of_first in named, str(diagnosis)
        assert named <= {cause_of_first, *ALIKE_IN_DW.get(cause_of_first, ())}, str(diagnosis)


@pytest.mark.parametrize(("layer_sizes", "activation"), [([2, 4, 1], "tanh"), ([2, 5, 3, 1], "relu")])
@pytest.mark.parametrize("kinds", [("dW", "db"), ("dZ", "dW", "db", "dA")], ids=["a learner's", "all"])
def test_inverted_labels_are_named_where_db_stays_right(
    layer_sizes: list[int], activation: str, kinds: tuple[str, ...]
) -> None:
    """The flower has as many 0 as 1, so that Σ (A - Y) hardly changes with Y: the right db contradicts nothing."""
    X, Y = flower_points(seed=1)
    generator = torch.Generator().manual_seed(2)
    network = DeepNetwork(layer_sizes, activation, dtype=torch.float64, generator=generator)
    problem = network, X, Y.double()
    found = broken_tensors(*problem, {"dZ[L]": lambda step: step.A - (1 - step.forward.Y)})
    reference = RightPass(*problem)
    output = TensorName("db", len(network.layers))
    assert torch.allclose(found[output], reference.right[output], rtol=1e-12, atol=1e-15)
    diagnosis = diagnosed({name: tensor for name, tensor in found.items() if name.kind in kinds}, reference)
    assert "labels inverted" in diagnosis.causes
