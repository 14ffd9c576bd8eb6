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
from course_torch.verification.difference import difference
from course_torch.verification.exceptions import Raised, tried
from course_torch.verification.finding import ALONE, FormulaFinding
from course_torch.verification.networks.calls.call import FormulaCall, Ran, ran
from course_torch.verification.networks.parameters import own_copies
from course_torch.verification.networks.right_pass import RightPass

OF_DERIVATIVE = (torch.float64, torch.float32, torch.bfloat16, torch.float16, torch.bool)
"""The dtypes of g': a mask of ReLU may be bool, and whole numbers lose the digits of a derivative."""


def backward_pass(network: DeepNetwork, caches: list[LayerCache], Y: Tensor) -> Iterator[Ran[FormulaCall]]:
    """Run the formulas from layer L to layer 1, one at a time."""
    layers, L, m = network.tensors(), len(caches), len(Y)
    g = network.hidden_activation.by_product()
    dA: Any = None  # dZ[L] = A[L] - Y needs no dA[L]
    for l in range(L, 0, -1):
        cache, layer, name = caches[l - 1], layers[l - 1], TensorName("dZ", l)
        if l == L:
            (dZ,) = yield from ran(backward_call(network.output.derivative, {"A": cache.A, "Y": Y}, name))
        else:
            if len(layer.learned()) == 3:
                given = {"dA": dA, "Z": cache.Z, "activation": g, "m": m}
                yield from ran(backward_call(formulas.slope_gradient, given, TensorName("dslope", l)))
            # g' alone: dA * g' would hide a number, and would blame the product for a g' that is None.
            given = {"Z": cache.Z} if g.argument == "Z" else {"A": cache.A}
            given |= {} if g.slope_derivative is None else {"slope": layer.slope}
            shape, dtypes = tuple(cache.Z.shape), (cache.Z.dtype, *OF_DERIVATIVE)
            yield from ran(FormulaCall((name,), g.derivative_by, given, shape, dtypes, of="backward"))
            given = {"dA": dA, "cache": cache, "activation": g, "slope": layer.slope}
            (dZ,) = yield from ran(backward_call(formulas.activation_backward, given, name))
        given = {"dZ": dZ, "A_prev": cache.A_prev, "m": m}
        yield from ran(backward_call(formulas.linear_backward, given, TensorName("dW", l), TensorName("db", l)))
        given = {"dZ": dZ, "W": layer.W}
        (dA,) = yield from ran(backward_call(formulas.linear_backward_input, given, TensorName("dA", l - 1)))


def backward_call(formula: Callable[..., Any], arguments: dict[str, Any], *names: TensorName) -> FormulaCall:
    """A formula that computes tensors of the pass. dZ and dA keep their dtype: a matrix product comes next."""
    given = arguments.get("dZ", arguments.get("dA", arguments.get("A")))
    dtypes = (given.dtype,) if names[0].of_loss and isinstance(given, Tensor) else ()
    return FormulaCall(names, formula, arguments, dtypes=dtypes, of="backward")


def hand_written(
    network: DeepNetwork, X: Float[Tensor, "m n_x"], Y: Num[Tensor, "m n_y"]
) -> tuple[Tensors, FormulaFinding | None]:
    """Return dZ, dW, db, dA and dslope of the backward pass, in the order of computation, and where it breaks off."""
    found, broken = formula_by_formula(network, X, Y)
    network, X, Y = own_copies(network, X, Y)
    whole = tried(lambda: in_order(network.backward_steps(X, Y, input_derivative=True)), InputError)
    if isinstance(whole, Raised):
        end = FormulaFinding(NOTHING, "backward_steps", whole.text, right=ALONE, breaks_off=True, of="backward")
        return found, broken or end
    return (found, broken) if broken else (whole, None)


@torch.no_grad()
def formula_by_formula(network: DeepNetwork, X: Tensor, Y: Tensor) -> tuple[Tensors, FormulaFinding | None]:
    """The tensors of the formulas that are called one after another, and the first event that ends the pass."""
    network, X, Y = own_copies(network, X, Y)
    found: Tensors = {}
    for call, results, event in backward_pass(network, network.caches(X), Y):
        if call.shape is None and len(results) == len(call.names):  # g' is no tensor of the pass
            tensors = ((name, each) for name, each in zip(call.names, results, strict=True) if isinstance(each, Tensor))
            found |= {name: each.clone() for name, each in tensors}  # a later formula may change a tensor in place
        if event is not None:
            return found, event
    return found, None


def right_alone(right_pass: RightPass) -> bool:
    """Whether the formulas are right if they are called one after another, so that only their calls are wrong."""
    alone, broken = formula_by_formula(right_pass.network, right_pass.X, right_pass.Y)
    errors, right = right_pass.errors(), right_pass.right.items()
    return broken is None and all(difference(alone[name], tensor, errors[name]).agrees for name, tensor in right)
