"""Judge the files of a class, and write the table of results, also for Gradescope."""

import ast
import csv
import io
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any

from rich.console import Console

from course_torch import __version__
from course_torch.errors import InputError
from course_torch.exercises.judge.answer import answer_parts, as_record, not_loaded
from course_torch.exercises.judge.checking import Check, check_file
from course_torch.exercises.judge.notes import KEYS
from course_torch.exercises.judge.verdicts import STATES, State, Verdict
from course_torch.exercises.recognition.chapters import (
    ASKED_TOO,
    answers_imported,
    best_chapter,
    chapters_of,
    defined,
    fitting,
    tasks_of,
    what_else,
)
from course_torch.exercises.sandbox.cells import LARGEST, text_of
from course_torch.exercises.sandbox.child_process import start_copy
from course_torch.exercises.sandbox.guards import Guard
from course_torch.exercises.sandbox.learner.limits import end_with_parent
from course_torch.exercises.sandbox.source import Source, read_source
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.task import Chapter
from course_torch.language import LANGUAGES, NOTHING, SEMICOLON, Language, Text, joined
from course_torch.text import shown

FIRST = ("file", "points", "of", "first mistake", "causes")
BY_TORCH = "by torch"
"""The column of the right functions in which torch differentiates or computes the loss."""
LAST = ("cause", BY_TORCH, "seconds", "guards", "problem", "chapter", "sha256")
DEFINITIONS = (ast.FunctionDef, ast.ClassDef)
CAUSE_UNKNOWN = Text("cause unknown", "原因不明")
OF_CHAPTER = Text("this file is of chapter {found}, not of {asked}", "这个文件属于 {found} 章，不是 {asked} 章")
SEEMS = Text("this file seems to be of chapter {found}, not of {asked}", "这个文件看来属于 {found} 章，不是 {asked} 章")
NOTHING_DEFINED = Text("the file defines no function of chapter {asked}", "文件里没有 {asked} 章的函数")
NOTHING_HANDED_IN = Text("nothing handed in: the file is empty", "没有交：文件是空的")
RAISED = Text("it raises {exception}", "它抛出 {exception}")
NOT_GRADED = Text("not graded ({type}: {message})", "没有评分（{type}：{message}）")
POINTS = Text("{points} of {of} functions are right", "{of} 个函数中 {points} 个正确")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
"""First characters that make a spreadsheet run the text of a cell, and the mark that prevents it."""

MARK = "\ufeff"
"""The byte order mark: without it Excel reads UTF-8 as another encoding."""
LONGEST_CELL = 10_000
"""Characters of a cell. Readers of CSV refuse cells of more than 131,072."""

FEEDBACK_WIDTH = 100
"""Characters of a line of the table in a feedback."""

Row = Mapping[str, str]


@dataclass(frozen=True)
class Grade:
    """What the teacher gets of one file.

    file      its path below the folder of submissions
    sha256    of its content
    states    function -> state, for the functions that the file is asked for; empty for a file of another chapter
    first     the first wrong function, empty if there is none
    causes    keys of the probable causes of the first wrong function
    cause     the same causes in a sentence; without a key, what is seen, without the line
    guards    what the process of the file could not do
    problem   why the file could not be judged, or was judged only in part; otherwise empty
    record    language -> the whole answer, as `course-torch check --json` writes it
    feedback  the answer to the student. Both texts are in the language that the file names, if it names one
    by_torch  the right functions in which torch differentiates or computes the loss
    seed      from which its networks and examples were drawn
    version   of the package that judged it
    """

    file: str
    sha256: str
    chapter: str
    states: dict[str, State]
    first: str = ""
    causes: tuple[str, ...] = ()
    cause: Text = NOTHING
    seconds: float = 0.0
    guards: str = ""
    problem: Text = NOTHING
    record: dict[Language, dict[str, Any]] = field(default_factory=dict)
    feedback: Text = NOTHING
    by_torch: tuple[str, ...] = ()
    seed: int = 1
    version: str = __version__

    @property
    def points(self) -> int:
        """One point for each function that is right."""
        return sum(state == "right" for state in self.states.values())

    def holds(self, path: Path, chapter: str, seed: int) -> bool:
        """Whether judging the file again would give the same."""
        made_from = (self.sha256, self.chapter, self.seed, self.version)
        return made_from == (digest(path), chapter, seed, __version__)

    def as_record(self, row: Row, language: Language) -> dict[str, Any]:
        """The whole answer, with the states and points of the row."""
        counted = {"states": functions(row), "points": int(row["points"]), "of": int(row["of"])}
        words = {"cause": self.cause.say(language), "problem": self.problem.say(language)}
        answer = asdict(self) | counted | words | {"record": self.record.get(language, {})}
        del answer["feedback"]
        return answer


