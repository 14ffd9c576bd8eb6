"""Notes on right functions: what the course's own grader does not accept, and what torch computes for the learner.

The grader compares with fixed numbers and fixed types. Where torch differentiates, or computes the loss, only the text
of a function shows it: its result is right. `torch.sigmoid`, relu and tanh are formulas of the notes.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from course_torch.exercises.explain.epsilons import epsilons
from course_torch.exercises.judge.calling import arguments_for
from course_torch.exercises.judge.judging import Judge
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.recognition.chapters import used_by
from course_torch.exercises.sandbox.process import Failure
from course_torch.exercises.sandbox.source import Function, Source, named_targets, nodes_of
from course_torch.exercises.tasks.task import Call, Finding, Task, finding
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
EVERY = 100
"""The assignments record the cost of each 100th iteration."""
SEEDS = {
    ("shallow", "initialize_parameters"): (2, "START CODE HERE"),
    ("deep", "initialize_parameters"): (1, " CODE "),
    ("deep", "initialize_parameters_deep"): (3, " CODE "),
}
"""Chapter of the assignment, and function -> the seed that its template sets in it, and the comment by which such a
template is known."""
FIRST_SEED = 1
"""The seed that is set before a function is called (`sandbox/process.py`)."""


class Right(NamedTuple):
    """A right function: its first call and the result, the chapter of its assignment, its first name, its text, and the
    epsilons in it."""

    call: Call
    result: Any
    chapter: str
    name: str
    text: str
    epsilons: list[float]


def with_graders_notes(judge: Judge, verdicts: list[Verdict], chapter: str) -> list[Verdict]:
    """Note on the right functions of an assignment what the course's own grader does not accept.

    chapter   of the assignment, which has functions of other chapters too
    """
    source = judge.source
    if source.is_exercise or source.library != "numpy":
        return verdicts
    return [noted(judge, verdict, chapter) for verdict in verdicts]


def noted(judge: Judge, verdict: Verdict, chapter: str) -> Verdict:
    """The verdict with the notes on it."""
    task, source = verdict.task, judge.source
    rule = RULES.get(task.names[0])
    if verdict.state != "right" or verdict.symptom or rule is None:
        return verdict
    call = judge.calls(task)[0]
    answer = judge.learner.call(task.name, arguments_for(judge.learner, task, call))
    if isinstance(answer, Failure):
        return verdict
    text, small = source.text_of(task.name)[2], epsilons(source, task.name)
    right = Right(call, answer.result, chapter, task.names[0], text, small)
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
    seeds = [int(number) for number in re.findall(r"random\.seed\((\d+)\)", right.text)]
    start = np.random.RandomState(seeds[-1] if seeds else FIRST_SEED)
    draws = {name: draw_of(values, start) for name, values in sorted(weights.items())}
    if None in draws.values():
        yield finding("other draws")
    elif any(how != "randn" or abs(c / SCALE - 1) > NEAR for how, c in filter(None, draws.values())):
        found = ", ".join(f"{name} = {draw[1]:.4g} * {draw[0]}" for name, draw in draws.items() if draw)
        yield finding("another scale", found=found)
    seed, mark = SEEDS.get((right.chapter, right.name), (None, ""))
    if seed is not None and mark in right.text and seeds[-1:] != [seed]:
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
    """J as an array, or with an epsilon in the logarithms."""
    yield from as_array(right.result)
    yield from epsilon_in(right, right.result)


def of_propagate(right: Right) -> Iterator[Finding]:
    yield from as_array(right.result[1])
    yield from epsilon_in(right, right.result[1])


def as_array(J: Any) -> Iterator[Finding]:
    """An array of one number in place of a number."""
    if np.ndim(J):
        yield finding("cost as an array", shape=np.shape(J))


def epsilon_in(right: Right, J: Any) -> Iterator[Finding]:
    """How much an epsilon in the logarithms changes the cost."""
    for epsilon in right.epsilons[:1]:
        exact = right.call.case.cost.item()
        change = abs(np.asarray(J).item() - exact) / exact
        yield finding(
            "epsilon in the cost" if change > NEAR else "tiny epsilon", epsilon=epsilon, change=f"{change:.0e}"
        )


def of_gradients(right: Right) -> Iterator[Finding]:
    """How much an epsilon in the divisions of dA[L] changes the gradients of the weights."""
    exact = {name: tensor.numpy() for name, tensor in right.call.right.items() if name.startswith("dW")}
    change = max(np.abs(right.result[name] - dW).max() / np.abs(dW).max() for name, dW in exact.items())
    if right.epsilons and change > ROUNDING:
        yield finding("epsilon in the gradients", epsilon=right.epsilons[0], change=f"{change:.0e}")


def of_optimize(right: Right) -> Iterator[Finding]:
    """The last cost in place of the list of costs, or the cost of every iteration."""
    costs = right.result[2] if len(right.result) > 2 else []
    if not np.ndim(costs):
        yield finding("cost for costs")
    else:
        yield from too_many(costs, right)


def of_model(right: Right) -> Iterator[Finding]:
    yield from too_many(right.result.get("costs", []), right)


def too_many(costs: Any, right: Right) -> Iterator[Finding]:
    """More costs than the first of every 100 iterations."""
    iterations = right.call.arguments["num_iterations"]
    if np.ndim(costs) and len(costs) > -(-iterations // EVERY):
        yield finding("every cost", found=len(costs), iterations=iterations)


def of_predict(right: Right) -> Iterator[Finding]:
    """True and False in place of 1 and 0 in week 2. In week 3 the assignment itself has True and False."""
    if "w" in right.call.arguments and np.asarray(right.result).dtype == bool:
        yield finding("labels as bool")


RULES: dict[str, Callable[[Right], Iterator[Finding]]] = {
    **dict.fromkeys([name for _, name in SEEDS], of_start),
    **{"compute_cost": of_cost, "propagate": of_propagate, "optimize": of_optimize, "predict": of_predict},
    **{"L_model_backward": of_gradients, "model": of_model},
}
"""Function of an assignment -> what the course's own grader says of a right result."""
ANSWERS = {
    **dict.fromkeys(["cost as an array", "epsilon in the cost", "epsilon in the gradients", "every cost"], DOUBTFUL),
    **dict.fromkeys(["tiny epsilon", "labels as bool"], ACCEPTED),
}
"""Note -> what the course's grader does, if it does not refuse the function for certain."""


