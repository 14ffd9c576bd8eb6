"""Functions that several chapters ask for: the activations, the cost, the update and the training loop."""

from collections import namedtuple
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import torch
from torch import Tensor

from course_torch.exercises.tasks.cases import TestCase
from course_torch.exercises.tasks.task import FREE, Call, Costs, Finding, Initial, Task, Value, finding, task
from course_torch.network.propagation import TensorName
from course_torch.verification.networks.calls.reference import VALUES

ALPHA = 0.35
"""The learning rate of the calls. Its square differs from it, and so does its double, and ITERATIONS times 0.1."""
ITERATIONS = 3
RANGE = torch.tensor([[-20.0, -0.001, 0.001, 20.0]], dtype=torch.float64)
"""Large and small Z, for an activation that is capped, or that has its kink beside 0."""
NEAR_0, NEAR_1 = 0.001, 0.999
"""A of the second call of the cost."""
LARGEST_Z = 10.0
"""Gradient descent that has come to larger |Z| of the output is not judged: 1 - A is 0 beyond 37, and its log -inf."""
WithCache = namedtuple("WithCache", "A cache", defaults=[FREE])
"""What sigmoid and relu return in the course's assignment of chapter deep."""
Model = namedtuple("Model", "parameters costs", defaults=[FREE])
"""What the models return. Those of older notebooks return only the parameters."""


def right_value(name: str, Z: Tensor) -> Tensor:
    """A = g(Z) of this activation, without the formulas of the package, which a reader may edit. Leaky: slope 0.01."""
    return VALUES[name](Z, None)


def wrong_start(found: Mapping[str, Tensor]) -> Finding | None:
    """What is wrong with initial parameters of the right shapes."""
    for name, tensor in found.items():
        is_weight = name.startswith("W")
        if not tensor.isfinite().all():
            return finding("parameter not finite", name=name)
        if name.startswith("b") and tensor.any():
            return finding("biases not 0", name=name)
        if is_weight and len(tensor) > 1 and torch.equal(tensor, tensor[:1].expand_as(tensor)):
            return finding("equal units", name=name)
        if is_weight and not tensor.any():
            return finding("weights are 0", name=name)
        if is_weight and tensor.abs().max() > 20:
            return finding("weights too large", name=name, size=f"{tensor.abs().max():.0f}")
    weights = [tensor.double().flatten() for name, tensor in found.items() if name.startswith("W")]
    for some in (*weights, torch.cat(weights)):
        n, (spread, mean) = len(some), (number.item() for number in torch.std_mean(some))
        # Right weights look like this once in a million draws.
        if n >= MANY and ((some > 0).all() or (some < 0).all()):
            return finding("weights of one sign", sign="> 0" if mean > 0 else "< 0")
        if n >= MANY and abs(mean) * n**0.5 > FAR * spread:
            return finding("weights shifted", mean=f"{mean:.3g}")
    return None


MANY = 24
"""Fewer weights may all be positive by chance."""
FAR = 7
"""The mean of weights around 0 is never so many standard errors from 0."""


# A task is a row of a table.
# fmt: off
@task("1.2", "Z -> A", formulas="A = 1 / (1 + e^(-Z))", en="The sigmoid of every entry. At Z = -1000 it is 0, not nan.",
      zh="对每个元素求 sigmoid。Z = -1000 时它是 0，而不是 nan。", in_assignment=False)
def sigmoid(case: TestCase) -> Iterator[Call]:
    for Z in (case.caches[-1].Z, torch.tensor([[-1000.0, 0.0, 1000.0]], dtype=torch.float64)):
        A = right_value("sigmoid", Z)
        yield Call({"Z": Z}, A, case, (WithCache(A),))


@task("2.3", "Z -> A", formulas="A = max(0, Z)", en="ReLU of every entry.", zh="对每个元素求 ReLU。",
      in_assignment=False)
def relu(case: TestCase) -> Iterator[Call]:
    for Z in (case.caches[0].Z, RANGE):
        A = right_value("relu", Z)
        yield Call({"Z": Z}, A, case, (WithCache(A),))


def cost_of(A: str, *, takes_parameters: bool = False, in_assignment: bool = True) -> Task:
    """compute_cost, where A[L] is called `A`. Some assignments have the parameters as a third argument."""

    @task("1.2", f"{A}, Y -> cost", formulas="J = -(1/m) Σ_i (y log a + (1 - y) log(1 - a))",
          en="The cost of m examples, a number.", zh="m 个样本的成本，一个数。",
          in_assignment=in_assignment, gives_cost=True, further=("parameters",) if takes_parameters else ())
    def compute_cost(case: TestCase) -> Iterator[Call]:
        """A of the test case, and A near 0 and 1. If y = 0, A is not near 1: float32 has few digits of 1 - A there."""
        yield Call({A: case.caches[-1].A, "Y": case.Y}, case.cost, case)
        far = torch.where(case.Y * case.caches[-1].A > 0.5, NEAR_1, NEAR_0).double()
        yield Call({A: far, "Y": case.Y}, case.network.output.cost(far.logit(), case.Y), case)

    return compute_cost


