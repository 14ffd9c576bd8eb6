"""Three hints on a wrong function: what was called, the formula, and the smallest case in numbers.

A hint never shows the line to write.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from course_torch.exercises.judge.judging import Judge, Verdict
from course_torch.exercises.sandbox.layout import Part, in_layout
from course_torch.exercises.tasks.stub import docstring
from course_torch.exercises.tasks.task import Call, Chapter, Task, Value
from course_torch.language import Language, Text

LABEL = Text("hint {level} of 3", "提示 {level}/3")
CALLED = Text("{name} was called with", "调用 {name} 时的参数")
ENTRIES = Text("{wrong} of {all} numbers of {name} are wrong", "{name} 的 {all} 个数里有 {wrong} 个不对")
YOURS = Text("your {name}", "你的 {name}")
RIGHT = Text("the right {name}", "正确的 {name}")
SMALLEST = Text("the smallest case:", "最小的例子：")
NO_SMALL_CASE = Text("The smallest case does not show the mistake.", "最小的例子里看不出这个错误。")


def hint_lines(level: int, verdict: Verdict, judge: Judge, chapter: Chapter, language: Language) -> Iterator[str]:
    """The lines of a hint."""
    yield LABEL.fill(level=level).say(language)
    layout = judge.layout
    if level == 1:
        yield from what_was_called(verdict, layout, language)
    elif level == 2:
        yield from docstring(verdict.task, layout, language)
    else:
        yield from smallest_case(verdict.task, judge, chapter, language)


def what_was_called(verdict: Verdict, layout: str, language: Language) -> Iterator[str]:
    """The arguments with their shapes, and how many numbers are wrong."""
    if verdict.call is not None:
        yield CALLED.fill(name=verdict.task.name).say(language) + ": " + ", ".join(shapes(verdict.call, layout))
    part = verdict.part
    if part is not None and part.found.shape == part.right.shape:
        wrong = int((~part.found.isclose(part.right, rtol=1e-5, atol=1e-8)).sum())
        yield ENTRIES.fill(wrong=wrong, all=part.right.numel(), name=part.name).say(language)


def shapes(call: Call, layout: str) -> Iterator[str]:
    """Each argument with its shape, or with its value if it is no array."""
    for name, value in call.arguments.items():
        yield f"{name} {shape_of(value, name, layout)}"


def shape_of(value: Value, name: str, layout: str) -> str:
    """The shape of a tensor in the learner's layout, and the content of anything else in short."""
    if hasattr(value, "shape"):
        return str(tuple(in_layout(value, name, layout).shape))
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} {shape_of(each, key, layout)}" for key, each in value.items()) + "}"
    if hasattr(value, "_fields"):
        parts = (f"{key} {shape_of(each, key, layout)}" for key, each in value._asdict().items())
        return f"({', '.join(parts)})"
    if isinstance(value, list) and value and not isinstance(value[0], int | float):
        return f"[{', '.join(shape_of(each, name, layout) for each in value)}]"
    return repr(value)


def smallest_case(task: Task, judge: Judge, chapter: Chapter, language: Language) -> Iterator[str]:
    """The arguments and both results in numbers, for 3 examples and 2 units a layer if these show the mistake.

    A function that never returns the right structure has no numbers to compare: what its first call shows is said.
    """
    others = sorted([*judge.cases, *judge.equal_cases], key=lambda case: case.X.numel())
    without_numbers: Verdict | None = None
    for call in (call for case in [chapter.smallest_case(), *others] for call in task.calls_in(case)):
        verdict, seen = judge.ask(task, call)
        without_numbers = without_numbers or verdict
        if verdict is not None and verdict.state == "not judged":  # each further call may take seconds, too
            break
        if seen is not None and seen.wrong:
            yield from arguments(call, judge.layout, language)
            part = seen.first
            yield from lines(YOURS.fill(name=part.name).say(language), part.found, part, judge.layout)
            yield from lines(RIGHT.fill(name=part.name).say(language), part.right, part, judge.layout)
            return
    if without_numbers is None or without_numbers.symptom is None:
        yield NO_SMALL_CASE.say(language)
    else:
        if without_numbers.call is not None:
            yield from arguments(without_numbers.call, judge.layout, language)
        yield f"{task.name}: {without_numbers.symptom.say(language)}"


def arguments(call: Call, layout: str, language: Language) -> Iterator[str]:
    """The arguments of the smallest case in numbers."""
    yield SMALLEST.say(language)
    for name, value in call.arguments.items():
        yield from numbers(name, value, layout)


def numbers(name: str, value: Value, layout: str) -> Iterator[str]:
    """The numbers of an argument, one array a line or a few lines."""
    if hasattr(value, "shape"):
        yield as_lines(name, in_layout(value, name, layout))
    elif isinstance(value, dict) or hasattr(value, "_fields"):
        for key, each in (value if isinstance(value, dict) else value._asdict()).items():
            yield from numbers(key, each, layout)
    elif isinstance(value, list) and value and not isinstance(value[0], int | float):
        for i, each in enumerate(value):
            yield f"{name}[{i}]:"
            yield from numbers(name, each, layout)
    else:
        yield f"{name} = {value!r}"


def lines(label: str, tensor: Any, part: Part, layout: str) -> Iterator[str]:
    yield as_lines(label, in_layout(tensor, part.name, layout))


def as_lines(label: str, tensor: Any) -> str:
    """The label and the numbers, aligned below each other."""
    text = np.array2string(tensor.double().numpy(), precision=4, suppress_small=True, floatmode="maxprec")
    return f"{label} = " + text.replace("\n", "\n" + " " * (len(label) + 3))
