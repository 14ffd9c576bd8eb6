"""Notes on right functions where torch differentiates, or computes the loss: only the text of a function shows it.

`torch.sigmoid`, relu and tanh are formulas of the notes.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.learners_file.source import Source
from course_torch.exercises.learners_file.syntax import Function, named_targets, nodes_of, used_by
from course_torch.exercises.tasks.task import Finding, Task, finding
from course_torch.language import SEMICOLON, joined

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
    functions = [source.functions[name] for name in (task.name, *used_by(source.functions, task.name, judged))]
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
