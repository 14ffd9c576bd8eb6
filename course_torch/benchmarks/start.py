"""Time the start of the programs, each in a new process, in alternation with `import torch`."""

import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from course_torch.benchmarks.pipelines import alternated

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

GOALS = {
    "course-torch --help": 0.3,
    "course-torch shapes": 1.5,
    "course-torch compare": 1.5,
    "course-torch trace": 1.5,
    "course-torch predict": 1.5,
    "train.py, to its first step": 2.5,
}
"""Start -> largest allowed ratio to `import torch`.

train.py misses its goal: Lightning imports torchmetrics, which imports scipy.signal, matplotlib and torchvision. The
optimizers of torch import torch._dynamo.
"""


class Start(NamedTuple):
    """Median seconds of a start, their ratio to `import torch`, and the largest allowed ratio."""

    name: str
    seconds: float
    ratio: float
    goal: float

    @property
    def reached(self) -> bool:
        return self.ratio <= self.goal

    def as_record(self) -> dict[str, object]:
        """Return the fields and `reached`, for JSON."""
        return self._asdict() | {"reached": self.reached}


def start_times() -> list[Start]:
    """Time each start of GOALS, on the flower."""
    with TemporaryDirectory() as folder:
        commands = starts(Path(folder))
        seconds = alternated({name: partial(finish, command) for name, command in commands.items()})
    unit = seconds[IMPORT]
    return [Start(name, seconds[name], seconds[name] / unit, goal) for name, goal in GOALS.items()]


def starts(folder: Path) -> dict[str, list[str]]:
    """Return name -> arguments of Python, for `import torch` and each start of GOALS. Trains a network to predict."""
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
        "train.py, to its first step": ["-c", TO_FIRST_STEP, *training],
    }


def finish(arguments: list[str]) -> None:
    """Run Python until it ends. Raises CalledProcessError if it fails."""
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
