"""Checks of the machine apart from its devices: system, threads, memory, compiler, driver and output folders."""

import os
import platform
import shutil
import sys
import tempfile
from math import inf
from pathlib import Path

import torch

from course_torch.checkup.finding import Finding
from course_torch.network.memory import physical_memory

GIB = 2**30
LITTLE_DISK = 1 * GIB
"""With fewer free bytes, the checkpoints and logs of a run may not fit."""


def machine_findings() -> list[Finding]:
    """Run all checks of the machine."""
    import joblib
    import matplotlib

    driver = Path("/proc/driver/nvidia").exists() or shutil.which("nvidia-smi") is not None
    return [
        Finding("system", platform.platform(terse=True)),
        Finding("memory", memory()),
        check_threads(torch.get_num_threads(), joblib.cpu_count()),
        check_driver(driver, built=torch.backends.cuda.is_built(), usable=torch.cuda.is_available()),
        check_compiler(),
        check_folder(Path(".")),
        check_figure_cache(Path(matplotlib.get_cachedir())),
    ]


def memory() -> str:
    """Return the memory of the machine, or "unknown" if the system does not report it."""
    size = physical_memory()
    return "unknown" if size == inf else f"{size / GIB:.1f} GiB"


def check_threads(threads: int, cores: int) -> Finding:
    """Compare the number of torch's threads with the number of cores that this process may use."""
    variable = os.environ.get("OMP_NUM_THREADS", "not set")
    found = f"{threads} on {cores} usable cores, OMP_NUM_THREADS {variable}"
    slow = f"{threads} threads on {cores} usable cores slow small networks down: set OMP_NUM_THREADS={cores}"
    return Finding("threads", found, advice=slow if threads > cores else "")


def check_driver(driver: bool, *, built: bool, usable: bool) -> Finding:
    """Check that torch uses the NVIDIA driver. `built`: torch is built with CUDA; `usable`: torch finds a device."""
    found = f"{'found' if driver else 'not found'}, torch is built {'with' if built else 'without'} CUDA"
    advice = ""
    if driver and not built:
        advice = "torch is a CPU build but an NVIDIA driver is installed: install a CUDA build of torch"
    elif driver and not usable:
        advice = "torch finds no usable device: see nvidia-smi, the driver's version and CUDA_VISIBLE_DEVICES"
    return Finding("NVIDIA driver", found, advice=advice)


def check_compiler() -> Finding:
    """Find the C++ compiler that torch.compile needs for the CPU."""
    name = os.environ.get("CXX") or {"darwin": "clang++", "win32": "cl"}.get(sys.platform, "g++")
    path = shutil.which(name)
    advice = (
        ""
        if path
        else f"{name} not found, torch.compile cannot build for the CPU: install it, or set CXX to another compiler"
    )
    return Finding("C++ compiler", path or "none", advice=advice)


def check_folder(folder: Path) -> Finding:
    """Check that the output folder of runs is writable and has enough free space."""
    subject, elsewhere = "working folder", "train in another folder, or set --trainer.default_root_dir"
    if reason := unwritable(folder):
        return Finding(subject, f"not writable ({reason})", advice=f"not writable: {elsewhere}")
    free = shutil.disk_usage(folder).free
    room = f"{free / GIB:.1f} GiB free"
    advice = f"{room} may be too little for checkpoints: {elsewhere}" if free < LITTLE_DISK else ""
    return Finding(subject, f"writable, {room}", advice=advice)


def check_figure_cache(folder: Path) -> Finding:
    """Check Matplotlib's font cache. Matplotlib uses a temporary folder, matplotlib-…, if its own is not writable."""
    temporary = folder.name.startswith("matplotlib-") or unwritable(folder)
    advice = "the font cache is not kept, so every run searches all fonts: set MPLCONFIGDIR to a writable folder"
    return Finding("figure cache", str(folder), advice=advice if temporary else "")


def unwritable(folder: Path) -> str:
    """Return why no file can be created in the folder, or ""."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return error.strerror or str(error)
