"""`course-torch grade`: judge every submission of a class, in a sandbox, into a table."""

import json as json_module
import os
from collections.abc import Iterator
from pathlib import Path

from joblib import Parallel, cpu_count, delayed

from course_torch.command_line.files import as_json, check_outputs, write_text
from course_torch.command_line.progress import track_on_terminal
from course_torch.errors import InputError, check_name, check_seed
from course_torch.exercises.grade.grading import (
    FIRST,
    LAST,
    Grade,
    Row,
    as_csv,
    as_results,
    columns,
    digest,
    graded_in_worker,
    is_other,
    mistakes,
    read_csv,
    row_of,
)
from course_torch.exercises.sandbox.guards import Guard, strongest
from course_torch.exercises.sandbox.learner.limits import close_to_others
from course_torch.exercises.tasks import CHAPTERS
from course_torch.language import Language, Text
from course_torch.text import shown

ENDINGS = (".py", ".ipynb")
SHOWN = 10
"""Number of mistakes that are printed."""
GUARDED = Text("{n} file{s}, guarded by {guard}", "文件 {n} 个，保护：{guard}")
GRADED = Text(
    "{graded} graded, {before} graded before; mean {mean:.1f} of {total} points",
    "评分 {graded} 个，以前评过 {before} 个；平均 {mean:.1f} 分，满分 {total}",
)
NONE_GRADED = Text("{graded} graded, {before} graded before", "评分 {graded} 个，以前评过 {before} 个")
COUNTED = Text("{count} of {n}: {function}: {cause}", "{n} 个中 {count} 个：{function}：{cause}")
UNWRITTEN = Text(
    "{count} of {n}: functions are not written yet; in {whole} of these files, all of them",
    "{n} 个中 {count} 个：还有函数没有写，其中 {whole} 个文件一个也没有写",
)
OTHERS = Text(
    "not counted: {count} of another chapter or without a function of a chapter, see the column problem",
    "未计入：{count} 个属于别的章或没有任何一章的函数，见 problem 一列",
)
NOT_WHOLE = Text(
    "{count} of {n} could not be judged whole: see the column problem",
    "{n} 个中 {count} 个没能完整判断：见 problem 一列",
)
TABLE = Text("table: {csv}", "表格：{csv}")


