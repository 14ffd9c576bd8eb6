"""`course-torch lesson`: open the lessons in the browser."""

import webbrowser
from pathlib import Path

from course_torch import lessons
from course_torch.errors import InputError, check_name
from course_torch.exercises.grade.progress import by_section
from course_torch.language import Language


def lesson(section: str | None = None, language: Language = "en") -> int:
    """Open a lesson in the browser, or the list of all lessons. The pages need no network.

    The page learns which functions of the exercises in the current folder are right, and keeps that in the browser.

    Args:
        section: the section of the notes, such as 2.5; without it the list of the lessons opens
        language: en or zh
    """
    if section is not None:
        check_name("section", section, lessons.SECTIONS)
    page = lessons.SITE / language / ("index.html" if section is None else f"lessons/{section}.html")
    if not page.is_file():
        raise InputError(
            f"site: found no '{page}', expected a built site; build it with: make docs",
            f"site：没有 '{page}'，需要先建好网站：make docs",
        )
    print(page)
    counts = by_section(Path())
    right = ",".join(f"{name}:{made}/{every}" for name, (made, every) in counts.items())
    webbrowser.open(page.as_uri() + (f"#exercises={right}" if right else ""))
    return 0
