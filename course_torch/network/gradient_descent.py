"""The course's training loop: full-batch gradient descent, without Lightning (notes 1.3, 2.5, 3.2)."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil, isfinite

import psutil
import torch
from jaxtyping import Float, Shaped
from torch import Tensor, nn

from course_torch.errors import InputError, check_count, check_learning_rate, check_name
from course_torch.formulas.update import update
from course_torch.language import NOTHING, Text
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.dimensions import (
    as_numbers,
    check_batch,
    check_labels,
    check_parameters,
    check_values,
    first_not_finite,
)
from course_torch.network.fast_descent import direct_layer_1, fast_descent, gram_layer_1
from course_torch.network.propagation import backward_propagation
from course_torch.text import counted, html_table

SHOWN_IN_TABLE = 11
"""Costs of a history that its table shows."""
SMALLER = "training diverged: take a smaller learning_rate, or scale the features"
SCALED = "the features or the initial parameters are too large: scale them"
ENTRY = 5
"""Multiplications that take as long as to read or write an entry of a matrix."""
SET_UP = 7_000_000
"""Multiplications that take as long as gram's small operations before and after the steps: a few tenths of a ms."""
SOME_FIXED = Text(
    "trains all parameters of each layer, but some are shared or frozen",
    "训练每一层的所有参数，但有的参数是共用的或冻结的",
)
IN_FLOAT16 = Text("adds up dW in float16, whose largest number is 65504", "用 float16 累加 dW，它最大的数是 65504")


@dataclass(frozen=True)
class History:
    """J before iterations 0, record_every, 2 · record_every, …"""

    costs: list[float]
    record_every: int

    @property
    def curve(self) -> list[tuple[int, float]]:
        """(iteration, J before it) for each recorded cost: the curve that `learning_curve` draws."""
        return [(i * self.record_every, J) for i, J in enumerate(self.costs)]

    def __repr__(self) -> str:
        if not self.costs:
            return "History: no cost was recorded"
        ends = dict([self.curve[0], self.curve[-1]])  # one point if one cost was recorded
        points = (f"{J:.6g} before iteration {iteration}" for iteration, J in ends.items())
        return f"History of {counted(len(self.costs), 'cost')}: J = {', …, '.join(points)}"

    def _repr_html_(self) -> str:
        """At most SHOWN_IN_TABLE costs as a table, for a notebook."""
        step = ceil((len(self.costs) - 1) / (SHOWN_IN_TABLE - 1)) or 1
        rows = [(iteration, f"{J:.6f}") for iteration, J in (*self.curve[:-1:step], *self.curve[-1:])]
        text = f"History of {counted(len(self.costs), 'cost')}, one every {self.record_every} iterations"
        return html_table(text, ("before iteration", "cost J"), rows)


@torch.no_grad()
def gradient_descent(
    network: DeepNetwork,
    X: Float[Tensor, "m n_x"],
    Y: Shaped[Tensor, "m n_y"],
    *,
    learning_rate: float,
    iterations: int,
    record_every: int = 100,
    method: str = "auto",
) -> History:
    """Repeat `iterations` times W -= α dW, b -= α db on all m examples at once; α is `learning_rate`.

    The network is updated in place. The cost is recorded before every `record_every`-th update, as in the course. All
    methods are exact; their results differ only by rounding errors:

    plain   the formulas as written in the course
    fused   reused buffers and one matrix product for each update (`fast_descent.DirectLayer`)
    gram    fused, without the first layer's W in the loop: for examples with many features (`fast_descent.GramLayer`)
    auto    gram if gram needs less work and fits into memory, otherwise fused; plain in float16 and if a parameter is
            shared or frozen (`chosen_method`)

    `plain` computes with the formulas, except that torch computes dA * g' of relu (in float16 the formula does). fused
    and gram take only the loss, dZ[L] and the derivative by a slope from the formulas, and g and g' of an activation
    for which torch has no operation (`activations.Fused`). If the inner products of the examples overflow, gram runs
    as fused.

    Warns (Diverged) if the run ends with a cost or a parameter that is not finite. No step checks its numbers, so the
    warning names the two recorded costs between which J stopped being finite.

    Raises InputError if X or Y does not fit the network, for no examples, for X or parameters that are not finite, for
    labels that are no classes, for settings out of range, for an unknown method, for gram if m · m numbers do not fit
    into memory, for fused and gram in float16, and for parameters that the loop cannot update.
    """
    check_batch(network.layer_sizes, X, Y, W=network.layers[0].W)
    check_values(X)
    check_labels(Y, network.output)
    Y = as_numbers(Y)
    check_learning_rate(learning_rate)
    check_count("iterations", iterations, 0)
    check_count("record_every", record_every, 1)
    check_trainable(network)
    check_parameters(network.layers)
    if method != "auto":
        check_name("method", method, METHODS)
    method = chosen_method(method, network, X, iterations)
    history = History(METHODS[method](network, X, Y, learning_rate, iterations, record_every), record_every)
    if (line := divergence(network, history, iterations)) is not None:
        warnings.warn(line, Diverged, stacklevel=3)  # torch.no_grad adds a frame
    return history


class Diverged(RuntimeWarning):
    """The warning that gradient descent ended with a cost or a parameter that is not finite."""


