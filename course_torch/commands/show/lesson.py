"""`course-torch lesson`: the lessons on the notes, in the browser."""

import webbrowser
from pathlib import Path

from course_torch import lessons
from course_torch.errors import InputError, check_name
from course_torch.exercises.check.progress import by_section
from course_torch.language import Language, Text

NOT_BUILT = Text("site: the lessons are not built yet; build them with: make docs", "site：课程还没有建好：make docs")
LEFT_OUT = Text(
    "site: this package was built without the lessons; read docs/en/lessons/{page} in its source repository",
    "site：这个包构建时没有带上课程；请读源代码仓库里的 docs/zh/lessons/{page}",
)


def lesson(section: str | None = None, *, language: Language = "en") -> int:
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
        in_checkout = (lessons.SITE.parents[1] / "Makefile").is_file()
        raise InputError(NOT_BUILT if in_checkout else LEFT_OUT.fill(page=f"{section}.md" if section else ""))
    print(page)
    counts = by_section(Path())
    right = ",".join(f"{name}:{made}/{every}" for name, (made, every) in counts.items())
    webbrowser.open(page.as_uri() + (f"#exercises={right}" if right else ""))
    return 0
