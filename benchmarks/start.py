"""Time the start of the programs in alternation with `import torch`."""

import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.timing import alternated
from course_torch.mistakes.solution import solution

FLOWER = ["--data.name", "planar", "--model.layer_sizes", "[2, 4, 1]", "--model.hidden_activation", "tanh"]
CHECKPOINT = Path("lightning_logs", "version_0", "checkpoints", "last.ckpt")
IMPORT = "import torch"
TRAIN = "import sys; from course_torch.training.cli import main; sys.exit(main(sys.argv[1:]))"
TO_FIRST_STEP = f"""
import os
from course_torch.training.module import NetworkModule
NetworkModule.training_step = lambda *arguments: os._exit(0)
{TRAIN}
"""
"""A training that ends where its first step would begin."""


def start_times() -> dict[str, float]:
    """Return the seconds of `import torch` and of each program, on the flower."""
    with TemporaryDirectory() as folder:
        commands = starts(Path(folder))
        return alternated({name: partial(finish, command) for name, command in commands.items()})


def starts(folder: Path) -> dict[str, list[str]]:
    """Return name -> arguments of Python, for `import torch` and each program. Trains a network to predict."""
    rows, chapter = folder / "rows.csv", folder / "deep.py"
    rows.write_text("1,2\n")
    chapter.write_text(solution("deep", "torch", "rows"), encoding="utf-8")
    training = [*FLOWER, "--accelerator", "cpu", "--trainer.default_root_dir", str(folder)]
    finish(["-c", TRAIN, *training, "--max_steps", "1"])
    own = ["-m", "course_torch"]
    return {
        IMPORT: ["-c", IMPORT],
        "course-torch --help": [*own, "--help"],
        "course-torch shapes": [*own, "shapes", *FLOWER],
        "course-torch compare": [*own, "compare", *FLOWER],
        "course-torch trace": [*own, "trace"],
        "course-torch predict": [*own, "predict", str(folder / CHECKPOINT), str(rows)],
        "course-torch check, a whole chapter": [*own, "check", str(chapter)],
        "train.py, to its first step": ["-c", TO_FIRST_STEP, *training],
    }


def finish(arguments: list[str]) -> None:
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