def row_of(grade: Grade, language: Language = "en", before: Row | None = None) -> Row:
    """The cells of a grade; those of the table before, which people may have changed, if they are of this content."""
    first = (grade.file, str(grade.points), str(len(grade.states)), grade.first, "; ".join(grade.causes))
    words = {"cause": grade.cause.say(language), "problem": grade.problem.say(language)}
    if before and before["sha256"] == grade.sha256:
        return {**before, **words}
    by_torch, seconds = "; ".join(grade.by_torch), f"{grade.seconds:.2f}"
    last = (words["cause"], by_torch, seconds, grade.guards, words["problem"], grade.chapter, grade.sha256)
    return {**dict(zip(FIRST, first, strict=True)), **grade.states, **dict(zip(LAST, last, strict=True))}


def harmless(cell: str) -> str:
    """Put ' before a text that a spreadsheet would run, and escape what a terminal would run or UTF-8 cannot hold."""
    cell = shown(cell[:LONGEST_CELL])
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def original(cell: str) -> str:
    """Take away the ' of `harmless`."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def columns(chapter: str) -> list[str]:
    """The columns of the table of a chapter."""
    return [*FIRST, *function_names(chapter), *LAST]


def function_names(chapter: str) -> list[str]:
    """The functions that have a column in the table of a chapter."""
    return [*(task.name for task in CHAPTERS[chapter].tasks), *asked_too(chapter)]


def functions(row: Row) -> dict[str, str]:
    """Function -> state, for the functions that the file is asked for."""
    return {name: row[name] for name in function_names(row["chapter"]) if row.get(name)}


def asked_too(chapter: str) -> list[str]:
    """The functions of other chapters for which the chapter's assignment asks."""
    return [name for names in ASKED_TOO.get(chapter, {}).values() for name in names]


def as_csv(rows: Iterable[Row], chapter: str) -> str:
    """The text of the CSV file, sorted by file."""
    text = io.StringIO(MARK)
    text.seek(0, io.SEEK_END)
    writer = csv.DictWriter(text, columns(chapter))  # its line ends, CR and LF, make it quote both in a cell
    writer.writeheader()
    for row in sorted(rows, key=lambda row: row["file"]):
        writer.writerow({name: harmless(cell) for name, cell in row.items()})
    return text.getvalue()


def read_csv(path: Path, chapter: str) -> list[Row]:
    """The rows of an earlier grading, if there is a file. Raises InputError if the file is no table of this chapter."""
    if not path.is_file():  # a device or a pipe may never end
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows, names = list(reader), {*(reader.fieldnames or columns(chapter))}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"csv: {path}: cannot be read ({error}), expected an earlier table: give another file",
            f"csv：{path}：无法读取（{error}），应为以前的成绩表：请换一个文件",
        ) from error
    if not {*columns(chapter)} <= names or not all(is_row(row, chapter) for row in rows):
        raise InputError(
            f"csv: {path}: found another table, expected grades of chapter {chapter}: give another file",
            f"csv：{path}：是别的表格，应为 {chapter} 这一章的成绩：请换一个文件",
        )
    return [{name: original(cell) for name, cell in row.items()} for row in rows]


def is_row(row: Mapping[Any, Any], chapter: str) -> bool:
    """Whether a row has the cells of the chapter's table, which people may have changed."""
    cells = [row.get(name) for name in columns(chapter)]
    return (
        None not in (*cells, *row)
        and row["chapter"] == chapter
        and f"{row['points']}{row['of']}".isdecimal()
        and {*functions(row).values()} <= STATES.keys()
    )


