"""`course-torch grade`: judge every submission of a class, in a sandbox, into a table."""

import json as json_module
import os
import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from textwrap import shorten

from joblib import Parallel, cpu_count, delayed

from course_torch.command_line.file_arguments import FigureFile, InputFile, OutputFile, check_outputs
from course_torch.command_line.output_files import as_json, output_folder, write_text
from course_torch.console import with_progress
from course_torch.errors import InputError, check_count, check_name, check_seed, unexpected
from course_torch.exercises.grade.grade import Grade, as_results
from course_torch.exercises.grade.grading import graded_in_worker
from course_torch.exercises.grade.page import class_page
from course_torch.exercises.grade.similar import likeness_of
from course_torch.exercises.grade.students import as_gradebook, read_roster, read_rules, students_of
from course_torch.exercises.grade.summary import counts_apart, first_mistakes, likeness, mean_of, names_apart
from course_torch.exercises.grade.table import MARK, Row, Table, answer_of, mistakes
from course_torch.exercises.sandbox.guards import Guard, strongest
from course_torch.exercises.tasks import CHAPTERS
from course_torch.language import NOTHING, Language, Text
from course_torch.text import shown

ENDINGS = (".py", ".ipynb")
LABEL = 60
"""Characters of a cause in the figure."""
GUARDED = Text("{n} file{s}, guarded by {guard}", "文件 {n} 个，保护：{guard}")
INTERRUPTED = Text(
    "interrupted: {done} of {n} files are judged and kept in {csv}; the same command{without} judges the others",
    "已中断：{n} 个文件中 {done} 个已评分，保存在 {csv}；再次运行同一命令{without}会评其余的文件",
)
WITHOUT_AGAIN = Text(" without --again", "（不加 --again）")
WRITTEN = Text("table: {csv}", "表格：{csv}")


