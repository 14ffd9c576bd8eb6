"""Chapter deep: a network of L layers, from the initial parameters to the training loop (notes 3.1 to 3.3)."""

from collections import namedtuple
from collections.abc import Iterator

from torch import Tensor

from course_torch.exercises.tasks.cases import Sizes, TestCase
from course_torch.exercises.tasks.shared import (
    cost_of,
    gradient_names,
    relu,
    sigmoid,
    train_with,
    update_parameters,
    wrong_start,
)
from course_torch.exercises.tasks.task import FREE, Call, Chapter, Initial, LearnersCache, by_train, task
from course_torch.language import Text
from course_torch.network.propagation import TensorName, Tensors

LinearCache = namedtuple("LinearCache", "A_prev W b")
BlockCache = namedtuple("BlockCache", "linear_cache Z")
LinearForward = namedtuple("LinearForward", "Z cache", defaults=[FREE])
BlockForward = namedtuple("BlockForward", "A cache", defaults=[FREE])
ModelForward = namedtuple("ModelForward", "AL caches", defaults=[FREE])
LinearBackward = namedtuple("LinearBackward", "dA_prev dW db")


def linear_cache(case: TestCase, l: int) -> LinearCache:
    return LinearCache(case.caches[l - 1].A_prev, case.parameters[f"W{l}"], case.parameters[f"b{l}"])


def block_arguments(case: TestCase, l: int) -> dict[str, Tensor | str]:
    """The arguments of linear_activation_forward in layer l."""
    activation = "sigmoid" if l == case.L else case.network.hidden_activation.name
    return linear_cache(case, l)._asdict() | {"activation": activation}


def block_cache(case: TestCase, l: int) -> BlockCache:
    return BlockCache(linear_cache(case, l), case.caches[l - 1].Z)


# A task is a row of a table.
# fmt: off
@task("3.1", "layer_dims -> parameters",
      formulas="parameters[f'W{l}'] (n_l, n_{l-1}), parameters[f'b{l}'] (1, n_l), l = 1 … L",
      en="Draw small random weights and set the biases to 0. layer_dims = [n_x, n_1, …, n_L].",
      zh="随机初始化较小的权重，偏差为 0。layer_dims = [n_x, n_1, …, n_L]。")
def initialize_parameters_deep(case: TestCase) -> Iterator[Call]:
    yield Call({"layer_dims": list(case.network.layer_sizes)}, case.parameters, case, initial=Initial(wrong_start))


@task("3.1", "A, W, b -> Z",
      formulas="Z = A Wᵀ + b  # columns: A Wᵀ -> W A\nA (m, n_in), W (n_out, n_in), b (1, n_out), Z (m, n_out)",
      en="The linear step of a layer. Returns Z and cache = (A, W, b).",
      zh="一层的线性部分。返回 Z 和 cache = (A, W, b)。")
def linear_forward(case: TestCase) -> Iterator[Call]:
    for l, layer in enumerate(case.caches, start=1):
        A, W, b = linear_cache(case, l)
        yield Call({"A": A, "W": W, "b": b}, LinearForward(layer.Z), case)


@task("3.2", "A_prev, W, b, activation -> A", formulas="Z = A_prev Wᵀ + b, A = g(Z)  # columns: A_prev Wᵀ -> W A_prev",
      en="A layer forward, where activation is 'sigmoid' or 'relu'. Returns A and cache = ((A_prev, W, b), Z).",
      zh="一层的正向传播，activation 是 'sigmoid' 或 'relu'。返回 A 和 cache = ((A_prev, W, b), Z)。")
def linear_activation_forward(case: TestCase) -> Iterator[Call]:
    for l, layer in enumerate(case.caches, start=1):
        yield Call(block_arguments(case, l), BlockForward(layer.A), case)


@task("3.2", "X, parameters -> AL",
      formulas="A[0] = X (m, n_x), A[l] = relu(A[l-1] W[l]ᵀ + b[l]) (l < L), A[L] = sigmoid(A[L-1] W[L]ᵀ + b[L])"
               "  # columns: A[l-1] W[l]ᵀ -> W[l] A[l-1]; A[L-1] W[L]ᵀ -> W[L] A[L-1]",
      en="All L layers forward. Returns A[L] and the list of the L caches, layer 1 first.",
      zh="L 层的正向传播。返回 A[L] 和 L 个 cache 的列表，第 1 层在前。")
