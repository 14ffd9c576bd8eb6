"""Check the installation, and the machine apart from its devices: threads, memory, compiler, driver, output folders."""

import hashlib
import os
import platform
import shutil
import sys
import tempfile
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import NamedTuple

import psutil
import torch
from packaging.requirements import Requirement

import course_torch
from course_torch.data.bundled import FILE, SHA256

MODULES = {"scikit-learn": "sklearn", "pillow": "PIL"}  # distribution -> module, if their names differ
SLOW = {"lightning"}  # packages whose version alone is checked: an import takes seconds, and every training makes it
GIB = 2**30
LITTLE_DISK = 1 * GIB  # with fewer free bytes, the checkpoints and logs of a run may not fit


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
