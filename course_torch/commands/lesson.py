"""`course-torch lesson`: open the lessons in the browser."""

import webbrowser
from pathlib import Path

import course_torch
from course_torch.errors import InputError, check_name
from course_torch.language import Language

SITE = Path(course_torch.__file__).parent / "site"  # In a checkout `make docs` builds it.
LESSONS = {"1": 7, "2": 5, "3": 3}  # chapter of the notes -> its number of sections. Each section has a lesson.
SECTIONS = [f"{chapter}.{number}" for chapter, count in LESSONS.items() for number in range(1, count + 1)]


def lesson(section: str | None = None, language: Language = "en") -> int:
    """Open a lesson in the browser, or the list of all lessons. The pages need no network.

    Args:
        section: the section of the notes, such as 2.5; without it the list of the lessons opens
        language: en or zh
    """
    if section is not None:
        check_name("section", section, dict.fromkeys(SECTIONS))
    page = SITE / language / ("index.html" if section is None else f"lessons/{section}.html")
    if not page.is_file():
        raise InputError(f"site: found no '{page}', expected a built site; build it with: make docs")
    print(page)
    webbrowser.open(page.as_uri())
    return 0
