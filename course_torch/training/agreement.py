"""What the processes of one training must have in common, and the line that names a difference."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import lightning
import torch
from jsonargparse import Namespace

import course_torch
from course_torch.data.data_set import DIGITS, checksums
from course_torch.training.data_module import CourseData
from course_torch.training.module import NetworkModule

Description = dict[str, Any]
"""Name -> value that JSON can express."""

MAY_DIFFER = {
    "data": ("root", "download", "workers"),
    "trainer": (
        *("accelerator", "devices", "default_root_dir", "logger", "profiler"),
        *("enable_progress_bar", "enable_model_summary"),
    ),
}
"""Options that change where a node finds its data or what it prints, but no parameter update. All others are compared.

The number of devices of all nodes and the type of the device are compared under their own names.
"""
NAMED = 3
"""Differences that the line names. One mistake often causes several differences; its own name comes first."""


def describe(
    module: NetworkModule, data: CourseData, trainer: Namespace, global_step: int | None, last: Path | None
) -> Description:
    """Describe a training: versions, options, contents of the data, and the checkpoint `last` that it resumes."""
    options = {"model": dict(module.hparams), "data": dict(data.hparams), "trainer": trainer.as_dict()}
    description: Description = {
        "version of course_torch": course_torch.__version__,
        "version of torch": torch.__version__,
        "version of lightning": lightning.__version__,
        "resume.global_step": global_step,
        "resume.last.ckpt": sha256(last.read_bytes()).hexdigest()[:DIGITS] if last else None,
    }
    for group, values in options.items():
        compared = {name: value for name, value in values.items() if name not in MAY_DIFFER.get(group, ())}
        description |= {f"{group}.{name}": value for name, value in compared.items()}
    description["lr_scheduler"] = module.schedule and str(module.schedule)
    description |= {f"data.{name}": value for name, value in checksums(data.data_set).items()}
    return json.loads(json.dumps(description, default=str))


def difference(descriptions: Mapping[int, Description]) -> str | None:
    """Return a line that names what differs between the ranks, or None if all descriptions are equal."""
    first, *others = sorted(descriptions)
    names = dict.fromkeys(name for description in descriptions.values() for name in description)
    differences = []
    for name in names:
        value = descriptions[first].get(name)
        for rank in others:
            if (other := descriptions[rank].get(name)) != value:
                differences.append(
                    f"{name}: found {as_text(value)} on rank {first} and {as_text(other)} on rank {rank}"
                )
                break
    if not differences:
        return None
    more = f"; {len(differences) - NAMED} more" if len(differences) > NAMED else ""
    return f"{'; '.join(differences[:NAMED])}{more}; expected the same on every node"


def as_text(value: Any) -> str:
    """Write a value as in YAML."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
