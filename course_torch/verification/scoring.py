"""Count how often the diagnosis finds, places and names a deliberate mistake."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import NamedTuple

import torch

from course_torch.verification.backward_tensors import Tensors, by_autograd, in_order, with_slope_1_at_zero
from course_torch.verification.breakable import Breakable, Mistake, Variant, Wrong
from course_torch.verification.breaking import broken, broken_tensors
from course_torch.verification.catalogue.shown import VAGUE
from course_torch.verification.comparison import compare_gradients, forward_pass
from course_torch.verification.counts import Counts
from course_torch.verification.diagnosis import Diagnosis, diagnose
from course_torch.verification.guesses import Remembered
from course_torch.verification.problems import Problem, random_problem
from course_torch.verification.rounding import rounding_errors
from course_torch.verification.suspects import ForwardPass

PROBLEMS = (
    *((seed, "sigmoid", torch.float64) for seed in range(3)),
    *((seed, "sigmoid", torch.float32) for seed in (3, 4)),
    *((seed, "softmax", torch.float64) for seed in (5, 6)),
    *((seed, "identity", torch.float64) for seed in (7, 8)),
)
"""(seed, output, dtype) of the networks on which each mistake and each variant is tried, if it applies."""
COUNTS = tuple(each.name for each in fields(Counts))[1:]
"""The counts of a Score, in the order of the table in docs/mistakes.md."""


@dataclass
class Score(Counts):
    """The counts of one mistake, or of one right variant. A run is a network, a place is a tensor.

    found        the diagnosis reports an error (for a variant: a false alarm)
    reported     whether the whole report of a broken network says that tensors are wrong
    also_named   keys of the other causes that the diagnosis names
    """

    reported: bool = False
    also_named: set[str] = field(default_factory=set)


class Reference(NamedTuple):
    """What the diagnosis of a problem needs, computed by the unbroken code."""

    tensors: Tensors
    errors: Tensors
    forward: ForwardPass
    alternative: Tensors
    guesses: Remembered


@lru_cache(maxsize=256)
def problem_with_reference(seed: int, need: str, output: str, dtype: torch.dtype) -> tuple[Problem, Reference]:
    """Return a problem, and its reference with autograd's tensors."""
    problem = network, X, Y = random_problem(seed, need, output, dtype)
    with torch.no_grad():
        caches = network.caches(X)
    exact = network.backward_steps(X, Y, input_derivative=True)
    errors = in_order(rounding_errors(network, caches, Y, exact, torch.finfo(X.dtype).eps))
    alternative = with_slope_1_at_zero(network, caches, Y)
    right, forward = by_autograd(network, X, Y), forward_pass(network, caches, Y)
    return problem, Reference(right, errors, forward, alternative, Remembered())


def diagnosis_of(wrong: Mapping[Breakable, Wrong], problem: Problem, reference: Reference) -> Diagnosis | None:
    """Diagnose the real backward pass with these wrong functions."""
    found = broken_tensors(*problem, wrong)
    tensors, errors, forward, alternative, guesses = reference
    return diagnose(found, tensors, errors, forward, [alternative], guesses)


def problems_of(case: Mistake | Variant) -> list[tuple[Problem, Reference]]:
    """The problems on which the mistake or the variant is tried."""
    return [
        problem_with_reference(seed, case.need, output, dtype)
        for seed, output, dtype in PROBLEMS
        if output in case.outputs and (dtype == torch.float64 or not isinstance(case, Mistake) or case.float32)
    ]


def score(mistake: Mistake) -> Score:
    """Try a mistake on several networks. The whole report is tried on the first of them."""
    result = Score(mistake.name)
    for problem, reference in problems_of(mistake):
        diagnosis = diagnosis_of(mistake.wrong, problem, reference)
        result.runs += 1
        if diagnosis is not None:
            result.found += 1
            result.placed += str(diagnosis.tensor) == first_wrong(mistake, len(problem[0].layers))
            result.named += is_named(diagnosis, mistake)
            result.unknown += is_unknown(diagnosis, mistake)
            result.misleading += not (is_named(diagnosis, mistake) or is_unknown(diagnosis, mistake))
            result.also_named |= set(diagnosis.causes) - set(mistake.causes)
    result.reported = is_reported(mistake, problems_of(mistake)[0][0])
    return result


def first_wrong(mistake: Mistake, L: int) -> str:
    """The name of the first wrong tensor, with the number L filled in."""
    return mistake.first.replace("L-2", str(L - 2)).replace("L-1", str(L - 1)).replace("L", str(L))


def is_named(diagnosis: Diagnosis, mistake: Mistake) -> bool:
    """Whether the diagnosis names a right cause."""
    return not set(mistake.causes).isdisjoint(diagnosis.causes)


def is_unknown(diagnosis: Diagnosis, mistake: Mistake) -> bool:
    """Whether the diagnosis names no cause, only the place or the kind of the error."""
    vague = {cause.key for cause in VAGUE}
    return not is_named(diagnosis, mistake) and set(diagnosis.causes) <= vague


def is_reported(mistake: Mistake, problem: Problem) -> bool:
    """Whether the whole report objects to the broken network, or a wrong shape stops the broken code."""
    with broken(*problem, mistake.wrong):
        try:
            return not compare_gradients(*problem).agrees
        except (RuntimeError, TypeError, ValueError, IndexError):
            return True


def score_variant(variant: Variant) -> Score:
    """Try a right variant on several networks. `found` counts the false alarms."""
    diagnoses = [diagnosis_of(variant.wrong, *problem) for problem in problems_of(variant)]
    return Score(variant.name, runs=len(diagnoses), found=sum(diagnosis is not None for diagnosis in diagnoses))
