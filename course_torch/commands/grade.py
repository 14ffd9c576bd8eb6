"""`course-torch grade`: judge every submission of a class, in a sandbox, into a table."""

import json as json_module
from collections.abc import Iterator
from pathlib import Path

from joblib import Parallel, cpu_count, delayed

from course_torch.command_line.files import as_json, check_outputs, write_text
from course_torch.command_line.progress import track_on_terminal
from course_torch.errors import InputError, check_name, check_seed
from course_torch.exercises.grade.grading import (
    Grade,
    Row,
    as_csv,
    as_results,
    digest,
    graded_file,
    mistakes,
    read_csv,
    row_of,
)
from course_torch.exercises.sandbox.guards import Guard, strongest
from course_torch.exercises.tasks import CHAPTERS
from course_torch.text import shown

ENDINGS = (".py", ".ipynb")
SHOWN = 10
"""Number of mistakes that are printed."""


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
    print(f"{len(files)} file{'s' * (len(files) > 1)}, guarded by {guard.name}")
    details = {} if again or json is None else read_details(Path(json))
    known = {} if again else {row["file"]: row for row in read_csv(Path(csv), chapter)}
    if json is not None:  # a run that ended early has written rows without their answers
        known = {name: row for name, row in known.items() if name in details}
    waiting = {name: path for name, path in files.items() if known.get(name, {}).get("sha256") != digest(path)}
    rows = {name: row for name, row in known.items() if name not in waiting}
    grades = []
    for graded in in_parallel(waiting, chapter, seed, guard, jobs):
        grades.append(graded)
        rows[graded.file] = row_of(graded)
        write_text(csv, as_csv(rows.values(), chapter))
    if json is not None:
        details = {name: details[name] for name in rows if name in details}
        details |= {graded.file: graded.as_record() for graded in grades}
        write_text(json, as_json([details[name] for name in sorted(details)]))
    if gradescope is not None and grades:
        write_text(gradescope, as_json(as_results(grades[0])))
    report(list(rows.values()), len(grades), csv)
    if figure is not None:
        from course_torch.reports.figures.curves import mistake_counts
        from course_torch.reports.figures.drawing import write_figure

        write_figure(figure, mistake_counts(mistakes(rows.values()), len(rows)))
    return 0


def files_of(submissions: Path) -> tuple[Path, dict[str, Path]]:
    """The folder, and path below the folder -> file. Links are left out: they may lead anywhere. Raises InputError."""
    if submissions.is_file():
        return submissions.absolute().parent, {submissions.name: submissions}
    if not submissions.is_dir():
        raise InputError(f"submissions: found '{submissions}', expected a folder or a file")
    paths = (path for path in submissions.rglob("*") if path.suffix in ENDINGS and path.is_file())
    files = {str(path.relative_to(submissions)): path for path in sorted(paths) if not path.is_symlink()}
    visible = {name: path for name, path in files.items() if not any(part.startswith(".") for part in Path(name).parts)}
    if not visible:
        raise InputError(f"submissions: found no {' or '.join(ENDINGS)} file in '{submissions}'")
    return submissions, visible


def in_parallel(files: dict[str, Path], chapter: str, seed: int, guard: Guard, jobs: int) -> Iterator[Grade]:
    """Yield the grades in the order in which they are ready. A worker needs a file and a core of its own."""
    tasks = [delayed(graded_file)(path, name, chapter, seed, guard) for name, path in files.items()]
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


def report(rows: list[Row], graded: int, csv: str) -> None:
    """Print how many files were graded, the mean of the points, and the most frequent first mistakes."""
    points = [int(row["points"]) for row in rows]
    of = sorted({int(row["of"]) for row in rows})
    total = f"{of[0]} to {of[-1]}" if len(of) > 1 else f"{of[0]}"
    print(
        f"{graded} graded, {len(rows) - graded} graded before; mean {sum(points) / len(points):.1f} of {total} points"
    )
    for name, count in mistakes(rows)[:SHOWN]:
        print(f"{count} of {len(rows)}: {shown(name)}")
    if problems := sum(bool(row["problem"]) for row in rows):
        print(f"{problems} of {len(rows)} could not be judged whole: see the column problem")
    print(f"table: {shown(csv)}")
