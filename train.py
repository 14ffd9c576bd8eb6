"""Train a network: `python train.py --accelerator auto`, or with `--config configs/planar_shallow.yaml`; see README.md."""

import sys

from course_torch.training.cli import main

if __name__ == "__main__":
    sys.exit(main())