def of_class(rows: Mapping[str, Row]) -> dict[str, Row]:
    """The rows; a file without a function that was judged is asked for the functions that most other files have.

    Such a file does not tell whether it is an exercise or an assignment of the course: it is empty, or cannot be read.
    """
    states = {name: {*functions(row).values()} for name, row in rows.items()}
    blank = {name for name, row in rows.items() if row["problem"] and states[name] in ({"missing"}, {"not judged"})}
    asked = Counter(tuple(functions(row)) for name, row in rows.items() if states[name] and name not in blank)
    every = max(asked, key=lambda names: (asked[names], len(names)), default=())
    filled = {
        name: {**dict.fromkeys(functions(rows[name]), ""), **dict.fromkeys(every, *states[name]), "of": str(len(every))}
        for name in (blank if every else ())
    }
    return {name: {**row, **filled.get(name, {})} for name, row in rows.items()}


def mistakes(rows: Iterable[Row]) -> list[tuple[Row, int]]:
    """The row of a first mistake, and the number of files with this mistake, the most frequent first.

    Without a known cause, files in which the same is seen have the same mistake. Lines and sizes may differ.
    """
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row["first mistake"]:
            mistake = row["causes"] or re.sub(r"\d+", "", row["cause"])
            groups.setdefault((row["first mistake"], mistake), []).append(row)
    return sorted(((group[0], len(group)) for group in groups.values()), key=lambda entry: -entry[1])


def is_other(row: Row) -> bool:
    """Whether the file belongs to another chapter or to another course, so that no function was asked for."""
    return row["of"] == "0"


def as_results(grade: Grade, language: Language) -> dict[str, object]:
    """Score, output, and one test for each function, with the checker's message."""
    functions = grade.record.get(language, {}).get("functions", [])
    said = {function.get("as", function["function"]): function["message"] for function in functions}
    names = {task.names[0]: task.names for task in CHAPTERS[grade.chapter].tasks}
    tests = []
    for name, state in grade.states.items():
        score, status = (1, "passed") if state == "right" else (0, "failed")
        output = next(filter(None, map(said.get, names.get(name, (name,)))), STATES[state].say(language))
        tests.append({"name": name, "score": score, "max_score": 1, "status": status, "output": output})
    output = grade.problem.say(language) or POINTS.fill(points=grade.points, of=len(grade.states)).say(language)
    return {"score": grade.points, "execution_time": round(grade.seconds, 2), "output": output, "tests": tests}


def graded_in_worker(program: int, *arguments: Any) -> Grade:
    """Judge a file in a process of its own, which ends with the program that started it."""
    if os.getpid() != program:
        end_with_parent()
        if os.getppid() != program:  # the program ended before
            os._exit(1)
    return graded_file(*arguments)


def graded_file(path: Path, file: str, chapter: str, seed: int, guard: Guard) -> Grade:
    """Judge the functions of the chapter in one submission. A file of another chapter is not judged.

    The networks and examples are drawn from `seed` and the name of the file, so that a result that one student has
    written down is wrong in the file of another student.
    """
    start = perf_counter()
    content, asked = digest(path), CHAPTERS[chapter]
    every = [*(task.name for task in asked.tasks if task.in_assignment), *asked_too(chapter)]
    theirs: tuple[Language, ...] = LANGUAGES

    def without_check(states: dict[str, State], problem: Text) -> Grade:
        seconds, feedback = perf_counter() - start, Text(*(shown(f"{path.name}: {problem.say(to)}") for to in theirs))
        return Grade(file, content, chapter, states, seconds=seconds, problem=problem, feedback=feedback, seed=seed)

    try:
        if not text_of(path).strip():
            return without_check(dict.fromkeys(every, "missing"), NOTHING_HANDED_IN)
        source = read_source(path)
        theirs = (source.language,) * len(LANGUAGES) if "LANGUAGE" in source.constants else LANGUAGES
        if other := of_other(source, asked):
            return without_check({}, other)
        check = check_file(path, chapter=asked, seed=seed_of(file, seed), guard=guard, start=start_copy)
    except Exception as error:  # a file must never end the grading of the others
        said = (
            error.text if isinstance(error, InputError) else NOT_GRADED.fill(type=type(error).__name__, message=error)
        )
        problem = Text(*(text.removeprefix(f"{path}: ").replace(str(path), path.name) for text in said))
        return without_check(dict.fromkeys(every, "not judged"), problem)
    grade = graded(check, file, content, perf_counter() - start)
    return replace(grade, feedback=Text(*(feedback_of(in_language(check, to)) for to in theirs)), seed=seed)


