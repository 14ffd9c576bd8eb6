"""Whether the hand-written gradients are right on a device, in a second for each dtype."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import torch

from course_torch.checkup.devices import UNUSABLE, dtype_name
from course_torch.checkup.finding import Finding, in_short
from course_torch.verification.comparison import compare_gradients
from course_torch.verification.problems import NEEDS, random_problem

JUDGED = (torch.float64, torch.float32)
"""In which gradients are checked, where a device has them."""
NETWORKS = 20


class GradientCheck(NamedTuple):
    """Of the networks that were checked: the largest relative error, and what is wrong with the last, or ""."""

    device: str
    dtype: str
    networks: int
    largest_relative_error: float
    wrong: str


def check_gradients(device: str, dtype: torch.dtype, seconds: float = 1.0) -> GradientCheck:
    """Judge the gradients of small seeded networks there: NETWORKS, or fewer where one is wrong or time is up."""
    largest, wrong, end = 0.0, "", time.perf_counter() + seconds
    with one_thread():
        for seed in range(NETWORKS):
            network, X, Y = random_problem(seed, NEEDS[seed % len(NEEDS)])
            try:
                report = compare_gradients(network.to(device, dtype), X.to(device, dtype), Y.to(device, dtype))
            except UNUSABLE as error:
                wrong = in_short(error)
            else:
                largest = max(largest, report.largest_relative_error)
                wrong = "" if report.agrees else str(report).removesuffix(".")
            if wrong or time.perf_counter() > end:
                break
    return GradientCheck(device, dtype_name(dtype), seed + 1, largest, wrong)


def gradient_finding(check: GradientCheck) -> Finding:
    """Whether a check went well."""
    subject = f"gradients on {check.device}, {check.dtype}"
    if not check.wrong:
        return Finding(subject, "equal")
    look = f"course-torch compare --device {check.device} --dtype {check.dtype}"
    return Finding(subject, "wrong ones", f"expected autograd's: {check.wrong}; see {look}")


@contextmanager
def one_thread() -> Iterator[None]:
    """Small networks gain nothing from more, and lose much where there are more threads than cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
