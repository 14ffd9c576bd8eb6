"""The formulas of the backward pass, one after another, each with its arguments."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from torch import Tensor

from course_torch.formulas import layers as formulas
from course_torch.formulas.activation import Activation
from course_torch.formulas.layers import LayerCache
from course_torch.mistakes.context import TensorName
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.backward_tensors import Tensors


class BackwardCall(NamedTuple):
    """A formula of the backward pass with its arguments, and the tensors that it computes.

    named   the function to blame, if `formula` only calls it: g', whose value is no tensor of the pass
    shape   the shape that the value of g' must have
    """

    names: list[TensorName]
    formula: Callable[..., Any]
    arguments: dict[str, Any]
    named: Callable[..., Any] | None = None
    shape: tuple[int, ...] | None = None


def backward_calls(network: DeepNetwork, caches: list[LayerCache], Y: Tensor, found: Tensors) -> Iterator[BackwardCall]:
    """The formulas from layer L to layer 1. `found` holds the tensors of the calls before."""
    layers, L = network.tensors(), len(caches)
    activation = network.hidden_activation.by_product()
    for l in range(L, 0, -1):
        cache, layer, dZ, dA = caches[l - 1], layers[l - 1], TensorName("dZ", l), TensorName("dA", l)
        if l == L:
            yield BackwardCall([dZ], network.output.derivative, {"A": cache.A, "Y": Y})
        else:
            if len(layer.learned()) == 3:
                arguments = {"dA": found[dA], "Z": cache.Z, "activation": activation, "m": len(Y)}
                yield BackwardCall([TensorName("dslope", l)], formulas.slope_gradient, arguments)
            yield derivative_call(dZ, activation, cache, layer.slope)
            arguments = {"dA": found[dA], "cache": cache, "activation": activation, "slope": layer.slope}
            yield BackwardCall([dZ], formulas.activation_backward, arguments)
        names = [TensorName("dW", l), TensorName("db", l)]
        yield BackwardCall(names, formulas.linear_backward, {"dZ": found[dZ], "A_prev": cache.A_prev, "m": len(Y)})
        yield BackwardCall([TensorName("dA", l - 1)], formulas.linear_backward_input, {"dZ": found[dZ], "W": layer.W})


def derivative_call(dZ: TensorName, activation: Activation, cache: LayerCache, slope: Tensor | None) -> BackwardCall:
    """g' alone: dA * g' would hide a number, and would blame the product for a g' that is None."""
    given = {"Z": cache.Z} if activation.argument == "Z" else {"A": cache.A}
    with_slope = given if activation.slope_derivative is None else given | {"slope": slope}

    def derivative(*_: Any) -> Any:
        return activation.derivative_by(*with_slope.values())

    return BackwardCall([dZ], derivative, with_slope, activation.derivative_by, tuple(cache.Z.shape))
