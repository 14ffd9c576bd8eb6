"""Shapes of real passes, and networks in which one tensor has a wrong shape (notes 3.1)."""

from collections.abc import Sequence

import torch
from torch import Tensor

from course_torch import DeepNetwork
from course_torch.checkpoint import check_shapes
from course_torch.errors import InputError
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.layers import block, block_backward
from course_torch.network.dimensions import check_batch
from course_torch.network.propagation import TensorName
from course_torch.playground.kit import SHAPE

Shapes = dict[str, list[int]]
"""Name of a tensor -> its shape. A name has its layer, such as "dW 2", or not, such as "Y"."""
WIDTHS, EXAMPLES = (1, 2, 3, 4, 5), (1, 4, 7)
"""The sizes of a layer and the numbers of examples that the reader can choose."""
WRONG: tuple[tuple[list[int], int, str, tuple[int, ...]], ...] = (
    ([2, 3, 4, 1], 7, "W 2", (3, 4)),
    ([2, 3, 4, 1], 7, "Y", (7,)),
    ([4, 2, 5, 3], 6, "db 2", (5,)),
    ([3, 5, 2], 4, "dW 1", (3, 5)),
    ([3, 2, 4, 1], 5, "A 0", (3, 5)),
    ([5, 4, 3, 2], 6, "dA 1", (6, 3)),
)
"""Layer sizes, m, the tensor with a wrong shape, and this shape."""


def shapes_of_layers() -> dict[str, Shapes]:
    """The shapes in a layer for each "n_in n_out m", by a forward and a backward step."""
    return {f"{i} {o} {m}": shapes_of_layer(i, o, m) for i in WIDTHS for o in WIDTHS for m in EXAMPLES}


def shapes_of_layer(n_in: int, n_out: int, m: int) -> Shapes:
    W, b, g = torch.zeros(n_out, n_in), torch.zeros(1, n_out), ACTIVATIONS["tanh"]
    cache = block(torch.zeros(m, n_in), W, b, g)
    dZ, (dW, db, _), dA_prev = block_backward(torch.zeros(m, n_out), cache, W, g, m)
    assert dA_prev is not None
    tensors = {"A_prev": cache.A_prev, "dA_prev": dA_prev, "W": W, "dW": dW, "b": b, "db": db}
    return shapes(tensors | {"Z": cache.Z, "dZ": dZ, "A": cache.A})


def shapes(tensors: dict[str, Tensor]) -> Shapes:
    return {name: list(tensor.shape) for name, tensor in tensors.items()}


def shapes_of_network(sizes: Sequence[int], m: int) -> Shapes:
    """The shapes in a network, by a forward and a backward pass."""
    return shapes(tensors_of(DeepNetwork(sizes, "tanh"), torch.zeros(m, sizes[0]), torch.zeros(m, sizes[-1])))


def puzzle(sizes: list[int], m: int, wrong: str, found: tuple[int, ...]) -> tuple[Shapes, str]:
    """The shapes of a pass in which the tensor `wrong` has the shape `found`, and the sentence that refuses it."""
    network = DeepNetwork(sizes, "tanh")
    tensors = tensors_of(network, torch.zeros(m, sizes[0]), torch.zeros(m, sizes[-1]))
    tensors[wrong] = torch.zeros(found)
    return shapes(tensors), refusal(network, tensors)


def tensors_of(network: DeepNetwork, X: Tensor, Y: Tensor) -> dict[str, Tensor]:
    """Every tensor of a forward and a backward pass."""
    tensors = {"A 0": X, "Y": Y}
    passes = zip(network.layers, network.caches(X), network.backward_steps(X, Y, input_derivative=True), strict=True)
    for l, (layer, cache, step) in enumerate(passes, start=1):
        assert step.dA_prev is not None
        tensors |= {f"W {l}": layer.W, f"b {l}": layer.b, f"Z {l}": cache.Z, f"A {l}": cache.A}
        tensors |= {f"dW {l}": step.gradients.dW, f"db {l}": step.gradients.db, f"dZ {l}": step.dZ}
        tensors[f"dA {l - 1}"] = step.dA_prev
    return tensors


def refusal(network: DeepNetwork, tensors: dict[str, Tensor]) -> str:
    """The sentence with which the package refuses a wrong input, a wrong saved parameter or a wrong derivative."""
    saved = {f"layers.{int(name[2:]) - 1}.{name[0]}": tensor for name, tensor in tensors.items() if name[0] in "Wb"}
    derivatives = {TensorName(name[:2], int(name[3:])): each for name, each in tensors.items() if name[0] == "d"}
    try:
        check_batch(network.layer_sizes, tensors["A 0"], tensors["Y"])
        check_shapes(saved, {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()})
    except InputError as error:
        return str(error)
    right = {name: tensors[f"{name.kind[1:]} {name.layer}"].shape for name in derivatives}
    wrong = next(name for name, each in derivatives.items() if each.shape != right[name])
    return SHAPE.fill(name=wrong, found=tuple(derivatives[wrong].shape), right=tuple(right[wrong])).en
