"""Loops that never end: what nothing in them changes, and how the checker says it."""

from pathlib import Path

import pytest

from course_torch.exercises.explain.raised_call import endless_loops, loop_around
from course_torch.exercises.judge import calling
from course_torch.exercises.judge.answer import message
from course_torch.exercises.sandbox.source import Piece, Source
from course_torch.mistakes.solution import changed, solution
from tests.exercises.judged import by_process

ENDLESS = [
    "while i < m:\n        A = A + 1",
    "while True:\n        A = 1",
    "while i < m:\n        for j in A:\n            m * j",
]
ENDING = [
    "while i < m:\n        i += 1",
    "while i < m:\n        i, m = 1, 2",
    "while A[0] < m:\n        A[0] = 1",
    "while A:\n        A.pop()",
    "while A.any():\n        i = 1",
    "while True:\n        break",
    "while True:\n        return 1",
    "while i < m:\n        raise ValueError",
]


@pytest.mark.parametrize(("loops", "found"), [(ENDLESS, 1), (ENDING, 0)])
def test_a_loop_never_ends_if_nothing_changes_its_condition(loops: list[str], found: int) -> None:
    for loop in loops:
        source = Source(Path("a.py"), (Piece("a.py", f"def f(A, i, m):\n    {loop}\n"),))
        assert len(endless_loops(source, ("a.py", 3))) == found, loop
        assert endless_loops(source, ("a.py", 1)) == endless_loops(source, ("cell 1", 3)) == ()


def test_the_outer_loop_is_named_where_it_is_the_cause() -> None:
    text = "def f(i, m):\n    while i < m:\n        j = 0\n        while j < m:\n            j += 1\n"
    (cause,) = endless_loops(Source(Path("a.py"), (Piece("a.py", text),)), ("a.py", 5))
    assert cause.text.en.startswith("the loop while i < m (line 2) never ends")
    assert cause.text.zh.startswith("循环 while i < m（第 2 行）不会结束")


NESTED = """def f(X, m):
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
    source = Source(Path("a.py"), (Piece("a.py", NESTED),))
    assert loop_around(source, ("a.py", running)) == ("a.py", named)


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
def test_a_function_that_does_not_return_has_no_other_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of its text would not return either."""
    monkeypatch.setattr(calling, "PATIENCE", 0.3)
    loop = "    costs = [0]\n    for cost in costs:\n        costs.append(cost)\n    for i"
    text = changed(solution("logistic", "numpy", "rows"), "optimize", "    costs = []\n    for i", loop)
    (wrong,) = (verdict for verdict in by_process(text, "logistic") if verdict.task.name == "optimize")
    assert (wrong.state, wrong.findings) == ("wrong", ())
    line = text[: text.index("    for cost in costs")].count("\n") + 1
    assert message(wrong, "zh") == f"optimize: 它没有返回：还在执行第 {line} 行。"


@pytest.mark.slow
def test_the_loop_is_named_although_a_function_that_it_calls_is_running(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "PATIENCE", 0.3)
    loop = "    i = 0\n    while i < num_iterations:\n"
    text = changed(solution("logistic", "numpy", "rows"), "optimize", "    for i in range(num_iterations):\n", loop)
    verdicts = {verdict.task.name: verdict for verdict in by_process(text, "logistic")}
    assert [cause.key for cause in verdicts["optimize"].findings] == ["endless loop"]
    assert verdicts["model"].state == "right"
