"""Check the installation, the machine, and its devices: the dtypes that work there, and the gradients."""

import hashlib
import os
import platform
import shutil
import sys
import tempfile
import time
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import NamedTuple

import psutil
import torch
from packaging.requirements import Requirement

import course_torch
from course_torch.data.bundled import FILE, SHA256
from course_torch.errors import InputError
from course_torch.exercises.tasks.cases import Sizes, drawn_case
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.network.threads import computing_with
from course_torch.text import dtype_name
from course_torch.verification.calls import raised_by_formula
from course_torch.verification.comparison import compare_gradients

MODULES = {"scikit-learn": "sklearn", "pillow": "PIL"}  # distribution -> module, if their names differ
SLOW = {"lightning"}  # packages whose version alone is checked: an import takes seconds, and every training makes it
GIB = 2**30
LITTLE_DISK = 1 * GIB  # with fewer free bytes, the checkpoints and logs of a run may not fit

DTYPES = (torch.float64, torch.float32, torch.bfloat16, torch.float16)
UNUSABLE = (RuntimeError, AssertionError, TypeError)  # raised by torch for an unusable device or dtype
JUDGED = (torch.float64, torch.float32)  # dtypes of the gradient check, if the device supports them
NETWORKS = 20
SIZES = (Sizes([8, 5, 4, 1], 9), Sizes([8, 5, 5, 5, 1], 11), Sizes([8, 6, 3, 1], 9, zero_unit=True))


class Finding(NamedTuple):
    """The result of a check."""

    subject: str
    found: str
    problem: str = ""  # the expected state and how to reach it
    advice: str = ""  # a possible improvement, if nothing is wrong

    def __str__(self) -> str:
        """Return the problem or, without a problem, the advice as one line."""
        return f"{self.subject}: {f'found {self.found}, {self.problem}' if self.problem else self.advice}"


def in_short(error: Exception, length: int = 100) -> str:
    """Return the first line of an error's message, or its type if the message is empty, cut to a length."""
    line = next(iter(str(error).splitlines()), "") or type(error).__name__
    return line if len(line) <= length else f"{line[: length - 1]}…"


def installation_findings() -> list[Finding]:
    own, advice = "course_torch", ""
    try:
        packages = [check_package(requirement) for requirement in requirements(own)]
    except PackageNotFoundError:
        packages, advice = [], "not installed, so its requirements are unknown: pip install --editable ."
    python = Finding("Python", platform.python_version())
    return [python, Finding(own, course_torch.__version__, advice=advice), check_pictures(), *packages]


def requirements(distribution: str) -> list[Requirement]:
    """Return the requirements without extras. Raises PackageNotFoundError if the distribution is not installed."""
    parsed = map(Requirement, requires(distribution) or [])
    return [needed for needed in parsed if needed.marker is None or needed.marker.evaluate({"extra": ""})]


def check_package(requirement: Requirement) -> Finding:
    """Check that a package is installed, in the required version range, and importable unless it is SLOW."""
    name, expected = requirement.name, str(requirement.specifier) or "any version"
    install = f"pip install '{requirement}'"
    try:
        found = version(name)
    except PackageNotFoundError:
        return Finding(name, "nothing", f"expected {expected}: {install}")
    if not requirement.specifier.contains(found, prereleases=True):
        return Finding(name, found, f"expected {expected}: {install}")
    if name in SLOW:
        return Finding(name, found)
    try:
        import_module(MODULES.get(name, name))
    except Exception as error:  # a broken library may raise anything
        problem = f"expected a working package: {install} --force-reinstall"
        return Finding(name, f"{found}, which cannot be imported ({in_short(error)})", problem)
    return Finding(name, found)


def check_pictures(file: Path = FILE) -> Finding:
    remedy = "reinstall course_torch"
    try:
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        return Finding("pictures", f"{file.name} unreadable ({error.strerror})", f"expected a readable file: {remedy}")
    problem = "" if digest == SHA256 else f"expected {SHA256[:12]}…: the file was changed or damaged, {remedy}"
    return Finding("pictures", f"sha256 {digest[:12]}…", problem)


def machine_findings() -> list[Finding]:
    import joblib

    driver = Path("/proc/driver/nvidia").exists() or shutil.which("nvidia-smi") is not None
    return [
        Finding("system", platform.platform(terse=True)),
        Finding("memory", f"{psutil.virtual_memory().total / GIB:.1f} GiB"),
        check_threads(torch.get_num_threads(), joblib.cpu_count()),
        check_driver(driver, built=torch.backends.cuda.is_built(), usable=torch.cuda.is_available()),
        check_compiler(),
        check_folder(Path(".")),
    ]


def check_threads(threads: int, cores: int) -> Finding:
    variable = os.environ.get("OMP_NUM_THREADS", "not set")
    found = f"{threads} on {cores} usable cores, OMP_NUM_THREADS {variable}"
    slow = f"{threads} threads on {cores} usable cores slow small networks down: set OMP_NUM_THREADS={cores}"
    return Finding("threads", found, advice=slow if threads > cores else "")


def check_driver(driver: bool, *, built: bool, usable: bool) -> Finding:
    """Check that torch uses the NVIDIA driver. `built`: torch is built with CUDA; `usable`: torch finds a device."""
    found = f"{'found' if driver else 'not found'}, torch is built {'with' if built else 'without'} CUDA"
    install = "torch is a CPU build but an NVIDIA driver is installed: install a CUDA build of torch"
    look = "torch finds no usable device: see nvidia-smi, the driver's version and CUDA_VISIBLE_DEVICES"
    return Finding(
        "NVIDIA driver", found, advice="" if not driver else install if not built else "" if usable else look
    )


def check_compiler() -> Finding:
    name = os.environ.get("CXX") or {"darwin": "clang++", "win32": "cl"}.get(sys.platform, "g++")
    path = shutil.which(name)
    advice = f"{name} not found, torch.compile cannot build for the CPU: install it, or set CXX to another compiler"
    return Finding("C++ compiler", path or "none", advice="" if path else advice)


def check_folder(folder: Path) -> Finding:
    """Check that the output folder of runs is writable and has enough free space."""
    subject, elsewhere = "working folder", "train in another folder, or set --trainer.default_root_dir"
    if reason := unwritable(folder):
        return Finding(subject, f"not writable ({reason})", advice=f"not writable: {elsewhere}")
    free = shutil.disk_usage(folder).free
    room = f"{free / GIB:.1f} GiB free"
    advice = f"{room} may be too little for checkpoints: {elsewhere}" if free < LITTLE_DISK else ""
    return Finding(subject, f"writable, {room}", advice=advice)


def unwritable(folder: Path) -> str:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return error.strerror or str(error)


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
