"""`course-torch check`: judge the functions of a learner's file, and say why a function is wrong."""

from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from time import localtime, perf_counter, sleep, strftime

from course_torch.command_line.files import FigureFile, InputFile, OutputFile
from course_torch.errors import InputError, one_of, unexpected
from course_torch.exercises import LARGEST_HINT
from course_torch.exercises.learners_file.source import read_source
from course_torch.exercises.sandbox.child_process import PrestartedProcess
from course_torch.language import Language, Text, language_option
from course_torch.text import shown

NO_FILE = Text(
    "file: found no exercise in this folder, expected a .py file or a notebook; write one with: course-torch exercise "
    "basics{option}",
    "file：当前文件夹里没有练习文件（.py 或笔记本）；用下面的命令写出一个：course-torch exercise basics{option}",
)
SEVERAL = Text(
    "file: found {n} exercises in this folder, name which: {files}",
    "file：当前文件夹里有 {n} 个练习，请写明是哪一个：{files}",
)
WATCHING = Text("watching {file}, Ctrl-C ends", "正在监视 {file}，按 Ctrl-C 结束")
SECONDS = 0.2  # between two looks at a watched file


def check(
    file: InputFile | None = None,
    function: str | None = None,
    *,
    watch: bool = False,
    hint: int = 0,
    language: Language | None = None,
    json: OutputFile | None = None,
    figure: FigureFile | None = None,
    output: bool = False,
    why: bool = False,
) -> int:
    """Judge the functions of a file that `course-torch exercise` wrote, or of an assignment of the course.

    The file runs in a process of its own. Returns the exit code: 0 if all functions are right, otherwise 1.

    Args:
        file: a .py file or a notebook; without it the only exercise in the current folder
        function: the only function that is judged
        watch: whether the file is judged again at each save, until Ctrl-C
        hint: 1 (what was called), 2 (the formula) or 3 (the smallest case in numbers) for the first wrong function
        language: en or zh, instead of the file's own
        json: file for the answer
        figure: file for a figure of what the training function reaches on the flower (.png, .svg or .pdf)
        output: whether the text that the functions print is shown
        why: whether the steps of the checker to its verdict are shown, on the function or on the first wrong function
    """
    begin = perf_counter()
    if not 0 <= hint <= LARGEST_HINT:
        raise unexpected("hint", hint, Text(f"0 to {LARGEST_HINT}", f"0 到 {LARGEST_HINT}"))
    path = Path(file) if file is not None else only_exercise(language or "en")
    with closing(PrestartedProcess()) as prestarted:
        with suppress(InputError):  # which check_file raises again
            prestarted.prepare(read_source(path).library)
        # The learner's process imports torch already: both imports at once take half the time.
        from course_torch.commands.learner.check_answer import show
        from course_torch.exercises.check.checking import CheckOptions, check_file

        options = CheckOptions(only=function, hint=hint, language=language, show=True, start=prestarted, begin=begin)
        if not watch:
            return show(check_file(path, options), json, figure, output, why)
        for _ in changes(path):
            print(f"\n{strftime('%H:%M:%S', localtime())}")
            try:
                checked = check_file(path, replace(options, begin=perf_counter()))
                show(checked, json, figure, output, why)
                prestarted.prepare(checked.first.source.library)
            except InputError as error:  # the file may be saved again in a moment
                print(error.text.say(language or "en"))
            print(WATCHING.fill(file=shown(path)).say(language or "en"), flush=True)
    return 0


def only_exercise(language: Language) -> Path:
    """The file or notebook of this folder that `course-torch exercise` wrote. Raises InputError unless there is one."""
    found = []
    for path in sorted((*Path().glob("*.py"), *Path().glob("*.ipynb"))):
        with suppress(InputError):
            found += [path] if read_source(path).is_exercise else []
    if not found:
        raise InputError(NO_FILE.fill(option=language_option(language)))
    if len(found) > 1:
        raise InputError(SEVERAL.fill(n=len(found), files=one_of(map(str, found))))
    return found[0]


def changes(path: Path) -> Iterator[None]:
    """Yield at once, and again after each save. Ends only when the caller stops.

    The modification time shows a save: notifications of changes fail on network and container file systems.
    """
    seen: object = ()
    while True:
        now: object = None  # while an editor replaces the file
        with suppress(OSError):
            status = path.stat()
            now = status.st_mtime_ns, status.st_size
        if now != seen:
            seen = now
            yield
        else:
            sleep(SECONDS)
