"""Train a network: `python train.py --accelerator auto`, with `--config configs/….yaml` for another one."""

import sys

from course_torch.command_line.errors import run


def main() -> int:
    """Train. Returns the exit code, also after Ctrl-C while the modules of the training load."""
    from course_torch.training.cli import main

    return main()


if __name__ == "__main__":
    sys.exit(run("train.py", main))
