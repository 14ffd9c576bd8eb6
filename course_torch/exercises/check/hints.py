"""Three hints on a wrong function: what was called, the formula, and the smallest case in numbers.

A hint never shows the line to write.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from course_torch.exercises.comparing import symptom_of
from course_torch.exercises.judge.calling import Caller
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.sandbox.layout import in_layout
from course_torch.exercises.tasks.stub import docstring
from course_torch.exercises.tasks.task import Call, Task, Value
from course_torch.language import Language, Text

LABEL = Text("hint {level} of 3", "提示 {level}/3")
CALLED = Text("{name} was called with", "调用 {name} 时的参数")
CALLED_AS = Text("{name} is called with ({signature})", "{name} 会以 ({signature}) 调用")
ENTRIES = Text("{wrong} of {all} numbers of {name} are wrong", "{name} 的 {all} 个数里有 {wrong} 个不对")
YOURS = Text("your {name}", "你的 {name}")
RIGHT = Text("the right {name}", "正确的 {name}")
SMALLEST = Text("the smallest case, with m = {m}:", "最小的例子，m = {m}：")
NO_SMALL_CASE = Text("The smallest case does not show the mistake.", "最小的例子里看不出这个错误。")


def hint_lines(level: int, verdict: Verdict, caller: Caller, language: Language) -> Iterator[str]:
    """The lines of a hint."""
    yield LABEL.fill(level=level).say(language)
    if level == 1 or (level == 3 and verdict.call is None):
        yield from what_was_called(verdict, caller.layout, language)
    elif level == 2:
        yield from docstring(verdict.task, caller.layout, language)
    else:
        yield from smallest_case(verdict.task, caller, language)


def what_was_called(verdict: Verdict, layout: str, language: Language) -> Iterator[str]:
    """The arguments with their shapes, and how many numbers are wrong."""
    if verdict.call is not None:
        shapes = (f"{name} {shape_of(value, name, layout)}" for name, value in verdict.call.arguments.items())
        yield CALLED.fill(name=verdict.task.name).say(language) + ": " + ", ".join(shapes)
    else:
        yield CALLED_AS.fill(name=verdict.task.name, signature=verdict.task.signature).say(language)
    part = verdict.part
    if part is not None and part.found.shape == part.right.shape:
        wrong = int((~part.found.double().isclose(part.right)).sum())
        yield ENTRIES.fill(wrong=wrong, all=part.right.numel(), name=part.name).say(language)


def shape_of(value: Value, name: str, layout: str) -> str:
    """The shape of a tensor in the learner's layout, and the content of anything else in short."""
    if hasattr(value, "shape"):
        return str(tuple(in_layout(value, name, layout).shape))
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} {shape_of(part, key, layout)}" for key, part in value.items()) + "}"
    if hasattr(value, "_fields"):
        parts = (f"{key} {shape_of(part, key, layout)}" for key, part in value._asdict().items())
        return f"({', '.join(parts)})"
    if isinstance(value, list) and value and not isinstance(value[0], int | float):
        return f"[{', '.join(shape_of(part, name, layout) for part in value)}]"
    return repr(value)


def smallest_case(task: Task, caller: Caller, language: Language) -> Iterator[str]:
    """The arguments and both results in numbers, for 3 examples and 2 units a layer if these show the mistake.

    A function that never returns the right structure has no numbers to compare: what its first call shows is said.
    """
    others = sorted([*caller.cases, *caller.equal_cases], key=lambda case: case.X.numel())
    without_numbers: Verdict | None = None
    for call in (call for case in [caller.chapter.smallest_case(), *others] for call in task.calls_in(case)):
        asked = caller.ask(task, call)
        if isinstance(asked, Verdict):
            without_numbers = without_numbers or asked
            if asked.state == "not judged":  # each further call may take seconds, too
                break
        elif asked.wrong:
            yield from arguments(asked.call, caller.layout, language)
            name, *tensors = asked.first
            for label, tensor in zip((YOURS, RIGHT), tensors, strict=True):
                if label is YOURS or asked.call.initial is None:
                    yield as_lines(label.fill(name=name).say(language), in_layout(tensor, name, caller.layout))
            if asked.call.initial:  # no numbers are right for a random draw
                yield symptom_of(asked, caller.layout).say(language)
            return
    if without_numbers is None or without_numbers.symptom is None:
        yield NO_SMALL_CASE.say(language)
    else:
        if without_numbers.call is not None:
            yield from arguments(without_numbers.call, caller.layout, language)
        yield f"{task.name}: {without_numbers.symptom.say(language)}"


def arguments(call: Call, layout: str, language: Language) -> Iterator[str]:
    """The arguments of the smallest case in numbers."""
    yield SMALLEST.fill(m=call.case.m).say(language)
    for name, value in call.arguments.items():
        yield from numbers(name, value, layout)


def numbers(name: str, value: Value, layout: str) -> Iterator[str]:
    """The numbers of an argument, one array a line or a few lines."""
    if hasattr(value, "shape"):
        yield as_lines(name, in_layout(value, name, layout))
    elif isinstance(value, dict) or hasattr(value, "_fields"):
        for key, part in (value if isinstance(value, dict) else value._asdict()).items():
            yield from numbers(key, part, layout)
    elif isinstance(value, list) and value and not isinstance(value[0], int | float):
        for i, part in enumerate(value):
            yield f"{name}[{i}]:"
            yield from numbers(name, part, layout)
    else:
        yield f"{name} = {value!r}"


def as_lines(label: str, tensor: Any) -> str:
    """The label and the numbers, aligned below each other."""
    text = np.array2string(tensor.double().numpy(), precision=4, suppress_small=True)
    return f"{label} = " + text.replace("\n", "\n" + " " * (len(label) + 3))
