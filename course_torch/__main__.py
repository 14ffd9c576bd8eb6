"""The start of `course-torch` and of `python -m course_torch`."""

import sys

from course_torch.command_line.errors import run


def main() -> int:
    """Run `course-torch`. Returns its exit code, also after Ctrl-C while the modules of the commands load."""
    return run("course-torch", load_and_run)


def load_and_run() -> int:
    from course_torch.commands.main import main

    return main()


if __name__ == "__main__":
    sys.exit(main())
