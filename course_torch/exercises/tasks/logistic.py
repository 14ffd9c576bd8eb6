"""Chapter logistic: logistic regression, from the sigmoid to predicted labels (notes 1.2, 1.3, 1.5)."""

from collections import namedtuple
from collections.abc import Iterator, Mapping
from dataclasses import replace

import torch
from torch import Tensor

from course_torch.exercises.tasks.cases import Sizes, TestCase
from course_torch.exercises.tasks.shared import ALPHA, ITERATIONS, cost_of, sigmoid
from course_torch.exercises.tasks.task import FREE, Call, Chapter, Finding, Initial, Training, Value, finding, task
from course_torch.language import Text
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.propagation import TensorName

Parameters = namedtuple("Parameters", "w b")
Propagated = namedtuple("Propagated", "grads cost")
Optimized = namedtuple("Optimized", "params grads costs", defaults=[FREE])
DZ, DW, DB = TensorName("dZ", 1), TensorName("dW", 1), TensorName("db", 1)
LARGEST_Z = 3.0
"""Largest |z|. Far beyond it 1 - a is so small that float32 loses its digits, and right code would look wrong."""
LARGE = 20
"""Factor of the gradients in a second call."""


def weights(case: TestCase) -> Parameters:
    """w (n_x, 1) and the number b."""
    return Parameters(case.parameters["W1"].T, case.parameters["b1"].reshape(()))


def gradients(case: TestCase) -> dict[str, Tensor]:
    """dw and db."""
    return {"dw": case.right[DW].T, "db": case.right[DB].reshape(())}


def labels(w: Tensor, b: Tensor | float, X: Tensor) -> Tensor:
    """1 where z > 0, else 0."""
    return (X @ w + b > 0).double()


# A task is a row of a table.
# fmt: off
@task("1.3", "dim -> w", formulas="w (n_x, 1), b ∈ ℝ, dim = n_x",
      en="The initial parameters: w and b are 0. Returns w, b.", zh="初始参数：w 和 b 都为 0。返回 w, b。")
def initialize_with_zeros(case: TestCase) -> Iterator[Call]:
    dim = case.X.shape[1]
    zeros = Parameters(torch.zeros(dim, 1, dtype=torch.float64), torch.tensor(0.0, dtype=torch.float64))
    yield Call({"dim": dim}, zeros, case, initial=Initial(not_zero))


def not_zero(found: Mapping[str, Tensor]) -> Finding | None:
    """The first parameter that is not 0."""
    return next((finding("not 0", name=name) for name, tensor in found.items() if tensor.any()), None)


@task("1.2", "A, Y -> loss", formulas="L = -(y log a + (1 - y) log(1 - a))\nA, Y, L (m, 1)",
      en="The loss of each example: cross-entropy.", zh="每个样本的损失：交叉熵。", in_assignment=False)
def loss(case: TestCase) -> Iterator[Call]:
    A, Y = case.caches[-1].A, case.Y
    yield Call({"A": A, "Y": Y}, -(Y * A.log() + (1 - Y) * (1 - A).log()), case)


@task("1.5", "A, Y -> dZ", formulas="dZ = A - Y\nA, Y, dZ (m, 1)",
      en="The derivative of each example's loss by z, for sigmoid and cross-entropy.",
      zh="每个样本的损失对 z 的导数（sigmoid 与交叉熵）。", in_assignment=False)
def output_gradient(case: TestCase) -> Iterator[Call]:
    yield Call({"A": case.caches[0].A, "Y": case.Y}, case.right[DZ], case, names={"dZ": DZ})


@task("1.5", "X, dZ -> dw", formulas="dw = (1/m) Xᵀ dZ  # columns: Xᵀ dZ -> X dZᵀ\nX (m, n_x), dZ (m, 1), dw (n_x, 1)",
      en="The gradient of the cost by w: a mean over the examples.", zh="成本对 w 的梯度：对样本求平均。",
      in_assignment=False)
def weight_gradient(case: TestCase) -> Iterator[Call]:
    dZ, dw = case.right[DZ], case.right[DW].T
    yield Call({"X": case.X, "dZ": dZ}, dw, case, names={"dw": DW})
    yield Call({"X": case.X, "dZ": LARGE * dZ}, LARGE * dw, case)


