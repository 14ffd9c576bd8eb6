"""`course-torch train`: the same program as train.py, which an installed package does not have."""

import os


def train(arguments: list[str], program: str = "course-torch train") -> int:
    """Train, with the options of Lightning, whose command line parses them. Messages name the program called."""
    # If a process ends, torch prints the C++ stacks of the processes that are connected to it. torch reads this
    # variable on import.
    os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")
    from course_torch.training.cli import main

    return main(arguments, program)
