"""Run the hand-written backward pass as far as it goes: a formula that is wrong may raise any exception."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.errors import InputError
from course_torch.formulas import layers as formulas
from course_torch.formulas.activation import Activation
from course_torch.formulas.layers import LayerCache
from course_torch.language import Text, joined, same
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.context import TensorName
from course_torch.network.deep_network import DeepNetwork
from course_torch.text import dtype_name
from course_torch.verification.comparing import difference
from course_torch.verification.pass_failure import (
    ALONE,
    AND,
    PROBABLY,
    Finding,
    Raised,
    broken_off,
    called,
    changed,
    described,
    formula_text,
    name_of,
    tried,
    versions,
)
from course_torch.verification.reference import Tensors, in_order, own_copies
from course_torch.verification.right_pass import Reference


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


TRANSPOSED = Text("a transpose is missing or too many", "少了或多了一个转置")
BY_MATRIX_PRODUCT = Text("@ is used instead of *, which multiplies entry by entry", "该用 * 的地方用了 @：* 是逐项相乘")
BY_ENTRIES = Text("* is used instead of @: * multiplies entry by entry", "该用 @ 的地方用了 *：* 是逐项相乘")
CONFUSED = MISTAKES["W for Wᵀ"].sentence
RAISING: dict[str, list[tuple[Text, Callable[..., object]]]] = {
    "linear_backward_input": [
        (CONFUSED, lambda dZ, W: dZ @ W.T),
        (CONFUSED, lambda dZ, W: W.T @ dZ),
        (CONFUSED, lambda dZ, W: W @ dZ),
        (BY_ENTRIES, lambda dZ, W: dZ * W),
    ],
    "linear_backward": [
        (TRANSPOSED, lambda dZ, A_prev, m: dZ @ A_prev),
        (TRANSPOSED, lambda dZ, A_prev, m: A_prev @ dZ),
        (TRANSPOSED, lambda dZ, A_prev, m: dZ.T @ A_prev.T),
    ],
    "activation_backward": [
        (BY_MATRIX_PRODUCT, lambda dA, cache, activation, slope: dA @ cache.Z),
        (BY_MATRIX_PRODUCT, lambda dA, cache, activation, slope: cache.Z.T @ dA.T),
    ],
}
"""Name of a formula -> mistakes that torch refuses. Each raises the message by which it is recognised."""
RETURNS = Text("returns {found}", "返回{found}")
VALUES = Text("{n} values", "{n} 个值")
EXPECTED = Text("{found}, expected {right}", "{found}，应当是 {right}")
AS_TENSOR = Text("{found} as {kind}", "{found}作为 {kind}")
A_TENSOR = Text("a tensor", "张量")
THE_SHAPE = Text("the shape {shape}", "形状 {shape}")
OF_DTYPE = Text("a tensor of {dtype}", "dtype 为 {dtype} 的张量")
WHOLE_NUMBERS = (torch.int8, torch.int16, torch.int32, torch.int64, torch.uint8)
"""dtypes that a derivative loses its digits in. A mask of ReLU may be bool."""


def hand_written(
    network: DeepNetwork, X: Float[Tensor, "m n_x"], Y: Num[Tensor, "m n_y"]
) -> tuple[Tensors, Finding | None]:
    """Return dZ, dW, db, dA and dslope of the backward pass, in the order of computation, and where it breaks off."""
    found: Tensors = {}
    broken = break_off(network, X, Y, found)
    network, X, Y = own_copies(network, X, Y)
    whole = tried(lambda: in_order(network.backward_steps(X, Y, input_derivative=True)), InputError)
    if isinstance(whole, Raised):
        return found, broken or broken_off("", "backward_steps", whole.text, ALONE)
    return (found, broken) if broken else (whole, None)


@torch.no_grad()
def break_off(network: DeepNetwork, X: Tensor, Y: Tensor, found: Tensors) -> Finding | None:
    """Run formula after formula, put their tensors into `found`, and return the first event that ends the pass."""
    network, X, Y = own_copies(network, X, Y)
    handed_on: Tensors = {}  # a formula may change these in place, after the formula that made them
    for call in backward_calls(network, network.caches(X), Y, handed_on):
        formula, arguments = call.named or call.formula, call.arguments
        before = versions(arguments)
        result = tried(partial(call.formula, *arguments.values()))
        if isinstance(result, Raised):
            cause = cause_of(formula, arguments, result.error)
            return broken_off(call.names[0], called(formula, arguments), result.text, cause)
        if (written := changed(arguments, before)).en:
            right = formula_text(formula)
            return broken_off(call.names[0], called(formula, arguments), written, right, stops=False)
        results = result if isinstance(result, tuple) and len(call.names) > 1 else (result,)
        if call.named is None and len(results) == len(call.names):
            tensors = {n: each for n, each in zip(call.names, results, strict=True) if isinstance(each, Tensor)}
            handed_on |= tensors
            found.update({name: each.clone() for name, each in tensors.items()})
        if wrong := first_unusable(call, results, X.dtype):
            return broken_off(wrong[0], called(formula, arguments), RETURNS.fill(found=wrong[1]), formula_text(formula))
    return None


def right_alone(passes: Reference) -> bool:
    """Whether the formulas are right if they are called one after another, so that only their calls are wrong."""
    alone: Tensors = {}
    ends = break_off(passes.network, passes.X, passes.Y, alone) is None
    errors, right = passes.errors(), passes.right.items()
    return ends and all(difference(alone[name], tensor, errors[name]).agrees for name, tensor in right)


def first_unusable(call: BackwardCall, results: tuple[Any, ...], dtype: torch.dtype) -> tuple[TensorName, Text] | None:
    """The first tensor that is missing, and what is there instead.

    g' must have the shape of Z. dZ and dA must have the network's dtype, because a matrix product comes next.
    """
    names = call.names
    if len(results) != len(names):
        found = VALUES.fill(n=len(results)) if len(results) > 1 else described(results[0])
        return names[0], EXPECTED.fill(found=found, right=joined(AND, (same(name.kind) for name in names)))
    for name, each in zip(names, results, strict=True):
        if not isinstance(each, Tensor):
            found = AS_TENSOR.fill(found=described(each), kind=name.kind) if len(names) > 1 else described(each)
            return name, EXPECTED.fill(found=found, right=A_TENSOR)
        if call.shape is not None and each.shape != call.shape:
            return name, EXPECTED.fill(found=described(each), right=THE_SHAPE.fill(shape=call.shape))
        loses = each.dtype in WHOLE_NUMBERS if call.named is not None else name.of_loss and each.dtype != dtype
        if loses:
            found = OF_DTYPE.fill(dtype=dtype_name(each.dtype))
            return name, EXPECTED.fill(found=found, right=dtype_name(dtype))
    return None


def cause_of(formula: Callable[..., Any], arguments: dict[str, Any], error: Exception) -> Text:
    """Name the only known mistake that raises this message with these arguments, or else what the formula computes.

    Arguments of a wrong shape make many right formulas fail, so that no mistake is named.
    """
    known = RAISING.get(name_of(formula), [])
    known = known if known and are_tables(arguments) else []
    fitting = {sentence for sentence, mistake in known if message(mistake, arguments) == str(error)}
    if len(fitting) == 1:
        return PROBABLY.fill(said=fitting.pop())
    return formula_text(formula)


def are_tables(arguments: dict[str, Any]) -> bool:
    """Whether dZ and dA have two axes and a row for each example."""
    m = arguments.get("m") or len(arguments["cache"].Z if "cache" in arguments else arguments["dZ"])
    given = [arguments[name] for name in ("dZ", "dA") if name in arguments]
    return all(each.ndim == 2 and len(each) == m for each in given)


def message(function: Callable[..., object], arguments: dict[str, Any]) -> str | None:
    """What the function raises, or None if it runs."""
    try:
        function(**arguments)
    except RuntimeError as error:
        return str(error)
    return None