@task("1.5", "dZ -> db", formulas="db = (1/m) Σ_i dz(i)\ndZ (m, 1), db ∈ ℝ",
      en="The gradient of the cost by b: a mean over the examples.", zh="成本对 b 的梯度：对样本求平均。",
      in_assignment=False)
def bias_gradient(case: TestCase) -> Iterator[Call]:
    dZ, db = case.right[DZ], case.right[DB].reshape(())
    yield Call({"dZ": dZ}, db, case, names={"db": DB})
    yield Call({"dZ": LARGE * dZ}, LARGE * db, case)


@task("1.5", "w, b, X, Y -> grads",
      formulas="A = sigmoid(X w + b), J = -(1/m) Σ_i (y log a + (1 - y) log(1 - a))  # columns: X w -> wᵀ X\n"
               "dZ = A - Y, dw = (1/m) Xᵀ dZ, db = (1/m) Σ_i dz(i)  # columns: Xᵀ dZ -> X dZᵀ\n"
               "w (n_x, 1), b ∈ ℝ, X (m, n_x), Y (m, 1), dw (n_x, 1), db, J ∈ ℝ",
      en="One pass forward and one pass backward over all examples. Returns grads = {'dw': dw, 'db': db}, and J.",
      zh="对所有样本做一次正向传播和一次反向传播。返回 grads = {'dw': dw, 'db': db} 和 J。")
def propagate(case: TestCase) -> Iterator[Call]:
    w, b = weights(case)
    arguments = {"w": w, "b": b.item(), "X": case.X, "Y": case.Y}
    yield Call(arguments, Propagated(gradients(case), case.cost), case, names={"dw": DW, "db": DB})


@task("1.3", "w, b, dw, db, learning_rate -> w", formulas="w := w - α dw, b := b - α db\nw, dw (n_x, 1); b, db ∈ ℝ",
      en="One step of gradient descent. Returns the new w, b.", zh="梯度下降的一步。返回新的 w, b。",
      in_assignment=False, changes=True)
def update(case: TestCase) -> Iterator[Call]:
    w, b = weights(case)
    for scale in (1, LARGE):
        dw, db = (scale * gradient for gradient in gradients(case).values())
        arguments = {"w": w, "b": b.item(), "dw": dw, "db": db.item(), "learning_rate": ALPHA}
        yield Call(arguments, Parameters(w - ALPHA * dw, b - ALPHA * db), case)


@task("1.3", "w, b, X, Y, num_iterations, learning_rate -> params",
      formulas="(w, b) → (dw, db); w := w - α dw, b := b - α db",
      en="Gradient descent. Returns params = {'w': w, 'b': b}, grads = {'dw': dw, 'db': db} of the last iteration, and "
         "a list of costs of your choice.",
      zh="梯度下降。返回 params = {'w': w, 'b': b}、最后一次迭代的 grads = {'dw': dw, 'db': db}，"
         "以及成本的列表（由你决定）。",
      changes=True, further=("print_cost",))
def optimize(case: TestCase) -> Iterator[Call]:
    w, b = weights(case)
    *_, last, trained = case.descent(ALPHA, ITERATIONS)
    right = Optimized(weights(trained)._asdict(), gradients(last))
    numbers = {"num_iterations": ITERATIONS, "learning_rate": ALPHA}
    yield Call({"w": w, "b": b.item(), "X": case.X, "Y": case.Y, **numbers}, right, case)


BIAS = 0.6
SCORES = (-2.0, -0.7, -0.3, 0.3, 0.4, 0.8, 2.0)
"""Values of z that tell the threshold 0 of z from the thresholds 0.5 and 1, and z with the bias from z without it."""


@task("1.2", "w, b, X -> Y_prediction",
      formulas="A = sigmoid(X w + b); ŷ = 1 (a > 0.5), 0 (a <= 0.5)  # columns: X w -> wᵀ X\nX (m, n_x), ŷ (m, 1)",
      en="The predicted label of each example, 0 or 1.", zh="每个样本的预测标签，0 或 1。")
def predict(case: TestCase) -> Iterator[Call]:
    w, b = weights(case)
    Z = torch.tensor(SCORES, dtype=torch.float64).repeat(2)[: case.m].reshape(-1, 1)
    with_scores = case.X + (Z - BIAS - case.X @ w) @ w.T / (w * w).sum()
    for bias, X in ((b.item(), case.X), (BIAS, with_scores)):
        yield Call({"w": w, "b": bias, "X": X}, labels(w, bias, X), case)


