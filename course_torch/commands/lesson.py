"""`course-torch lesson`: open the lessons in the browser."""

import webbrowser
from pathlib import Path

import course_torch
from course_torch.errors import InputError, check_name
from course_torch.language import Language

SITE = Path(course_torch.__file__).parent / "site"
"""The site that the package carries. In a checkout `make docs` builds it."""


def lesson(section: str | None = None, language: Language = "en") -> int:
    """Open a lesson in the browser, or the list of all lessons. The pages need no network.

    Args:
        section: the section of the notes, such as 2.5; without it the list of the lessons opens
        language: en or zh
    """
    folder = SITE / language
    if not (folder / "index.html").is_file():
        raise InputError(f"site: found no lessons in '{SITE}', expected a built site; build it with: make docs")
    page = folder / "index.html"
    if section is not None:
        lessons = {each.stem: each for each in sorted((folder / "lessons").glob("*.html"))}
        check_name("section", section, lessons)
        page = lessons[section]
    print(page)
    webbrowser.open(page.as_uri())
    return 0
