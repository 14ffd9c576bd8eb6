"""Time the start of the programs, each in a new process, in alternation with `import torch`."""

import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from course_torch.benchmarks.goal import Goal, Judged
from course_torch.benchmarks.pipelines import alternated
from course_torch.benchmarks.watching import WATCH, WATCH_GOAL, seconds_from_save_to_answer, whole_chapter

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

RATIO = "ratio to import torch"
BEYOND = "seconds beyond import torch"
GOALS = {
    "course-torch --help": Goal(RATIO, 0.3),
    "course-torch shapes": Goal(RATIO, 1.5),
    "course-torch compare": Goal(RATIO, 1.5),
    "course-torch trace": Goal(RATIO, 1.5),
    "course-torch predict": Goal(RATIO, 1.5),
    "course-torch check, a whole chapter": Goal(BEYOND, 2.0, "s"),
    "train.py, to its first step": Goal(RATIO, 2.5),
    WATCH: WATCH_GOAL,
}
"""Start -> its goal."""


def start_times() -> dict[str, float]:
    """Return the seconds of `import torch` and of each start of GOALS, on the flower."""
    with TemporaryDirectory() as folder:
        commands = starts(Path(folder))
        seconds = alternated({name: partial(finish, command) for name, command in commands.items()})
    return seconds | {WATCH: seconds_from_save_to_answer()}


def start_goals(seconds: dict[str, float]) -> list[Judged]:
    """Judge each start by its goal."""
    unit = seconds[IMPORT]
    measured = {RATIO: lambda s: s / unit, BEYOND: lambda s: s - unit, WATCH_GOAL.what: lambda s: s}
    return [goal.judge(name, measured[goal.what](seconds[name])) for name, goal in GOALS.items()]


def starts(folder: Path) -> dict[str, list[str]]:
    """Return name -> arguments of Python, for `import torch` and each program of GOALS. Trains a network to predict."""
    rows, training = folder / "rows.csv", [*FLOWER, "--accelerator", "cpu", "--trainer.default_root_dir", str(folder)]
    rows.write_text("1,2\n")
    finish(["-c", TRAIN, *training, "--max_steps", "1"])
    own = ["-m", "course_torch"]
    return {
        IMPORT: ["-c", IMPORT],
        "course-torch --help": [*own, "--help"],
        "course-torch shapes": [*own, "shapes", *FLOWER],
        "course-torch compare": [*own, "compare", *FLOWER],
        "course-torch trace": [*own, "trace"],
        "course-torch predict": [*own, "predict", str(folder / CHECKPOINT), str(rows)],
        "course-torch check, a whole chapter": [*own, "check", str(whole_chapter(folder))],
        "train.py, to its first step": ["-c", TO_FIRST_STEP, *training],
    }


def finish(arguments: list[str]) -> None:
    """Run Python until it ends. Raises CalledProcessError if it fails."""
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
