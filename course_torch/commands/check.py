"""`course-torch check`: judge the functions of a learner's file, and say why a function is wrong."""

from contextlib import closing, suppress
from pathlib import Path
from time import localtime, strftime

from course_torch.errors import InputError
from course_torch.exercises.sandbox.source import read_source
from course_torch.exercises.sandbox.watching import Ahead, changes
from course_torch.language import Language, Text
from course_torch.text import shown

WATCHING = Text("watching {file}, Ctrl-C ends", "正在监视 {file}，按 Ctrl-C 结束")
LARGEST_HINT = 3
"""The levels of hints (`exercises/hints.py`)."""


def check(
    file: str | None = None,
    watch: bool = False,
    hint: int = 0,
    language: Language | None = None,
    json: str | None = None,
    figure: str | None = None,
    output: bool = False,
    self_test: bool = False,
) -> int:
    """Judge each function of a file that `course-torch exercise` wrote, or of an assignment of the course.

    The file runs in a process of its own. Returns the exit code: 0 if all functions are right, otherwise 1.

    Args:
        file: a .py file or a notebook
        watch: whether the file is judged again at each save, until Ctrl-C
        hint: 1 (what was called), 2 (the formula) or 3 (the smallest case in numbers) for the first wrong function
        language: en or zh, instead of the file's own
        json: file for the answer
        figure: file for a figure of what the training function reaches on the flower (.png, .svg or .pdf)
        output: whether the text that the functions print is shown
        self_test: instead, make every known mistake in right solutions, and count how often it is found and named
    """
    if self_test:
        from course_torch.commands.check_answer import print_self_test

        return print_self_test()
    if file is None:
        raise InputError("file: found nothing, expected a .py file or a notebook")
    if not 0 <= hint <= LARGEST_HINT:
        raise InputError(f"hint: found {hint}, expected 0 to {LARGEST_HINT}")
    path = Path(file)
    with closing(Ahead()) as ahead:
        with suppress(InputError):  # which check_file raises again
            ahead.prepare(read_source(path).library)
        # The learner's process imports torch already: both imports at once take half the time.
        from course_torch.commands.check_answer import show
        from course_torch.exercises.judge.checking import check_file

        if not watch:
            checked = check_file(path, hint=hint, language=language, show=True, start=ahead)
            return show(checked, json, figure, output)
        for _ in changes(path):
            print(f"\n{strftime('%H:%M:%S', localtime())}")
            try:
                checked = check_file(path, hint=hint, language=language, show=True, start=ahead)
                show(checked, json, figure, output)
                ahead.prepare(checked.source.library)
            except InputError as error:  # the file may be saved again in a moment
                print(error)
            print(WATCHING.fill(file=shown(path)).say(language or "en"), flush=True)
    return 0
