"""`course-torch exercise`: list the chapters, write the file of a chapter."""

from pathlib import Path
from typing import Literal

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from course_torch.command_line.files import PythonFile
from course_torch.errors import InputError, check_name, one_of
from course_torch.exercises.check.progress import files_here
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.stub import stub_file
from course_torch.language import Language, Text, language_option
from course_torch.reports.tables import filled
from course_torch.text import quoted, shown
from course_torch.writing import write_text

NO_CHAPTER = Text("chapter: found nothing, expected {choices}", "chapter：没有给出，应为 {choices}")
EXISTS = Text(
    "{path} exists and is not overwritten: give another file (--out FILE)",
    "{path} 已经存在，不会被覆盖：请换一个文件（--out FILE）",
)
COLUMNS = "--library numpy --layout columns"
LONGEST_NAME = 27  # characters of the longest function name of a chapter, and a comma
HEADINGS = (Text("chapter", "章"), Text("notes", "笔记"), Text("functions", "函数"), Text("your files", "你的文件"))
WRITTEN = Text(
    "{out}: {n} functions to write; check them by: course-torch check {file}{option}",
    "{out}：有 {n} 个函数要写；检查：course-torch check {file}{option}",
)
COURSE_FORM = Text(
    "In the form of the course's own exercises (NumPy, columns of X are examples): {command}",
    "课程练习自己的写法（NumPy，X 的每列是一个样本）：{command}",
)
GO_ON = Text("Go on with: {command}", "接下来：{command}")


def exercise(
    chapter: str | None = None,
    *,
    out: PythonFile | None = None,
    library: Literal["torch", "numpy"] = "torch",
    layout: Literal["rows", "columns"] = "rows",
    language: Language = "en",
) -> int:
    """List the chapters, or write the file of a chapter: one function to write for each formula of the notes.

    Args:
        chapter: the chapter whose file is written; without it the chapters are listed
        out: the file to write; the chapter's name with .py if it is not given. A file that exists is not overwritten
        library: the library in which the functions are written
        layout: rows (of X are examples) or columns (as in the course)
        language: of the docstrings and of the checker's answers
    """
    if chapter is None:
        if out is not None:
            raise InputError(NO_CHAPTER.fill(choices=one_of(CHAPTERS)))
        Console().print(chapters_table(language))
        go_on = next_command()
        if go_on.startswith("exercise"):
            print(COURSE_FORM.fill(command=f"course-torch {go_on} {COLUMNS}{language_option(language)}").say(language))
        print(GO_ON.fill(command=f"course-torch {go_on}{language_option(language)}").say(language))
        return 0
    check_name("chapter", chapter, CHAPTERS)
    path = Path(out or f"{chapter}.py")
    if path.exists():
        raise InputError(EXISTS.fill(path=path))
    write_text(path, stub_file(CHAPTERS[chapter], shown(path.name), library, layout, language))
    print(
        WRITTEN.fill(
            out=shown(path), file=quoted(shown(path)), n=len(CHAPTERS[chapter].tasks), option=language_option(language)
        ).say(language)
    )
    if (library, layout) == ("torch", "rows") and out is None:
        other = f"course-torch exercise {chapter} {COLUMNS} --out {chapter}_columns.py{language_option(language)}"
        print(COURSE_FORM.fill(command=other).say(language))
    return 0


def next_command() -> str:
    """The command that checks a file that is begun; if there is none, that which writes the next chapter."""
    files = files_here(Path())
    finished = {file: each["chapter"] for file, each in files.items() if len(each["right"]) == len(each["sections"])}
    new = [file for file in (f"{name}.py" for name in CHAPTERS) if Path(file).is_file()]
    if begun := [file for file in (*files, *new) if file not in finished]:
        return f"check {quoted(shown(begun[0]))}"
    left = [name for name in CHAPTERS if name not in finished.values()]
    return f"exercise {left[0]}" if left else "playground"


def chapters_table(language: Language) -> Table:
    """One row per chapter with its sections and functions, and how many functions of each file are right."""
    files, rows = files_here(Path()), []
    for name, chapter in CHAPTERS.items():
        own = [
            f"{shown(file)} {len(entry['right'])}/{len(entry['sections'])}"
            for file, entry in files.items()
            if entry["chapter"] == name
        ]
        functions = ", ".join(task.name for task in chapter.tasks)
        cells = name, f"{chapter.sections}\n{chapter.title.say(language)}", functions, "\n".join(own)
        rows.append(map(escape, cells))
    table = filled(HEADINGS, rows, language, box=box.SIMPLE_HEAD, padding=(0, 0, 0, 1))
    for column, width in zip(table.columns, (None, None, LONGEST_NAME, None), strict=True):
        column.width, column.overflow = width, "fold"  # a narrow terminal never cuts the count of a file
    return table