def divergence(network: DeepNetwork, history: History, iterations: int) -> str | None:
    """Say where J stopped being finite, or return None if the costs and the trained parameters are finite."""
    finite = 0
    for before, J in history.curve:
        if not isfinite(J):
            where = f"between iterations {finite} and {before}" if before else "before the first update"
            return f"J stopped being finite {where}; {SMALLER if before else SCALED}"
        finite = before
    if (name := first_not_finite(network.layers)) is None:
        return None
    return f"{name} stopped being finite between iterations {finite} and {iterations}; {SMALLER}"


def check_trainable(network: DeepNetwork) -> None:
    """Reject parameters that W -= α dW cannot change for good. Raises InputError."""
    for l, layer in enumerate(network.layers, start=1):
        for name, tensor in zip(("W", "b", "slope"), layer.learned(), strict=False):
            if not isinstance(tensor, nn.Parameter):
                raise InputError(
                    f"{name}[{l}]: found a tensor computed from other parameters (parametrization, pruning), "
                    "so that W -= α dW would be lost; train with an optimizer of torch.optim and network.cost",
                    f"{name}[{l}]：是由其他参数计算出的张量（parametrization、pruning），W -= α dW 会丢失；请用 "
                    "torch.optim 的优化器和 network.cost 训练",
                )


def chosen_method(method: str, network: DeepNetwork, X: Tensor, iterations: int) -> str:
    """The method, or for "auto" the fastest that can run. Raises InputError for a method that cannot run here."""
    only_plain = SOME_FIXED if not all_trained(network) else IN_FLOAT16 if X.dtype == torch.float16 else NOTHING
    inner_products = len(X) ** 2
    if method == "auto":
        form = "plain" if only_plain.en else faster_form(len(X), network.layer_sizes, iterations)
        return "fused" if form == "gram" and not fits_into_memory(inner_products, X) else form
    if method != "plain" and only_plain.en:
        raise InputError(
            f"method: {method} {only_plain.en}; use plain", f"method：{method} {only_plain.zh}；请用 plain"
        )
    if method == "gram" and not fits_into_memory(inner_products, X):
        size = f"{inner_products * X.element_size() / 2**30:.1f} GiB"
        raise InputError(
            f"method: gram needs {size} for the inner products of {len(X)} examples, more than the memory allows; "
            "use fused",
            f"method：gram 要用 {size} 存放 {len(X)} 个样本的内积，内存不够；请用 fused",
        )
    return method


def fits_into_memory(entries: int, like: Tensor) -> bool:
    """Return whether a tensor with the dtype of `like` takes at most half of the machine's memory: X is there too.

    Linux allocates more memory than the machine has, and kills the process that uses it.
    """
    return not like.is_cpu or 2 * entries * like.element_size() <= psutil.virtual_memory().total


def all_trained(network: DeepNetwork) -> bool:
    """Return whether no parameter is frozen, and no two layers share a parameter."""
    parameters = [parameter for layer in network.layers for parameter in layer.parameters()]
    return all(each.requires_grad for each in parameters) and len({*map(id, parameters)}) == len(parameters)


def faster_form(m: int, layer_sizes: Sequence[int], iterations: int) -> str:
    """Return "gram" or "fused", whichever needs less work in layer 1 (docs/gram.md).

    A step of fused computes W Xᵀ and dZ X. A step of gram computes dZ K. Before the steps gram computes three quarters
    of K = X Xᵀ, and Z = W Xᵀ; after them, C X.
    """
    n_x, n_1 = layer_sizes[:2]
    fused = iterations * 2 * work(n_1, n_x, m)
    gram = SET_UP + 3 / 4 * work(m, n_x, m) + 2 * work(n_1, n_x, m) + iterations * work(n_1, m, m)
    return "gram" if gram < fused else "fused"


def work(n: int, k: int, m: int) -> int:
    """Return the multiplications of a product (n, k) (k, m), plus ENTRY for each entry that it reads or writes."""
    return n * k * m + ENTRY * (n * k + k * m + n * m)


def plain(
    network: DeepNetwork, X: Tensor, Y: Tensor, learning_rate: float, iterations: int, record_every: int
) -> list[float]:
    """Run the loop of the lecture: forward, cost, backward, update."""
    costs: list[float] = []
    for iteration in range(iterations):
        caches = network.caches(X)
        if iteration % record_every == 0:
            costs.append(network.output.cost(caches[-1].Z, Y).item())
        if X.dtype == torch.float16:  # its sums over the examples may exceed 65504
            steps = network.backward_steps(X, Y)
        else:
            steps = backward_propagation(Y, network.layers, caches, network.hidden_activation, network.output, m=len(X))
        for layer, step in zip(network.layers, steps, strict=True):
            for parameter, gradient in zip(layer.learned(), step.gradients, strict=False):  # W and dW, b and db, …
                assert gradient is not None
                if parameter.requires_grad:
                    update(parameter, gradient, learning_rate)
    return costs


METHODS: dict[str, Callable[..., list[float]]] = {
    "plain": plain,
    "fused": partial(fast_descent, direct_layer_1),
    "gram": partial(fast_descent, gram_layer_1),
}
