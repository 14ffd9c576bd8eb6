"""Train a network: `python train.py --accelerator auto`, with `--config configs/….yaml` for another one."""

import os
import sys

# If a process ends, torch prints the C++ stacks of the processes that are connected to it. torch reads this on import.
os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")

from course_torch.training.cli import main

if __name__ == "__main__":
    sys.exit(main())