def L_model_forward(case: TestCase) -> Iterator[Call]:
    yield Call({"X": case.X, "parameters": case.parameters}, ModelForward(case.caches[-1].A), case)


@task("1.5", "AL, Y -> dZ", formulas="dZ[L] = A[L] - Y",
      en="The derivative of each example's loss by Z[L], for sigmoid and cross-entropy.",
      zh="每个样本的损失对 Z[L] 的导数（sigmoid 与交叉熵）。", in_assignment=False)
def output_gradient(case: TestCase) -> Iterator[Call]:
    dZ = TensorName("dZ", case.L)
    yield Call({"AL": case.caches[-1].A, "Y": case.Y}, case.right[dZ], case, names={"dZ": dZ})


@task("2.4", "dA, Z -> dZ", formulas="dZ = dA * g'(Z), g'(Z) = 1 (Z > 0), 0 (Z <= 0)", en="ReLU backward.",
      zh="ReLU 的反向传播。", in_assignment=False)
def relu_backward(case: TestCase) -> Iterator[Call]:
    for l in range(1, case.L):
        dA, dZ = TensorName("dA", l), TensorName("dZ", l)
        arguments = {"dA": case.right[dA], "Z": case.caches[l - 1].Z}
        yield Call(arguments, case.right[dZ], case, (case.right_with_slope_1[dZ],), names={"dZ": dZ})


@task("2.4", "dA, Z -> dZ", formulas="dZ = dA * g'(Z), g'(Z) = A (1 - A), A = sigmoid(Z)", en="The sigmoid backward.",
      zh="sigmoid 的反向传播。", in_assignment=False)
def sigmoid_backward(case: TestCase) -> Iterator[Call]:
    yield Call({"dA": output_dA(case), "Z": case.caches[-1].Z}, case.caches[-1].A - case.Y, case)


def output_dA(case: TestCase) -> Tensor:
    """dA[L] = -Y/A + (1 - Y)/(1 - A)."""
    A, Y = case.caches[-1].A, case.Y
    return -Y / A + (1 - Y) / (1 - A)


def backward_names(l: int) -> dict[str, TensorName]:
    return {"dA_prev": TensorName("dA", l - 1), "dW": TensorName("dW", l), "db": TensorName("db", l)}


def gradients(right: Tensors, l: int) -> LinearBackward:
    """dA[l-1], dW[l] and db[l]."""
    return LinearBackward(*(right[name] for name in backward_names(l).values()))


@task("3.2", "dZ, cache -> dW",
      formulas="dW = (1/m) dZᵀ A_prev, db = (1/m) Σ_i dZ, dA_prev = dZ W"
               "  # columns: dZᵀ A_prev -> dZ A_prevᵀ; dZ W -> Wᵀ dZ\n"
               "dZ (m, n_out), A_prev (m, n_in), dW (n_out, n_in), db (1, n_out)",
      en="The linear step backward, where cache = (A_prev, W, b). Returns dA_prev, dW, db.",
      zh="线性部分的反向传播，cache = (A_prev, W, b)。返回 dA_prev、dW、db。")
def linear_backward(case: TestCase) -> Iterator[Call]:
    for l in range(case.L, 0, -1):
        dZ, cache = TensorName("dZ", l), linear_cache(case, l)
        yield Call(
            {"dZ": case.right[dZ], "cache": cache},
            gradients(case.right, l),
            case,
            names=backward_names(l),
            learners={"cache": LearnersCache("linear_forward", cache._asdict())},
        )


@task("3.2", "dA, cache, activation -> dW", formulas="dZ = dA * g'(Z); dZ → dA_prev, dW, db (linear_backward)",
      en="A layer backward, where cache = ((A_prev, W, b), Z). Returns dA_prev, dW, db.",
      zh="一层的反向传播，cache = ((A_prev, W, b), Z)。返回 dA_prev、dW、db。")
