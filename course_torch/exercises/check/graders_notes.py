"""Notes on right functions of an assignment that the course's own grader does not accept.

The grader compares with fixed numbers and fixed types.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from course_torch.exercises.judge.calling import Caller, arguments_for
from course_torch.exercises.judge.epsilons import epsilons
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.sandbox.client import Failure
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.task import Call, Finding, finding
from course_torch.language import SEMICOLON, Text, joined

REFUSED = Text(
    "right here, but the course's own grader compares with fixed numbers and will refuse it: {why}",
    "在这里是正确的，但课程自己的评分程序与固定的数值比较，会判为错误：{why}",
)
DOUBTFUL = Text(
    "right here, but the course's own grader compares with fixed numbers and may refuse it: {why}",
    "在这里是正确的，但课程自己的评分程序与固定的数值比较，可能判为错误：{why}",
)
ACCEPTED = Text("right, but {why}", "正确，但{why}")
SCALE = 0.01
NEAR = 1e-6
"""Largest relative difference that the course's grader does not see for certain."""
ROUNDING = 1e-12
"""Largest relative difference that comes from rounding."""
RATE = 1.2
"""The learning rate of the assignment of week 3."""
EVERY = 100
"""The assignments record the cost of each 100th iteration."""
FIRST_SEED = 1
"""The seed that is set before a function is called (`sandbox/client.py`)."""


class Right(NamedTuple):
    """A right function: its first call and the result, the chapter of its assignment, its first name, its text, and the
    epsilons in it."""

    call: Call
    result: Any
    chapter: str
    name: str
    text: str
    epsilons: list[float]


def with_graders_notes(caller: Caller, verdicts: list[Verdict], chapter: str) -> list[Verdict]:
    """Note on the right functions of an assignment what the course's own grader does not accept.

    chapter   of the assignment, which has functions of other chapters too
    """
    source = caller.source
    if source.is_exercise or source.library != "numpy":
        return verdicts
    return [with_graders_note(caller, verdict, chapter) for verdict in verdicts]


def with_graders_note(caller: Caller, verdict: Verdict, chapter: str) -> Verdict:
    """The verdict, with what the grader says of the result of the first call."""
    task, source = verdict.task, caller.source
    rule = RULES.get(task.key)
    if verdict.state != "right" or verdict.symptom or rule is None:
        return verdict
    call = caller.calls(task)[0]
    answer = caller.learner.call(task.name, arguments_for(caller.learner, task, call))
    if isinstance(answer, Failure):
        return verdict
    right = Right(call, answer.result, chapter, task.key, source.text_of(task.name)[2], epsilons(source, task.name))
    notes = list(rule(right))
    if not notes:
        return verdict
    why = joined(SEMICOLON, (note.text for note in notes))
    answers = [ANSWERS.get(note.key, REFUSED) for note in notes]
    symptom = next(answer for answer in (REFUSED, DOUBTFUL, ACCEPTED) if answer in answers).fill(why=why)
    return replace(verdict, symptom=symptom, findings=tuple(replace(note, text=symptom) for note in notes))


def of_start(right: Right) -> Iterator[Finding]:
    """Initial weights that are not 0.01 * np.random.randn(…), drawn one after the other from the template's seed."""
    weights = {name: value for name, value in right.result.items() if re.fullmatch(r"W\d+", name)}
    seeds = [int(number) for number in re.findall(r"^[^#\n]*random\.seed\((\d+)\)", right.text, re.MULTILINE)]
    start = np.random.RandomState(seeds[-1] if seeds else FIRST_SEED)
    draws = {name: draw_of(values, start) for name, values in sorted(weights.items())}
    if None in draws.values():
        yield finding("other draws")
    elif any(how != "randn" or abs(c / SCALE - 1) > NEAR for how, c in filter(None, draws.values())):
        found = ", ".join(f"{name} = {draw[1]:.4g} * {draw[0]}" for name, draw in draws.items() if draw)
        yield finding("another scale", found=found)
    seed, comment = CHAPTERS[right.chapter].assignment.seeds.get(right.name, (0, ""))
    if seed and comment in right.text and seeds[-1:] != [seed]:
        yield finding("another seed", seed=seed)


