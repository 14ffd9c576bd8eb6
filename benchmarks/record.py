"""All measurements as one record, with the machine without which a time says nothing.

`python -m benchmarks.record [DEVICE]` writes docs/benchmarks.json. An accelerator is timed in float32 only.
"""

import platform
import sys
from importlib import metadata
from typing import Any

import torch
from joblib import cpu_count

from benchmarks.contenders import first_compiled_step, time_workloads
from benchmarks.page import RECORD
from benchmarks.pipelines import pipeline_times
from benchmarks.timing import FLOWER
from course_torch.checkup.devices import processor
from course_torch.training.settings import quiet_lightning
from course_torch.writing import as_json, write_text

PACKAGES = ("course-torch", "torch", "lightning", "numpy", "scikit-learn")


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
    facts = {"processor": processor(), "cores": cpu_count(), "threads": torch.get_num_threads(), "device": device}
    versions = {"Python": platform.python_version()} | {name: metadata.version(name) for name in PACKAGES}
    return facts | {"system": platform.system(), "versions": versions}


if __name__ == "__main__":
    write_text(RECORD, as_json(measure(*sys.argv[1:] or ["cpu"])))
