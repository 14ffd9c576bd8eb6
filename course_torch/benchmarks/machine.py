"""The facts of the machine without which a time says nothing."""

import os
import platform
from importlib import metadata
from importlib.util import find_spec

import torch

from course_torch.checkup.devices import processor

PACKAGES = {"course-torch": "course_torch", "torch": "torch", "lightning": "lightning", "numpy": "numpy"} | {
    "scikit-learn": "sklearn",
    "jax": "jax",
}
"""Package -> its module. JAX is optional."""


def machine_facts(device: str) -> dict[str, object]:
    """Return processor, cores, threads of torch, device, system, and versions of the packages that are timed."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    installed = [package for package, module in PACKAGES.items() if find_spec(module)]
    return {
        "processor": processor(),
        "cores": cores,
        "threads": torch.get_num_threads(),
        "device": device,
        "system": platform.system(),
        "versions": {"Python": platform.python_version()} | {each: metadata.version(each) for each in installed},
    }
