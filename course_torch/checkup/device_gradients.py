"""Check the hand-written gradients on a device, in one second for each dtype."""

import time
from typing import NamedTuple

import torch

from course_torch.checkup.devices import UNUSABLE, dtype_name
from course_torch.checkup.finding import Finding, in_short
from course_torch.errors import InputError
from course_torch.network.threads import computing_with
from course_torch.verification.break_off import raised_by_formula
from course_torch.verification.comparison import compare_gradients
from course_torch.verification.problems import NEEDS, random_problem

JUDGED = (torch.float64, torch.float32)
"""Dtypes of the gradient check, if the device supports them."""
NETWORKS = 20


class GradientCheck(NamedTuple):
    """Number of checked networks, their largest relative error, and what is wrong with the last network, or ""."""

    device: str
    dtype: str
    networks: int
    largest_relative_error: float
    wrong: str


def check_gradients(device: str, dtype: torch.dtype, seconds: float = 1.0) -> GradientCheck:
    """Check the gradients of NETWORKS small seeded networks. Stops early at a wrong network or after `seconds`."""
    largest, wrong, end = 0.0, "", time.perf_counter() + seconds
    with computing_with(1):  # small networks gain nothing from more threads
        for seed in range(NETWORKS):
            try:
                network, X, Y = random_problem(seed, NEEDS[seed % len(NEEDS)])
                report = compare_gradients(network.to(device, dtype), X.to(device, dtype), Y.to(device, dtype))
            except Exception as error:
                line = raised_by_formula(error)
                if line is None and not isinstance(error, (*UNUSABLE, InputError)):
                    raise
                wrong = line or in_short(error)
            else:
                largest = max(largest, report.largest_relative_error)
                wrong = "" if report.agrees else report.objection.removesuffix(".")
            if wrong or time.perf_counter() > end:
                break
    return GradientCheck(device, dtype_name(dtype), seed + 1, largest, wrong)


def gradient_finding(check: GradientCheck) -> Finding:
    """Convert a gradient check to a finding."""
    subject = f"gradients on {check.device}, {check.dtype}"
    if not check.wrong:
        return Finding(subject, "equal")
    look = f"course-torch compare --device {check.device} --dtype {check.dtype}"
    return Finding(subject, "wrong gradients", f"expected the gradients of autograd: {check.wrong}; see {look}")
