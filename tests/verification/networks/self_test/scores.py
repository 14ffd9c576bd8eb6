"""Mistakes made on purpose in the real backward pass: how often the diagnosis finds, places and names them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial

import torch
from torch import Tensor

from course_torch.language import Text, same
from course_torch.mistakes import MISTAKES, faults
from course_torch.mistakes.context import BackwardContext
from course_torch.mistakes.faults import Fault, Wrong, broken, by_text, fault
from course_torch.mistakes.record import edited_text, evaluate
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.propagation import TensorName, Tensors
from course_torch.verification.difference import difference
from course_torch.verification.networks.comparison import compare_gradients
from course_torch.verification.networks.explain.diagnosis import Diagnosis, diagnose
from course_torch.verification.networks.right_pass import RightPass
from tests.verification.networks.self_test.problems import Problem, random_problem


def noise(tensor: Tensor, seed: int = 0) -> Tensor:
    """Random numbers of the tensor's shape."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(tensor.shape, generator=generator, dtype=torch.float64).to(tensor.dtype)


NAMES = {**vars(torch), "noise": noise}
"""What a code may name beside the attributes of its step, such as the functions of torch."""


def by_code(code: str) -> Wrong:
    """The function that computes this expression from what a step holds."""
    return lambda step: eval(code, NAMES, step)


PROBLEMS = (
    *((seed, "sigmoid", torch.float64) for seed in range(3)),
    *((seed, "sigmoid", torch.float32) for seed in (3, 4)),
    *((seed, "softmax", torch.float64) for seed in (5, 6)),
    *((seed, "identity", torch.float64) for seed in (7, 8)),
)
"""(seed, output, dtype) of the networks on which each fault and each right spelling is tried, if it applies."""
SPELLINGS = [
    Fault(same(name), {place: partial(evaluate, text)}, **conditions)
    for name, place, text, conditions in (
        (
            "dAL · g' for A - Y",
            "dZ[L]",
            "(-Y / A + (1 - Y) / (1 - A)) * A * (1 - A)",
            {"outputs": ("sigmoid",), "need": "any"},
        ),
        ("mean for sum / m", "db", "dZ.mean(dim=0, keepdim=True)", {}),
        ("einsum for @", "dW", "einsum('mo,mi->oi', dZ, A_prev) / m", {}),
        ("1/m before the sum", "dW", "(dZ / m).T @ A_prev", {}),
        ("example by example", "dW", "(dZ[:, :, None] * A_prev[:, None]).sum(dim=0) / m", {}),
        ("dA_prev by columns", "dA", "(W.T @ dZ.T).T", {}),
        ("derivative from Z", "dZ", "dA / cosh(Z)**2", {"need": "tanh"}),
        ("ReLU's slope 1 at 0", "dZ", "dA * (Z >= 0)", {"need": "zeros"}),
    )
]
"""Right backward passes that are written differently: none of them may raise an alarm."""
TWO_AT_ONCE = (
    ("dZ[L]", "sign at the output", "1/m in dZ"),
    ("dZ[L]", "squared error", "1/m in dZ"),
    ("dZ", "no g'", "1/m in dZ"),
    ("dA", "W for Wᵀ", "1/m in dA"),
    ("dW", "sign", "no 1/m"),
    ("dW", "sign", "1/m twice"),
    ("dW", "transposed", "no 1/m"),
)
"""Place, and the keys of two mistakes that are made there together."""


def both(place: str, first: str, second: str) -> Fault:
    """The fault of two mistakes at one place: the second edit changes the text that the first edit made."""
    one, two = (next(edit for edit in MISTAKES[key].edits if edit.place == place) for key in (first, second))
    text = edited_text(one, one.of.split()[0] if one.of else "")
    title = Text("{one}, and {two}, in {place}", "{place}：{one}，并且 {two}")
    title = title.fill(one=MISTAKES[first].title, two=MISTAKES[second].title, place=place)
    assert two.old in text
    made = partial(by_text, text.replace(two.old, two.new, 1))
    return replace(fault([one], title, f"{first} and {second}"), wrong={place: made})


FAULTS = [*faults.FAULTS, *(both(*keys) for keys in TWO_AT_ONCE)]
COUNTS = ("runs", "found", "placed", "named", "unknown", "misleading")
"""The counts of a Score, in the order of the table in docs/mistakes.md."""


@dataclass
class Score:
    """The counts of one fault, or of one right spelling. A run is a network.

    runs         the networks on which it is tried
    found        the diagnosis reports an error (for a right spelling: a false alarm)
    placed       the right tensor is named as the first wrong one
    named        the right cause is named, alone or among causes that make the same numbers
    unknown      no cause is named
    misleading   only wrong causes are named
    reported     whether the whole report of a broken network says that tensors are wrong
    """

    runs: int = 0
    found: int = 0
    placed: int = 0
    named: int = 0
    unknown: int = 0
    misleading: int = 0
    reported: bool = False