def in_language(check: Check, language: Language) -> Check:
    """The check with its answers in a language."""
    return replace(check, language=language, others=tuple(in_language(other, language) for other in check.others))


def feedback_of(check: Check) -> str:
    """What `course-torch check` prints on a file, as text for the student."""
    text = io.StringIO()
    console = Console(file=text, width=FEEDBACK_WIDTH)
    for part in answer_parts(replace(check, source=replace(check.source, path=Path(check.source.path.name)))):
        if isinstance(part, str):
            text.writelines(f"{shown(line)}\n" for line in part.splitlines())
        else:
            console.print(part)
    return text.getvalue()


def graded(check: Check, file: str, content: str, seconds: float) -> Grade:
    """The grade of a file that was judged."""
    states: dict[str, State] = {task.names[0]: "not judged" for task in tasks_of(check.source, check.chapter)}
    states |= {verdict.task.names[0]: verdict.state for verdict in check.verdicts}
    wrong = first_mistake(check)
    causes = tuple(finding.key for finding in wrong.findings) if wrong else ()
    first, cause = (wrong.task.names[0], cause_of(wrong)) if wrong else ("", NOTHING)
    by_torch = tuple(
        verdict.task.names[0] for verdict in check.verdicts for note in verdict.findings if note.key in KEYS
    )
    guards, record = ", ".join(check.limits), {to: as_record(in_language(check, to)) for to in LANGUAGES}
    name, problem = check.chapter.name, problem_of(check)
    return Grade(file, content, name, states, first, causes, cause, seconds, guards, problem, record, by_torch=by_torch)


def first_mistake(check: Check) -> Verdict | None:
    """The first wrong function, or the first that could not be judged, if not only because another is not written."""
    first, waits = check.first_wrong, any(verdict.state == "missing" for verdict in check.verdicts)
    return None if first and first.state == "not judged" and waits and first.call is None else first


def cause_of(wrong: Verdict) -> Text:
    """The probable causes; without a finding, what is seen, but of an exception not the line."""
    texts = [CAUSE_UNKNOWN if finding.key == "unknown" else finding.text for finding in wrong.findings]
    if wrong.raised and not texts:
        failure = wrong.raised.failure
        return RAISED.fill(exception=": ".join(filter(None, (failure.type, failure.message))))
    return joined(SEMICOLON, texts or [wrong.symptom or STATES[wrong.state]])


def of_other(source: Source, asked: Chapter) -> Text | None:
    """What a file is that belongs to another chapter or to another course, or that has no function of a chapter."""
    named = source.constants.get("CHAPTER", asked.name)
    if named != asked.name:
        return OF_CHAPTER.fill(found=named, asked=asked.name)
    if source.is_exercise or not any(isinstance(node, DEFINITIONS) for tree in source.trees for node in tree.body):
        return None
    if what := what_else(source):
        return what
    best = best_chapter(source)
    fewer = len(fitting(source, asked)) < len(fitting(source, best))
    return SEEMS.fill(found=best.name, asked=asked.name) if fewer and asked not in chapters_of(source) else None


def problem_of(check: Check) -> Text:
    """Why the file could not be loaded, has no function of the chapter, or imports course_torch; otherwise empty."""
    if check.failure:
        return Text(*(not_loaded(check.failure, to) for to in LANGUAGES))
    none = [] if defined(check.source, check.chapter) else [NOTHING_DEFINED.fill(asked=check.chapter.name)]
    return joined(SEMICOLON, [*none, *answers_imported(check.source)])


def digest(path: Path) -> str:
    """The SHA-256 of a file, or an empty text if it cannot be read or is too large to be judged."""
    try:
        if path.stat().st_size > LARGEST:
            return ""
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def seed_of(file: str, seed: int) -> int:
    """A seed for one student."""
    return int.from_bytes(sha256(f"{seed}:{file}".encode()).digest()[:4], "big") // 2
