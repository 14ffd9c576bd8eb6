"""Loops that never end: what nothing in them changes, and how the checker says it."""

import pytest

from course_torch.exercises.judge import calling
from course_torch.exercises.judge.answer import message
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.sandbox.process import Failure
from course_torch.mistakes.solution import changed, solution
from tests.exercises.in_this_process import judge_of
from tests.exercises.judged import by_process

LOOPS = [
    ("while i < m:\n        A = A + 1", "while i < m"),
    ("while True:\n        A = 1", "while True"),
    ("while i < m:\n        for j in A:\n            m * j", "while i < m"),
    ("while i < m:\n        j = 0\n        while j < m:\n            j += 1", "while i < m"),
    ("while i < m:\n        i += 1", ""),
    ("while i < m:\n        i, m = 1, 2", ""),
    ("while A[0] < m:\n        A[0] = 1", ""),
    ("while A:\n        A.pop()", ""),
    ("while A.any():\n        i = 1", ""),
    ("while True:\n        break", ""),
    ("while True:\n        return 1", ""),
    ("while i < m:\n        raise ValueError", ""),
]
"""A loop, and what never ends."""


def stopped(text: str, line: int) -> Verdict:
    """The verdict on relu in a text, which was stopped in this line."""
    judge = judge_of(text, "deep")
    task = next(task for task in judge.chapter.tasks if task.name == "relu")
    return judge.failed(task, judge.calls(task)[0], Failure("NotReturning", "20", ("learner.py", line)))


@pytest.mark.parametrize(("loop", "named"), LOOPS)
def test_a_loop_never_ends_if_nothing_changes_its_condition(loop: str, named: str) -> None:
    verdict = stopped(f"def relu(A, i=0, m=1):\n    {loop}\n", 2 + loop.count("\n"))
    answers = [message(verdict, "en"), message(verdict, "zh")]
    assert [cause.key for cause in verdict.findings] == ["endless loop"] * bool(named)
    assert (f"the loop {named} (line 2) never ends" in answers[0]) is bool(named)
    assert (f"循环 {named}（第 2 行）不会结束" in answers[1]) is bool(named)


NESTED = """def relu(X, m=3):
    for x in X:
        for i in range(m):
            m += i
    while m > 0:
        m += 1
        for x in X:
            while x < 1:
                x += 1
    while X:
        while m:
            m -= 1
    return m
"""


@pytest.mark.parametrize(
    ("running", "named"), [(4, 2), (3, 2), (6, 5), (7, 5), (9, 8), (12, 10), (11, 10), (10, 10), (13, 13), (1, 1)]
)
def test_the_loop_is_named_whichever_of_its_lines_is_running(running: int, named: int) -> None:
    assert message(stopped(NESTED, running), "en").startswith(
        f"relu: it does not return: line {named} is still running"
    )


@pytest.mark.slow
def test_an_endless_loop_is_named_and_the_functions_that_call_it_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "PATIENCE", 0.3)
    loop = "    i = 0\n    while i < len(Z):\n        A = 1 / (1 + np.exp(-Z))\n    return A\n"
    text = changed(solution("logistic", "numpy", "rows"), "sigmoid", "    return (1 + np.tanh(Z / 2)) / 2", loop)
    verdicts = {verdict.task.name: verdict for verdict in by_process(text, "logistic")}
    wrong = verdicts.pop("sigmoid")
    assert (wrong.state, [cause.key for cause in wrong.findings]) == ("wrong", ["endless loop"])
    for words in ("it does not return: line 10", "the loop while i < len(Z) (line 10) never ends"):
        assert words in message(wrong, "en")
    assert {verdict.state for verdict in verdicts.values()} == {"right"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "line", "keys"),
    [
        # A change of its text would not return either.
        ("    costs = []\n    for i", "    costs = [0]\n    for cost in costs:\n        costs.append(cost)\n    for i",
         "    for cost", []),
        # A function that the loop calls is running.
        ("    for i in range(num_iterations):\n", "    i = 0\n    while i < num_iterations:\n",
         "    while", ["endless loop"]),
    ],
)  # fmt: skip
def test_a_function_that_does_not_return_has_no_other_cause(
    monkeypatch: pytest.MonkeyPatch, old: str, new: str, line: str, keys: list[str]
) -> None:
    monkeypatch.setattr(calling, "PATIENCE", 0.3)
    text = changed(solution("logistic", "numpy", "rows"), "optimize", old, new)
    verdicts = {verdict.task.name: verdict for verdict in by_process(text, "logistic")}
    wrong, number = verdicts["optimize"], text[: text.index(line, text.index("def optimize"))].count("\n") + 1
    assert (wrong.state, [cause.key for cause in wrong.findings]) == ("wrong", keys)
    assert message(wrong, "zh").startswith(f"optimize: 它没有返回：还在执行第 {number} 行。")
    assert verdicts["model"].state == "right"
