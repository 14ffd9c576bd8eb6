"""What is installed, and checks of the machine: memory, threads, driver."""

import os
import platform
import re
import shutil
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import NamedTuple

import psutil
import torch

from course_torch.language import Text, same

OWN = "course_torch"
GIB = 2**30
LONGEST = 100  # characters of an error

PROBLEM = Text("{subject}: found {found}, {problem}", "{subject}：{found}，{problem}")
ADVICE = Text("{subject}: {advice}", "{subject}：{advice}")
NOT_INSTALLED = Text("not installed", "没有安装")
THREADS = Text(
    "{threads} on {cores} usable cores, OMP_NUM_THREADS {variable}",
    "{threads} 个，可用的核 {cores} 个，OMP_NUM_THREADS {variable}",
)
TOO_MANY = Text(
    "{threads} threads on {cores} usable cores slow small networks down: set OMP_NUM_THREADS={cores}",
    "{threads} 个线程用 {cores} 个核，小网络会变慢：请设置 OMP_NUM_THREADS={cores}",
)
DRIVER = Text("{found}, torch is built {built} CUDA", "{found}，torch 的构建{built} CUDA")
CPU_BUILD = Text(
    "torch is a CPU build but an NVIDIA driver is installed: install a CUDA build of torch",
    "装有 NVIDIA 驱动，但 torch 是 CPU 版：请安装 CUDA 版的 torch",
)
NO_DEVICE = Text(
    "torch finds no usable device: see nvidia-smi, the driver's version and CUDA_VISIBLE_DEVICES",
    "torch 找不到可用的设备：请看 nvidia-smi、驱动的版本和 CUDA_VISIBLE_DEVICES",
)


class Finding(NamedTuple):
    """The result of a check, in both languages."""

    subject: Text
    found: Text
    problem: Text | None = None  # the expected state and how to reach it
    advice: Text | None = None  # a possible improvement, if nothing is wrong

    @property
    def line(self) -> Text:
        """The problem or, without a problem, the advice as one line."""
        return (PROBLEM if self.problem else ADVICE).fill(**self._asdict())


def in_short(error: Exception) -> str:
    """Return the first line of an error's message, or its type if the message is empty, cut to LONGEST."""
    line = next(iter(str(error).splitlines()), "") or type(error).__name__
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def installation_findings() -> list[Finding]:
    """The versions of Python, of the package, and of each package that every installation of it requires."""
    python = Finding(same("Python"), same(platform.python_version()))
    try:
        required = [re.split(r"[^\w-]", line, maxsplit=1)[0] for line in requires(OWN) or [] if ";" not in line]
    except PackageNotFoundError:
        return [python, Finding(same(OWN), NOT_INSTALLED)]
    return [python, *map(installed, (OWN, *required))]


def installed(package: str) -> Finding:
    try:
        return Finding(same(package), same(version(package)))
    except PackageNotFoundError:
        return Finding(same(package), NOT_INSTALLED, Text("see pip check", "请看 pip check"))


def machine_findings() -> list[Finding]:
    """Check the system, the memory, the threads and the driver."""
    import joblib

    driver = Path("/proc/driver/nvidia").exists() or shutil.which("nvidia-smi") is not None
    return [
        Finding(Text("system", "系统"), same(platform.platform(terse=True))),
        Finding(Text("memory", "内存"), same(f"{psutil.virtual_memory().total / GIB:.1f} GiB")),
        check_threads(torch.get_num_threads(), joblib.cpu_count()),
        check_driver(driver, built=torch.backends.cuda.is_built(), usable=torch.cuda.is_available()),
    ]


def check_threads(threads: int, cores: int) -> Finding:
    """Check that torch has no more threads than cores."""
    variable = os.environ.get("OMP_NUM_THREADS") or Text("not set", "没有设置")
    found = THREADS.fill(threads=threads, cores=cores, variable=variable)
    slow = TOO_MANY.fill(threads=threads, cores=cores) if threads > cores else None
    return Finding(Text("threads", "线程"), found, advice=slow)


def check_driver(driver: bool, *, built: bool, usable: bool) -> Finding:
    """Check that torch uses the NVIDIA driver. `built`: torch is built with CUDA; `usable`: torch finds a device."""
    found = DRIVER.fill(
        found=Text("found", "有") if driver else Text("not found", "没有"),
        built=Text("with", "带") if built else Text("without", "不带"),
    )
    advice = None if usable or not driver else NO_DEVICE if built else CPU_BUILD
    return Finding(Text("NVIDIA driver", "NVIDIA 驱动"), found, advice=advice)
