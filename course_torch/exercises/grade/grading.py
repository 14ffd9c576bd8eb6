"""Judge a file of a class, in a process of its own."""

import ast
import io
import os
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

from rich.console import Console

from course_torch.errors import InputError
from course_torch.exercises.check.answer import answer_parts
from course_torch.exercises.check.checking import AssignmentCheck, CheckOptions, FileCheck, check_file
from course_torch.exercises.check.record import as_record
from course_torch.exercises.check.torch_notes import KEYS
from course_torch.exercises.grade.grade import NOTHING_HANDED_IN, Grade, asked_too, digest, seed_of
from course_torch.exercises.judge.sentences import not_loaded
from course_torch.exercises.judge.verdicts import STATES, State, Verdict
from course_torch.exercises.recognition.chapters import answers_imported, best_contents, chapters_of, what_else
from course_torch.exercises.recognition.contents import Contents
from course_torch.exercises.sandbox.cells import text_of
from course_torch.exercises.sandbox.guards import Guard
from course_torch.exercises.sandbox.learner.limits import end_with_parent
from course_torch.exercises.sandbox.source import Source, read_source
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.task import Chapter
from course_torch.language import LANGUAGES, NOTHING, SEMICOLON, Language, Text, joined
from course_torch.text import shown

CAUSE_UNKNOWN = Text("cause unknown", "原因不明")
OF_CHAPTER = Text("this file is of chapter {found}, not of {asked}", "这个文件属于 {found} 章，不是 {asked} 章")
SEEMS = Text("this file seems to be of chapter {found}, not of {asked}", "这个文件看来属于 {found} 章，不是 {asked} 章")
NOTHING_DEFINED = Text("the file defines no function of chapter {asked}", "文件里没有 {asked} 章的函数")
RAISED = Text("it raises {exception}", "它抛出 {exception}")
NOT_GRADED = Text("not graded ({type}: {message})", "没有评分（{type}：{message}）")
FEEDBACK_WIDTH = 100
"""Characters of a line of the table in a feedback."""


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

    def grade(states: dict[str, State], problem: Text, feedback: Text | None = None, **seen: Any) -> Grade:
        said = feedback or Text(*(shown(f"{path.name}: {problem.say(language)}") for language in theirs))
        seconds = perf_counter() - start
        return Grade(file, content, chapter, states, seconds=seconds, problem=problem, feedback=said, seed=seed, **seen)

    try:
        if not text_of(path).strip():
            return grade(dict.fromkeys(every, "missing"), NOTHING_HANDED_IN)
        source = read_source(path)
        theirs = (source.language,) * len(LANGUAGES) if "LANGUAGE" in source.constants else LANGUAGES
        if other := of_other(source, asked):
            return grade({}, other)
        check = check_file(path, CheckOptions(asked, seed=seed_of(file, seed), guard=guard))
    except Exception as error:  # a file must never end the grading of the others
        raised = NOT_GRADED.fill(type=type(error).__name__, message=error)
        said = error.text if isinstance(error, InputError) else raised
        problem = Text(*(text.removeprefix(f"{path}: ").replace(str(path), path.name) for text in said))
        return grade(dict.fromkeys(every, "not judged"), problem)
    judged = check.first
    states: dict[str, State] = {task.key: "not judged" for task in Contents(judged.source, asked).judged}
    wrong = first_mistake(judged)
    return grade(
        states | {verdict.task.key: verdict.state for verdict in judged.verdicts},
        problem_of(judged),
        Text(*(feedback_of(replace(check, language=language)) for language in theirs)),
        first=wrong.task.key if wrong else "",
        causes=tuple(finding.key for finding in wrong.findings) if wrong else (),
        cause=cause_of(wrong) if wrong else NOTHING,
        guards=", ".join(judged.limits),
        record={language: as_record(replace(check, language=language)) for language in LANGUAGES},
        by_torch=tuple(one.task.key for one in judged.verdicts for note in one.findings if note.key in KEYS),
    )


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
    if what := what_else(source):
        return what
    best = best_contents(source)
    fewer = len(Contents(source, asked).fitting) < len(best.fitting)
    return SEEMS.fill(found=best.chapter.name, asked=asked.name) if fewer and asked not in chapters_of(source) else None


def problem_of(check: AssignmentCheck) -> Text:
    """Why the file could not be loaded, has no function of the chapter, or imports course_torch; otherwise empty."""
    if check.failure:
        return not_loaded(check.failure)
    none = [] if Contents(check.source, check.chapter).defined else [NOTHING_DEFINED.fill(asked=check.chapter.name)]
    return joined(SEMICOLON, [*none, *answers_imported(check.source)])
