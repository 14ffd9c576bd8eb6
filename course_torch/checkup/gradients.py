"""Check the gradients of small networks on a device."""

import time
from typing import NamedTuple

import torch

from course_torch.checkup.devices import UNUSABLE
from course_torch.checkup.machine import Finding, in_short
from course_torch.errors import InputError
from course_torch.exercises.tasks.cases import Sizes, drawn_case
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.language import Text, same
from course_torch.network.threads import computing_with
from course_torch.text import dtype_name
from course_torch.verification.calls.exceptions import raised_by_formula
from course_torch.verification.comparison import compare_gradients

JUDGED = (torch.float64, torch.float32)  # dtypes of the gradient check, if the device supports them
NETWORKS = 20
SIZES = (Sizes([8, 5, 4, 1], 9), Sizes([8, 5, 5, 5, 1], 11), Sizes([8, 6, 3, 1], 9, zero_unit=True))
GRADIENTS = Text("gradients on {device}, {dtype}", "{device} 上的梯度，{dtype}")
LOOK = Text(
    "expected the gradients of autograd: {wrong}; see course-torch compare --device {device} --dtype {dtype}",
    "应为 autograd 的梯度：{wrong}；请看 course-torch compare --device {device} --dtype {dtype}",
)


class GradientCheck(NamedTuple):
    """Number of checked networks, their largest relative error, and what is wrong with the last network, if it is."""

    device: str
    dtype: str
    networks: int
    largest_relative_error: float
    wrong: Text | None


def check_gradients(device: str, dtype: torch.dtype, seconds: float = 1.0) -> GradientCheck:
    """Check the gradients of NETWORKS small seeded networks. Stops early at a wrong network or after `seconds`."""
    largest, wrong, end = 0.0, None, time.perf_counter() + seconds
    with computing_with(1):  # small networks gain nothing from more threads
        for seed in range(NETWORKS):
            try:
                case = drawn_case(SIZES[seed % len(SIZES)], [*ACTIVATIONS][seed % len(ACTIVATIONS)], seed)
                X, Y = case.X.to(device, dtype), case.Y.to(device, dtype)
                report = compare_gradients(case.network.to(device, dtype), X, Y)
            except Exception as error:
                line = raised_by_formula(error)
                if line is None and not isinstance(error, (*UNUSABLE, InputError)):
                    raise
                wrong = same(line or in_short(error))
            else:
                largest = max(largest, report.largest_relative_error)
                said = report.objection
                wrong = None if report.agrees else Text(said.en.removesuffix("."), said.zh.removesuffix("。"))
            if wrong or time.perf_counter() > end:
                break
    return GradientCheck(device, dtype_name(dtype), seed + 1, largest, wrong)


def gradient_finding(check: GradientCheck) -> Finding:
    """Report whether the gradients on a device are those of autograd."""
    subject = GRADIENTS.fill(device=check.device, dtype=check.dtype)
    if check.wrong is None:
        return Finding(subject, Text("equal", "相等"))
    return Finding(subject, Text("wrong gradients", "梯度不对"), LOOK.fill(**check._asdict()))
