"""The devices that torch finds: the dtypes in which they multiply correctly, and the gradients that they compute."""

import platform
import time
from pathlib import Path
from typing import NamedTuple

import torch

from course_torch.checkup.machine import Finding, in_short
from course_torch.errors import InputError
from course_torch.exercises.tasks.cases import Sizes, drawn_case
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.network.threads import computing_with
from course_torch.text import dtype_name
from course_torch.verification.calls import raised_by_formula
from course_torch.verification.comparison import compare_gradients

DTYPES = (torch.float64, torch.float32, torch.bfloat16, torch.float16)
UNUSABLE = (RuntimeError, AssertionError, TypeError)  # raised by torch for an unusable device or dtype
JUDGED = (torch.float64, torch.float32)  # dtypes of the gradient check, if the device supports them
NETWORKS = 20
SIZES = (Sizes([8, 5, 4, 1], 9), Sizes([8, 5, 5, 5, 1], 11), Sizes([8, 6, 3, 1], 9, zero_unit=True))


class Device(NamedTuple):
    """A device and, for each of DTYPES, the error of a matrix product in this dtype, or "" if the dtype is usable."""

    name: str
    description: str
    errors: dict[torch.dtype, str]

    def usable(self, dtype: torch.dtype) -> bool:
        """Whether the device multiplies matrices of this dtype correctly."""
        return not self.errors[dtype]


def find_devices() -> list[torch.device]:
    """Return the CPU, then every accelerator of the type that torch was built for."""
    devices = [torch.device("cpu")]
    if torch.accelerator.is_available():
        kind = torch.accelerator.current_accelerator()
        assert kind is not None
        devices += [torch.device(kind.type, index) for index in range(torch.accelerator.device_count())]
    return devices


def probe(device: torch.device) -> Device:
    try:
        description = describe(device)
    except UNUSABLE as error:
        description = in_short(error)
    return Device(str(device), description, {dtype: product_error(device, dtype) for dtype in DTYPES})


def describe(device: torch.device) -> str:
    """Describe a device: a CUDA GPU by name, memory and compute capability, the CPU by name and instruction set."""
    if device.type == "cuda":
        properties = torch.cuda.get_device_properties(device)
        capability = f"compute capability {properties.major}.{properties.minor}"
        return f"{properties.name}, {properties.total_memory / 2**30:.1f} GiB, {capability}"
    if device.type == "cpu":
        return f"{processor()}, {torch.backends.cpu.get_cpu_capability()}"
    return device.type


def processor() -> str:
    file = Path("/proc/cpuinfo")
    lines = file.read_text(errors="replace").splitlines() if file.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def product_error(device: torch.device, dtype: torch.dtype) -> str:
    """Why matmul and addmm of 8 × 8 ones fail on the device, or "": each entry of ones + ones (ones ones) is 65."""
    try:
        ones = torch.ones(8, 8, dtype=dtype, device=device)
        result = torch.addmm(ones, ones, ones @ ones).cpu()
    except UNUSABLE as error:
        return in_short(error)
    return "" if (result == 65).all() else "a product of matrices of ones is wrong"


def device_finding(device: Device) -> Finding:
    """Report whether a device supports float32, which every run needs, and float64."""
    error = device.errors[torch.float32]
    if error:
        remedy = "install a build of torch for this device, or train with --accelerator cpu"
        return Finding(device.name, f"no float32 ({error})", f"expected products of matrices: {remedy}")
    has_float64 = device.usable(torch.float64)
    advice = "float64 does not work on this device; train with --precision 32 and compare with --dtype float32"
    return Finding(device.name, device.description, advice="" if has_float64 else advice)


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
                case = drawn_case(SIZES[seed % len(SIZES)], [*ACTIVATIONS][seed % len(ACTIVATIONS)], seed)
                X, Y = case.X.to(device, dtype), case.Y.to(device, dtype)
                report = compare_gradients(case.network.to(device, dtype), X, Y)
            except Exception as error:
                line = raised_by_formula(error)
                if line is None and not isinstance(error, (*UNUSABLE, InputError)):
                    raise
                wrong = line or in_short(error)
            else:
                largest = max(largest, report.largest_relative_error)
                wrong = "" if report.agrees else report.objection.en.removesuffix(".")
            if wrong or time.perf_counter() > end:
                break
    return GradientCheck(device, dtype_name(dtype), seed + 1, largest, wrong)


def gradient_finding(check: GradientCheck) -> Finding:
    subject = f"gradients on {check.device}, {check.dtype}"
    if not check.wrong:
        return Finding(subject, "equal")
    look = f"course-torch compare --device {check.device} --dtype {check.dtype}"
    return Finding(subject, "wrong gradients", f"expected the gradients of autograd: {check.wrong}; see {look}")
