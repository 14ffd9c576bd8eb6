"""The classic mistakes of the backward pass, which learners make, and how a graph of the page is recorded with one."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from torch import Tensor

from course_torch.language import NOTHING, Text
from course_torch.mistakes.faults import GROUP_OF, Fault, broken
from course_torch.network.deep_network import DeepNetwork
from course_torch.playground.recorder import InputNumber
from course_torch.playground.settings import Settings

ANOTHER = Text("another number", "另一个数")
MistakeContext = Callable[[DeepNetwork, Tensor, Tensor, InputNumber], AbstractContextManager[object]]
"""From the network, X, Y and m to a context in which the backward pass makes the mistake."""


def fits(fault: Fault, settings: Settings) -> bool:
    """Whether a network with these settings computes what the fault replaces."""
    return (
        settings.output in fault.outputs
        and fault.need in ("any", settings.hidden_activation)
        and (settings.hidden_layers != () or not {"dZ", "dA"} & fault.wrong.keys())
    )


def fault_record(fault: Fault) -> dict[str, Any]:
    """The fault for the page, which writes m into the sentences."""
    sentence = fault.sentence.fill(
        number=ANOTHER, m="{m}", exactly=NOTHING, factor="c", calls=NOTHING, dtype="float16", sign=NOTHING, size=1
    )
    words = {"title": fault.title._asdict(), "sentences": sentence._asdict()}
    return {"name": fault.name, "group": GROUP_OF[fault.name], **words}


@contextmanager
def mistaken(fault: Fault, network: DeepNetwork, X: Tensor, Y: Tensor, m: InputNumber) -> Iterator[None]:
    """Inside this context the backward pass makes the mistake, with m as an input.

    A mistake that changes nothing here, because a unit is dead or b is 0, is recorded all the same.
    """
    with warnings.catch_warnings(action="ignore"), broken(network, X, Y, fault.wrong, m):
        yield  # torch.tensor(1 / m) warns that it copies a tensor
