"""`course-torch check`: judge the functions of a learner's file, and say why a function is wrong."""

from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from time import localtime, perf_counter, sleep, strftime
from typing import TYPE_CHECKING

from rich.console import Console

from course_torch.command_line.files import as_json, write_text
from course_torch.errors import InputError, one_of
from course_torch.exercises import LARGEST_HINT
from course_torch.exercises.grade.progress import newly_right
from course_torch.exercises.sandbox.child_process import PrestartedProcess
from course_torch.exercises.sandbox.source import read_source
from course_torch.language import Language, Text, language_option
from course_torch.text import shown

if TYPE_CHECKING:
    from course_torch.exercises.judge.checking import Check, Demonstration
    from course_torch.exercises.judge.verdicts import Verdict

NO_FILE = Text(
    "file: found no exercise in this folder, expected a .py file or a notebook; write one with: course-torch exercise "
    "basics{option}",
    "file：当前文件夹里没有练习文件（.py 或笔记本）；用下面的命令写出一个：course-torch exercise basics{option}",
)
SEVERAL = Text(
    "file: found {n} exercises in this folder, name which: {files}",
    "file：当前文件夹里有 {n} 个练习，请写明是哪一个：{files}",
)
HINT = Text("hint: found {hint}, expected 0 to {most}", "hint：得到 {hint}，应当是 0 到 {most}")
WATCHING = Text("watching {file}, Ctrl-C ends", "正在监视 {file}，按 Ctrl-C 结束")
NO_FIGURE = Text(
    "{figure}: not drawn before {function} and the functions that it calls are right",
    "{figure}：{function} 和它调用的函数都正确之后才会画图",
)
WRITTEN = Text("{figure}: your network on the flower", "{figure}：你的网络在花形数据上的图")
NOT_TRAINED = Text(
    "{figure}: not drawn, because no function of this file trains on the flower",
    "{figure}：没有画图，因为这个文件里没有在花形数据上训练的函数",
)
DRAWN = Text("Your network on the flower: accuracy {accuracy:.1%}", "你的网络在花形数据上：准确率 {accuracy:.1%}")
SECONDS = 0.2
"""Time between two looks at a watched file."""


def check(
    file: str | None = None,
    function: str | None = None,
    watch: bool = False,
    hint: int = 0,
    language: Language | None = None,
    json: str | None = None,
    figure: str | None = None,
    output: bool = False,
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
    """
    begin = perf_counter()
    if not 0 <= hint <= LARGEST_HINT:
        raise InputError(HINT.fill(hint=hint, most=LARGEST_HINT))
    path = Path(file) if file is not None else only_exercise(language or "en")
    with closing(PrestartedProcess()) as prestarted:
        with suppress(InputError):  # which check_file raises again
            prestarted.prepare(read_source(path).library)
        # The learner's process imports torch already: both imports at once take half the time.
        from course_torch.exercises.judge.checking import check_file

        judged = partial(check_file, path, only=function, hint=hint, language=language, show=True, start=prestarted)
        if not watch:
            return show(judged(begin=begin), json, figure, output)
        for _ in changes(path):
            print(f"\n{strftime('%H:%M:%S', localtime())}")
            try:
                checked = judged()
                show(checked, json, figure, output)
                prestarted.prepare(checked.source.library)
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
        now = stamp(path)
        if now != seen:
            seen = now
            yield
        else:
            sleep(SECONDS)


def stamp(path: Path) -> tuple[int, int] | None:
    """What changes with each save, or None while an editor replaces the file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def show(check: "Check", json: str | None, figure: str | None, output: bool) -> int:
    """Print, write and draw the answer. Returns 0 if all functions are right, otherwise 1."""
    from course_torch.exercises.judge.answer import as_record

    checks = (check, *check.others)
    verdicts = [verdict for judged in checks for verdict in judged.verdicts]
    succeeded = kept(check, verdicts) if len(verdicts) > 1 else []  # one function alone is no progress of the file
    for judged in checks:
        say_all(judged, succeeded)
    if output:
        print(*(judged.printed for judged in checks), sep="", end="")
    if json is not None:
        write_text(json, as_json(as_record(check)))
    if figure is not None:
        trained_one = next((judged.trained for judged in checks if judged.trained is not None), None)
        if trained_one is not None:
            draw(trained_one, figure, check.language)
            said = WRITTEN
        else:
            said = NOT_TRAINED if check.passed or check.chapter.training is None else NO_FIGURE
        function = check.chapter.training.function if check.chapter.training else ""
        say([said.fill(figure=figure, function=function).say(check.language)])
    return 0 if check.passed else 1


def kept(check: "Check", verdicts: list["Verdict"]) -> list["Verdict"]:
    """Keep which functions are right. Returns the verdicts on those that were not right before."""
    right = {one.task.name: one for one in verdicts if one.state == "right"}
    sections = {one.task.name: one.task.section for one in verdicts}
    hashes = {name: check.source.hash_of(name) for name in right}
    return [right[name] for name in newly_right(check.source.path, check.chapter.name, sections, hashes)]


def say_all(check: "Check", succeeded: list["Verdict"]) -> None:
    """Print the answer on the functions of one assignment. `succeeded` were not right before."""
    from course_torch.exercises.judge.answer import answer_parts

    for part in answer_parts(check, succeeded):
        if isinstance(part, str):
            say([part])
        else:
            Console().print(part)


def draw(trained: "Demonstration", figure: str, language: Language) -> None:
    """Draw the flower with the decision boundary of the trained network."""
    from course_torch.data.planar import CLASS_NAMES
    from course_torch.reports.figures.drawing import in_chinese, write_figure
    from course_torch.reports.figures.functions import decision_boundary

    title = DRAWN.fill(accuracy=trained.accuracy).say(language)
    with in_chinese(title):
        drawn = decision_boundary(trained.X, trained.Y, trained.network, CLASS_NAMES, title)
    write_figure(figure, drawn)


def say(lines: Iterable[str]) -> None:
    """Print lines of text. Parts of them come from the learner's file."""
    for line in lines:
        for part in line.splitlines():
            print(shown(part))
