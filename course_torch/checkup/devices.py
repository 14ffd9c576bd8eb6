"""Find the devices of the machine, the dtypes in which each multiplies matrices, and check small networks there."""

import platform
import time
from copy import deepcopy
from pathlib import Path
from typing import NamedTuple

import torch

from course_torch.checkup.machine import GIB, Finding, in_short
from course_torch.errors import InputError
from course_torch.exercises.tasks.cases import Sizes, drawn_case
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.language import Text, same
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.dimensions import named_parameters
from course_torch.network.gradient_descent import METHODS, gradient_descent
from course_torch.network.threads import computing_with
from course_torch.text import dtype_name
from course_torch.verification.difference import difference
from course_torch.verification.exceptions import raised_by_formula
from course_torch.verification.networks.comparison import compare_gradients

DTYPES = (torch.float64, torch.float32, torch.bfloat16, torch.float16)
UNUSABLE = (RuntimeError, AssertionError, TypeError)  # raised by torch for an unusable device or dtype
NO_FLOAT32 = Text("no float32 ({error})", "没有 float32（{error}）")
NO_PRODUCTS = Text(
    "expected products of matrices: install a build of torch for this device, or train with --accelerator cpu",
    "应能计算矩阵的乘积：请安装适合这个设备的 torch，或用 --accelerator cpu 训练",
)
NO_FLOAT64 = Text(
    "float64 does not work on this device; train with --precision 32 and compare with --dtype float32",
    "这个设备不能用 float64；训练用 --precision 32，比较用 --dtype float32",
)


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
    """Describe a device, and multiply matrices of each of DTYPES on it."""
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
        return f"{properties.name}, {properties.total_memory / GIB:.1f} GiB, {capability}"
    if device.type == "cpu":
        return f"{processor()}, {torch.backends.cpu.get_cpu_capability()}"
    return device.type


def processor() -> str:
    """The name of the CPU, as Linux or else Python knows it."""
    file = Path("/proc/cpuinfo")
    lines = file.read_text("utf-8", "replace").splitlines() if file.exists() else []
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
    subject, error = same(device.name), device.errors[torch.float32]
    if error:
        return Finding(subject, NO_FLOAT32.fill(error=error), NO_PRODUCTS)
    advice = None if device.usable(torch.float64) else NO_FLOAT64
    return Finding(subject, same(device.description), advice=advice)


JUDGED = (torch.float64, torch.float32)  # dtypes of the gradient check, if the device supports them
NETWORKS = 20
SIZES = (Sizes([8, 5, 4, 1], 9), Sizes([8, 5, 5, 5, 1], 11), Sizes([8, 6, 3, 1], 9, zero_unit=True))
GRADIENTS = Text("gradients on {device}, {dtype}", "{device} 上的梯度，{dtype}")
LOOK = Text(
    "expected the gradients of autograd: {wrong}; see course-torch compare --device {device} --dtype {dtype}",
    "应为 autograd 的梯度：{wrong}；请看 course-torch compare --device {device} --dtype {dtype}",
)
STEPS = 2  # the second step of gram is the first that multiplies by K
ROUNDED = 4
"""The standard error of a parameter of order 1 after these steps, in ε. In 200 networks it was at most 1.1."""
OTHER_FORM = Text(
    "gradient descent: expected the parameters of method plain, found another {name} after {steps} steps of {method}",
    "梯度下降：应为 plain 方法的参数；{method} 方法 {steps} 步之后的 {name} 不同",
)


class GradientCheck(NamedTuple):
    """Number of checked networks, their largest relative error, and what is wrong with the last network, if it is.

    wrong     what is wrong with its gradients
    descent   which fast form of gradient descent differs from the formulas
    """

    device: str
    dtype: str
    networks: int
    largest_relative_error: float
    wrong: Text | None
    descent: Text | None = None


def check_gradients(device: str, dtype: torch.dtype, seconds: float = 1.0) -> GradientCheck:
    """Check the gradients and the forms of gradient descent of NETWORKS small seeded networks.

    Stops early at a wrong network or after `seconds`.
    """
    largest, wrong, descent, end = 0.0, None, None, time.perf_counter() + seconds
    with computing_with(1):  # small networks gain nothing from more threads
        for seed in range(NETWORKS):
            try:
                case = drawn_case(SIZES[seed % len(SIZES)], [*ACTIVATIONS][seed % len(ACTIVATIONS)], seed)
                X, Y = case.X.to(device, dtype), case.Y.to(device, dtype)
                network = case.network.to(device, dtype)
                report = compare_gradients(network, X, Y)
                descent = wrong_descent(network, X, Y)
            except Exception as error:
                line = raised_by_formula(error)
                if line is None and not isinstance(error, (*UNUSABLE, InputError)):
                    raise
                wrong = same(line or in_short(error))
            else:
                largest = max(largest, report.largest_relative_error)
                said = report.objection
                wrong = None if report.agrees else Text(said.en.removesuffix("."), said.zh.removesuffix("。"))
            if wrong or descent or time.perf_counter() > end:
                break
    return GradientCheck(device, dtype_name(dtype), seed + 1, largest, wrong, descent)


def wrong_descent(network: DeepNetwork, X: torch.Tensor, Y: torch.Tensor) -> Text | None:
    """The first parameter that a fast form of gradient descent trains otherwise than the form `plain`, or None."""
    trained = {method: deepcopy(network) for method in METHODS}
    for method, copy in trained.items():
        gradient_descent(copy, X, Y, learning_rate=1.0, iterations=STEPS, method=method)
    plain = named_parameters(trained["plain"].layers)
    for method, copy in trained.items():
        for name, parameter in named_parameters(copy.layers).items():
            error = ROUNDED * torch.finfo(X.dtype).eps * (1 + plain[name].abs())
            if not difference(parameter, plain[name], error).agrees:
                return OTHER_FORM.fill(name=name, steps=STEPS, method=method)
    return None


def gradient_finding(check: GradientCheck) -> Finding:
    """Report whether the gradients on a device are those of autograd."""
    subject = GRADIENTS.fill(device=check.device, dtype=check.dtype)
    if check.wrong is None:
        return Finding(subject, Text("equal", "相等"), check.descent)
    return Finding(subject, Text("wrong gradients", "梯度不对"), LOOK.fill(**check._asdict()))
