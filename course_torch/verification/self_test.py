"""The self-test of the gradient report: make known mistakes in the real code. The report must find and name them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache, partial
from typing import Any, NamedTuple
from unittest.mock import patch

import torch
from torch import Tensor

from course_torch.language import same
from course_torch.mistakes.context import BackwardContext, TensorName
from course_torch.mistakes.record import evaluated
from course_torch.network import autograd_bridge
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification import comparison, judges, right_pass
from course_torch.verification.comparing import difference
from course_torch.verification.comparison import compare_gradients
from course_torch.verification.diagnosis import Diagnosis
from course_torch.verification.faults import (
    FAULTS,
    NEEDS,
    Fault,
    Problem,
    Wrong,
    broken,
    broken_tensors,
    random_problem,
)
from course_torch.verification.judges import Differences
from course_torch.verification.reference import Tensors, in_order
from course_torch.verification.right_pass import RightPass


@dataclass
class Counts:
    """What a self-test counts.

    name         what is counted: a mistake, or the mistakes of a chapter
    runs         attempts, each with one mistake
    found        the mistake is noticed
    placed       the right place is named as the first wrong place
    named        the right cause is named, alone or among causes that make the same numbers
    unknown      no cause is named
    misleading   only wrong causes are named
    """

    name: str
    runs: int = 0
    found: int = 0
    placed: int = 0
    named: int = 0
    unknown: int = 0
    misleading: int = 0


def total(counts: Sequence[Counts], count: str) -> int:
    """Add up a count."""
    return sum(getattr(each, count) for each in counts)


def all_found_and_named(counts: Sequence[Counts], fraction: float) -> bool:
    """Whether each mistake is found and placed, at least this fraction is named, and no diagnosis misleads.

    Counts without a run prove nothing.
    """
    runs = total(counts, "runs")
    return (
        runs > 0
        and total(counts, "found") == total(counts, "placed") == runs
        and total(counts, "named") >= fraction * runs
        and total(counts, "misleading") == 0
    )


def judges_heard() -> dict[str, bool]:
    """Judge -> whether its objection alone makes the report say "different"."""
    problem = random_problem(0)
    return {
        "autograd": autograd_is_heard(problem),
        "central differences": differences_are_heard(problem),
        "J.backward()": bridge_is_heard(problem),
    }


def objects(problem: Problem) -> bool:
    """Whether the report says "different" about some tensor."""
    report = comparison.compare_gradients(*problem)
    return not report.agrees and bool(report.named("different"))


def sum_over_examples(context: BackwardContext) -> Tensor:
    """dW without 1/m: wrong by the formulas, but right in `J.backward()`, which divides dZ[L] by m."""
    return context.dZ.T @ context.A_prev


def turned_around(context: BackwardContext) -> Tensor:
    """-dA_prev: wrong by the formulas and in `J.backward()`."""
    return -context.right


def autograd_is_heard(problem: Problem) -> bool:
    """Make the formulas wrong, and the central differences equal to them."""
    made = broken_tensors(*problem, {"dW": sum_over_examples})

    class Repeating(comparison.NumericJudge):
        def derivative(self, name: TensorName, shape: torch.Size) -> Differences:
            values = made[name].flatten()
            zeros = torch.zeros_like(values)
            return Differences(torch.arange(len(values)), values, zeros, zeros.bool())

    with broken(*problem, {"dW": sum_over_examples}), patch.object(comparison, "NumericJudge", Repeating):
        return objects(problem)


def differences_are_heard(problem: Problem) -> bool:
    """Make the formulas and `J.backward()` wrong, and autograd equal to them."""

    def repeating(network: DeepNetwork, X: Tensor, Y: Tensor) -> Tensors:
        return in_order(network.backward_steps(X, Y, input_derivative=True))

    of_each_network, of_the_first = (patch.object(module, "by_autograd", repeating) for module in (right_pass, judges))
    with broken(*problem, {"dA": turned_around}), of_each_network, of_the_first:
        return objects(problem)


def bridge_is_heard(problem: Problem) -> bool:
    """Make `J.backward()` leave three times the gradients of the formulas."""
    real = autograd_bridge.backward_propagation

    def tripled(*arguments: Any, dJ: Tensor, **options: Any) -> Any:
        return real(*arguments, dJ=3 * dJ, **options)

    with patch.object(autograd_bridge, "backward_propagation", tripled):
        return objects(problem)


NAMED = 0.85
"""The smallest fraction of the runs in which the right cause must be named."""
PROBLEMS = (
    *((seed, "sigmoid", torch.float64) for seed in range(3)),
    *((seed, "sigmoid", torch.float32) for seed in (3, 4)),
    *((seed, "softmax", torch.float64) for seed in (5, 6)),
    *((seed, "identity", torch.float64) for seed in (7, 8)),
)
"""(seed, output, dtype) of the networks on which each fault and each right spelling is tried, if it applies."""
SPELLINGS = [
    Fault(same(name), {place: partial(evaluated, text)}, **conditions)
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
COUNTS = tuple(count.name for count in fields(Counts))[1:]
"""The counts of a Score, in the order of the table in docs/mistakes.md."""
Progress = Callable[[list[Any]], Iterable[Any]]


@dataclass
class Score(Counts):
    """The counts of one fault, or of one right spelling. A run is a network, a place is a tensor.

    found        the diagnosis reports an error (for a right spelling: a false alarm)
    reported     whether the whole report of a broken network says that tensors are wrong
    also_named   the other causes that the diagnosis names
    """

    reported: bool = False
    also_named: set[str] = field(default_factory=set)


@lru_cache(maxsize=256)
def problem_with_reference(seed: int, need: str, output: str, dtype: torch.dtype) -> tuple[Problem, RightPass]:
    """Return a problem, and its right passes, which are computed by the unbroken code."""
    problem = random_problem(seed, need, output, dtype)
    return problem, RightPass(*problem)


def diagnosis_of(wrong: Mapping[str, Wrong], problem: Problem, reference: RightPass) -> Diagnosis | None:
    """Diagnose the real backward pass with these wrong functions."""
    return reference.diagnosis(broken_tensors(*problem, wrong))


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
    result = Score(fault.name)
    for problem, reference in problems_of(fault):
        diagnosis = diagnosis_of(fault.wrong, problem, reference)
        result.runs += 1
        if diagnosis is not None:
            result.found += 1
            result.placed += str(diagnosis.tensor) == first_wrong(fault, reference)
            result.named += is_named(diagnosis, fault)
            result.unknown += is_unknown(diagnosis, fault)
            result.misleading += not (is_named(diagnosis, fault) or is_unknown(diagnosis, fault))
            result.also_named |= set(diagnosis.causes) - set(fault.causes)
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
    return Score(spelling.name, runs=len(diagnoses), found=sum(diagnosis is not None for diagnosis in diagnoses))


def false_alarm(seed: int) -> bool:
    """Whether the whole report objects to a right network."""
    output = ("sigmoid", "sigmoid", "softmax", "identity")[seed % 4]
    return not compare_gradients(*random_problem(seed, NEEDS[seed % len(NEEDS)], output)).agrees


class SelfTest(NamedTuple):
    """The results of the self-test.

    mistakes, variants   scores of the faults and of the right spellings
    false_alarms         false alarms of the whole report among `networks` right networks
    judges               judge -> whether the report says "different" if only this judge objects
    """

    mistakes: list[Score]
    variants: list[Score]
    false_alarms: int
    networks: int
    judges: dict[str, bool]

    def total(self, count: str) -> int:
        """Add up a count of Score over all mistakes."""
        return total(self.mistakes, count)

    @property
    def alarms(self) -> int:
        """All false alarms, of right spellings and of networks."""
        return self.false_alarms + sum(score.found for score in self.variants)

    @property
    def passed(self) -> bool:
        """Whether the report passes the self-test.

        It must find, place and report every mistake, and name NAMED of them. No diagnosis may mislead, no alarm may be
        false, and each judge must be heard.
        """
        return (
            all_found_and_named(self.mistakes, NAMED)
            and all(score.reported for score in self.mistakes)
            and self.alarms == 0
            and all(self.judges.values())
        )


def run_self_test(progress: Progress = iter, networks: int = 200) -> SelfTest:
    """Try every fault, every right spelling and right networks. `progress` wraps the tasks, to show a progress bar."""
    tasks: list[Callable[[], Any]] = [
        *(partial(score, fault) for fault in FAULTS),
        *(partial(score_spelling, spelling) for spelling in SPELLINGS),
        *(partial(false_alarm, seed) for seed in range(networks)),
        judges_heard,
    ]
    *results, judges = [task() for task in progress(tasks)]
    scores, alarms = results[: -networks or None], results[len(results) - networks :]
    return SelfTest(scores[: len(FAULTS)], scores[len(FAULTS) :], sum(alarms), networks, judges)