def grade(
    submissions: str,
    *,
    chapter: str,
    csv: OutputFile = "grades.csv",
    html: OutputFile | None = None,
    feedback: str | None = None,
    rules: InputFile | None = None,
    gradebook: OutputFile | None = None,
    json: OutputFile | None = None,
    figure: FigureFile | None = None,
    gradescope: OutputFile | None = None,
    jobs: int = 1,
    seed: int = 1,
    again: bool = False,
    language: Language = "en",
    trust: bool = False,
) -> int:
    """Judge every .py file and notebook of a folder. Each file runs in a process of its own, without the network.

    Args:
        submissions: folder of the files, or one file
        chapter: the chapter whose functions are judged, one point each
        csv: file for the table. A file is judged again only if its content, the seed or the package has changed
        html: file for a page of the class: its functions, its frequent mistakes, a row for each student
        feedback: folder for a text for each file: what `check` says of it, in the language of the file
        rules: file with the rules of the class in YAML: roster, weights, credit, anonymous
        gradebook: file for the roster with the points, in CSV
        json: file for the whole answers to all files of the table
        figure: file for a figure of the most frequent mistakes (.png, .svg or .pdf)
        gradescope: file for the results in Gradescope's form; only for one submission
        jobs: number of files that are judged at the same time
        seed: of the networks and examples, which differ from file to file
        again: whether files are judged again that have not changed
        language: en or zh, of the summary, the answers and the causes in the table
        trust: whether the files run although this machine cannot hide other files from them. --gradescope implies it,
            because Gradescope runs every submission in a container of its own
    """
    # Check all that is given, before a file is judged.
    check_name("chapter", chapter, CHAPTERS)
    check_seed("seed", seed)
    check_count("jobs", jobs, 1)
    files, unread = files_of(Path(submissions))
    if gradescope is not None and len(files) != 1:
        raise InputError(
            f"gradescope: found {len(files)} submissions, expected one",
            f"gradescope：得到 {len(files)} 份提交，只能有一份",
        )
    ruled = read_rules(rules, chapter)
    roster = read_roster(ruled.roster) if ruled.roster else None
    if gradebook is not None and roster is None:
        raise InputError(
            f"gradebook: found '{gradebook}' without a roster, expected --rules with the entry roster",
            f"gradebook：得到 '{gradebook}'，但没有名单，应当用 --rules 给出含 roster 一项的文件",
        )
    outputs = {"csv": csv, "html": html, "gradebook": gradebook, "json": json}
    outputs |= {"figure": figure, "gradescope": gradescope}
    check_outputs(outputs, map(str, filter(None, (*files.values(), ruled.roster))))
    answers = None if feedback is None else feedback_folder(feedback, Path(submissions))
    guard = guard_of(trusted=trust or gradescope is not None)
    print(GUARDED.fill(n=len(files), s="s" * (len(files) > 1), guard=guard.name).say(language))
    if json is not None:
        check_answers(Path(json))

    # Judge the files that have changed. The table keeps each of them at once.
    table = Table(Path(csv), chapter, language)
    waiting = table.read(files, seed, again=again)
    try:
        for graded in in_parallel(waiting, chapter, seed, guard, jobs):
            table.add(graded)
    except KeyboardInterrupt as interrupt:
        done, without = len(table.grades.keys() & files), WITHOUT_AGAIN if again else NOTHING
        kept = INTERRUPTED.fill(done=done, n=len(files), csv=shown(csv), without=without)
        raise KeyboardInterrupt(kept.say(language)) from interrupt
    here = table.finished(files)

    # Write what was found in each file.
    if json is not None:
        answers_of_all = [answer_of(one, table.rows[name], language) for name, one in sorted(table.grades.items())]
        write_text(json, as_json(answers_of_all))
    if gradescope is not None:
        write_text(gradescope, as_json(as_results(table.grades[next(iter(files))], language)))
    for row in here:
        write_feedback(answers, table.grades[row["file"]], language, anew=row["file"] in waiting)

    # Tell what the class shows.
    students, strays = students_of(here, files, ruled, roster, seed)
    counted = {one.row["file"]: one.row for one in students if one.row}
    alike = likeness_of(counted, files, CHAPTERS[chapter])
    apart = [*counts_apart(students, here)]
    named = [*names_apart(students, strays, unread, alike)]
    said = [*first_mistakes(students, len(waiting), len(here) - len(waiting)), *apart, *named, *likeness(alike)]
    print(*(shown(text.say(language)) for text in (*said, WRITTEN.fill(csv=csv))), sep="\n")
    if gradebook is not None and roster is not None:
        write_text(gradebook, as_gradebook(roster, students))
    if html is not None:
        anonymous = ruled.anonymous
        notes = [*mean_of(students), *apart, *(() if anonymous else named)]
        addresses = {} if answers is None or anonymous else addresses_of(answers, counted, Path(html))
        write_text(html, class_page(chapter, students, alike, notes, language, anonymous, addresses))
    if figure is not None:
        draw_mistakes(figure, counted.values(), language)
    return 0


def guard_of(*, trusted: bool) -> Guard:
    """The strongest guard of this machine. Raises InputError if it hides no files, unless the files are trusted."""
    guard = strongest()
    if not (guard.isolates or trusted):
        raise InputError(
            "trust: this machine lacks Landlock (Linux since 5.13) or libseccomp, so a submission can reach your files "
            "or programs; --trust runs it all the same",
            "trust：本机缺少 Landlock（Linux 5.13 及以上）或 libseccomp，提交的代码可以接触你的文件或程序；"
            "--trust 表示仍然运行",
        )
    return guard


def draw_mistakes(figure: str, rows: Collection[Row], language: Language) -> None:
    """Draw the most frequent mistakes, each with its cause in a few words."""
    from course_torch.reports.figures.curves import mistake_counts
    from course_torch.reports.figures.drawing import write_figure

    def label_of(row: Row) -> str:
        return f"{row['first mistake']}: {row['causes'] or shorten(row['cause'], LABEL)}"

    counts = [(label_of(row), count) for row, count in mistakes(rows)]
    write_figure(figure, mistake_counts(counts, len(rows), language))