def draw_of(values: np.ndarray, start: np.random.RandomState) -> tuple[str, float] | None:
    """The function that draws the values next, and the factor of its draws. None if neither function does."""
    state = start.get_state()
    for how in ("randn", "rand"):
        start.set_state(state)
        ratio = values / getattr(start, how)(*values.shape)
        if np.ptp(ratio) <= NEAR * abs(ratio.mean()):
            return how, ratio.mean()
    return None


def of_cost(right: Right) -> Iterator[Finding]:
    """J as an array of one number, or with an epsilon in the logarithms, by how much it changes J."""
    J = right.result[1] if right.name == "propagate" else right.result
    if np.ndim(J):
        yield finding("cost as an array", shape=np.shape(J))
    for epsilon in right.epsilons[:1]:
        exact = right.call.case.cost.item()
        change = abs(np.asarray(J).item() - exact) / exact
        key = "epsilon in the cost" if change > NEAR else "tiny epsilon"
        yield finding(key, epsilon=epsilon, change=f"{change:.0e}")


def of_gradients(right: Right) -> Iterator[Finding]:
    """How much an epsilon in the divisions of dA[L] changes the gradients of the weights."""
    exact = {name: tensor.numpy() for name, tensor in right.call.right.items() if name.startswith("dW")}
    change = max(np.abs(right.result[name] - dW).max() / np.abs(dW).max() for name, dW in exact.items())
    if right.epsilons and change > ROUNDING:
        yield finding("epsilon in the gradients", epsilon=right.epsilons[0], change=f"{change:.0e}")


def of_costs(right: Right) -> Iterator[Finding]:
    """The last cost in place of a list of costs, or another number of costs than one for every 100 iterations."""
    is_model, iterations = right.name == "model", right.call.arguments["num_iterations"]
    costs: Any = right.result.get("costs", []) if is_model else []
    if not is_model and len(right.result) > 2:
        costs = right.result[2]
    if np.ndim(costs) and len(costs) != -(-iterations // EVERY):
        yield finding("number of costs", found=len(costs), iterations=iterations)
    elif not (np.ndim(costs) or is_model):
        yield finding("cost for costs")


def of_rate(right: Right) -> Iterator[Finding]:
    """A learning rate in the text that is not the rate of the assignment. The judge accepts those of all editions."""
    for rate in re.findall(r"^[^#\n]*learning_rate\s*=\s*(\d*\.?\d+)", right.text, re.MULTILINE)[-1:]:
        if float(rate) != RATE:
            yield finding("another learning rate", rate=rate, right=RATE)


def of_predict(right: Right) -> Iterator[Finding]:
    """True and False in place of 1 and 0 in week 2. In week 3 the assignment itself has True and False."""
    if "w" in right.call.arguments and np.asarray(right.result).dtype == bool:
        yield finding("labels as bool")


RULES: dict[str, Callable[[Right], Iterator[Finding]]] = {
    **dict.fromkeys(["initialize_parameters", "initialize_parameters_deep"], of_start),
    **{"compute_cost": of_cost, "propagate": of_cost, "optimize": of_costs, "model": of_costs},
    "nn_model": of_rate,
    **{"L_model_backward": of_gradients, "predict": of_predict},
}
"""Function of an assignment -> what the course's own grader says of a right result."""
ANSWERS = {
    **dict.fromkeys(["cost as an array", "number of costs", "another learning rate"], DOUBTFUL),
    **dict.fromkeys(["epsilon in the cost", "epsilon in the gradients"], DOUBTFUL),
    **dict.fromkeys(["tiny epsilon", "labels as bool"], ACCEPTED),
}
"""Note -> what the course's grader does, if it does not refuse the function for certain."""
