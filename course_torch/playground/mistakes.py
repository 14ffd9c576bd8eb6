"""Mistakes that a learner may make on purpose: which fit the network, and the pass that trains with a mistake."""

import random
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from course_torch.errors import InputError
from course_torch.formulas.layers import LayerGradients
from course_torch.language import NOTHING, Text
from course_torch.network.deep_network import DeepNetwork
from course_torch.playground.examples import Batch
from course_torch.playground.passes import StoppedError
from course_torch.playground.settings import Settings
from course_torch.verification.backward_tensors import Tensors
from course_torch.verification.breakable import Mistake
from course_torch.verification.breaking import broken, broken_tensors
from course_torch.verification.catalogue import BY_KEY
from course_torch.verification.difference import difference
from course_torch.verification.factors import ANOTHER_M, EXACTLY, FACTOR
from course_torch.verification.mistakes import MISTAKES
from course_torch.verification.mistakes.chinese import title
from course_torch.verification.scoring import first_wrong

ANOTHER = Text("another number", "另一个数")
BREAKS = (RuntimeError, TypeError, IndexError, ValueError)
"""What torch and Python raise for shapes that do not fit; jaxtyping raises TypeError."""


def fits(mistake: Mistake, settings: Settings) -> bool:
    """Whether a network with these settings computes what the mistake replaces."""
    widths, L = settings.hidden_layers, len(settings.layer_sizes) - 1
    learns = settings.hidden_activation == "leaky_relu" and settings.learn_slope
    same = len(set(widths)) == 1  # W between hidden layers is square, and a tensor of another layer has the same shape
    needs = {"any": True, "square": same and L > 2, "deep": same and L > 3, "zeros": False}
    return (
        "sigmoid" in mistake.outputs
        and (mistake.float32 or settings.precision == 64)
        and needs.get(mistake.need, mistake.need == settings.hidden_activation)
        and ("dslope" not in mistake.wrong or learns)
        and ("L-1" not in mistake.first or L > 1)
        and ("L-2" not in mistake.first or L > 2)
    )


def fitting(settings: Settings) -> list[Mistake]:
    """The mistakes that fit the network."""
    return [each for each in MISTAKES if fits(each, settings)]


def mistake_named(name: object, settings: Settings) -> Mistake:
    """The mistake of this name. Raises InputError if there is none that fits."""
    for each in fitting(settings):
        if each.name == name:
            return each
    raise InputError(f"mistake: found {str(name)[:60]!r}, expected the name of a mistake that fits the network")


def sentences(mistake: Mistake, m: int) -> dict[str, str]:
    """What is wrong and what is right, in both languages."""
    texts = [sentence_of(key, m) for key in mistake.causes[0].split(" and ")]
    return {"en": ", and ".join(each.en for each in texts), "zh": "；并且".join(each.zh for each in texts)}


def sentence_of(key: str, m: int) -> Text:
    """The sentence of a cause. Causes that are known by a number are no entries of the catalogue."""
    if key in BY_KEY:
        return BY_KEY[key].sentence
    if key.startswith("factor "):
        return FACTOR.fill(exactly=EXACTLY, factor=key.removeprefix("factor "), calls=NOTHING)
    return ANOTHER_M.fill(number=ANOTHER, m=m)


def as_record(mistake: Mistake, settings: Settings, m: int) -> dict[str, Any]:
    """The mistake for the page."""
    first = first_wrong(mistake, len(settings.layer_sizes) - 1)
    named = {"name": mistake.name, "title": title(mistake.name)._asdict()}
    return named | {"first": first, "sentences": sentences(mistake, m)}


class Mistaken:
    """The pass with a mistake: J is right, the gradients are not."""

    def __init__(self, mistake: Mistake) -> None:
        self.mistake = mistake

    @torch.no_grad()
    def __call__(self, network: DeepNetwork, batch: Batch) -> tuple[Tensor, Sequence[LayerGradients]]:
        """Raises StoppedError if a shape does not fit."""
        X, Y, m = batch
        J = network.output.cost(network.caches(X)[-1].Z, Y, m)
        with broken(network, X, Y, self.mistake.wrong) as call:
            try:
                gradients = [step.gradients for step in network.backward_steps(X, Y)]
            except BREAKS as error:
                message = wrong_shape(network, len(X), call.made) or " ".join(str(error).split())[:200]
                raise StoppedError("shapes", message) from error
        hidden = wrong_shape(network, len(X), call.made)  # by broadcasting
        if hidden is not None:
            raise StoppedError("shapes", hidden)
        return J, gradients

    def tensors(self, network: DeepNetwork, batch: Batch) -> Tensors:
        """All tensors of the pass; those before the stop if a shape does not fit."""
        try:
            return broken_tensors(network, batch.X, batch.Y, self.mistake.wrong)
        except BREAKS:
            return {}


def wrong_shape(network: DeepNetwork, m: int, made: Tensors) -> str | None:
    """Name the first tensor whose shape is wrong, if there is one."""
    sizes = network.layer_sizes
    for name, tensor in made.items():
        n = sizes[name.layer]
        shapes = {"dZ": (m, n), "dA": (m, n), "db": (1, n), "dslope": (), "dW": (n, sizes[name.layer - 1])}
        if tensor.shape != shapes[name.kind]:
            return f"{name}: shape {tuple(tensor.shape)}, expected {shapes[name.kind]}"
    return None


def same_numbers(one: Mistake, other: Mistake, network: DeepNetwork, batch: Batch, errors: Tensors) -> bool:
    """Whether two mistakes make the same tensors here: nobody can then tell them apart."""
    a, b = (Mistaken(each).tensors(network, batch) for each in (one, other))
    return a.keys() == b.keys() and all(difference(a[name], b[name], errors[name]).agrees for name in a)


def shows(mistake: Mistake, network: DeepNetwork, batch: Batch, right: Tensors, errors: Tensors) -> bool:
    """Whether the mistake makes a wrong gradient here, and lets the training go on."""
    try:
        Mistaken(mistake)(network, batch)
    except StoppedError:
        return False
    made = Mistaken(mistake).tensors(network, batch)
    return any(not difference(made[name], right[name], errors[name]).agrees for name in made)


def drawn(settings: Settings, network: DeepNetwork, batch: Batch, right: Tensors, errors: Tensors) -> Mistake:
    """A random mistake that shows. Raises InputError if none does."""
    mistakes = fitting(settings)
    random.shuffle(mistakes)
    for each in mistakes:
        if shows(each, network, batch, right, errors):
            return each
    raise InputError("mistake: none shows in this network now; make a step first")