def grade(
    submissions: str,
    *,
    chapter: str,
    csv: str = "grades.csv",
    json: str | None = None,
    figure: str | None = None,
    gradescope: str | None = None,
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
        csv: file for the table. Files that it has with the same content are not judged again
        json: file for the whole answers, those of earlier runs included
        figure: file for a figure of the most frequent mistakes (.png, .svg or .pdf)
        gradescope: file for the results in Gradescope's form; only for one submission
        jobs: number of files that are judged at the same time
        seed: of the networks and examples, which differ from file to file
        again: whether files are judged again that the table has already
        language: en or zh, of the summary, the answers and the causes in the table
        trust: whether the files run although this machine cannot hide other files from them. --gradescope implies it,
            because Gradescope runs every submission in a container of its own
    """
    check_name("chapter", chapter, CHAPTERS)
    check_seed("seed", seed)
    if jobs < 1:
        raise InputError(f"jobs: found {jobs}, expected at least 1")
    root, files = files_of(Path(submissions))
    if gradescope is not None and len(files) != 1:
        raise InputError(f"gradescope: found {len(files)} submissions, expected one")
    outputs = {"csv": csv, "json": json, "figure": figure, "gradescope": gradescope}
    check_outputs(outputs, map(str, files.values()))
    guard = strongest(root)
    if not (guard.hides or trust or gradescope):
        raise InputError(
            "trust: this machine has neither bubblewrap nor Landlock, so a submission can read all your files; "
            "--trust runs it with limits alone"
        )
    print(GUARDED.fill(n=len(files), s="s" * (len(files) > 1), guard=guard.name).say(language))
    details = {} if again or json is None else read_details(Path(json))
    known = {} if again else {row["file"]: row for row in read_csv(Path(csv), chapter)}
    if json is not None:  # a run that ended early has written rows without their answers
        known = {name: row for name, row in known.items() if name in details}
    waiting = {name: path for name, path in files.items() if known.get(name, {}).get("sha256") != digest(path)}
    rows = {name: row for name, row in known.items() if name not in waiting}
    grades = []
    for graded in in_parallel(waiting, chapter, seed, guard, jobs, language):
        grades.append(graded)
        rows[graded.file] = row_of(graded)
        write_text(csv, as_csv(rows.values(), chapter))
    if json is not None:
        details = {name: details[name] for name in rows if name in details}
        details |= {graded.file: graded.as_record() for graded in grades}
        write_text(json, as_json([details[name] for name in sorted(details)]))
    if gradescope is not None and grades:
        write_text(gradescope, as_json(as_results(grades[0], language)))
    print(*map(shown, report(list(rows.values()), len(grades), csv, language)), sep="\n")
    if figure is not None:
        from course_torch.reports.figures.curves import mistake_counts
        from course_torch.reports.figures.drawing import write_figure

        counts = [(f"{row['first mistake']}: {row['causes']}", count) for row, count in mistakes(rows.values())]
        write_figure(figure, mistake_counts(counts, sum(not is_other(row) for row in rows.values())))
    return 0


def files_of(submissions: Path) -> tuple[Path, dict[str, Path]]:
    """The folder, and path below the folder -> file. Links are left out: they may lead anywhere. Raises InputError."""
    if submissions.is_file():
        return submissions.absolute().parent, {submissions.name: submissions}
    if not submissions.is_dir():
        raise InputError(f"submissions: found '{submissions}', expected a folder or a file")
    paths = (path for path in submissions.rglob("*") if path.suffix in ENDINGS and path.is_file())
    files = {str(path.relative_to(submissions)): path for path in sorted(paths) if not path.is_symlink()}
    visible = {
        shown(name.replace("\\", "\\\\")): path  # the table and the terminal show it, and a later run reads it
        for name, path in files.items()
        if not any(part.startswith(".") for part in Path(name).parts)
    }
    if not visible:
        raise InputError(f"submissions: found no {' or '.join(ENDINGS)} file in '{submissions}'")
    return submissions, visible


def in_parallel(
    files: dict[str, Path], chapter: str, seed: int, guard: Guard, jobs: int, language: Language
) -> Iterator[Grade]:
    """Yield the grades in the order in which they are ready. A worker needs a file and a core of its own."""
    close_to_others()
    program, judged = os.getpid(), delayed(graded_in_worker)
    tasks = [judged(program, path, name, chapter, seed, guard, language) for name, path in files.items()]
    grades = Parallel(n_jobs=max(1, min(jobs, len(tasks), cpu_count())), return_as="generator_unordered")(tasks)
    yield from (graded for graded, _ in zip(grades, track_on_terminal(tasks, "grading"), strict=False))


def read_details(path: Path) -> dict[str, dict[str, object]]:
    """File -> the whole answer of an earlier run, empty without a file. Raises InputError for another file."""
    if not path.is_file():
        return {}
    try:
        return {entry["file"]: entry for entry in json_module.loads(path.read_text(encoding="utf-8"))}
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise InputError(f"json: {path}: found another file, expected earlier answers, or --again") from error


def report(rows: list[Row], graded: int, csv: str, language: Language) -> Iterator[str]:
    """How many files were graded, the mean of the points, the most frequent first mistakes, and what is not counted."""
    own, before = [row for row in rows if not is_other(row)], len(rows) - graded
    n = len(own)
    if own:
        of = sorted({int(row["of"]) for row in own})
        total = f"{of[0]}–{of[-1]}" if len(of) > 1 else of[0]
        mean = sum(int(row["points"]) for row in own) / n
        yield GRADED.fill(graded=graded, before=before, mean=mean, total=total).say(language)
    else:
        yield NONE_GRADED.fill(graded=graded, before=before).say(language)
    for row, count in mistakes(own)[:SHOWN]:
        yield COUNTED.fill(count=count, n=n, function=row["first mistake"], cause=row["cause"]).say(language)
    names = columns(rows[0]["chapter"])[len(FIRST) : -len(LAST)]
    states = [{row[name] for name in names if row.get(name)} for row in own]
    if unwritten := [found for found in states if "missing" in found]:
        whole = unwritten.count({"missing"})
        yield UNWRITTEN.fill(count=len(unwritten), n=n, whole=whole).say(language)
    if problems := sum(bool(row["problem"]) for row in own):
        yield NOT_WHOLE.fill(count=problems, n=n).say(language)
    if n < len(rows):
        yield OTHERS.fill(count=len(rows) - n).say(language)
    yield TABLE.fill(csv=csv).say(language)
