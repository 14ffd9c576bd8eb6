"""The forward half of chapter deep: initial parameters, the linear step, activations, blocks, the network, the cost."""

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from course_torch.exercises.chapters.deep.values import (
    BlockForward,
    LinearForward,
    ModelForward,
    activation_of,
    linear_cache,
)
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Finding, Slip, Task
from course_torch.formulas.activations import relu, sigmoid, tanh
from course_torch.language import Text, same


def initial_calls(setting: Setting) -> Iterator[Call]:
    yield Call({"layer_dims": list(setting.network.layer_sizes)}, setting.parameters, setting, fails=wrong_start)


def wrong_start(found: Mapping[str, Tensor]) -> Finding | None:
    """What is wrong with initial parameters of the right shapes."""
    for name, tensor in found.items():
        if not tensor.isfinite().all():
            text = Text(f"{name} contains nan or inf", f"{name} 里有 nan 或 inf")
            return Finding("not finite", text, "3.3")
        if name.startswith("b") and tensor.any():
            text = Text(f"{name} is not 0: biases start at 0", f"{name} 不是 0：偏置从 0 开始")
            return Finding("biases not 0", text, "3.3")
        if name.startswith("W") and len(tensor) > 1 and torch.equal(tensor, tensor[:1].expand_as(tensor)):
            text = Text(
                f"all rows of {name} are equal: the units of the layer then stay equal for ever, so start at random",
                f"{name} 的各行都相同：这一层的单元会永远相同，所以要随机初始化",
            )
            return Finding("equal units", text, "2.5")
        if name.startswith("W") and not tensor.any():
            text = Text(f"{name} is 0: weights start at random", f"{name} 全为 0：权重要随机初始化")
            return Finding("equal units", text, "2.5")
        if name.startswith("W") and tensor.abs().max() > 20:
            text = Text(
                f"{name} reaches {tensor.abs().max():.0f}: such large weights saturate the output, so scale them down",
                f"{name} 达到 {tensor.abs().max():.0f}：这么大的权重会使输出饱和，请把它们缩小",
            )
            return Finding("weights too large", text, "3.3")
    return None


def linear_calls(setting: Setting) -> Iterator[Call]:
    for l in range(1, setting.L + 1):
        A, W, b = linear_cache(setting, l)
        yield Call({"A": A, "W": W, "b": b}, LinearForward(setting.caches[l - 1].Z), setting)


def sigmoid_calls(setting: Setting) -> Iterator[Call]:
    Z = setting.caches[-1].Z
    yield Call({"Z": Z}, sigmoid(Z), setting, (BlockForward(sigmoid(Z)),))
    Z = torch.tensor([[-1000.0, 0.0, 1000.0]], dtype=torch.float64)
    yield Call({"Z": Z}, sigmoid(Z), setting, (BlockForward(sigmoid(Z)),))


def relu_calls(setting: Setting) -> Iterator[Call]:
    Z = setting.caches[0].Z
    yield Call({"Z": Z}, relu(Z), setting, (BlockForward(relu(Z)),))


def block_calls(setting: Setting) -> Iterator[Call]:
    for l in range(1, setting.L + 1):
        A_prev, W, b = linear_cache(setting, l)
        arguments = {"A_prev": A_prev, "W": W, "b": b, "activation": activation_of(setting, l)}
        yield Call(arguments, BlockForward(setting.caches[l - 1].A), setting)


def model_calls(setting: Setting) -> Iterator[Call]:
    yield Call({"X": setting.X, "parameters": setting.parameters}, ModelForward(setting.caches[-1].A), setting)


def cost_calls(setting: Setting) -> Iterator[Call]:
    yield Call({"AL": setting.caches[-1].A, "Y": setting.Y}, setting.cost, setting)


def layer_by_layer(
    X: Tensor, parameters: Mapping[str, Tensor], hidden: object, output: object, stop: int = 0
) -> Tensor:
    """A[L] with other activations, or without the last `stop` layers."""
    A, L = X, len(parameters) // 2
    for l in range(1, L + 1 - stop):
        g = output if l == L else hidden
        Z = A @ parameters[f"W{l}"].T + parameters[f"b{l}"]
        A = g(Z) if callable(g) else Z
    return A


