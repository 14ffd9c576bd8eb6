"""The dimension check of notes 3.1. An error names the layer, the expected shape and the found shape."""

from collections.abc import Iterable, Sequence
from math import isfinite
from numbers import Integral

import torch
from jaxtyping import Num, Shaped
from torch import Tensor

from course_torch.errors import InputError, unexpected
from course_torch.formulas.outputs import Output
from course_torch.language import NOTHING, Text
from course_torch.network.propagation import Layer

SIZES = Text(
    f"the number of features and then the width of each layer, whole numbers from 1 to {2**31 - 1}, as in "
    "[12288, 20, 7, 5, 1]",
    f"特征数和每一层的宽度，各为 1 到 {2**31 - 1} 的整数，例如 [12288, 20, 7, 5, 1]",
)


def check_layer_sizes(layer_sizes: Sequence[int], output: Output) -> None:
    """Reject invalid layer sizes: [n_x, n_1, …, n_y] has at least two entries, each a whole number from 1 to 2³¹ - 1.

    A softmax over a single output is always 1, so softmax needs two outputs. Raises InputError.
    """
    if len(layer_sizes) < 2 or not all(isinstance(n_l, Integral) and 1 <= n_l < 2**31 for n_l in layer_sizes):
        raise unexpected("layer_sizes", list(layer_sizes), SIZES)
    if layer_sizes[-1] < output.smallest_n_y:
        raise InputError(
            f"output: {output.name} with one output (layer_sizes {list(layer_sizes)}) is always 1; "
            "use sigmoid, or one output for each class",
            f"output：{output.name} 只有一个输出时（layer_sizes {list(layer_sizes)}）恒为 1；请用 sigmoid，"
            "或每个类别一个输出",
        )


def as_numbers(Y: Shaped[Tensor, "m n_y"]) -> Num[Tensor, "m n_y"]:
    """Return True, False and bytes as signed numbers, which every formula can use. Other labels stay as they are.

    torch subtracts no booleans, and -Y of uint8 is 255 for Y = 1.
    """
    return Y.to(torch.int16) if Y.dtype in (torch.bool, torch.uint8) else Y


def check_values(X: Shaped[Tensor, "m n_x"]) -> None:
    """Reject a tensor that has no row, or a number that is not finite. Raises InputError."""
    if len(X) == 0:
        raise InputError(NO_EXAMPLES)
    check_finite(X)


NO_EXAMPLES = Text("X: found no examples, expected at least 1", "X：没有样本，应至少为 1 个")
NOT_FINITE = Text(
    "X: found {number} in row {row}, column {column} (counted from 0), expected finite numbers",
    "X：第 {row} 行第 {column} 列（从 0 数起）是 {number}，应为有限的数",
)
DIVERGED = Text(
    "{name} holds {number}: training diverged; start from new parameters, with a smaller learning rate",
    "{name} 里有 {number}：训练发散了；请换新的参数，用更小的学习速率重新训练",
)


def is_finite(tensor: Shaped[Tensor, "*shape"]) -> bool:
    """Whether a tensor holds neither nan nor infinity. Unlike isfinite, amin and amax allocate nothing; a nan stays."""
    numbers = tensor.detach()
    return numbers.numel() == 0 or (isfinite(numbers.amin()) and isfinite(numbers.amax()))


def check_finite(X: Shaped[Tensor, "m n_x"]) -> None:
    """Reject X with nan or infinity: one such number makes J and every gradient nan. Raises InputError."""
    if not is_finite(X):
        row, column = (~X.isfinite()).nonzero()[0].tolist()
        raise InputError(NOT_FINITE.fill(number=X[row, column].item(), row=row, column=column))


def first_not_finite(layers: Iterable[Layer]) -> str | None:
    """The name of the first of W[l], b[l] and slope[l], layer by layer, that holds nan or infinity."""
    return next((name for name, tensor in named_parameters(layers).items() if not is_finite(tensor)), None)


def named_parameters(layers: Iterable[Layer]) -> dict[str, Tensor]:
    """Name -> tensor: W[1], b[1], slope[1] (only of an activation that has a slope), W[2], …"""
    named = ((name, l, getattr(layer, name)) for l, layer in enumerate(layers, 1) for name in ("W", "b", "slope"))
    return {f"{name}[{l}]": tensor.detach() for name, l, tensor in named if tensor is not None}


