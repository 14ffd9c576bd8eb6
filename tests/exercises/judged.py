"""Judge the text of a learner's file: one function, a table of cases, or the changes of right solutions.

A table has a case on each line:

    chapter function: old → new => answer           the solution with `new` in place of `old`
    chapter function(arguments): body => answer     the solution with this function in place of its own

The answer is `state: keys | words | words`: the state, or only the keys of the causes of a wrong function; then words
of the sentence in English or Chinese, or `!words` that it lacks. Code is written for NumPy, and `\\n` ends its lines.
A line that begins with spaces continues the line before, and # begins a comment.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

from course_torch.errors import InputError
from course_torch.exercises.check.answer import form_lines, message
from course_torch.exercises.check.checking import AssignmentCheck, FileCheck, check_file
from course_torch.exercises.judge.calling import Caller
from course_torch.exercises.judge.judging import judge, judge_all
from course_torch.exercises.judge.verdicts import STATES, Verdict
from course_torch.exercises.learners_file.cells import python_in
from course_torch.exercises.learners_file.source import Source
from course_torch.exercises.recognition.contents import Contents
from course_torch.exercises.sandbox.client import Learner
from course_torch.exercises.tasks import CHAPTERS
from course_torch.language import Language
from course_torch.mistakes.solution import body_of, solution
from tests.exercises.in_this_process import FILE, caller_of, cases
from tests.exercises.self_test.changes import Change, text_of


def judged(text: str, chapter_name: str, seed: int = 1) -> list[Verdict]:
    """The verdicts on the functions of a chapter, in this process."""
    return judge_all(caller_of(text, chapter_name, seed), CHAPTERS[chapter_name].tasks)


def verdicts_of(text: str, chapter_name: str) -> dict[str, Verdict]:
    """Function -> the verdict on it."""
    return {verdict.task.name: verdict for verdict in judged(text, chapter_name)}


def written(folder: Path, text: str, name: str = "mine.py") -> Path:
    """A learner's file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def said_of(folder: Path, text: str, name: str = "mine.py") -> str:
    """Why a file is not judged."""
    with pytest.raises(InputError) as caught:
        check_file(written(folder, text, name))
    return str(caught.value)


def defining(*signatures: str) -> str:
    """A file with functions that return 1."""
    return "".join(f"def {signature}:\n    return 1\n\n\n" for signature in signatures)


LAYERS = """
def L_layer_model(X, Y, layers_dims, learning_rate=0.0075, num_iterations=3000, print_cost=False):
    parameters = initialize_parameters_deep(layers_dims)
    for i in range(num_iterations):
        AL, caches = L_model_forward(X, parameters)
        grads = L_model_backward(AL, Y, caches)
        parameters = update_parameters(parameters, grads, learning_rate)
    return {}
"""
"""The model of L layers, which an assignment of week 4 may have beside it. It returns what is filled in."""


def by_process(text: str, chapter_name: str, seed: int = 1) -> list[Verdict]:
    """The verdicts, with the functions running in the learner's process."""
    source, chapter = Source(Path(FILE), tuple(python_in(FILE, text))), CHAPTERS[chapter_name]
    with Learner(source, chapter.assignment.helpers) as learner:
        return judge_all(Caller(learner, chapter, *cases(chapter_name, seed)), chapter.tasks)


def renamed(text: str, *pairs: tuple[str, str]) -> str:
    """The text with each old name replaced by the new one."""
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


USUAL = (("numpy", "columns"), ("torch", "rows"))
"""The form of the course, and that of the project."""


def verdict_on(text: str, chapter_name: str, function: str, seed: int = 1) -> Verdict:
    """The verdict on one function."""
    return verdict_by(caller_of(text, chapter_name, seed), function)


def verdict_by(caller: Caller, function: str) -> Verdict:
    """The verdict on one function. The functions before it are not called."""
    return judge(caller, next(task for task in caller.chapter.tasks if task.name == function), {})


def as_assignment(text: str) -> str:
    """The text of an exercise as an assignment of the course: without the chapter and the function `train`."""
    return re.sub(r'CHAPTER = "\w+"\n|def train\(.*?return parameters, costs\n', "", text, flags=re.DOTALL)


