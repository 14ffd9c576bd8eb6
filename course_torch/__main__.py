"""The start of `course-torch` and of `python -m course_torch`."""

import sys

from course_torch.commands.main import main

if __name__ == "__main__":
    sys.exit(main())
