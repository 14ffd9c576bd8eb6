"""Run the hand-written backward pass as far as it goes: a formula that is wrong may raise any exception."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb
from typing import Any

import torch
from jaxtyping import Float, Num
from torch import Tensor

from course_torch.errors import InputError
from course_torch.formulas import layers as formulas
from course_torch.formulas.layers import LayerCache
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.backward_tensors import Tensors, in_order
from course_torch.verification.catalogue import BY_KEY
from course_torch.verification.names import TensorName

FORMULAS = "formulas"
TRANSPOSED = "a transpose is missing or too many"
BY_MATRIX_PRODUCT = "@ is used instead of *, which multiplies entry by entry"
RAISING: dict[str, list[tuple[str, Callable[..., object]]]] = {
    "linear_backward_input": [
        (BY_KEY["W for Wᵀ"].sentence.en, lambda dZ, W: dZ @ W.T),
        (BY_KEY["W for Wᵀ"].sentence.en, lambda dZ, W: W.T @ dZ),
        (BY_KEY["W for Wᵀ"].sentence.en, lambda dZ, W: W @ dZ),
        ("* is used instead of @: * multiplies entry by entry", lambda dZ, W: dZ * W),
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


@dataclass(frozen=True)
class BreakOff:
    """Where the pass ends with an exception.

    tensor   the first tensor that is missing; None if each formula alone runs
    call     the formula and the shapes of its arguments
    error    the exception in one line
    cause    the mistake that raises this exception, or what the formula must compute
    """

    tensor: TensorName | None
    call: str
    error: str
    cause: str

    def __str__(self) -> str:
        where = "" if self.tensor is None else f" at {self.tensor}"
        return (
            f"the backward pass breaks off{where}: {self.call} raises {self.error}.{self.cause and f' {self.cause}.'}"
        )


def check_forward(network: DeepNetwork, X: Float[Tensor, "m n_x"], Y: Num[Tensor, "m n_y"]) -> None:
    """Run the forward pass, which all judges share. Raises InputError, with the formula that raises an exception."""
    try:
        J = network.autograd_cost(X, Y)
        if not isinstance(J, Tensor) or J.ndim > 0:
            found = f"shape {tuple(J.shape)}" if isinstance(J, Tensor) else type(J).__name__
            raise InputError(f"the forward pass: J is one number, found {found}")
    except (InputError, torch.OutOfMemoryError):
        raise
    except Exception as error:
        place = extract_tb(error.__traceback__)
        formula = next((each.name for each in reversed(place) if FORMULAS in Path(each.filename).parts), "network")
        raise InputError(f"the forward pass breaks off in {formula}: {one_line(error)}") from error


def hand_written(
    network: DeepNetwork, X: Float[Tensor, "m n_x"], Y: Num[Tensor, "m n_y"]
) -> tuple[Tensors, BreakOff | None]:
    """Return dZ, dW, db, dA and dslope of the backward pass, in the order of computation, and where it breaks off."""
    try:
        found = in_order(network.backward_steps(X, Y, input_derivative=True))
        if all(isinstance(each, Tensor) for each in found.values()):
            return found, None
        raise TypeError("a formula returns no tensor")
    except (InputError, torch.OutOfMemoryError):
        raise
    except Exception as error:
        found = {}
        return found, break_off(network, X, Y, found) or BreakOff(None, "backward_steps", one_line(error), "")


@torch.no_grad()
def break_off(network: DeepNetwork, X: Tensor, Y: Tensor, found: Tensors) -> BreakOff | None:
    """Run formula after formula, put their tensors into `found`, and return the first exception."""
    for names, formula, arguments in calls(network, network.caches(X), Y, found):
        try:
            result = formula(**arguments)
            found.update(named(names, result))
        except Exception as error:
            shapes = [f"{name} {tuple(each.shape)}" for name, each in arguments.items() if isinstance(each, Tensor)]
            called = f"{formula.__name__}({', '.join(shapes)})"
            return BreakOff(names[0], called, one_line(error), cause_of(formula, arguments, error))
    return None


def named(names: list[TensorName], result: Any) -> dict[TensorName, Tensor]:
    """Name -> tensor. Raises TypeError for another number of results, and for a result that is no tensor."""
    tensors = result if isinstance(result, tuple) else (result,)
    kinds = [type(each).__name__ for each in tensors if not isinstance(each, Tensor)]
    if kinds or len(tensors) != len(names):
        returned = ", ".join(kinds) or f"{len(tensors)} tensor(s)"
        raise TypeError(f"it returns {returned}, expected {' and '.join(name.kind for name in names)}")
    return dict(zip(names, tensors, strict=True))


def calls(
    network: DeepNetwork, caches: list[LayerCache], Y: Tensor, found: Tensors
) -> Iterator[tuple[list[TensorName], Callable[..., Any], dict[str, Any]]]:
    """The tensors that a formula computes, the formula, and its arguments, from layer L to layer 1."""
    layers, L = network.tensors(), len(caches)
    activation = network.hidden_activation.by_product()
    for l in range(L, 0, -1):
        cache, layer, dZ, dA = caches[l - 1], layers[l - 1], TensorName("dZ", l), TensorName("dA", l)
        if l == L:
            yield [dZ], network.output.derivative, {"A": cache.A, "Y": Y}
        else:
            if len(layer.learned()) == 3:
                arguments = {"dA": found[dA], "Z": cache.Z, "activation": activation, "m": len(Y)}
                yield [TensorName("dslope", l)], formulas.slope_gradient, arguments
            arguments = {"dA": found[dA], "cache": cache, "activation": activation, "slope": layer.slope}
            yield [dZ], formulas.activation_backward, arguments
        names = [TensorName("dW", l), TensorName("db", l)]
        yield names, formulas.linear_backward, {"dZ": found[dZ], "A_prev": cache.A_prev, "m": len(Y)}
        yield [TensorName("dA", l - 1)], formulas.linear_backward_input, {"dZ": found[dZ], "W": layer.W}


def cause_of(formula: Callable[..., Any], arguments: dict[str, Any], error: Exception) -> str:
    """Name the only known mistake that raises this message with these arguments, or else what the formula computes.

    Arguments of a wrong shape make many right formulas fail, so that no mistake is named.
    """
    right = (formula.__doc__ or "").split(": ")[0]
    known = RAISING.get(formula.__name__, [])
    known = known if known and are_tables(arguments) else []
    fitting = {sentence for sentence, mistake in known if message(mistake, arguments) == str(error)}
    if len(fitting) == 1:
        return f"Probably {fitting.pop()}"
    return f"The formula is {right}" if right else ""


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


def one_line(error: Exception) -> str:
    message = " ".join(str(error).split())
    return f"{type(error).__name__}: {message}" if message else type(error).__name__