def linear_activation_backward(case: TestCase) -> Iterator[Call]:
    """The hidden layers first: only they contain g', and only they share the work with linear_backward."""
    for l in [*range(case.L - 1, 0, -1), case.L]:
        hidden, dA, forward = l < case.L, TensorName("dA", l), block_arguments(case, l)
        yield Call(
            {
                "dA": case.right[dA] if hidden else output_dA(case),
                "cache": block_cache(case, l),
                "activation": forward["activation"],
            },
            gradients(case.right, l),
            case,
            (gradients(case.right_with_slope_1, l),) if hidden else (),
            names=backward_names(l),
            learners={"cache": LearnersCache("linear_activation_forward", forward)},
        )


@task("3.2", "AL, Y, caches -> dW1",
      formulas="dZ[L] = A[L] - Y\nl = L … 1: dW[l], db[l], dA[l-1] = dZ[l] W[l], dZ[l-1] = dA[l-1] * g'(Z[l-1])"
               "  # columns: dZ[l] W[l] -> W[l]ᵀ dZ[l]",
      en="All L layers backward. Returns grads with the keys dW1, db1, … dWL, dbL.",
      zh="L 层的反向传播。返回 grads，键为 dW1、db1、…、dWL、dbL。")
def L_model_backward(case: TestCase) -> Iterator[Call]:
    names = gradient_names(case.L)
    caches = [block_cache(case, l) for l in range(1, case.L + 1)]
    right, at_zero = (
        {key: tensors[name] for key, name in names.items()} for tensors in (case.right, case.right_with_slope_1)
    )
    learners = {"caches": LearnersCache("L_model_forward", {"X": case.X, "parameters": case.parameters})}
    arguments = {"AL": case.caches[-1].A, "Y": case.Y, "caches": caches}
    yield Call(arguments, right, case, (at_zero,), names=names, learners=learners)


WHOLE_PASS = """
def course_torch_pass(X, Y, parameters):
    AL, caches = L_model_forward(X, parameters)
    return {"cost": compute_cost(AL, Y), **L_model_backward(AL, Y, caches)}
"""
CHAPTER = Chapter(
    "deep", Text("a network of L layers", "L 层神经网络"), "3.1 – 3.3",
    tasks=(
        initialize_parameters_deep, linear_forward, sigmoid, relu, linear_activation_forward, L_model_forward,
        cost_of("AL", takes_parameters=True), output_gradient, linear_backward, relu_backward, sigmoid_backward,
        linear_activation_backward, L_model_backward, update_parameters,
        train_with("3.3", "AL"),
    ),
    sizes=(  # L from 1 to 4, distinct and equal widths, one example, one class only, a ReLU unit at exactly 0, and
        # large and small numbers
        Sizes([5, 4, 3, 1], 7), Sizes([4, 6, 3, 2, 1], 11), Sizes([4, 3, 3, 1], 7, zero_unit=True),
        Sizes([6, 5, 1], 11, labels="0"), Sizes([6, 5, 1], 7, labels="1"), Sizes([3, 1], 7), Sizes([5, 4, 3, 1], 1),
        Sizes([4, 5, 4, 1], 23, largest_Z=5, spread=50),
    ),
    equal_sizes=(Sizes([5, 5, 5, 1], 5), Sizes([6, 6, 6, 6, 1], 6)),
    smallest_size=Sizes([2, 2, 1], 3, one_decimal=True),
    whole_pass=WHOLE_PASS,
    training=by_train([2, 8, 4, 1], "he", learning_rate=0.3, iterations=2000),
    assignment=Chapter.Assignment(
        helpers={
            "sigmoid": "given_sigmoid_with_cache", "relu": "given_relu_with_cache",
            "sigmoid_backward": "deep.sigmoid_backward", "relu_backward": "deep.relu_backward",
        },
        only_used=frozenset({"linear_forward", "linear_activation_forward", "linear_backward", "compute_cost",
                             "linear_activation_backward", "update_parameters"}),
        asks_too={"shallow": ("initialize_parameters",)},
        other_part={"application": ("two_layer_model", "L_layer_model", "predict")},
    ),
)
