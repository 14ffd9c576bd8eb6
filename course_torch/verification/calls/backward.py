"""The formulas of the backward pass as calls, and how far the hand-written pass goes if one of them is wrong."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.errors import InputError
from course_torch.formulas import layers as formulas
from course_torch.formulas.layers import LayerCache
from course_torch.language import NOTHING
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.propagation import TensorName, Tensors, in_order
from course_torch.verification.calls.call import FormulaCall
from course_torch.verification.calls.exceptions import Raised, tried
from course_torch.verification.calls.finding import ALONE, FormulaFinding
from course_torch.verification.copies import own_copies
from course_torch.verification.difference import difference
from course_torch.verification.passes import RightPass

OF_DERIVATIVE = (torch.float64, torch.float32, torch.bfloat16, torch.float16, torch.bool)
"""The dtypes of g': a mask of ReLU may be bool, and whole numbers lose the digits of a derivative."""


def backward_calls(network: DeepNetwork, caches: list[LayerCache], Y: Tensor, found: Tensors) -> Iterator[FormulaCall]:
    """The formulas from layer L to layer 1. `found` holds the tensors of the calls before."""
    layers, L, m = network.tensors(), len(caches), len(Y)
    g = network.hidden_activation.by_product()
    for l in range(L, 0, -1):
        cache, layer, dZ, dA = caches[l - 1], layers[l - 1], TensorName("dZ", l), TensorName("dA", l)
        if l == L:
            yield backward_call(network.output.derivative, {"A": cache.A, "Y": Y}, dZ)
        else:
            if len(layer.learned()) == 3:
                given = {"dA": found[dA], "Z": cache.Z, "activation": g, "m": m}
                yield backward_call(formulas.slope_gradient, given, TensorName("dslope", l))
            # g' alone: dA * g' would hide a number, and would blame the product for a g' that is None.
            given = {"Z": cache.Z} if g.argument == "Z" else {"A": cache.A}
            given |= {} if g.slope_derivative is None else {"slope": layer.slope}
            dtypes = (cache.Z.dtype, *OF_DERIVATIVE)
            yield FormulaCall((dZ,), g.derivative_by, given, shape=tuple(cache.Z.shape), dtypes=dtypes, of="backward")
            given = {"dA": found[dA], "cache": cache, "activation": g, "slope": layer.slope}
            yield backward_call(formulas.activation_backward, given, dZ)
        names = TensorName("dW", l), TensorName("db", l)
        yield backward_call(formulas.linear_backward, {"dZ": found[dZ], "A_prev": cache.A_prev, "m": m}, *names)
        yield backward_call(formulas.linear_backward_input, {"dZ": found[dZ], "W": layer.W}, TensorName("dA", l - 1))


def backward_call(formula: Callable[..., Any], arguments: dict[str, Any], *names: TensorName) -> FormulaCall:
    """A formula that computes tensors of the pass. dZ and dA keep their dtype: a matrix product comes next."""
    given = arguments.get("dZ", arguments.get("dA", arguments.get("A")))
    dtypes = (given.dtype,) if names[0].of_loss and isinstance(given, Tensor) else ()
    return FormulaCall(names, formula, arguments, dtypes=dtypes, of="backward")


def hand_written(
    network: DeepNetwork, X: Float[Tensor, "m n_x"], Y: Num[Tensor, "m n_y"]
) -> tuple[Tensors, FormulaFinding | None]:
    """Return dZ, dW, db, dA and dslope of the backward pass, in the order of computation, and where it breaks off."""
    found: Tensors = {}
    broken = break_off(network, X, Y, found)
    network, X, Y = own_copies(network, X, Y)
    whole = tried(lambda: in_order(network.backward_steps(X, Y, input_derivative=True)), InputError)
    if isinstance(whole, Raised):
        end = FormulaFinding(
            NOTHING, "backward_steps", whole.text, right=ALONE, breaks_off=True, stops=True, of="backward"
        )
        return found, broken or end
    return (found, broken) if broken else (whole, None)


@torch.no_grad()
def break_off(network: DeepNetwork, X: Tensor, Y: Tensor, found: Tensors) -> FormulaFinding | None:
    """Run formula after formula, put their tensors into `found`, and return the first event that ends the pass."""
    network, X, Y = own_copies(network, X, Y)
    handed_on: Tensors = {}  # a formula may change these in place, after the formula that made them
    for call in backward_calls(network, network.caches(X), Y, handed_on):
        results, event = call.run()
        if call.shape is None and len(results) == len(call.names):  # g' is no tensor of the pass
            tensors = {n: each for n, each in zip(call.names, results, strict=True) if isinstance(each, Tensor)}
            handed_on |= tensors
            found.update({name: each.clone() for name, each in tensors.items()})
        if event is not None:
            return event
    return None


def right_alone(passes: RightPass) -> bool:
    """Whether the formulas are right if they are called one after another, so that only their calls are wrong."""
    alone: Tensors = {}
    ends = break_off(passes.network, passes.X, passes.Y, alone) is None
    errors, right = passes.errors(), passes.right.items()
    return ends and all(difference(alone[name], tensor, errors[name]).agrees for name, tensor in right)
