"""The gradient report proved: every known mistake is made on purpose, and has to be found, placed and explained."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor

from course_torch.formulas.activations import ACTIVATIONS
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.breakable import Mistake, Steps, Variant, backward
from course_torch.verification.comparison import compare_gradients, forward_pass
from course_torch.verification.diagnosis import Diagnosis, diagnose
from course_torch.verification.judges import by_autograd, in_order, with_slope_1_at_zero
from course_torch.verification.mistakes import MISTAKES, VARIANTS
from course_torch.verification.rounding import rounding_errors

PROBLEMS = 6
"""Networks that each mistake and each variant is tried on."""
ALIVE = 1e-3
"""‖dW‖ of a layer below which its ReLU units are nearly all off, and a mistake could not be seen."""
NEEDS = ("tanh", "relu", "leaky_relu", "square", "zeros")
"""What right networks are made for in turn."""

Progress = Callable[[list[Any]], Iterable[Any]]
Problem = tuple[DeepNetwork, Tensor, Tensor]


@dataclass
class Score:
    """Of `runs` networks: how many were found wrong, at the right tensor, with the right cause among those named."""

    name: str
    runs: int = 0
    found: int = 0
    placed: int = 0
    explained: int = 0
    also_named: set[str] = field(default_factory=set)


def random_problem(seed: int, need: str = "any") -> Problem:
    """A network of 3 to 5 layers and examples in which no mistake can hide.

    Distinct widths (or one, if `need` is "square"), m unlike all of them, Z of order 1, biases off zero, both classes,
    units of every layer alive, float64. `need` may also be an activation, or "zeros" for a ReLU unit with Z exactly 0.
    """
    generator = torch.Generator().manual_seed(seed)
    hidden_layers, m = 2 + seed % 3, (9, 11, 23)[seed % 3]
    widths = (
        [5] * hidden_layers
        if need == "square"
        else (2 + torch.randperm(5, generator=generator)[:hidden_layers]).tolist()
    )
    activation = need if need in ACTIVATIONS else "relu" if need == "zeros" else ("tanh", "relu")[seed % 2]
    Y = (torch.arange(m) % 2).double().reshape(-1, 1)
    while True:
        network = DeepNetwork(
            [8, *widths, 1], activation, slope=0.1, learn_slope=True, dtype=torch.float64, generator=generator
        )
        with torch.no_grad():
            for layer in network.layers:
                layer.b.normal_(generator=generator)
            if need == "zeros":
                network.layers[0].W[0], network.layers[0].b[0, 0] = 0, 0
        X = torch.randn(m, 8, dtype=torch.float64, generator=generator)
        if all(gradients.dW.norm() > ALIVE for gradients in network.manual_gradients(X, Y)):
            return network, X, Y


def diagnosis_of(steps: Steps, problem: Problem) -> Diagnosis | None:
    """What the diagnosis says of these steps' tensors, autograd's being the reference."""
    network, X, Y = problem
    with torch.no_grad():
        caches = network.caches(X)
    forward = forward_pass(network, caches, Y)
    exact = network.backward_steps(X, Y, input_derivative=True)
    errors = in_order(rounding_errors(network, caches, Y, exact, torch.finfo(X.dtype).eps))
    reference = by_autograd(network, X, Y)
    return diagnose(backward(steps, forward), reference, errors, forward, [with_slope_1_at_zero(network, caches, Y)])


def score(mistake: Mistake) -> Score:
    """One mistake on several networks."""
    result = Score(mistake.name)
    for seed in range(PROBLEMS):
        problem = random_problem(seed, mistake.need)
        L = len(problem[0].layers)
        first = mistake.first.replace("L-2", str(L - 2)).replace("L-1", str(L - 1)).replace("L", str(L))
        diagnosis = diagnosis_of(mistake.steps, problem)
        result.runs += 1
        if diagnosis is not None:
            result.found += 1
            result.placed += str(diagnosis.tensor) == first
            result.explained += mistake.cause in diagnosis.causes
            result.also_named |= set(diagnosis.causes) - {mistake.cause}
    return result


def score_variant(variant: Variant) -> Score:
    """One right variant on several networks: `found` counts the false alarms."""
    diagnoses = [diagnosis_of(variant.steps, random_problem(seed, variant.need)) for seed in range(PROBLEMS)]
    return Score(variant.name, runs=PROBLEMS, found=sum(diagnosis is not None for diagnosis in diagnoses))


def false_alarm(seed: int) -> bool:
    """Whether the whole report objects to a right network."""
    return not compare_gradients(*random_problem(seed, NEEDS[seed % len(NEEDS)])).agrees


class SelfTest(NamedTuple):
    """Scores of mistakes and of right variants, and the false alarms among `networks` right networks; in float64."""

    mistakes: list[Score]
    variants: list[Score]
    false_alarms: int
    networks: int

    def total(self, count: str) -> int:
        """The sum of a count of Score over all mistakes."""
        return sum(getattr(score, count) for score in self.mistakes)

    @property
    def alarms(self) -> int:
        """All false alarms, of variants and of networks."""
        return self.false_alarms + sum(score.found for score in self.variants)

    @property
    def passed(self) -> bool:
        """All mistakes found and placed, 95 % of them explained, no false alarm."""
        runs = self.total("runs")
        found_all = self.total("found") == self.total("placed") == runs
        return found_all and self.total("explained") >= 0.95 * runs and self.alarms == 0


def run_self_test(progress: Progress = iter, networks: int = 200) -> SelfTest:
    """Make every mistake and every variant, and judge right networks; `progress` wraps the list of these tasks."""
    tasks: list[Callable[[], Score | bool]] = [
        *(partial(score, mistake) for mistake in MISTAKES),
        *(partial(score_variant, variant) for variant in VARIANTS),
        *(partial(false_alarm, seed) for seed in range(networks)),
    ]
    results = [task() for task in progress(tasks)]
    scores = [result for result in results if isinstance(result, Score)]
    alarms = sum(result is True for result in results)
    return SelfTest(scores[: len(MISTAKES)], scores[len(MISTAKES) :], alarms, networks)
