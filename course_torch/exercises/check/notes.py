"""Notes on right functions: what the course's own grader does not accept, and where torch computes the formulas.

The grader compares with fixed numbers. Only the text of a function shows where torch differentiates, or computes the
loss; `torch.sigmoid`, relu and tanh are formulas of the notes. The text also shows a function that
only calls a supplied function: it is not judged.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from course_torch.exercises.explain.confusions import RATE
from course_torch.exercises.judge.calling import Caller, arguments_for
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.learners_file.source import Source
from course_torch.exercises.learners_file.syntax import Function, named_targets, nodes_of, used_by
from course_torch.exercises.recognition.stand_ins import is_here
from course_torch.exercises.sandbox.client import Failure
from course_torch.exercises.sandbox.learner.stub_modules import REPLACED
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
SUPPLIED = Text(
    "it only calls {path}, which is supplied and not your work: write the formula yourself",
    "它只是调用了 {path}，而那是提供给你的，不算你自己写的：请自己写出公式",
)
DOUBTED = ("number of costs", "another learning rate")
"""Notes on what some editions of the grader do not look at."""
SCALE = 0.01
UNSEEN = 1e-6
"""Largest relative difference that the course's grader does not see for certain."""
EVERY = 100
"""The assignments record the cost of each 100th iteration."""
FIRST_SEED = 1
"""The seed that is set before a function is called (`sandbox/client.py`)."""
METHOD = "torch.Tensor.backward"
DERIVATIVE = re.compile(
    r"torch\.(Tensor\.backward|autograd\.(grad|backward|functional\.\w+))"
    r"|(torch\.func|functorch)\.(grad|grad_and_value|vjp|jvp|jac\w+|hessian|linearize)"
)
LOSS = re.compile(r"torch\.(nn\.(functional\.|modules\.loss\.)?)?(\w+_loss|\w*cross_entropy\w*|kl_div|\w+Loss)")
ASKS_FOR_LOSS = re.compile(r"\b(J|L|loss) = ")
"""In the formulas of a task that asks for the loss or the cost."""
BY_TORCH = ("torch differentiates", "torch computes the loss")
"""The keys of the notes on what torch computes."""
OPERATORS = (ast.operator, ast.unaryop, ast.boolop, ast.cmpop)


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
    if all(how == "randn" and abs(c / SCALE - 1) <= UNSEEN for how, c in filter(None, draws.values())):
        return None
    found = ", ".join(f"{name} = {draw[1]:.4g} * {draw[0]}" for name, draw in draws.items() if draw)
    return finding("another scale", found=found)


def draw_of(values: np.ndarray, start: np.random.RandomState) -> tuple[str, float] | None:
    """The function that draws the values next, and the factor of its draws. None if neither function does."""
    state = start.get_state()
    for how in ("randn", "rand"):
        start.set_state(state)
        ratio = values / getattr(start, how)(*values.shape)
        if np.ptp(ratio) <= UNSEEN * abs(ratio.mean()):
            return how, ratio.mean()
    start.set_state(state)
    shift = values - start.randn(*values.shape)  # randn(…) + 0.01
    return (f"randn + {shift.mean():.4g}", 1) if np.ptp(shift) <= UNSEEN else None


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


def with_notes_by_text(source: Source, verdicts: list[Verdict]) -> list[Verdict]:
    """Note on the right functions where torch differentiates or computes the loss. Their other notes stay.

    A right function of an assignment that only calls a supplied function is not judged.
    """
    imported, judged = imports_of(source), frozenset(verdict.task.name for verdict in verdicts)
    noted = []
    for verdict in verdicts:
        if verdict.state == "right" and (path := supplied_path(source, verdict.task, imported)):
            verdict = Verdict(verdict.task, "not judged", SUPPLIED.fill(path=path))
        elif verdict.state == "right" and (note := torch_note_on(source, verdict.task, judged, imported)):
            symptom = joined(SEMICOLON, filter(None, (verdict.symptom, note.text)))
            findings = tuple(replace(each, text=symptom) for each in (*verdict.findings, note))
            verdict = replace(verdict, symptom=symptom, findings=findings)
        noted.append(verdict)
    return noted


def supplied_path(source: Source, task: Task, imported: Mapping[str, str]) -> str:
    """The path of the supplied function of its own name, if a function calls nothing else and has no operator.

    Supplied are the functions of the course's own files, and those that stand in for functions of files not here.
    """
    function = source.functions[task.name]
    calls = nodes_of(function, ast.Call)
    path, *others = {path_of(call.func, imported) for call in calls} or {path_of(function, imported)}
    module, _, name = path.rpartition(".")
    if source.is_exercise or others or name not in task.names or not module:
        return ""
    computes = any(isinstance(node, OPERATORS) for node in ast.walk(function))
    is_supplied = REPLACED.match(module) or not is_here(source, module)
    return path if is_supplied and not computes else ""


def torch_note_on(source: Source, task: Task, judged: frozenset[str], imported: Mapping[str, str]) -> Finding | None:
    """The note on a function, from its own text and that of its helpers. A function that is judged is no helper."""
    functions = [source.functions[name] for name in (task.name, *used_by(source.functions, task.name, judged))]
    used = {path for function in functions for path in paths_in(function, imported)}
    if has_own_backward(source, imported):
        used.discard(METHOD)
    if any(map(DERIVATIVE.fullmatch, used)):
        return finding(BY_TORCH[0])
    asked = ASKS_FOR_LOSS.search(task.formulas["rows"])
    return finding(BY_TORCH[1]) if asked and any(map(LOSS.fullmatch, used)) else None


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
                for alias in node.names:
                    names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        own = [top.name] if isinstance(top, ast.FunctionDef | ast.ClassDef) else named_targets(top)
        path = path_of(getattr(top, "value", None), names)
        names |= dict.fromkeys(own, path)
    return names


def path_of(node: ast.AST | None, names: Mapping[str, str]) -> str:
    """The path of a name or of an attribute, such as torch.autograd.grad; empty if the file does not import it."""
    if isinstance(node, ast.Attribute) and (before := path_of(node.value, names)):
        return f"{before}.{node.attr}"
    return names.get(node.id, "") if isinstance(node, ast.Name) else ""


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
        for node in source.nodes(ast.ClassDef)
        if "torch.autograd.Function" not in (path_of(base, imported) for base in node.bases)
    ]
    own = any(getattr(node, "name", "") == "backward" for one in classes for node in one.body)
    return own or not any(path.partition(".")[0] == "torch" for path in imported.values())
