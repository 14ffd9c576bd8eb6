"""Every device that torch finds, and which dtypes it really multiplies matrices in."""

import platform
from pathlib import Path
from typing import NamedTuple

import torch

from course_torch.checkup.finding import Finding, in_short

DTYPES = (torch.float64, torch.float32, torch.bfloat16, torch.float16)
UNUSABLE = (RuntimeError, AssertionError, TypeError)
"""What torch raises where a device, or a dtype on it, cannot be used."""


class Device(NamedTuple):
    """A device and, of each of DTYPES, the error that computing in it raises: "" where it is usable."""

    name: str
    description: str
    errors: dict[torch.dtype, str]

    def usable(self, dtype: torch.dtype) -> bool:
        """Whether matrices of this dtype are multiplied right."""
        return not self.errors[dtype]


def find_devices() -> list[torch.device]:
    """The CPU, then every accelerator of the kind that torch was built for."""
    devices = [torch.device("cpu")]
    if torch.accelerator.is_available():
        kind = torch.accelerator.current_accelerator()
        assert kind is not None
        devices += [torch.device(kind.type, index) for index in range(torch.accelerator.device_count())]
    return devices


def probe(device: torch.device) -> Device:
    """What a device is and can do."""
    try:
        description = describe(device)
    except UNUSABLE as error:
        description = in_short(error)
    return Device(str(device), description, {dtype: product_error(device, dtype) for dtype in DTYPES})


def describe(device: torch.device) -> str:
    """Its name and, of a GPU of CUDA's kind, memory and compute capability; of the CPU the instructions in use."""
    if device.type == "cuda":
        properties = torch.cuda.get_device_properties(device)
        capability = f"compute capability {properties.major}.{properties.minor}"
        return f"{properties.name}, {properties.total_memory / 2**30:.1f} GiB, {capability}"
    if device.type == "cpu":
        return f"{processor()}, {torch.backends.cpu.get_cpu_capability()}"
    return device.type


def processor() -> str:
    """The CPU's name; Linux keeps it in a file."""
    file = Path("/proc/cpuinfo")
    lines = file.read_text(errors="replace").splitlines() if file.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def dtype_name(dtype: torch.dtype) -> str:
    """float64, without the "torch." in front."""
    return str(dtype).removeprefix("torch.")


def product_error(device: torch.device, dtype: torch.dtype) -> str:
    """Why a small matmul and addmm do not work there, or "": all entries of 1 + 1 (1 1) are 1 + 8 · 8 = 65."""
    try:
        ones = torch.ones(8, 8, dtype=dtype, device=device)
        result = torch.addmm(ones, ones, ones @ ones).cpu()
    except UNUSABLE as error:
        return in_short(error)
    return "" if (result == 65).all() else "a product of matrices of ones is wrong"


def device_finding(device: Device) -> Finding:
    """Whether a device has float32, without which nothing runs on it, and float64."""
    error = device.errors[torch.float32]
    if error:
        remedy = "install a build of torch for this device, or train with --accelerator cpu"
        return Finding(device.name, f"no float32 ({error})", f"expected products of matrices: {remedy}")
    has_float64 = device.usable(torch.float64)
    advice = "float64 does not work there; train with --precision 32 and compare with --dtype float32"
    return Finding(device.name, device.description, advice="" if has_float64 else advice)
