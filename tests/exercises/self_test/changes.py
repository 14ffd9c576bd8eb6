"""The mistakes and right spellings that the solutions can have, and the function that is then the first wrong one."""

from collections.abc import Iterator, Sequence

from course_torch.exercises.judge.cache_mismatch import with_cache_mismatch
from course_torch.exercises.judge.judging import judge
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.learners_file.syntax import used_by
from course_torch.exercises.tasks import CHAPTERS
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.record import Edit
from course_torch.mistakes.solution import change_of, in_library, replace_in, solution, solution_functions
from tests.exercises.in_this_process import caller_of
from tests.exercises.self_test.spellings import SPELLINGS

UNNAMED = {
    "": (
        Edit("linear_backward", "dA_prev, dW, db", "dW, db"),
        Edit("update_parameters", "(1, 2)", "(1, 1)"),
        Edit("train", "        costs.append(compute_cost(AL, Y))\n", ""),
    ),
    "unknown": (
        Edit("layer_sizes", " 4,", " X.shape[0] * X.shape[1],"),
        Edit(
            "linear_backward",
            "dZ @ W",
            "dZ @ W.astype(np.float16)",
            need="numpy",
            columns="W.astype(np.float16).T @ dZ",
        ),
        Edit("output_gradient", "AL - Y", "(AL.astype(np.float16) - Y).astype(float)", need="numpy"),
    ),
}
"""Cause -> edits of the solutions that have no name: the exception or the structure of the result says enough, or the
numbers show no cause."""
Change = Sequence[str]
"""Function, old code and new code, and for a mistake the key of the cause. The code is written for NumPy."""
CAUSES = [*((mistake.key, mistake.edits) for mistake in MISTAKES.values()), *UNNAMED.items()]
"""The cause that the checker names, and the edits that make the mistake."""


def spellings_in(chapter: str, library: str, layout: str) -> Iterator[Change]:
    """The right spellings that this form of the chapter's solution can have."""
    for edit in SPELLINGS.get(chapter, ()):
        if change := change_of(edit, chapter, library, layout):
            yield edit.place, *change


def mistakes_in(chapter: str, library: str, layout: str) -> Iterator[Change]:
    """The mistakes that this form of the chapter's solution can have."""
    for cause, edits in CAUSES:
        for edit in edits:
            if edit.place in solution_functions(chapter) and (change := change_of(edit, chapter, library, layout)):
                yield edit.place, *change, cause


def first_wrong(chapter: str, text: str, function: str) -> Verdict | None:
    """The first function that is not right.

    Functions are judged that use the changed function, or whose caches are made or read by such a function.
    """
    caller = caller_of(text, chapter)
    tasks = CHAPTERS[chapter].tasks
    functions = caller.learner.source.functions
    judged = {task.name for task in tasks if function in {task.name} | used_by(functions, task.name)}
    calls = [(task.name, call) for task in tasks for call in task.calls_in(caller.cases[0])]
    pairs = [{reader, made.function} for reader, call in calls for made in call.learners.values()]
    judged = judged.union(*(pair for pair in pairs if pair & judged))
    earlier: dict[str, Verdict] = {}
    for task in tasks:
        if task.name in judged:
            earlier[task.name] = judge(caller, task, earlier)
            if earlier[task.name].state != "right":
                break
    verdicts = with_cache_mismatch(caller, list(earlier.values()))
    return next((verdict for verdict in verdicts if verdict.state != "right"), None)


def text_of(chapter: str, library: str, layout: str, change: Change) -> str:
    """The changed solution."""
    text = replace_in(solution(chapter, "numpy", layout), *change)
    return in_library(text, library)