def files_of(submissions: Path) -> tuple[dict[str, Path], list[str]]:
    """Path below the folder -> file, and what is not read: other files, links, empty folders.

    Links are left out, because they may lead anywhere. Hidden files and Python's own are not named. Raises InputError.
    """
    if submissions.is_file():
        return {submissions.name: submissions}, []
    if not submissions.is_dir():
        raise unexpected("submissions", f"'{submissions}'", Text("a folder or a file", "文件夹或文件"))
    paths, files, unread = sorted(submissions.rglob("*")), {}, []
    filled = {path.parent for path in paths}
    for path in paths:
        below = path.relative_to(submissions)
        if any(part.startswith(".") or part == "__pycache__" for part in below.parts):
            continue
        name = shown(str(below).replace("\\", "\\\\"))  # the table and the terminal show it, and a later run reads it
        if path.suffix in ENDINGS and path.is_file() and not path.is_symlink():
            files[name] = path
        elif path.is_symlink() or path not in filled:
            unread.append(name)
    if not files:
        raise InputError(
            f"submissions: found no {' or '.join(ENDINGS)} file in '{submissions}'",
            f"submissions：'{submissions}' 里没有 {' 或 '.join(ENDINGS)} 文件",
        )
    return files, unread


def feedback_folder(feedback: str, submissions: Path) -> Path:
    """The folder of the feedback. Raises InputError if it is in a folder of submissions."""
    if submissions.is_dir() and Path(feedback).resolve().is_relative_to(submissions.resolve()):
        outside = Text("a folder outside the submissions", "提交的文件夹之外的文件夹")
        raise unexpected("feedback", f"'{feedback}'", outside)
    return output_folder("feedback", feedback)


def write_feedback(folder: Path | None, grade: Grade, language: Language, *, anew: bool) -> None:
    """Write the feedback to a file, with the hash of what was judged in the last line.

    A feedback that is there stays, with what the teacher has added to it, unless it is of another content or written
    `anew`. A name that is too long gets a warning.
    """
    if folder is None:
        return
    path, end = folder / f"{grade.file}.txt", f"\n\nsha256 {grade.sha256}\n"
    if not anew and os.path.isfile(path) and path.read_text("utf-8", "replace").endswith(end):
        return
    try:
        output_folder("feedback", str(path.parent))
        write_text(path, f"{MARK}{grade.feedback.say(language).rstrip()}{end}")
    except InputError as error:  # a file must never end the grading of the others
        print(f"warning: {shown(error)}", file=sys.stderr)


def addresses_of(folder: Path, files: Iterable[str], html: Path) -> dict[str, str]:
    """File -> the address of its feedback on the page."""
    start = os.path.abspath(html.parent)
    return {file: Path(os.path.relpath((folder / f"{file}.txt").absolute(), start)).as_posix() for file in files}


def in_parallel(files: dict[str, Path], chapter: str, seed: int, guard: Guard, jobs: int) -> Iterator[Grade]:
    """Yield the grades in the order in which they are ready. A worker needs a file and a core of its own."""
    program, judged = os.getpid(), delayed(graded_in_worker)
    tasks = [judged(program, path, name, chapter, seed, guard) for name, path in files.items()]
    grades = Parallel(n_jobs=max(1, min(jobs, len(tasks), cpu_count())), return_as="generator_unordered")(tasks)
    progress = with_progress(tasks, "grading")  # starts first: a file may leave no thread for its bar
    yield from (graded for _, graded in zip(progress, grades, strict=True))


def check_answers(path: Path) -> None:
    """Reject a file that would be overwritten and does not hold earlier answers. Raises InputError."""
    try:
        [entry["file"] for entry in json_module.loads(path.read_text("utf-8") if path.is_file() else "[]")]
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise InputError(
            f"json: {path}: found another file, expected earlier answers: give another file",
            f"json：{path}：是别的文件，应为以前的检查结果：请换一个文件",
        ) from error
