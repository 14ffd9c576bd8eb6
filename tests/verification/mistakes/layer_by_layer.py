"""What a mistake makes of the right tensors in every layer, and what the catalogue says that it makes."""

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from fractions import Fraction
from functools import lru_cache

import torch
from torch import Tensor

from course_torch.mistakes.context import TensorName
from course_torch.verification.backward_tensors import by_autograd
from course_torch.verification.breakable import Breakable, Call, Mistake, Variant
from course_torch.verification.breaking import broken
from course_torch.verification.catalogue import CATALOGUE, causes_of
from course_torch.verification.comparison import forward_pass
from course_torch.verification.problems import Problem, random_problem
from course_torch.verification.scoring import first_wrong

PARTS: tuple[Breakable, ...] = ("dZ[L]", "g'", "dZ", "dslope", "dW", "db", "dA")
LAYOUTS = {"transposed": lambda tensor: tensor.T, "keepdim missing": lambda tensor: tensor[0]}
Own = Mapping[str, Callable[[Step], Tensor]]


@lru_cache
def problem_with_zeros(seed: int, need: str, output: str) -> Problem:
    """A random problem with Z = 0 in the first unit of layer 1, and with A = ½ in the first of sigmoid outputs.

    Without these values of the first example, Z > 0 could not be told from Z ≥ 0.
    """
    network, X, Y = random_problem(seed, need, output)
    first, last = network.layers[0], network.layers[-1]
    with torch.no_grad():
        X[0] = torch.eye(X.shape[1])[0]
        first.b[0, 0] = -first.W[0, 0]
        while output == "sigmoid" and (Z := network.caches(X)[-1].Z[0, 0]) != 0:
            last.b[0, 0] -= Z
    return network, X, Y


@lru_cache
def steps_of(problem: Problem) -> dict[TensorName, Step]:
    """The right steps, in the order of computation."""
    network, X, Y = problem
    with torch.no_grad():
        forward = forward_pass(network, network.caches(X), Y)
    right = by_autograd(network, X, Y)
    return {name: Step(name, right, forward) for name in right}


@lru_cache
def calls_of(problem: Problem) -> list[tuple[Breakable, Call]]:
    """What the functions of each part see in each layer of the right backward pass."""
    calls: list[tuple[Breakable, Call]] = []

    def see(part: Breakable, call: Call) -> Tensor:
        calls.append((part, copy(call)))
        calls[-1][1].made = dict(call.made)
        return call.right

    network, X, Y = problem
    with broken(network, X, Y, {part: lambda call, part=part: see(part, call) for part in PARTS}):
        network.backward_steps(X, Y, input_derivative=True)
    return calls


def made_by(case: Mistake | Variant, problem: Problem) -> dict[TensorName, Tensor]:
    """The tensors that the case makes of the right ones, in each layer."""
    made = {}
    for part, call in calls_of(problem):
        if part not in case.wrong:
            continue
        function = case.wrong[part]
        if part == "g'":
            made[TensorName("dZ", call.l)] = call.dA * function(call)
        else:
            made[TensorName(part.removesuffix("[L]"), call.l - (part == "dA"))] = function(call)
    return made


def factor(key: str, step: Step) -> float | None:
    """The factor that a cause of this key leaves. None if the cause leaves no factor."""
    if key.startswith("factor "):
        return float(Fraction(key.removeprefix("factor ")).limit_denominator(100))  # 0.3333 is 1/3
    return {
        **{"sign": -1, "sign at the output": -1, "no 1/m": step.m, "another m": step.m / 209},
        **dict.fromkeys(["1/m twice", "1/m in dZ", "1/m in dA"], 1 / step.m),
        **{"m - 1": step.m / (step.m - 1), "epsilon": step.m / (step.m + 1e-8)},
        **{"m of the features": step.m / step.A_prev.shape[1], "m of the units": step.m / step.Z.shape[1]},
    }.get(key)


def made_by_causes(causes: str, step: Step) -> Iterator[Tensor]:
    """The tensors that these causes, joined by "and", make together."""
    scale, layout, tensors = 1.0, lambda tensor: tensor, [step.reference]
    for key in causes.split(" and "):
        if (number := factor(key, step)) is not None:
            scale *= number
        elif key in LAYOUTS:
            layout = LAYOUTS[key]
        else:
            tensors = [tensor for cause in causes_of(step.place) if cause.key == key for tensor in cause.suspects(step)]
    return (layout(scale * tensor) for tensor in tensors)


def adds(key: str, multiple: Callable[[int], float]) -> Callable[[Step], Tensor]:
    """The right tensor and a multiple, which may depend on m, of the first term in the catalogue."""
    (cause,) = (cause for cause in CATALOGUE if cause.key == key and cause.terms)
    return lambda step: step.reference + multiple(step.m) * next(cause.terms(step))


def is_same(a: Tensor, b: Tensor) -> bool:
    return a.shape == b.shape and torch.allclose(a.double(), b.double(), rtol=1e-12, atol=1e-14)


def assert_makes_what_its_causes_make(mistake: Mistake, own: Own | None = None) -> None:
    """In each layer the mistake makes the tensor that the catalogue expects, or where it cannot be made the right one.

    The first wrong tensor is that of the mistake. `own` are tensors that are expected of mistakes without a suspect.
    """
    for problem in (problem_with_zeros(seed, mistake.need, output) for output in mistake.outputs for seed in (0, 1)):
        steps, made = steps_of(problem), made_by(mistake, problem)
        wrong = [name for name in steps if name in made and not is_same(made[name], steps[name].reference)]
        assert str(wrong[0]) == first_wrong(mistake, len(problem[0].layers))
        for step in map(steps.get, wrong):
            if own and mistake.name in own:
                expected = [own[mistake.name](step)]
            else:
                expected = [tensor for causes in mistake.causes for tensor in made_by_causes(causes, step)]
            assert any(is_same(made[step.name], tensor) for tensor in expected), step.name
