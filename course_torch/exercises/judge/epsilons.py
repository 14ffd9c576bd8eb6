"""Functions with an epsilon in the logarithms of the cost, or in the divisions of dA[L]: they are right, too."""

import ast
from collections.abc import Iterator

from course_torch.exercises.explain.numbers import edited_solution, made
from course_torch.exercises.explain.symptoms import Result, equal
from course_torch.exercises.sandbox.source import Source, nodes_of
from course_torch.exercises.tasks.task import Task
from course_torch.mistakes.record import Edit
from course_torch.mistakes.records.cost import COSTS, TERMS

LARGEST = 1e-5
"""Largest number that is an epsilon. It keeps log(0) and 1/0 away, and hardly changes the cost."""
FORMS = (
    ("({A} + {e})", "(1 - {A} + {e})"),
    ("({A} + {e})", "(1 - {A})"),
    ("{A}", "(1 - {A} + {e})"),
    ("np.clip({A}, {e}, 1 - {e})", "(1 - np.clip({A}, {e}, 1 - {e}))"),
)
"""A and 1 - A with an epsilon e in both, in the first or in the second, and with A kept away from 0 and 1."""


def is_right_with(small: list[float], result: Result, chapter: str, task: Task, layout: str) -> bool:
    """Whether the numbers of a result are right with one of the small numbers as epsilon."""
    solutions = (edited_solution(chapter, layout, *edits) for epsilon in small for edits in edits_with(epsilon))
    right = (made(one[task.names[0]], task, result, layout) for one in solutions if one)
    return any(all(p.name in one and equal(one[p.name], p.found) for p in result.parts) for one in right)


def epsilons(source: Source, name: str) -> list[float]:
    """The numbers that may be an epsilon in the text of a function, and of those functions of the file that it uses."""
    used = [name]
    for function in used:  # the list grows
        called = {node.id for node in nodes_of(source.functions[function], ast.Name)}
        used += sorted(called & source.functions.keys() - {*used})
    nodes = [node for function in used for node in ast.walk(source.functions[function])]
    values = [node.value for node in nodes if isinstance(node, ast.Constant)]
    values += [source.constants.get(node.id) for node in nodes if isinstance(node, ast.Name)]
    return [value for value in dict.fromkeys(values) if isinstance(value, float) and 0 < value <= LARGEST]


def edits_with(epsilon: float) -> Iterator[list[Edit]]:
    """Edits of the solutions that put an epsilon into the cost, into dA[L], or into both."""
    for forms in FORMS:
        a, b = ({A: form.format(A=A, e=epsilon) for A in ("A", "A2", "AL")} for form in forms)
        costs = [
            Edit(function, TERMS.format(A=A), f"Y * np.log({a[A]}) + (1 - Y) * np.log({b[A]})") for function, A in COSTS
        ]
        gradients = [
            Edit("output_gradient", "AL - Y", f"(-Y / {a['AL']} + (1 - Y) / {b['AL']}) * AL * (1 - AL)"),
            Edit(
                "two_layer_model", "Y, A2) - np.divide(1 - Y, 1 - A2)", f"Y, {a['A2']}) - np.divide(1 - Y, {b['A2']})"
            ),
        ]
        yield from (costs, gradients, costs + gradients)
