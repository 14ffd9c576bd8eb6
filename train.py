"""Train a network: `python train.py --accelerator auto`, with `--config configs/….yaml` for another one."""

import sys

from course_torch.training.cli import main

if __name__ == "__main__":
    sys.exit(main())
