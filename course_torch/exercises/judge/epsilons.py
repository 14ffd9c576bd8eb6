"""Functions with an epsilon in the logarithms of the cost, or in the divisions of dA[L]: they are right, too."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from course_torch.exercises.comparing import Result, equal
from course_torch.exercises.explain.known_mistakes import edited_solution, tensors_made_by
from course_torch.exercises.learners_file.source import Source
from course_torch.exercises.learners_file.syntax import used_by
from course_torch.exercises.tasks.task import Task
from course_torch.mistakes.record import Edit
from course_torch.mistakes.records.cost import COSTS, TERMS

LARGEST = 1e-5
"""Largest number that is an epsilon. It keeps log(0) and 1/0 away, and hardly changes the cost."""
MOST = 5
"""Numbers of one text that are tried: each is put into two dozen solutions."""
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
    right = (tensors_made_by(one[task.key], task, result, layout) for one in solutions if one)
    return any(all(p.name in one and equal(one[p.name], p.found) for p in result.parts) for one in right)


@lru_cache(maxsize=16)
def epsilons(source: Source, name: str) -> list[float]:
    """The numbers that may be an epsilon in the text of a function, and of those functions of the file that it uses."""
    used = [name, *sorted(used_by(source.functions, name) - {name})]
    nodes = [node for function in used for node in ast.walk(source.functions[function])]
    values = [node.value for node in nodes if isinstance(node, ast.Constant)]
    values += [source.constants.get(node.id) for node in nodes if isinstance(node, ast.Name)]
    small = [value for value in dict.fromkeys(values) if isinstance(value, float) and 0 < value <= LARGEST]
    return small[:MOST]


def edits_with(epsilon: float) -> Iterator[list[Edit]]:
    """Edits of the solutions that put an epsilon into the cost, into dA[L], or into both."""
    forms = [tuple(form.replace("{e}", str(epsilon)) for form in pair) for pair in FORMS]
    costs = [costs_with(*pair) for pair in forms]
    gradients = [gradients_with(*pair) for pair in forms]
    yield from ([*cost, *gradient] for cost, gradient in product([[], *costs], [[], *gradients]))


def costs_with(a: str, rest: str) -> list[Edit]:
    """Edits of the cost that compute the logarithms of a and of the rest in place of A and 1 - A."""
    loss = f"Y * np.log({a}) + (1 - Y) * np.log({rest})"
    return [Edit(function, TERMS.format(A=A), loss.format(A=A)) for function, A in COSTS]


def gradients_with(a: str, rest: str) -> list[Edit]:
    """Edits of dA[L] that divide by a and by the rest in place of A and 1 - A."""
    dZ = f"(-Y / {a} + (1 - Y) / {rest}) * {{A}} * (1 - {{A}})".format(A="AL")
    divisions = "np.divide(Y, {a}) - np.divide(1 - Y, {rest})"
    old, new = divisions.format(a="A2", rest="1 - A2"), divisions.format(a=a, rest=rest).format(A="A2")
    return [Edit("output_gradient", "AL - Y", dZ), Edit("two_layer_model", old, new)]