def first_term(AL: Tensor, Y: Tensor) -> Tensor:
    return -(Y * AL.log()).mean()


def second_term(AL: Tensor, Y: Tensor) -> Tensor:
    return -((1 - Y) * (1 - AL).log()).mean()


NO_BIAS = Slip(
    "no bias", Text("b is not added: Z = A_prev Wᵀ + b", "没有加上 b"), lambda A, W, b: LinearForward(A @ W.T)
)

FORWARD = (
    Task(
        "initialize_parameters_deep",
        "3.1",
        "layer_dims",
        "parameters",
        {
            "rows": "parameters[f'W{l}'] (n_l, n_{l-1}), parameters[f'b{l}'] (1, n_l) for l = 1 … L",
            "columns": "parameters[f'W{l}'] (n_l, n_{l-1}), parameters[f'b{l}'] (n_l, 1) for l = 1 … L",
        },
        Text(
            "Draw small random weights and set the biases to 0. layer_dims = [n_x, n_1, …, n_L].",
            "随机初始化较小的权重，偏置为 0。layer_dims = [n_x, n_1, …, n_L]。",
        ),
        initial_calls,
        same("W = randn(n_l, n_prev) / sqrt(n_prev)"),
    ),
    Task(
        "linear_forward",
        "3.1",
        "A, W, b",
        "Z",
        {
            "rows": "Z = A Wᵀ + b\nA (m, n_in), W (n_out, n_in), b (1, n_out), Z (m, n_out)",
            "columns": "Z = W A + b\nA (n_in, m), W (n_out, n_in), b (n_out, 1), Z (n_out, m)",
        },
        Text(
            "The linear step of a layer. Returns Z and cache = (A, W, b).",
            "一层的线性部分。返回 Z 和 cache = (A, W, b)。",
        ),
        linear_calls,
        same("einsum('mi,oi->mo', A, W) + b"),
        (
            NO_BIAS,
            Slip(
                "bias subtracted",
                Text("b is subtracted: Z = A_prev Wᵀ + b", "减去了 b：应当加上 b"),
                lambda A, W, b: LinearForward(A @ W.T - b),
            ),
            Slip(
                "W transposed",
                Text(
                    "W and Wᵀ are confused: Z = A_prev Wᵀ for examples as rows, W A_prev for columns",
                    "W 和 Wᵀ 弄混了：样本为行时 Z = A_prev Wᵀ，样本为列时 Z = W A_prev",
                ),
                lambda A, W, b: LinearForward(A @ W + b),
            ),
            Slip(
                "* for the product",
                Text(
                    "the entries are multiplied one by one: Z needs the matrix product",
                    "逐个元素相乘了：Z 要用矩阵乘法",
                ),
                lambda A, W, b: LinearForward(A * W + b),
            ),
        ),
    ),
    Task(
        "sigmoid",
        "1.2",
        "Z",
        "A",
        dict.fromkeys(("rows", "columns"), "A = 1 / (1 + e^(-Z)), also for Z = -1000"),
        Text("The sigmoid of every entry.", "对每个元素求 sigmoid。"),
        sigmoid_calls,
        same("A = (1 + tanh(Z / 2)) / 2"),
        (
            Slip(
                "sign in e^(-Z)",
                Text("the sign of Z is turned around: e^(-Z)", "Z 的符号反了：应当是 e^(-Z)"),
                lambda Z: sigmoid(-Z),
            ),
            Slip("tanh for sigmoid", Text("this is tanh(Z)", "这是 tanh(Z)"), lambda Z: tanh(Z)),
            Slip("1 left out", Text("the 1 in 1 + e^(-Z) is missing", "1 + e^(-Z) 里少了 1"), lambda Z: Z.exp()),
            Slip(
                "overflow in sigmoid",
                Text(
                    "e^(-Z) overflows for large negative Z, and the result is not 0",
                    "Z 是很大的负数时 e^(-Z) 溢出，结果不是 0",
                ),
                lambda Z: Z.exp() / (1 + Z.exp()),
            ),
        ),
        in_assignment=False,
    ),
    Task(
        "relu",
        "2.3",
        "Z",
        "A",
        dict.fromkeys(("rows", "columns"), "A = max(0, Z)"),
        Text("ReLU of every entry.", "对每个元素求 ReLU。"),
        relu_calls,
        same("A = Z * (Z > 0)"),
        (
            Slip("identity", Text("negative entries stay: ReLU sets them to 0", "负数没有变成 0"), lambda Z: Z),
            Slip("absolute value", Text("this is |Z|, not max(0, Z)", "这是 |Z|，不是 max(0, Z)"), lambda Z: Z.abs()),
            Slip(
                "min for max",
                Text("this is min(0, Z), not max(0, Z)", "这是 min(0, Z)，不是 max(0, Z)"),
                lambda Z: Z.clamp(max=0),
            ),
            Slip(
                "leaky",
                Text("this is leaky ReLU: ReLU has 0 for Z < 0", "这是 leaky ReLU：Z < 0 时 ReLU 为 0"),
                lambda Z: Z.where(Z > 0, 0.01 * Z),
            ),
            Slip(
                "mask",
                Text("this is the mask Z > 0: multiply it by Z", "这只是 Z > 0 的掩码：还要乘以 Z"),
                lambda Z: (Z > 0).double(),
            ),
        ),
        in_assignment=False,
    ),
    Task(
        "linear_activation_forward",
        "3.2",
        "A_prev, W, b, activation",
        "A",
        {
            "rows": "Z = A_prev Wᵀ + b, A = g(Z)",
            "columns": "Z = W A_prev + b, A = g(Z)",
        },
        Text(
            "A layer forward, where activation is 'sigmoid' or 'relu'. Returns A and cache = ((A_prev, W, b), Z).",
            "一层的前向传播，activation 是 'sigmoid' 或 'relu'。返回 A 和 cache = ((A_prev, W, b), Z)。",
        ),
        block_calls,
        same("A, Z = {'relu': relu, 'sigmoid': sigmoid}[activation](Z), Z"),
        (
            Slip(
                "no activation",
                Text("the activation is missing: A = g(Z)", "没有用激活函数：A = g(Z)"),
                lambda A, W, b, activation: BlockForward(A @ W.T + b),
            ),
            Slip(
                "activations swapped",
                Text("sigmoid and relu are swapped", "sigmoid 和 relu 用反了"),
                lambda A, W, b, activation: BlockForward((relu if activation == "sigmoid" else sigmoid)(A @ W.T + b)),
            ),
            Slip(
                "always relu",
                Text("relu is used for the activation sigmoid too", "activation 是 sigmoid 时也用了 relu"),
                lambda A, W, b, activation: BlockForward(relu(A @ W.T + b)),
            ),
            Slip(
                "always sigmoid",
                Text("sigmoid is used for the activation relu too", "activation 是 relu 时也用了 sigmoid"),
                lambda A, W, b, activation: BlockForward(sigmoid(A @ W.T + b)),
            ),
        ),
    ),
    Task(
        "L_model_forward",
        "3.2",
        "X, parameters",
        "AL",
        {
            "rows": "A[0] = X (m, n_x), A[l] = relu(A[l-1] W[l]ᵀ + b[l]) for l < L, A[L] = sigmoid(A[L-1] W[L]ᵀ + b[L])",
            "columns": "A[0] = X (n_x, m), A[l] = relu(W[l] A[l-1] + b[l]) for l < L, A[L] = sigmoid(W[L] A[L-1] + b[L])",
        },
        Text(
            "All L layers forward. Returns A[L] and the list of the L caches, layer 1 first.",
            "L 层的前向传播。返回 A[L] 和 L 个 cache 的列表，第 1 层在前。",
        ),
        model_calls,
        same("A, cache = linear_activation_forward(A, W, b, 'relu' if l < L else 'sigmoid')"),
        (
            Slip(
                "relu at the output",
                Text("the last layer has relu: the output needs sigmoid", "最后一层用了 relu：输出要用 sigmoid"),
                lambda X, parameters: ModelForward(layer_by_layer(X, parameters, relu, relu)),
            ),
            Slip(
                "sigmoid everywhere",
                Text("the hidden layers have sigmoid: they need relu", "隐藏层用了 sigmoid：应当用 relu"),
                lambda X, parameters: ModelForward(layer_by_layer(X, parameters, sigmoid, sigmoid)),
            ),
            Slip(
                "no hidden activation",
                Text("the hidden layers have no activation", "隐藏层没有激活函数"),
                lambda X, parameters: ModelForward(layer_by_layer(X, parameters, None, sigmoid)),
            ),
            Slip(
                "no output activation",
                Text("Z[L] is returned: A[L] = sigmoid(Z[L])", "返回了 Z[L]：A[L] = sigmoid(Z[L])"),
                lambda X, parameters: ModelForward(layer_by_layer(X, parameters, relu, None)),
            ),
            Slip(
                "last layer left out",
                Text("A[L-1] is returned: the last layer is missing", "返回了 A[L-1]：少了最后一层"),
                lambda X, parameters: ModelForward(layer_by_layer(X, parameters, relu, sigmoid, stop=1)),
            ),
        ),
    ),
    Task(
        "compute_cost",
        "1.2",
        "AL, Y",
        "cost",
        dict.fromkeys(("rows", "columns"), "J = -(1/m) Σ_i (y log a + (1 - y) log(1 - a))"),
        Text("The cost of m examples, a number.", "m 个样本的成本，一个数。"),
        cost_calls,
        same("J = -mean(log(where(Y == 1, AL, 1 - AL)))"),
        (
            Slip(
                "sum, not mean",
                Text(
                    "the losses are added up but not divided by m: J = (1/m) Σ L",
                    "把损失加起来后没有除以 m：J = (1/m) Σ L",
                ),
                lambda AL, Y: (first_term(AL, Y) + second_term(AL, Y)) * len(Y),
            ),
            Slip("no (1 - y) term", Text("the term with (1 - y) is missing", "少了 (1 - y) 那一项"), first_term),
            Slip("no y term", Text("the term with y is missing", "少了 y 那一项"), second_term),
            Slip(
                "sign of the (1 - y) term",
                Text("the term with (1 - y) has the wrong sign", "(1 - y) 那一项的符号错了"),
                lambda AL, Y: first_term(AL, Y) - second_term(AL, Y),
            ),
            Slip(
                "log of base 10",
                Text("the logarithm has base 10: use the natural one", "用了以 10 为底的对数：应当用自然对数"),
                lambda AL, Y: (first_term(AL, Y) + second_term(AL, Y)) / torch.tensor(10.0, dtype=torch.float64).log(),
            ),
            Slip(
                "log of base 2",
                Text("the logarithm has base 2: use the natural one", "用了以 2 为底的对数：应当用自然对数"),
                lambda AL, Y: (first_term(AL, Y) + second_term(AL, Y)) / torch.tensor(2.0, dtype=torch.float64).log(),
            ),
            Slip(
                "outer product",
                Text(
                    "every label meets every output: multiply entry by entry, or use the inner product",
                    "每个标签都与每个输出相乘了：要逐个元素相乘，或者用内积",
                ),
                lambda AL, Y: -(Y @ AL.log().T + (1 - Y) @ (1 - AL).log().T).sum() / len(Y),
            ),
            Slip(
                "squared error",
                Text("this is the squared error: the cost is the cross-entropy", "这是平方误差：成本应当是交叉熵"),
                lambda AL, Y: ((AL - Y) ** 2).mean(),
            ),
            Slip(
                "half squared error",
                Text("this is the squared error: the cost is the cross-entropy", "这是平方误差：成本应当是交叉熵"),
                lambda AL, Y: ((AL - Y) ** 2).mean() / 2,
            ),
        ),
    ),
)