METHOD = "torch.Tensor.backward"
DERIVATIVE = re.compile(
    r"torch\.(Tensor\.backward|autograd\.(grad|backward|functional\.\w+))"
    r"|(torch\.func|functorch)\.(grad|grad_and_value|vjp|jvp|jac\w+|hessian|linearize)"
)
LOSS = re.compile(r"torch\.(nn\.(functional\.|modules\.loss\.)?)?(\w+_loss|\w*cross_entropy\w*|kl_div|\w+Loss)")
ASKS_FOR_LOSS = re.compile(r"\b(J|L|loss) = ")
"""In the formulas of a task that asks for the loss or the cost."""
KEYS = ("torch differentiates", "torch computes the loss")
"""The keys of the two notes."""


def with_torch_notes(source: Source, verdicts: list[Verdict]) -> list[Verdict]:
    """Note on the right functions where torch differentiates or computes the loss. Their other notes stay."""
    imported, judged = imports_of(source), frozenset(verdict.task.name for verdict in verdicts)
    noted = []
    for verdict in verdicts:
        if verdict.state == "right" and (note := note_on(source, verdict.task, judged, imported)):
            symptom = joined(SEMICOLON, filter(None, (verdict.symptom, note.text)))
            findings = tuple(replace(each, text=symptom) for each in (*verdict.findings, note))
            verdict = replace(verdict, symptom=symptom, findings=findings)
        noted.append(verdict)
    return noted


def note_on(source: Source, task: Task, judged: frozenset[str], imported: Mapping[str, str]) -> Finding | None:
    """The note on a function, from its own text and that of its helpers. A function that is judged is no helper."""
    functions = [source.functions[name] for name in (task.name, *used_by(source, task.name, judged))]
    used = {path for function in functions for path in paths_in(function, imported)}
    if has_own_backward(source, imported):
        used.discard(METHOD)
    if any(map(DERIVATIVE.fullmatch, used)):
        return finding(KEYS[0])
    asked = ASKS_FOR_LOSS.search(task.formulas["rows"])
    return finding(KEYS[1]) if asked and any(map(LOSS.fullmatch, used)) else None


def imports_of(source: Source) -> dict[str, str]:
    """Name -> its path, such as F -> torch.nn.functional; a name that the file itself defines has an empty path."""
    names: dict[str, str] = {}
    for top in (top for tree in source.trees for top in tree.body):
        for node in ast.walk(top):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    first = alias.name.partition(".")[0]
                    names[alias.asname or first] = alias.name if alias.asname else first
            elif isinstance(node, ast.ImportFrom):
                for alias in given_by_star(node) or node.names:
                    names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        own = [top.name] if isinstance(top, ast.FunctionDef | ast.ClassDef) else named_targets(top)
        path = path_of(getattr(top, "value", None), names)
        names |= dict.fromkeys(own, path)
    return names


def given_by_star(node: ast.ImportFrom) -> list[ast.alias]:
    """The names that `from … import *` takes from a module of torch that is loaded here."""
    module = str(node.module)
    stars = node.names[0].name == "*" and module.partition(".")[0] == "torch"
    return [ast.alias(name) for name in dir(sys.modules[module])] if stars and module in sys.modules else []


def path_of(node: ast.AST | None, names: Mapping[str, str]) -> str:
    """The path of a name or of an attribute, such as torch.autograd.grad; empty if the file does not import it."""
    if isinstance(node, ast.Name):
        return names.get(node.id, "")
    before = path_of(node.value, names) if isinstance(node, ast.Attribute) else ""
    return f"{before}.{node.attr}" if before and isinstance(node, ast.Attribute) else ""


def paths_in(function: Function, imported: Mapping[str, str]) -> Iterator[str]:
    """The paths that a function uses. `J.backward()` is METHOD, if J is nothing imported."""
    own = {node.arg for node in nodes_of(function, ast.arg)}
    own |= {node.id for node in nodes_of(function, ast.Name) if isinstance(node.ctx, ast.Store)}
    names = {name: path for name, path in imported.items() if name not in own}
    for node in ast.walk(function):
        yield path_of(node, names)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "backward":
            yield "" if path_of(node.func.value, names) else METHOD


def has_own_backward(source: Source, imported: Mapping[str, str]) -> bool:
    """Whether a method `backward` may be the learner's: without torch, or if a class of the file has such a method.

    torch itself calls that of a torch.autograd.Function.
    """
    classes = [
        node
        for tree in source.trees
        for node in nodes_of(tree, ast.ClassDef)
        if "torch.autograd.Function" not in (path_of(base, imported) for base in node.bases)
    ]
    own = any(getattr(node, "name", "") == "backward" for one in classes for node in one.body)
    return own or not any(path.partition(".")[0] == "torch" for path in imported.values())
