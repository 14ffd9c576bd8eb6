"""Find a forward function whose cache the learner's own backward function cannot use.

Each of the two may be right alone, because the backward function is called with the cache that the docstrings name.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from course_torch.exercises.form import handed
from course_torch.exercises.judging import Judge
from course_torch.exercises.process import Failure
from course_torch.exercises.sentences import BLAMED
from course_torch.exercises.task import Call, Finding, Value
from course_torch.exercises.verdict import Verdict
from course_torch.exercises.whole_pass import used_by
from course_torch.language import Text

MISFIT = Text(
    "it returns the {argument} {found}, but {reader} reads {expected}",
    "它返回的 {argument} 是 {found}，而 {reader} 读取的是 {expected}",
)
RTOL, ATOL = 1e-5, 1e-5
"""Differences below which two arrays have the same name: float32's rounding errors."""


def with_misfit(judge: Judge, verdicts: list[Verdict]) -> list[Verdict]:
    """Call the first forward function wrong whose cache does not fit, and leave the functions that use it unjudged.

    Functions that are all right fit together.
    """
    by_name = {each.task.name: each for each in verdicts}
    if all(each.state == "right" for each in verdicts):
        return verdicts
    found = next((wrong for each in verdicts for wrong in misfits(judge, each, by_name)), None)
    if found is None:
        return verdicts
    name, source = found.task.name, judge.learner.source
    blamed = BLAMED.fill(name=name)
    return [
        found
        if each.task.name == name
        else Verdict(each.task, "not judged", blamed)
        if each.state == "wrong" and name in used_by(source, each.task.name)
        else each
        for each in verdicts
    ]


def misfits(judge: Judge, reader: Verdict, by_name: Mapping[str, Verdict]) -> Iterator[Verdict]:
    """The verdict on the function that makes an argument of `reader`, if `reader` is wrong only with this argument."""
    calls = [call for setting in judge.settings for call in reader.task.calls_in(setting) if call.own]
    if reader.state != "right" or not calls:
        return
    broken = None
    for call in calls:
        for argument, made in call.own.items():
            writer = by_name.get(made.function)
            if writer is None or writer.state != "right":
                return
            broken = broken or judge.by_calls(reader.task, own=True)
            if broken.state == "right":
                return
            if texts := contents(judge, call, argument, writer):
                seen = MISFIT.fill(argument=argument, found=texts[0], reader=reader.task.name, expected=texts[1])
                finding = Finding("another cache", seen, writer.task.section)
                yield Verdict(writer.task, "wrong", seen, (finding,), writer.task.calls_in(call.setting)[0])


def contents(judge: Judge, call: Call, argument: str, writer: Verdict) -> tuple[str, str] | None:
    """What the argument holds as the learner's own function makes it, and what it should hold. None if they agree."""
    made, layout = call.own[argument], judge.layout
    inner = {name: handed(value, name, layout) for name, value in made.arguments.items()}
    answer = judge.learner.call(made.function, list(inner.values()))
    if isinstance(answer, Failure):
        return None
    expected = handed(call.arguments[argument], argument, layout)
    names = writer.task.signature.split(", ")
    known = [*zip(names, inner.values(), strict=False), *entries(call.arguments[argument], expected)]
    known.append((writer.task.result, answer.result[0]))
    texts = named(answer.result[made.part], known), named(expected, known)
    return None if texts[0] == texts[1] else texts


def entries(value: Value, expected: Any) -> Iterator[tuple[str, Any]]:
    """The names of the parts of a cache, and the parts in the learner's form. A list has the parts cache1, cache2, …"""
    if isinstance(value, dict):
        yield from expected.items()
    elif isinstance(value, list):
        yield from ((f"cache{l}", each) for l, each in enumerate(expected, start=1))
    else:
        yield from zip(value._fields, expected, strict=True)


def named(value: Any, known: list[tuple[str, Any]]) -> str:
    """The value in names of known values, such as (A, W, b). A question mark stands for any other value."""
    for name, each in known:
        if same(value, each):
            return name
    if isinstance(value, list | tuple):
        return f"({', '.join(named(each, known) for each in value)})"
    if isinstance(value, dict):
        pairs = ((key, named(each, known)) for key, each in value.items())
        return "{" + ", ".join(key if key == name else f"{key}: {name}" for key, name in pairs) + "}"
    return "None" if value is None else "?"


def same(a: Any, b: Any) -> bool:
    """Whether two values have the same structure and, up to rounding errors, the same numbers."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.shape == b.shape and np.allclose(a, b, RTOL, ATOL, equal_nan=True)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return type(a) is type(b) and not isinstance(a, np.ndarray) and bool(a == b)