@task("1.5", "X_train, Y_train, X_test, Y_test, num_iterations=2000, learning_rate=0.5 -> d",
      formulas="w, b = 0 → optimize → w, b → ŷ\nX_train (m, n_x), Y_train (m, 1), w (n_x, 1)",
      en="The whole of logistic regression. Returns a dict with the keys w, b, Y_prediction_train, Y_prediction_test "
         "and costs.",
      zh="完整的 Logistic 回归。返回一个 dict，键为 w、b、Y_prediction_train、Y_prediction_test 和 costs。",
      further=("print_cost",))
def model(case: TestCase) -> Iterator[Call]:
    """X and Y are float32 first: the w of torch that `initialize_with_zeros` makes is float32."""
    X, Y, tests = case.X, case.Y, (case.m + 1) // 2
    zeros = case.with_parameters({name: torch.zeros_like(value) for name, value in case.parameters.items()})
    calls: list[Call] = []
    for dtype in (torch.float64, torch.float32):
        arguments = {"X_train": X, "Y_train": Y, "X_test": -X[:tests], "Y_test": 1 - Y[:tests]}
        rounded = {name: value.to(dtype) for name, value in arguments.items()}
        X_train, Y_train, X_test, _ = (value.double() for value in rounded.values())
        numbers = {"num_iterations": ITERATIONS, "learning_rate": ALPHA}
        trained = weights(replace(zeros, X=X_train, Y=Y_train).descent(ALPHA, ITERATIONS)[-1])
        right = trained._asdict() | {
            f"Y_prediction_{name}": labels(*trained, X) for name, X in (("train", X_train), ("test", X_test))
        }
        calls.append(Call(rounded | numbers, right, case, otherwise=calls[-1] if calls else None))
    yield calls[-1]


def flower_arguments(network: DeepNetwork, X: Tensor, Y: Tensor) -> Mapping[str, Value]:
    """The arguments of optimize on the flower."""
    w, b = network.layers[0].W.detach().T, network.layers[0].b.item()
    return {"w": w, "b": b, "X": X, "Y": Y, "num_iterations": 1000, "learning_rate": 1.0}


WHOLE_PASS = """
def course_torch_pass(X, Y, parameters):
    w, b = parameters["W1"].T, parameters["b1"][0, 0]
    grads, cost = propagate(w, b, X, Y)
    return {"cost": cost, "dW1": grads["dw"].T, "db1": 0 * parameters["b1"] + grads["db"]}
"""
STRAIGHT = Text(
    " (a straight line cannot separate the flower: chapter shallow can)", "（直线分不开花形数据：shallow 章的网络可以）"
)
CHAPTER = Chapter(
    "logistic", Text("logistic regression", "Logistic 回归"), "1.2, 1.3, 1.5",
    tasks=(
        replace(sigmoid, in_assignment=True), initialize_with_zeros, loss, cost_of("A", in_assignment=False),
        output_gradient, weight_gradient, bias_gradient, propagate, update, optimize, predict, model,
    ),
    sizes=(  # several numbers of features and examples, one class only, one example, and large and small numbers
        Sizes([5, 1], 7, largest_Z=LARGEST_Z), Sizes([3, 1], 11, largest_Z=LARGEST_Z),
        Sizes([6, 1], 11, labels="0", largest_Z=LARGEST_Z), Sizes([4, 1], 7, labels="1", largest_Z=LARGEST_Z),
        Sizes([5, 1], 1, largest_Z=LARGEST_Z), Sizes([5, 1], 11, largest_Z=5, spread=6),
    ),
    equal_sizes=(Sizes([5, 1], 5), Sizes([6, 1], 6)),
    smallest_size=Sizes([2, 1], 3, one_decimal=True),
    layers=1,
    whole_pass=WHOLE_PASS,
    training=Training("optimize", [2, 1], "zeros", flower_arguments,
                      lambda result: {"W1": result[0]["w"].T, "b1": result[0]["b"]}, STRAIGHT),
    assignment=Chapter.Assignment(only_used=frozenset({"sigmoid", "initialize_with_zeros"})),
)
