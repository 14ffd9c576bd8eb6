"""Train a network: `python train.py --accelerator auto`, with `--config NAME` for another one."""

import sys

from course_torch.command_line.program import run
from course_torch.commands.main import train


def main() -> int:
    """Train. Returns the exit code, also after Ctrl-C while the modules of the training load."""
    return train(sys.argv[1:], "train.py")


if __name__ == "__main__":
    sys.exit(run("train.py", main))
