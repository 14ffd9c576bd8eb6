"""`course-torch playground`: the page in which a network trains, with a link or a language of the user's."""

import sys
import webbrowser
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

from course_torch.command_line.files import PageFile
from course_torch.language import Language, Text, asked
from course_torch.lessons import lessons_address
from course_torch.playground import stored_page
from course_torch.writing import write_text

TO_OPEN = Text("Open this file if no browser shows the playground.", "如果浏览器没有显示训练场，请打开这个文件。")
RECORDING = Text("The formulas are recorded for the page, which is done once.", "正在为网页记录公式，只需要这一次。")
UNRECORDED = Text(
    "course-torch playground: the page cannot compute by a changed formula: {line}",
    "course-torch playground：网页不能按改过的公式计算：{line}",
)


def playground(
    *, link: str = "", language: Language | None = None, out: PageFile | None = None, no_open: bool = False
) -> int:
    """Open a page in which a network trains, step by step, with every gradient judged and mistakes to make.

    The page needs no network and no Python: its engine computes by the recorded formulas. Only if a formula has
    changed, the page is recorded again. Returns the exit code: 0, or 1 if the page cannot hold a formula.

    Args:
        link: a link that a playground's Share button copied, or its part from # on
        language: of the page, en or zh; null for that of the browser
        out: file for a copy of the page (.html), which is not opened
        no_open: whether the file is only printed, and no browser opened
    """
    begins = {"link": link.rpartition("#")[2], "language": language}
    page, path = current_page(language or asked(()))
    if page is None:
        return 1
    if out is not None:
        path = Path(out)
        write_text(path, stored_page.with_lessons(stored_page.with_given(page, begins), None))
    elif path is None or any(begins.values()):
        path = Path(mkdtemp(prefix="course-torch-")) / "playground.html"
        page = stored_page.with_lessons(page, lessons_address())
        write_text(path, stored_page.with_given(page, begins))
    print(path)
    if out is None:
        print(TO_OPEN.say(language or asked(())))
        if not no_open:
            webbrowser.open(path.absolute().as_uri())
    return 0


def current_page(language: Language) -> tuple[str | None, Path | None]:
    """The page of the present formulas and the file that keeps it. Says on stderr that it is recorded, or cannot be."""
    sources_hash = stored_page.hash_of_sources()
    if (path := stored_page.find(sources_hash)) is not None:
        return path.read_text(encoding="utf-8"), path
    print(RECORDING.say(language), file=sys.stderr)
    from course_torch.playground.recorder import RecordingError  # imports torch, for seconds
    from course_torch.playground.standalone import standalone_page

    try:
        page = standalone_page(sources_hash, prove=not stored_page.as_installed())
    except RecordingError as error:
        print(UNRECORDED.fill(line=error).say(language), file=sys.stderr)
        return None, None
    page = stored_page.with_lessons(page, lessons_address())
    with suppress(OSError):  # a home that cannot be written: the page is recorded again the next time
        path = stored_page.store(page, sources_hash)
    return page, path
