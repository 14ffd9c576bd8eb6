"""Fault injection: make mistakes in the real backward pass of a network.

A context replaces functions of `formulas.layers`, and the derivative of the network's output. `backward_steps` and
`J.backward()` call the same functions, so both make the same mistake.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import get_args
from unittest.mock import patch
from urllib.parse import urlencode

import torch
from torch import Tensor

from course_torch.formulas import layers
from course_torch.formulas.activations import ACTIVATIONS, Activation
from course_torch.formulas.layers import LayerCache
from course_torch.language import Text, same
from course_torch.mistakes import BACKWARD, MISTAKES
from course_torch.mistakes.context import BackwardContext, ForwardPass
from course_torch.mistakes.record import Edit, Mistake, edited_text, sentence, variants
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.propagation import Kind, TensorName, Tensors

COURSE_OUTPUTS = ("sigmoid", "softmax", "identity")
PLACES: dict[str, Kind] = {"dZ[L]": "dZ", "g'": "dZ", **{kind: kind for kind in get_args(Kind)}}
"""What a wrong function computes: a tensor of the backward pass, or the derivative g' of the hidden activation."""
Wrong = Callable[[BackwardContext], Tensor]


@dataclass(frozen=True)
class Fault:
    """A mistake in the backward pass, made by wrong functions.

    title     its name
    wrong     place -> the wrong function
    causes    the keys of its records, joined by "and", or several such alternatives; the diagnosis must name one
    first     the first wrong tensor in a network of L layers, such as "dZ[L-1]", if no record tells it
    need      what the network must have: an activation, square W ("square"), or two square W ("deep")
    outputs   the outputs with which the mistake makes a wrong tensor
    float32   whether the mistake is larger than the rounding errors of float32
    """

    title: Text
    wrong: Mapping[str, Wrong]
    causes: tuple[str, ...] = ()
    first: str = ""
    need: str = "any"
    outputs: tuple[str, ...] = COURSE_OUTPUTS
    float32: bool = True

    @property
    def name(self) -> str:
        return self.title.en

    @property
    def sentence(self) -> Text:
        """What is wrong and what is right, with the sections of the notes."""
        return sentence(MISTAKES[key] for key in self.causes[0].split(" and "))


def by_text(text: str, context: BackwardContext) -> Tensor:
    """What the edited text computes; the right tensor where the mistake cannot be made or changes nothing.

    The tensor of another layer must have the right shape.
    """
    right, rounding = context.right, 100 * torch.finfo(context.right.dtype).eps
    for made in variants(text, context):
        if made.shape != right.shape:
            differs = "other." not in text
        else:
            differs = context.forward.free_m is not None or not torch.allclose(made, right, rtol=rounding, atol=0)
        if differs:
            return made
    return right


def fault(edits: Sequence[Edit], title: Text, causes: str) -> Fault:
    """The fault that makes these edits."""
    needs = " ".join(f"{edit.of} {edit.need}" for edit in edits).split()
    functions = next((edit.of.split() for edit in edits if edit.of), [""])
    wrong = {edit.place: partial(by_text, edited_text(edit, functions[0])) for edit in edits}
    at_output = "dZ[L]" in wrong
    activation = next((name for name in functions if name in ACTIVATIONS and not at_output), "any")
    activation = "leaky_relu" if "dslope" in wrong else activation
    outputs = tuple(functions) if at_output and functions != [""] else COURSE_OUTPUTS
    return Fault(
        title,
        wrong,
        (causes,),
        need=next((need for need in needs if need in ("square", "deep")), activation),
        outputs=("softmax",) if "classes" in needs else outputs,
        float32="float64" not in needs,
    )


def faults_of(mistake: Mistake) -> Iterator[Fault]:
    """The faults of a record: one for each place, and one for each function whose formula has an edit of its own there.

    Edits that need both certain functions and certain sizes are skipped: no network of the tests has both.
    """
    if mistake.together:
        yield fault(mistake.edits, mistake.title, mistake.key)
        return
    firsts: dict[tuple[str, str], Edit] = {}
    for edit in mistake.edits:
        if edit.place in PLACES and not (edit.of and edit.need in ("square", "classes")):
            firsts.setdefault((edit.place, edit.of.split(" ")[0]), edit)
    places = [place for place, _ in firsts]
    for (place, function), edit in firsts.items():
        title, where = mistake.title, same(place)
        if function and places.count(place) > 1:
            edit, where = replace(edit, of=function), Text(f"{place} of {function}", f"{function} 的 {place}")
        if len(firsts) > 1:
            title = Text("{title} in {where}", "{where}：{title}").fill(title=title, where=where)
        yield fault([edit], title, mistake.key)


