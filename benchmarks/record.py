"""All measurements of `course-torch bench` as one record, with the machine without which a time says nothing."""

import platform
from importlib import metadata
from importlib.util import find_spec
from typing import Any

import torch
from joblib import cpu_count

from benchmarks.contenders import first_compiled_step, time_workloads
from benchmarks.pipelines import pipeline_times
from benchmarks.timing import FLOWER
from course_torch.checkup.devices import processor
from course_torch.training.settings import quiet_lightning

PACKAGES = {  # package -> its module. JAX is optional.
    **{"course-torch": "course_torch", "torch": "torch", "lightning": "lightning", "numpy": "numpy"},
    **{"scikit-learn": "sklearn", "jax": "jax"},
}


def measure(device: str) -> dict[str, Any]:
    """Measure everything, which takes minutes. Returns the machine and all times in seconds, for JSON."""
    quiet_lightning()
    compiling = first_compiled_step(FLOWER)  # before the other steps compile anything
    return {
        "machine": machine_facts(device),
        "rows": [row._asdict() for row in time_workloads(device)],
        "pipelines": pipeline_times(FLOWER),
        "first_compiled_step": compiling,
    }


def machine_facts(device: str) -> dict[str, object]:
    """Return processor, cores, threads of torch, device, system, and versions of the packages that are timed."""
    installed = [package for package, module in PACKAGES.items() if find_spec(module)]
    facts = {"processor": processor(), "cores": cpu_count(), "threads": torch.get_num_threads(), "device": device}
    versions = {"Python": platform.python_version()} | {name: metadata.version(name) for name in installed}
    return facts | {"system": platform.system(), "versions": versions}
