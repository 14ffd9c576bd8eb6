"""Notes on right functions of an assignment that the course's own grader does not accept.

The grader compares with fixed numbers.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from course_torch.exercises.explain.confusions import RATE
from course_torch.exercises.judge.calling import Caller, arguments_for
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.sandbox.client import Failure
from course_torch.exercises.tasks.task import Call, Finding, finding
from course_torch.language import Text

REFUSED = Text(
    "right here, but the course's own grader compares with fixed numbers and will refuse it: {why}",
    "在这里是正确的，但课程自己的评分程序与固定的数值比较，会判为错误：{why}",
)
DOUBTFUL = Text(
    "right here, but the course's own grader compares with fixed numbers and may refuse it: {why}",
    "在这里是正确的，但课程自己的评分程序与固定的数值比较，可能判为错误：{why}",
)
DOUBTED = ("number of costs", "another learning rate")
"""Notes on what some editions of the grader do not look at."""
SCALE = 0.01
NEAR = 1e-6
"""Largest relative difference that the course's grader does not see for certain."""
EVERY = 100
"""The assignments record the cost of each 100th iteration."""
FIRST_SEED = 1
"""The seed that is set before a function is called (`sandbox/client.py`)."""


def with_graders_notes(caller: Caller, verdicts: list[Verdict]) -> list[Verdict]:
    """Note on the right functions of an assignment what the course's own grader does not accept."""
    source = caller.source
    if source.is_exercise or source.library != "numpy":
        return verdicts
    return [with_graders_note(caller, verdict) for verdict in verdicts]


def with_graders_note(caller: Caller, verdict: Verdict) -> Verdict:
    """The verdict, with what the grader says of the result of the first call."""
    task, rule = verdict.task, RULES.get(verdict.task.key)
    if verdict.state != "right" or verdict.symptom or rule is None:
        return verdict
    call = caller.calls(task)[0]
    answer = caller.learner.call(task.name, arguments_for(caller.learner, task, call))
    if isinstance(answer, Failure) or (note := rule(call, answer.result, caller.source.text_of(task.name)[2])) is None:
        return verdict
    symptom = (DOUBTFUL if note.key in DOUBTED else REFUSED).fill(why=note.text)
    return replace(verdict, symptom=symptom, findings=(replace(note, text=symptom),))


def of_start(call: Call, result: Any, text: str) -> Finding | None:
    """Initial weights that are not 0.01 * np.random.randn(…), drawn one after the other from the seed of the text."""
    weights = {name: value for name, value in result.items() if re.fullmatch(r"W\d+", name)}
    seeds = [int(number) for number in re.findall(r"^[^#\n]*random\.seed\((\d+)\)", text, re.MULTILINE)]
    start = np.random.RandomState(seeds[-1] if seeds else FIRST_SEED)
    draws = {name: draw_of(values, start) for name, values in sorted(weights.items())}
    if None in draws.values():
        return finding("other draws")
    if all(how == "randn" and abs(c / SCALE - 1) <= NEAR for how, c in filter(None, draws.values())):
        return None
    found = ", ".join(f"{name} = {draw[1]:.4g} * {draw[0]}" for name, draw in draws.items() if draw)
    return finding("another scale", found=found)


def draw_of(values: np.ndarray, start: np.random.RandomState) -> tuple[str, float] | None:
    """The function that draws the values next, and the factor of its draws. None if neither function does."""
    state = start.get_state()
    for how in ("randn", "rand"):
        start.set_state(state)
        ratio = values / getattr(start, how)(*values.shape)
        if np.ptp(ratio) <= NEAR * abs(ratio.mean()):
            return how, ratio.mean()
    return None


def of_costs(call: Call, result: Any, text: str) -> Finding | None:
    """The last cost in place of a list of costs, or another number of costs than one for every 100 iterations."""
    iterations = call.arguments["num_iterations"]
    is_model = isinstance(result, dict)
    costs: Any = result.get("costs", []) if is_model else result[2] if len(result) > 2 else []
    if np.ndim(costs) and len(costs) != -(-iterations // EVERY):
        return finding("number of costs", found=len(costs), iterations=iterations)
    return None if np.ndim(costs) or is_model else finding("cost for costs")


def of_rate(call: Call, result: Any, text: str) -> Finding | None:
    """A learning rate in the text that is not the rate of the assignment. The judge accepts those of all editions."""
    rates = re.findall(r"^[^#\n]*learning_rate\s*=\s*(\d*\.?\d+)", text, re.MULTILINE)[-1:]
    return finding("another learning rate", rate=rates[0], right=RATE) if rates and float(rates[0]) != RATE else None


RULES: dict[str, Callable[[Call, Any, str], Finding | None]] = {
    **dict.fromkeys(["initialize_parameters", "initialize_parameters_deep"], of_start),
    **dict.fromkeys(["optimize", "model"], of_costs),
    "nn_model": of_rate,
}
"""Function of an assignment -> what the course's own grader says of a right result."""
