"""`python -m course_torch` is `course-torch`."""

import sys

from course_torch.commands.main import main

sys.exit(main())