@lru_cache(maxsize=256)
def problem_with_reference(seed: int, need: str, output: str, dtype: torch.dtype) -> tuple[Problem, RightPass]:
    """Return a problem, and its right passes, which are computed by the unbroken code."""
    problem = random_problem(seed, need, output, dtype)
    return problem, RightPass(*problem)


def broken_tensors(network: DeepNetwork, X: Tensor, Y: Tensor, wrong: Mapping[str, Wrong]) -> Tensors:
    """Return the tensors that the broken backward pass computes.

    A wrong shape may stop the pass. Then the result holds the tensors computed before.
    """
    with broken(network, X, Y, wrong) as made:
        try:
            network.backward_steps(X, Y, input_derivative=True)
        except (RuntimeError, TypeError):  # jaxtyping raises TypeError for a wrong shape
            if not made:
                raise
    return dict(made)


def diagnosed(found: Mapping[TensorName, Tensor], passes: RightPass) -> Diagnosis | None:
    """Diagnose the tensors of a backward pass, in which ReLU may have the slope 1 at 0."""
    rights = passes.right, passes.right_with_slope_1
    seen = [diagnose(found, right, passes.errors(), passes.forward) for right in rights]
    return min(seen, key=lambda diagnosis: 0 if diagnosis is None else len(diagnosis.wrong))


def diagnosis_of(wrong: Mapping[str, Wrong], problem: Problem, reference: RightPass) -> Diagnosis | None:
    """Diagnose the real backward pass with these wrong functions."""
    return diagnosed(broken_tensors(*problem, wrong), reference)


def problems_of(fault: Fault) -> list[tuple[Problem, RightPass]]:
    """The problems on which the fault or the right spelling is tried."""
    return [
        problem_with_reference(seed, fault.need, output, dtype)
        for seed, output, dtype in PROBLEMS
        if output in fault.outputs and (dtype == torch.float64 or fault.float32)
    ]


def first_wrong(fault: Fault, reference: RightPass) -> str:
    """The name of the first wrong tensor: the first one that a wrong function changes, given the right tensors."""
    if fault.first:
        L = len(reference.network.layers)
        return fault.first.replace("L-2", str(L - 2)).replace("L-1", str(L - 1)).replace("L", str(L))
    for name, right in reference.right.items():
        computed = {other: tensor for other, tensor in reference.right.items() if other.layer >= name.layer}
        context = BackwardContext(name, computed, reference.forward)
        made = fault.wrong[context.place](context) if context.place in fault.wrong else right
        if not difference(made, right, reference.errors()[name]).agrees:
            return str(name)
    return ""


def score(fault: Fault) -> Score:
    """Try a fault on several networks. The whole report is tried on the first of them."""
    result = Score()
    for problem, reference in problems_of(fault):
        diagnosis = diagnosis_of(fault.wrong, problem, reference)
        result.runs += 1
        if diagnosis is not None:
            result.found += 1
            result.placed += str(diagnosis.tensor) == first_wrong(fault, reference)
            result.named += is_named(diagnosis, fault)
            result.unknown += is_unknown(diagnosis, fault)
            result.misleading += not (is_named(diagnosis, fault) or is_unknown(diagnosis, fault))
    result.reported = is_reported(fault, problems_of(fault)[0][0])
    return result


def keys(causes: str, *, numbers: bool = True) -> set[str]:
    """The keys of causes that are joined by "and". A constant factor has a key with or without its number."""
    return {key if numbers or not key.startswith("factor ") else "factor" for key in causes.split(" and ")}


def is_named(diagnosis: Diagnosis, fault: Fault) -> bool:
    """Whether the diagnosis names a right cause."""
    return any(
        keys(causes) in (keys(found), keys(found, numbers=False))
        for causes in fault.causes
        for found in diagnosis.causes
    )


def is_unknown(diagnosis: Diagnosis, fault: Fault) -> bool:
    """Whether the diagnosis names no cause, only the place or the kind of the error."""
    causes = [cause for causes in diagnosis.explanations for cause in causes]
    return not is_named(diagnosis, fault) and all(cause.recognized == "nothing" for cause in causes)


def is_reported(fault: Fault, problem: Problem) -> bool:
    """Whether the whole report objects to the broken network, or a wrong shape stops the broken code."""
    with broken(*problem, fault.wrong):
        try:
            return not compare_gradients(*problem).agrees
        except (RuntimeError, TypeError, ValueError, IndexError):
            return True


def score_spelling(spelling: Fault) -> Score:
    """Try a right spelling on several networks. `found` counts the false alarms."""
    diagnoses = [diagnosis_of(spelling.wrong, *problem) for problem in problems_of(spelling)]
    return Score(runs=len(diagnoses), found=sum(diagnosis is not None for diagnosis in diagnoses))