@dataclass(frozen=True)
class Case:
    """A learner's file with one changed function, and the answer that is expected."""

    text: str
    chapter: str
    function: str
    state: str
    keys: set[str]
    words: list[str]


def cases_of(table: str, *forms: tuple[str, str]) -> list[Any]:
    """Parameters of a test: each case of a table in each form, which is that of the course if none is given."""
    text = re.sub(r"\n +", " ", re.sub(r"^(#.*)?\n", "", table, flags=re.MULTILINE))
    return [case_of(line, *form) for line in text.splitlines() for form in forms or USUAL[:1]]


def case_of(line: str, library: str, layout: str) -> Any:
    """A case of a table. Its name is what is changed."""
    change, _, answer = line.replace(r"\n", "\n").partition(" => ")
    place, _, code = change.partition(": ")
    chapter, head = place.split(" ", 1)
    function, _, arguments = head.partition("(")
    old, _, new = code.partition(" → ")
    if arguments:
        old, new = body_of(solution(chapter, "numpy", layout), function), f"{arguments}:\n{indent(code, '    ')}"
    named, *words = answer.split(" | ")
    state, _, keys = named.rpartition(": ") if named not in STATES else (named, "", "")
    text = text_of(chapter, library, layout, (function, old, new))
    case = Case(text, chapter, function, state or "wrong", {*keys.split("; ")} - {""}, words)
    return pytest.param(case, id=f"{library} {layout} {change}".encode("ascii", "replace").decode())


def assert_answer(case: Case, verdict: Verdict | None = None) -> None:
    """The verdict, the causes and the sentence in both languages are those of the case."""
    verdict = verdict or verdict_on(case.text, case.chapter, case.function)
    answer = f"{message(verdict, 'en')}\n{message(verdict, 'zh')}"
    assert (verdict.state, {cause.key for cause in verdict.findings}) == (case.state, case.keys), answer
    assert_says(answer, case.words)


def assert_says(answer: str, words: list[str]) -> None:
    """The answer has all words, and lacks those after a !."""
    for each in words:
        assert (each.removeprefix("!") in answer) is not each.startswith("!"), answer


def states(text: str, chapter_name: str, *functions: str) -> set[str]:
    """The states of some functions for two seeds."""
    return {verdict_on(text, chapter_name, name, seed).state for seed in (1, 2) for name in functions}


def each_once(changes_in: Callable[[str, str, str], Iterable[Change]]) -> list[Any]:
    """Parameters of tests that make each change in one form: chapter, changed solution, function and further values.

    A change that both layouts have is made by turns in the form of the course and in that of the project.
    """
    parameters = []
    for chapter in CHAPTERS:
        course, project = (dict.fromkeys(changes_in(chapter, *form)) for form in USUAL)
        both = cycle(USUAL)
        for change in course | project:
            form = next(both) if change in course and change in project else USUAL[change in project]
            parameters.append(made(chapter, *form, change))
    return parameters


def made(chapter: str, library: str, layout: str, change: Change) -> Any:
    """The parameters of one test. Its name holds the change."""
    function, old, new, *further = change
    name = f"{chapter} {library} {layout} {function}: {old} -> {new}".encode("ascii", "replace").decode()
    return pytest.param(chapter, text_of(chapter, library, layout, (function, old, new)), function, *further, id=name)


def check_of(text: str, chapter_name: str, language: Language = "en", **values: Any) -> FileCheck:
    """The check of a text with one assignment, in this process. `values` are further fields of the assignment."""
    caller = caller_of(text, chapter_name)
    source, chapter = caller.learner.source, CHAPTERS[chapter_name]
    verdicts = judge_all(caller, Contents(source, chapter).judged)
    assignment = AssignmentCheck(source, chapter, verdicts, None, [], False, None, "", ["memory"], 1.0)
    return FileCheck(source.path, language, (replace(assignment, **values),))


def head(check: FileCheck, number: int = 0) -> list[str]:
    """The first lines of the answer on an assignment: the form of the file, and the notes on it."""
    return list(form_lines(check, check.assignments[number]))