def check_parameters(layers: Iterable[Layer]) -> None:
    """Reject W, b or slope with nan or infinity, which training leaves behind when it diverges. Raises InputError."""
    for name, tensor in named_parameters(layers).items():
        if not is_finite(tensor):
            raise InputError(DIVERGED.fill(name=name, number=tensor[~tensor.isfinite()][0].item()))


def check_m(X: Shaped[Tensor, "m n_x"], m: float | None) -> None:
    """Reject m that is not above 0: a mean over no examples is nan. Raises InputError.

    A rank may hold no examples, if it passes the m of the whole batch.
    """
    if m is None and len(X) == 0:
        raise InputError(NO_EXAMPLES)
    if m is not None and not m > 0:
        raise unexpected("m", m, Text("a number of examples above 0", "大于 0 的样本数"))


LABELS = Text("Y: {output}: {error}", "Y：{output}：{error}")
OTHER_Y = Text(
    "layer {L}: expected Y of shape ({m}, {n_y}), as A[{L}], found {found}{remedy}",
    "第 {L} 层：Y 的形状应与 A[{L}] 相同，为 ({m}, {n_y})，得到 {found}{remedy}",
)
COLUMN = Text("; Y.reshape(-1, 1) makes a column", "；Y.reshape(-1, 1) 得到一列")
ONE_HOT = Text(
    "; torch.nn.functional.one_hot(Y, {n_y}) makes a row of each class number",
    "；torch.nn.functional.one_hot(Y, {n_y}) 把每个类别编号变成一行",
)


def check_labels(Y: Shaped[Tensor, "m n_y"], output: Output) -> None:
    """Reject labels that the loss of the output does not accept, such as 2 for sigmoid. Raises InputError."""
    try:
        output.check_labels(as_numbers(Y))
    except InputError as error:
        raise InputError(LABELS.fill(output=output.name, error=error.text)) from error


def check_batch(layer_sizes: Sequence[int], X: Tensor, Y: Tensor | None = None, *, W: Tensor | None = None) -> None:
    """Reject X unless it is (m, n_x), and Y unless it is (m, n_y) with the same m. Raises InputError.

    With W, a parameter of the network, X must have its dtype, and X and Y must be on its device.

    Labels of shape (m,) are rejected too: A (m, 1) minus Y (m,) would broadcast to an (m, m) table (notes 1.7).
    """
    n_x, n_y, L = layer_sizes[0], layer_sizes[-1], len(layer_sizes) - 1
    if not isinstance(X, Tensor) or not isinstance(Y, Tensor | None):
        name, given = ("Y", Y) if isinstance(X, Tensor) else ("X", X)
        values = f"{name}.to_numpy()" if hasattr(given, "to_numpy") else name  # a DataFrame
        raise unexpected(
            name, type(given).__name__, Text(f"a tensor: torch.tensor({values})", f"张量：torch.tensor({values})")
        )
    if X.ndim != 2 or X.shape[1] != n_x:
        raise InputError(
            f"layer 1: expected X of shape (m, {n_x}), found {tuple(X.shape)}",
            f"第 1 层：X 的形状应为 (m, {n_x})，得到 {tuple(X.shape)}",
        )
    if W is not None and X.dtype != W.dtype:
        raise InputError(
            f"X: found {X.dtype}, expected the parameters' {W.dtype}; X.to({W.dtype}) converts numbers, "
            "`features` of a data set also scales pictures",
            f"X：得到 {X.dtype}，应与参数相同，是 {W.dtype}；X.to({W.dtype}) 转换数的类型，数据集的 `features` "
            "还会缩放图片",
        )
    if Y is not None and Y.shape != (X.shape[0], n_y):
        remedy = NOTHING if Y.shape != X.shape[:1] else COLUMN if n_y == 1 else ONE_HOT.fill(n_y=n_y)
        raise InputError(OTHER_Y.fill(L=L, m=X.shape[0], n_y=n_y, found=tuple(Y.shape), remedy=remedy))
    if W is not None and (X.device != W.device or (Y is not None and Y.device != W.device)):
        name, tensor = ("Y", Y) if X.device == W.device and Y is not None else ("X", X)
        raise InputError(
            f"{name}: found a tensor on {tensor.device}, expected the parameters' {W.device}",
            f"{name}：张量在 {tensor.device} 上，应与参数一样在 {W.device} 上",
        )
