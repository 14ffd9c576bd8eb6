"""`course-torch train`: the same program as train.py, which an installed package does not have."""

import os


def train(arguments: list[str], program: str = "course-torch train") -> int:
    """Train, with Lightning's options. Returns the exit code. Messages name the program that was called.

    Lightning's command line parses the arguments. Ctrl-C ends the program with one line, also during its
    imports.
    """
    # If a process ends, torch prints the C++ stacks of the processes that are connected to it. torch reads this
    # variable on import.
    os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")
    from course_torch.training.cli import main

    return main(arguments, program)
