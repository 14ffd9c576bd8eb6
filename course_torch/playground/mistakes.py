"""Mistakes that a learner makes on purpose: which fit the network, and the pass that trains with one."""

import random
from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from course_torch.errors import InputError
from course_torch.formulas.layers import LayerGradients
from course_torch.language import NOTHING, Text, same
from course_torch.network.deep_network import DeepNetwork
from course_torch.playground.session import StoppedError
from course_torch.playground.settings import Batch, Settings
from course_torch.verification.comparing import difference
from course_torch.verification.faults import FAULTS, PLACES, Fault, broken, broken_tensors
from course_torch.verification.reference import Tensors

NONE_SHOWS = Text(
    "mistake: none shows in this network now; make a step first", "错误：现在这个网络里看不出任何错误；请先走一步"
)
ANOTHER = Text("another number", "另一个数")
SHAPE = Text("{name}: shape {found}, expected {right}", "{name}：形状 {found}，应当是 {right}")
BREAKS = (RuntimeError, TypeError, IndexError, ValueError)
"""What torch and Python raise for shapes that do not fit; jaxtyping raises TypeError."""


def fits(fault: Fault, settings: Settings) -> bool:
    """Whether a network with these settings computes what the fault replaces."""
    widths, L = settings.hidden_layers, len(settings.layer_sizes) - 1
    learns = settings.hidden_activation == "leaky_relu" and settings.learn_slope
    same = len(set(widths)) == 1  # W between hidden layers is square, and a tensor of another layer has the same shape
    needs = {"any": True, "square": same and L > 2, "deep": same and L > 3, "zeros": False}
    return (
        settings.output in fault.outputs
        and (fault.float32 or settings.precision == 64)
        and needs.get(fault.need, fault.need == settings.hidden_activation)
        and ("dslope" not in fault.wrong or learns)
        and (L > 1 or not {"dZ", "dA"} & fault.wrong.keys())
    )


def group_of(fault: Fault) -> str:
    """Where the mistake is made: at the output (dZ[L]), in the tensors of one kind, or in several."""
    places = {place if place == "dZ[L]" else PLACES[place] for place in fault.wrong}
    return places.pop() if len(places) == 1 else "several"


GROUPS = [*PLACES, "several"]


def fitting(settings: Settings) -> list[Fault]:
    """The faults that fit the network, in groups by where they are made."""
    return in_groups(fault for fault in FAULTS if fits(fault, settings))


def in_groups(faults: Iterable[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: GROUPS.index(group_of(fault)))


def fault_named(name: object, settings: Settings) -> Fault:
    """The fault of this name. Raises InputError if there is none that fits."""
    for fault in fitting(settings):
        if fault.name == name:
            return fault
    raise InputError(
        f"mistake: found {str(name)[:60]!r}, expected the name of a mistake that fits the network",
        f"错误：得到 {str(name)[:60]!r}，应为适合这个网络的错误的名称",
    )


def fault_record(fault: Fault, m: object) -> dict[str, Any]:
    """The fault for the page."""
    sentence = fault.sentence.fill(
        number=ANOTHER, m=m, exactly=NOTHING, factor="c", calls=NOTHING, dtype="float16", sign=NOTHING, size=1
    )
    words = {"title": fault.title._asdict(), "sentences": sentence._asdict()}
    return {"name": fault.name, "group": group_of(fault), **words}


class Mistaken:
    """The pass with a mistake: J is right, the gradients are not."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault

    @torch.no_grad()
    def __call__(self, network: DeepNetwork, batch: Batch) -> tuple[Tensor, Sequence[LayerGradients]]:
        """Raises StoppedError if a shape does not fit."""
        X, Y, m = batch
        J = network.output.cost(network.caches(X)[-1].Z, Y, m)
        with broken(network, X, Y, self.fault.wrong) as made:
            try:
                gradients = [step.gradients for step in network.backward_steps(X, Y)]
            except BREAKS as error:
                message = wrong_shape(network, len(X), made) or same(" ".join(str(error).split())[:200])
                raise StoppedError("shapes", message) from error
        hidden = wrong_shape(network, len(X), made)  # by broadcasting
        if hidden is not None:
            raise StoppedError("shapes", hidden)
        return J, gradients

    def tensors(self, network: DeepNetwork, batch: Batch) -> Tensors:
        """All tensors of the pass; those before the stop if a shape does not fit."""
        try:
            return broken_tensors(network, batch.X, batch.Y, self.fault.wrong)
        except BREAKS:
            return {}


def wrong_shape(network: DeepNetwork, m: int, made: Tensors) -> Text | None:
    """Name the first tensor whose shape is wrong, if there is one."""
    sizes = network.layer_sizes
    for name, tensor in made.items():
        n = sizes[name.layer]
        shapes = {"dZ": (m, n), "dA": (m, n), "db": (1, n), "dslope": (), "dW": (n, sizes[name.layer - 1])}
        if tensor.shape != shapes[name.kind]:
            return SHAPE.fill(name=name, found=tuple(tensor.shape), right=shapes[name.kind])
    return None


def same_numbers(one: Fault, other: Fault, network: DeepNetwork, batch: Batch, errors: Tensors) -> bool:
    """Whether two mistakes make the same tensors here: nobody can then tell them apart."""
    a, b = (Mistaken(fault).tensors(network, batch) for fault in (one, other))
    return a.keys() == b.keys() and all(difference(a[name], b[name], errors[name]).agrees for name in a)


def shows(fault: Fault, network: DeepNetwork, batch: Batch, right: Tensors, errors: Tensors) -> bool:
    """Whether the mistake makes a wrong gradient here, and lets the training go on."""
    try:
        Mistaken(fault)(network, batch)
    except StoppedError:
        return False
    made = Mistaken(fault).tensors(network, batch)
    return any(not difference(made[name], right[name], errors[name]).agrees for name in made)


def drawn(settings: Settings, network: DeepNetwork, batch: Batch, right: Tensors, errors: Tensors) -> Fault:
    """A random fault that shows. Raises InputError if none does."""
    faults = fitting(settings)
    random.shuffle(faults)
    for fault in faults:
        if shows(fault, network, batch, right, errors):
            return fault
    raise InputError(NONE_SHOWS)
