"""Judge the files of a class, each in a process of its own: the `Grade` of a file is what the teacher gets of it."""

import ast
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from pathlib import Path, PurePath
from time import perf_counter
from typing import Any

from joblib import Parallel, cpu_count, delayed
from rich.console import Console

from course_torch import __version__
from course_torch.console import with_progress
from course_torch.errors import InputError, unexpected
from course_torch.exercises.check.answer import answer_parts, as_record
from course_torch.exercises.check.checking import AssignmentCheck, CheckOptions, FileCheck, check_file
from course_torch.exercises.check.notes import BY_TORCH
from course_torch.exercises.judge.sentences import not_loaded
from course_torch.exercises.judge.verdicts import STATES, State, Verdict
from course_torch.exercises.learners_file.source import LARGEST, Source, read_source, text_of
from course_torch.exercises.recognition.chapters import chapters_of, contents_of
from course_torch.exercises.recognition.contents import Contents
from course_torch.exercises.recognition.no_chapter import what_else
from course_torch.exercises.recognition.stand_ins import answers_imported
from course_torch.exercises.sandbox.guards import Guard, strongest
from course_torch.exercises.sandbox.learner.limits import end_with_parent
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.task import Chapter
from course_torch.language import SEMICOLON, Language, Text, joined
from course_torch.text import shown

NOTHING_HANDED_IN = Text("nothing handed in: the file is empty", "没有交：文件是空的")
CAUSE_UNKNOWN = Text("cause unknown", "原因不明")
OF_CHAPTER = Text("this file is of chapter {found}, not of {asked}", "这个文件属于 {found} 章，不是 {asked} 章")
SEEMS = Text("this file seems to be of chapter {found}, not of {asked}", "这个文件看来属于 {found} 章，不是 {asked} 章")
NOTHING_DEFINED = Text("the file defines no function of chapter {asked}", "文件里没有 {asked} 章的函数")
RAISED = Text("it raises {exception}", "它抛出 {exception}")
NOT_GRADED = Text("not graded ({type}: {message})", "没有评分（{type}：{message}）")
ENDINGS = (".py", ".ipynb")
"""Of the files of a folder that are judged."""
FEEDBACK_WIDTH = 100  # characters of a line of the table in a feedback


@dataclass(frozen=True)
class Grade:
    """What the teacher gets of one file.

    file      its path below the folder of submissions
    sha256    of its content
    states    function -> state, for the functions that the file is asked for; empty for a file of another chapter. The
              teacher may change a state in the table
    first     the first wrong function, empty if there is none
    causes    keys of the probable causes of the first wrong function
    cause     the same causes in a sentence; without a key, what is seen, without the line
    guards    what the process of the file could not do
    problem   why the file could not be judged, or was judged only in part; otherwise empty
    record    the whole answer, as `course-torch check --json` writes it
    feedback  the answer to the student, in the language that the file names, otherwise in the teacher's
    by_torch  the right functions in which torch differentiates or computes the loss
    seed      from which its networks and examples were drawn
    language  of the teacher
    version   of the package that judged it
    """

    file: str
    sha256: str
    chapter: str
    states: dict[str, State]
    first: str = ""
    causes: tuple[str, ...] = ()
    cause: str = ""
    seconds: float = 0.0
    guards: str = ""
    problem: str = ""
    record: dict[str, Any] = field(default_factory=dict)
    feedback: str = ""
    by_torch: tuple[str, ...] = ()
    seed: int = 1
    language: Language = "en"
    version: str = __version__

    @property
    def points(self) -> int:
        """One point for each function that is right."""
        return sum(state == "right" for state in self.states.values())

    @property
    def is_other(self) -> bool:
        """Whether the file belongs to another chapter or to another course, so that no function was asked for."""
        return not self.states

    def holds(self, path: Path, seed: int, language: Language) -> bool:
        """Whether judging the file again would give the same."""
        made_from = (self.sha256, self.seed, self.language, self.version)
        return made_from == (digest(path), seed, language, __version__)


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
        name = name_of(below)
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


def name_of(below: PurePath) -> str:
    """The name of a file in the table and on the terminal, which a later run reads: the same on every system."""
    return shown(below.as_posix().replace("\\", "\\\\"))


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


def in_parallel(files: dict[str, Path], jobs: int, *options: Any) -> Iterator[Grade]:
    """Yield the grades in the order in which they are ready. A worker needs a file and a core of its own.

    options   of `graded_file`
    """
    program, judged = os.getpid(), delayed(graded_in_worker)
    tasks = [judged(program, path, name, *options) for name, path in files.items()]
    grades = Parallel(n_jobs=max(1, min(jobs, len(tasks), cpu_count())), return_as="generator_unordered")(tasks)
    progress = with_progress(tasks, "grading")  # starts first: a file may leave no thread for its bar
    yield from (graded for _, graded in zip(progress, grades, strict=True))


