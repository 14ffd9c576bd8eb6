"""Which form of gradient descent runs: the one that was asked for, or the one that needs the least work."""

from collections.abc import Sequence

import psutil
import torch
from torch import Tensor

from course_torch.errors import InputError
from course_torch.language import NOTHING, Text
from course_torch.network.deep_network import DeepNetwork

ENTRY = 5
"""Multiplications that take as long as to read or write an entry of a matrix."""
SET_UP = 7_000_000
"""Multiplications that take as long as gram's small operations before and after the steps: a few tenths of a ms."""


SOME_FIXED = Text(
    "trains all parameters of each layer, but some are shared or frozen",
    "训练每一层的所有参数，但有的参数是共用的或冻结的",
)
IN_FLOAT16 = Text("adds up dW in float16, whose largest number is 65504", "用 float16 累加 dW，它最大的数是 65504")


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