def gradient_names(L: int) -> dict[str, TensorName]:
    """dWL, dbL, … dW1, db1, in the order in which they are computed."""
    return {f"{kind}{l}": TensorName(kind, l) for l in range(L, 0, -1) for kind in ("dW", "db")}


@task("2.5", "parameters, grads, learning_rate -> parameters",
      formulas="W[l] := W[l] - α dW[l], b[l] := b[l] - α db[l], l = 1 … L",
      en="One step of gradient descent. Returns the new parameters.", zh="梯度下降的一步。返回新的参数。", changes=True)
def update_parameters(case: TestCase) -> Iterator[Call]:
    names = gradient_names(case.L)
    grads = {f"d{name}": case.right[names[f"d{name}"]] for name in case.parameters}
    arguments = {"parameters": case.parameters, "grads": grads, "learning_rate": ALPHA}
    yield Call(arguments, case.descent(ALPHA, 1)[-1].parameters, case)


def descents(case: TestCase, rate: float = ALPHA) -> list[list[TestCase]]:
    """Gradient descent from the parameters of the test case. ReLU may have slope 0 or 1 where Z is exactly 0."""
    slopes = (False, True) if case.network.hidden_activation.kink else (False,)
    return [case.descent(rate, ITERATIONS, slope_1=slope_1) for slope_1 in slopes]


def trained(descent: list[TestCase]) -> Model:
    """The parameters after gradient descent, with J before each update."""
    return Model(descent[-1].parameters, [each.cost for each in descent[:-1]])


def model_call(
    case: TestCase,
    arguments: Mapping[str, Value],
    rates: Sequence[float] = (ALPHA,),
    *,
    gives_costs: bool = True,
    iterations: int = 0,
) -> Call:
    """A call of a function that draws parameters and trains them. Its last argument is num_iterations.

    The first call makes no iteration, or 1 if the function fails with none, and returns the start. The call that is
    judged has the same random numbers and makes ITERATIONS more.
    X and Y have the dtype of the start, because torch multiplies no float32 by float64.

    rates         learning rates that are right
    gives_costs   whether the solution returns the costs too
    """

    def given(more: int, dtype: torch.dtype) -> dict[str, Value]:
        values = {name: value.to(dtype) if isinstance(value, Tensor) else value for name, value in arguments.items()}
        return values | {"num_iterations": iterations + more}

    made: dict[tuple[bytes, ...], Call] = {}  # each change of a function that is tried starts from the same numbers

    def rest(found: Mapping[str, Tensor]) -> Call:
        key = tuple(tensor.numpy().tobytes() for tensor in found.values())
        if key not in made:
            made[key] = from_start(found)
        return made[key]

    def from_start(found: Mapping[str, Tensor]) -> Call:
        start = case.with_parameters(found)
        every = [trained(one) for rate in rates for one in descents(start, rate)]
        recorded = [(one, FREE if iterations else Costs([one.costs[at]])) for one in every for at in (0, -1)]
        rights: list[Value] = [Model(one.parameters, costs) for one, costs in recorded if gives_costs]
        right, *others = rights + [one.parameters for one in every]
        return Call(
            given(ITERATIONS, found["W1"].dtype),
            right,
            case,
            tuple(others),
            solutions={"num_iterations": ITERATIONS, "start": start.parameters},
        )

    again = partial(model_call, case, arguments, rates, gives_costs=gives_costs)
    return Call(
        given(0, torch.float32),
        Model(case.parameters),
        case,
        (case.parameters,),
        initial=Initial(lambda found: None if iterations else wrong_model_start(found), rest),
        otherwise=None if iterations else again(iterations=1),
    )


def wrong_model_start(found: Mapping[str, Tensor]) -> Finding | None:
    """What is wrong with the parameters after no iteration."""
    moved = next((name for name, tensor in found.items() if name.startswith("b") and tensor.any()), "")
    return finding("updates without an iteration", name=moved) if moved else wrong_start(found)


def train_with(section: str, output: str) -> Task:
    """train, in a chapter where A[L] has the name `output`."""

    @task(section, "X, Y, parameters, learning_rate, iterations -> parameters",
          formulas=f"{output} → J → dW, db → W, b",
          en="Gradient descent. Returns the parameters after all iterations, and the list of J before each update.",
          zh="梯度下降。返回所有迭代之后的参数，以及每次更新之前 J 的列表。", in_assignment=False, changes=True)
    def train(case: TestCase) -> Iterator[Call]:
        numbers = {"learning_rate": ALPHA, "iterations": ITERATIONS}
        arguments = {"X": case.X, "Y": case.Y, "parameters": case.parameters, **numbers}
        every = descents(case)
        if all(each.caches[-1].Z.abs().max() < LARGEST_Z for one in every for each in one):
            right, *others = map(trained, every)
            yield Call(arguments, right, case, tuple(others))

    return train