def graded_in_worker(program: int, *arguments: Any) -> Grade:
    """Judge a file in a process of its own, which ends with the program that started it."""
    if os.getpid() != program:
        end_with_parent()
        if os.getppid() != program:  # the program ended before
            os._exit(1)
    return graded_file(*arguments)


def graded_file(path: Path, file: str, chapter: str, seed: int, guard: Guard, language: Language) -> Grade:
    """Judge the functions of the chapter in one submission. A file of another chapter is not judged.

    The networks and examples are drawn from `seed` and the name of the file, so that a result that one student has
    written down is wrong in the file of another student.
    """
    start = perf_counter()
    asked = CHAPTERS[chapter]
    every = [*(task.name for task in asked.tasks if task.in_assignment), *asked_too(chapter)]
    made = partial(Grade, file, digest(path), chapter, seed=seed, language=language)
    students_language = language

    def unjudged(states: dict[str, State], problem: Text) -> Grade:
        feedback = shown(f"{path.name}: {problem.say(students_language)}")
        return made(states, problem=problem.say(language), feedback=feedback, seconds=perf_counter() - start)

    try:
        if not text_of(path).strip():
            return unjudged(dict.fromkeys(every, "missing"), NOTHING_HANDED_IN)
        source = read_source(path)
        students_language = source.language if "LANGUAGE" in source.constants else language
        if other := of_other(source, asked):
            return unjudged({}, other)
        check = check_file(path, CheckOptions(asked, seed=seed_of(file, seed), guard=guard))
    except Exception as error:  # a file must never end the grading of the others
        raised = NOT_GRADED.fill(type=type(error).__name__, message=error)
        said = error.text if isinstance(error, InputError) else raised
        problem = Text(*(text.removeprefix(f"{path}: ").replace(str(path), path.name) for text in said))
        return unjudged(dict.fromkeys(every, "not judged"), problem)
    judged = check.first
    states: dict[str, State] = {task.key: "not judged" for task in Contents(judged.source, asked).judged}
    wrong = first_mistake(judged)
    return made(
        states | {verdict.task.key: verdict.state for verdict in judged.verdicts},
        first=wrong.task.key if wrong else "",
        causes=tuple(finding.key for finding in wrong.findings) if wrong else (),
        cause=cause_of(wrong).say(language) if wrong else "",
        guards=", ".join(judged.limits),
        problem=problem_of(judged).say(language),
        record=as_record(replace(check, language=language)),
        feedback=feedback_of(replace(check, language=students_language)),
        by_torch=tuple(one.task.key for one in judged.verdicts for note in one.findings if note.key in BY_TORCH),
        seconds=perf_counter() - start,
    )


def digest(path: Path) -> str:
    """The SHA-256 of a file, or an empty text if it cannot be read or is too large to be judged."""
    try:
        if path.stat().st_size > LARGEST:
            return ""
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def seed_of(file: str, seed: int) -> int:
    """A seed for one file."""
    return int.from_bytes(sha256(f"{seed}:{file}".encode()).digest()[:4], "big") // 2


def asked_too(chapter: str) -> list[str]:
    """The functions of other chapters for which the chapter's assignment asks."""
    return [name for names in CHAPTERS[chapter].assignment.asks_too.values() for name in names]


def feedback_of(check: FileCheck) -> str:
    """What `course-torch check` prints on a file, as text for the student."""
    text = io.StringIO()
    console = Console(file=text, width=FEEDBACK_WIDTH)
    for part in answer_parts(replace(check, path=Path(check.path.name))):
        if isinstance(part, str):
            text.writelines(f"{shown(line)}\n" for line in part.splitlines())
        else:
            console.print(part)
    return text.getvalue()


def first_mistake(check: AssignmentCheck) -> Verdict | None:
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
    if source.is_exercise or not any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in source.top(ast.stmt)):
        return None
    every = contents_of(source)
    if what := what_else(every):
        return what
    best = every[0]
    fewer = len(Contents(source, asked).fitting) < len(best.fitting)
    return SEEMS.fill(found=best.chapter.name, asked=asked.name) if fewer and asked not in chapters_of(source) else None


def problem_of(check: AssignmentCheck) -> Text:
    """Why the file could not be loaded, has no function of the chapter, or imports course_torch; otherwise empty."""
    if check.failure:
        return not_loaded(check.failure)
    none = [] if Contents(check.source, check.chapter).defined else [NOTHING_DEFINED.fill(asked=check.chapter.name)]
    return joined(SEMICOLON, [*none, *answers_imported(check.source)])
