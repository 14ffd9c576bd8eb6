"""A function whose backward somebody wrote, with its inputs: its outputs, and the gradients of its backward."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from course_torch.errors import unexpected
from course_torch.language import Text

Function = Callable[..., Any]
Named = dict[str, Tensor]
SEED = 0
"""A random function, such as dropout, draws the same numbers in each call."""
A_TENSOR = Text("a tensor or an array", "张量或数组")


class Gradients(NamedTuple):
    """The gradients of a backward, None for an input that gets none, and what it does that it must not do.

    again     the gradients of a second backward through the same graph; None if it cannot run
    changed   the names of the inputs that the function changes in place
    """

    first: dict[str, Tensor | None]
    again: dict[str, Tensor | None] | None
    changed: list[str]


class Subject:
    """A function with its inputs.

    function    an autograd.Function or its `apply`, a module, a function, or with `backward` one of torch or NumPy
    arguments   its inputs; tensors that are not of real numbers, and all else, are handed over as they are
    backward    (grad_output, cache) -> the gradients of the real inputs in their order, if `function` returns
                (output, cache). If it returns the output alone: (grad_output, *inputs)

    The variables are the inputs that require a gradient, or all real inputs if none does, and the parameters of a
    module but for its `frozen` ones. `numbers` are the numbers among the inputs, by their names.

    Raises InputError for a list in place of a tensor.
    """

    def __init__(self, function: Function, arguments: Sequence[Any], backward: Function | None = None) -> None:
        self.function, self.backward = applied(function), backward
        self.in_numpy = any(isinstance(each, np.ndarray) for each in arguments)
        self.arguments = [torch.from_numpy(each) if isinstance(each, np.ndarray) else each for each in arguments]
        named = dict(zip(argument_names(self.function, len(arguments)), self.arguments, strict=True))
        self.numbers = {name: float(each) for name, each in named.items() if type(each) in (int, float)}
        for name, each in named.items():
            if holds_reals(each):
                raise unexpected(name, f"a {type(each).__name__}", A_TENSOR)
        real = {name: each for name, each in named.items() if is_real(each)}
        asked = {name: each for name, each in real.items() if each.requires_grad} if backward is None else {}
        self.positions = [name if name in (asked or real) else None for name in named]
        self.variables: Named = {name: each.detach().clone() for name, each in (asked or real).items()}
        self.module = function if isinstance(function, nn.Module) else None
        every = {} if self.module is None else dict(self.module.named_parameters())
        parameters = {name: each for name, each in every.items() if each.requires_grad}
        self.frozen = [name for name in every if name not in parameters]
        self.parameters = {name: name if name not in real else f"{name} (parameter)" for name in parameters}
        self.variables |= {self.parameters[name]: each.detach().clone() for name, each in parameters.items()}

    def outputs(self, values: Named) -> list[Tensor]:
        """The outputs of real numbers, at these values of the variables."""
        with torch.no_grad():
            return self._run({name: each.clone() for name, each in values.items()})[0]

    def _run(self, values: Mapping[str, Tensor]) -> tuple[list[Tensor], Any, nn.Module | None]:
        """The outputs, the result with its cache, and the copy of the module that was called.

        The function may change the values in place, and copies of the other inputs.
        """
        dtype = next(iter(values.values())).dtype
        arguments = [
            values[name] if name is not None else copied(each, dtype)
            for name, each in zip(self.positions, self.arguments, strict=True)
        ]
        function, copy = self.function, None
        if self.module is not None:
            function = copy = deepcopy(self.module).to(dtype)
            for name, parameter in copy.named_parameters():
                parameter.grad = None
                if name in self.parameters:
                    parameter.data.copy_(values[self.parameters[name]].detach())
        if self.in_numpy:
            arguments = [each.detach().numpy() if isinstance(each, Tensor) else each for each in arguments]
        torch.manual_seed(SEED)  # `explain_gradients` keeps the state of the caller
        result = function(*arguments)
        cached = self.backward is not None and isinstance(result, tuple)
        outputs = (result[0],) if cached else result if isinstance(result, tuple | list) else (result,)
        tensors = [torch.from_numpy(np.asarray(each)) if is_array(each) else each for each in outputs]
        return [each for each in tensors if is_real(each)], (arguments, result), copy

    def gradients(self, values: Named, weights: Sequence[Tensor]) -> Gradients:
        """The gradients of Σ weight · output by the backward of the function."""
        if self.backward is not None:
            return self._by_pair(values, weights)
        leaves = {name: each.detach().clone().requires_grad_() for name, each in values.items()}
        given = {name: leaf.clone() for name, leaf in leaves.items()}  # a leaf must not be changed in place
        versions = {name: each._version for name, each in given.items()}
        outputs, _, copy = self._run(given)
        total = sum((weight * each).sum() for weight, each in zip(weights, outputs, strict=True) if each.requires_grad)
        if not isinstance(total, Tensor):
            return Gradients(dict.fromkeys(leaves), None, [])
        parameters = {} if copy is None else dict(copy.named_parameters())
        holders = leaves | {self.parameters[name]: parameters[name] for name in self.parameters}

        def collected() -> dict[str, Tensor | None]:
            found = {name: None if each.grad is None else each.grad.detach().clone() for name, each in holders.items()}
            for each in holders.values():
                each.grad = None
            return {name: found[name] for name in leaves}

        total.backward(retain_graph=True)
        first, again = collected(), None
        changed = [name for name, each in given.items() if each._version != versions[name]]
        try:
            total.backward()
            again = collected()
        except RuntimeError:  # a backward may free what it saved
            pass
        return Gradients(first, again, changed)

    def _by_pair(self, values: Named, weights: Sequence[Tensor]) -> Gradients:
        """The gradients by a backward that is a function of its own."""
        assert self.backward is not None
        given = {name: each.detach().clone() for name, each in values.items()}
        _, (arguments, result), _ = self._run(given)
        cache = [*result[1:]] if isinstance(result, tuple) else arguments
        changed = [name for name, each in given.items() if not torch.equal(each, values[name])]

        def run() -> dict[str, Tensor | None]:
            assert self.backward is not None
            made = self.backward(weights[0].numpy().copy() if self.in_numpy else weights[0].clone(), *cache)
            listed = made if isinstance(made, tuple | list) else (made,)
            tensors = [torch.as_tensor(np.array(each)) if is_array(each) else each for each in listed]
            padded = [*tensors, *[None] * len(values)]
            return {name: None if each is None else each.clone() for name, each in zip(values, padded, strict=False)}

        return Gradients(run(), run(), changed)


def applied(function: Any) -> Function:
    """What is called: `apply` of an autograd.Function, or the function itself."""
    is_class = isinstance(function, type) and issubclass(function, torch.autograd.Function)
    return function.apply if is_class else function


def is_real(value: Any) -> bool:
    """Whether a value is a tensor of real numbers."""
    return isinstance(value, Tensor) and value.is_floating_point()


def holds_reals(value: Any) -> bool:
    """Whether a list or tuple stands in place of tensors. A tuple of numbers may be an option, such as (0.9, 0.999)."""
    if not isinstance(value, list | tuple):
        return False
    numbers = (float, np.ndarray) if isinstance(value, list) else np.ndarray
    return any(is_real(each) or isinstance(each, numbers) or holds_reals(each) for each in value)


def copied(value: Any, dtype: torch.dtype) -> Any:
    """A copy of a tensor, in this dtype if its numbers are real. All else as it is."""
    return (
        value.detach().to(dtype if is_real(value) else value.dtype, copy=True) if isinstance(value, Tensor) else value
    )


def is_array(value: Any) -> bool:
    """Whether a value is an array of NumPy, or one of its numbers."""
    return isinstance(value, np.ndarray | np.floating)


def argument_names(function: Function, n: int) -> list[str]:
    """The names of the first n arguments, as the function or the forward of its class names them."""
    owner = getattr(function, "__self__", None)
    if isinstance(owner, type) and issubclass(owner, torch.autograd.Function):
        forward: Function = owner.forward
        with_ctx = owner.setup_context is torch.autograd.Function.setup_context
    else:
        forward, with_ctx = function.forward if isinstance(function, nn.Module) else function, False
    try:
        kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        names = [name for name, each in inspect.signature(forward).parameters.items() if each.kind in kinds]
    except (TypeError, ValueError):
        names = []
    names = names[with_ctx:]  # `forward` has no ctx beside `setup_context`
    return [names[i] if i < len(names) else f"input {i}" for i in range(n)]