FAULTS = [fault for mistake in BACKWARD for fault in faults_of(mistake)]
CLASSIC: dict[str, tuple[str, ...]] = {
    "output": ("squared error in dZ[L] of sigmoid", "labels inverted", "Y left out", "decided labels for A"),
    "derivative": (
        *("no g'", "A for g'", "Z for g'", "g' of sigmoid", "g' without dA", "1 left out in dZ of tanh"),
        *("A not squared", "Z for A in g' in dZ of tanh"),
    ),
    "mean": ("no 1/m in dW", "no 1/m in db", "1/m twice in dW", "1/m in dZ in dZ[L]", "1/m in dA"),
    "sign": ("sign at the output", "sign in dW", "sign in db", "sign in dA"),
    "tensor": ("dA for dZ in dW", "dA for dZ in dA", "Z for A_prev", "A[l] for A[l-1]", "W updated too early"),
    "shape": ("transposed", "wrong axis", "keepdim missing", "swapped"),
}
"""What a mistake is about -> its names. The playground makes them: in its networks they do not depend on the widths."""
GROUP_OF = {name: group for group, names in CLASSIC.items() for name in names}


def classic() -> list[Fault]:
    """The classic mistakes, group by group."""
    faults = {fault.name: fault for fault in FAULTS}
    return [faults[name] for name in GROUP_OF]


def in_playground(key: str, tensor: str = "") -> str | None:
    """The fragment with which the playground makes the mistake of a record, in `tensor` if it can ("dW2" is dW).

    None if the record is no classic mistake, or if the tensor is none of the backward pass.
    """
    is_backward = tensor[:1] in ("", "d")
    found = [fault for fault in classic() if fault.causes == (key,) and is_backward]
    found.sort(key=lambda fault: not any(tensor.startswith(PLACES[place]) for place in fault.wrong))
    return f"#{urlencode({'mistake': found[0].name})}" if found else None


@contextmanager
def broken(
    network: DeepNetwork, X: Tensor, Y: Tensor, wrong: Mapping[str, Wrong], free_m: float | None = None
) -> Iterator[Tensors]:
    """Inside this context the network's backward passes use the wrong functions. Yields the tensors that they make.

    free_m   m while the playground records (`ForwardPass`)
    """
    with torch.no_grad():
        caches = network.caches(X)
    replacements = Replacements(network, ForwardPass.of(network, caches, Y, free_m), wrong)
    with ExitStack() as patches:
        for name in replacements.real:
            patches.enter_context(patch.object(layers, name, getattr(replacements, name)))
        # A copy of the network would copy a bound method with its object, and record in the copy.
        output = replace(network.output, derivative=lambda A, Y: replacements.output_derivative(A, Y))
        patches.enter_context(patch.object(network, "output", output))
        yield replacements.made


class Replacements:
    """A replacement of every function that a backward pass calls. It calls the real or the wrong function.

    real   name of a function in `formulas.layers` -> the real function
    made   the tensors that the backward pass has computed so far
    """

    def __init__(self, network: DeepNetwork, forward: ForwardPass, wrong: Mapping[str, Wrong]) -> None:
        self.forward, self.wrong, self.made = forward, wrong, Tensors()
        names = ("linear_backward", "linear_backward_input", "activation_backward", "slope_gradient")
        self.real: dict[str, Callable] = {name: getattr(layers, name) for name in names}
        self.real_output_derivative = network.output.derivative
        self.l = 0

    def output_derivative(self, A: Tensor, Y: Tensor) -> Tensor:
        """In place of `network.output.derivative`, the first function that a backward pass calls."""
        self.l = len(self.forward.caches)
        return self._kept("dZ[L]", self.l, self.real_output_derivative(A, Y))

    def linear_backward(self, dZ: Tensor, A_prev: Tensor, m: float) -> tuple[Tensor, Tensor]:
        self.made[TensorName("dZ", self.l)] = dZ  # `J.backward()` divides dZ[L] by m
        dW, db = self.real["linear_backward"](dZ, A_prev, m)
        return self._kept("dW", self.l, dW), self._kept("db", self.l, db)

    def linear_backward_input(self, dZ: Tensor, W: Tensor) -> Tensor:
        return self._kept("dA", self.l - 1, self.real["linear_backward_input"](dZ, W))

    def activation_backward(
        self, dA: Tensor, cache: LayerCache, activation: Activation, slope: Tensor | None = None
    ) -> Tensor:
        self.l -= 1
        dZ = self.real["activation_backward"](dA, cache, activation, slope)
        if "g'" in self.wrong:
            name = TensorName("dZ", self.l)
            self.made[name] = activation.derivative(cache.Z, cache.A, slope)
            dZ = dA * self.wrong["g'"](BackwardContext(name, self.made, self.forward))
        return self._kept("dZ", self.l, dZ)

    def slope_gradient(self, dA: Tensor, Z: Tensor, activation: Activation, m: float) -> Tensor:
        return self._kept("dslope", self.l, self.real["slope_gradient"](dA, Z, activation, m))

    def _kept(self, place: str, l: int, right: Tensor) -> Tensor:
        """Record and return the tensor that the wrong function of this place computes, or else the right tensor."""
        name = TensorName(PLACES[place], l)
        self.made[name] = right
        if place in self.wrong:
            self.made[name] = self.wrong[place](BackwardContext(name, self.made, self.forward))
        return self.made[name]
