"""Mistakes in the output's function g, which make a wrong A in dZ[L] = A - Y."""

from collections.abc import Iterator

import torch
from torch import Tensor

from course_torch.formulas.activations import ACTIVATIONS
from course_torch.language import Text
from course_torch.verification.catalogue.cause import Cause, replaces
from course_torch.verification.suspects import Step

OUTPUT_FUNCTION: list[Cause] = []


@replaces(
    OUTPUT_FUNCTION,
    "Z for A at the output",
    Text("Z is used instead of A = g(Z): dZ = A - Y", "该用 A = g(Z) 的地方用了 Z：dZ = A - Y"),
    "1.5",
    "dZ[L]",
)
def logits(step: Step) -> Iterator[Tensor]:
    yield step.Z - step.Y


@replaces(
    OUTPUT_FUNCTION,
    "decided labels for A",
    Text(
        "the predicted label is used instead of the probability A: dZ = A - Y",
        "该用概率 A 的地方用了预测的标签：dZ = A - Y",
    ),
    "1.5",
    "dZ[L]",
)
def decided(step: Step) -> Iterator[Tensor]:
    yield (step.A > 0.5).to(step.A.dtype) - step.Y
    yield torch.zeros_like(step.A).scatter(1, step.A.argmax(dim=1, keepdim=True), 1) - step.Y


@replaces(
    OUTPUT_FUNCTION,
    "softmax along the examples",
    Text(
        "softmax runs along the examples: the outputs of each example must add up to 1",
        "softmax 是沿着样本的方向算的：每个样本的各个输出之和应当为 1",
    ),
    "2.5",
    "dZ[L]",
)
def softmax_along_examples(step: Step) -> Iterator[Tensor]:
    yield step.Z.softmax(dim=0) - step.Y


@replaces(
    OUTPUT_FUNCTION,
    "softmax for the output",
    Text("softmax is used instead of the network's output function", "输出层用了 softmax，而不是这个网络的输出函数"),
    "2.5",
    "dZ[L]",
)
def softmax_output(step: Step) -> Iterator[Tensor]:
    if step.Z.shape[1] > 1:
        yield step.Z.softmax(dim=1) - step.Y


@replaces(
    OUTPUT_FUNCTION,
    "another function at the output",
    Text(
        "another activation is used instead of the network's output function",
        "输出层用了另一个激活函数，而不是这个网络的输出函数",
    ),
    "2.5",
    "dZ[L]",
)
def another_function(step: Step) -> Iterator[Tensor]:
    for activation in ACTIVATIONS.values():
        if activation.slope_derivative is None and activation.name != "identity":
            yield activation.value(step.Z) - step.Y
