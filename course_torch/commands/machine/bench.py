"""`course-torch bench`: the times of this machine, against alternatives."""

from pathlib import Path

import torch

import course_torch
from course_torch.command_line.files import OutputFile, as_json, write_text
from course_torch.errors import InputError
from course_torch.language import Language

BENCHMARKS = Path(course_torch.__file__).parents[1] / "benchmarks"
"""A checkout has them, and the wheel has not."""


def bench(*, device: str = "cpu", json: OutputFile | None = None, language: Language = "en") -> int:
    """Time a step of gradient descent against alternatives, in alternation, and Lightning against the plain loop.

    Needs a checkout of the repository.

    Args:
        device: cpu, or an accelerator; an accelerator is timed in float32 only
        json: file for all times in seconds, and the facts of the machine
        language: en or zh
    """
    if device != "cpu" and not torch.accelerator.is_available():
        raise InputError(
            f"device: found '{device}', but this machine has no accelerator",
            f"device：得到 '{device}'，但本机没有加速器",
        )
    if not (BENCHMARKS / "record.py").is_file():
        raise InputError(
            f"bench: found no {BENCHMARKS}, expected a checkout of the repository: pip install --editable .",
            f"bench：没有 {BENCHMARKS}，需要仓库的一份检出：pip install --editable .",
        )
    from benchmarks.page import page
    from benchmarks.record import measure

    record = measure(device)
    text = page(record, language)
    print(text[text.index("## ") :], end="")
    if json is not None:
        write_text(json, as_json(record))
    return 0
