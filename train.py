"""Train a network: `python train.py --accelerator auto`, with `--config configs/….yaml` for another one."""

import os
import sys

from course_torch.command_line.errors import run

# If a process ends, torch prints the C++ stacks of the processes that are connected to it. torch reads this on import.
os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")


def main() -> int:
    """Train. Returns the exit code, also after Ctrl-C while the modules of the training load."""
    from course_torch.training.cli import main

    return main()


if __name__ == "__main__":
    sys.exit(run("train.py", main))
