"""Find a forward function whose cache the learner's own backward function cannot use.

Each of the two may be right alone, because the backward function is called with the cache that the docstrings name.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from course_torch.exercises.judge import sentences as said
from course_torch.exercises.judge.calling import Caller
from course_torch.exercises.judge.outcome import outcome_of
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.learners_file.syntax import used_by
from course_torch.exercises.sandbox.client import Failure
from course_torch.exercises.sandbox.layout import all_handed, handed
from course_torch.exercises.tasks.cases import TestCase
from course_torch.exercises.tasks.task import Call, Finding, Value, finding
from course_torch.language import Text
from course_torch.mistakes import MISTAKES

MISMATCH = MISTAKES["another cache"].sentence
UNUSABLE = Text(
    "{reader} cannot use the {argument} that it returns: {why}", "{reader} 无法使用它返回的 {argument}：{why}"
)
NOTE = Text(
    "right, but it returns the {argument} {found}: the course's own tests expect {expected}",
    "正确，但它返回的 {argument} 是 {found}：课程自己的测试要求的是 {expected}",
)
OF_ANOTHER_CALL = Text(
    "the {argument} that it returns holds other tensors than those of this call, such as global variables: expected "
    "{expected}",
    "它返回的 {argument} 里不是这次调用的张量，也许是全局变量：应当是 {expected}",
)
ONE_ALONE = Text(
    "it returns {found} alone as {argument}: expected {expected}",
    "它只返回了 {found} 作为 {argument}：应当是 {expected}",
)
ONE_OF_SEVERAL = re.compile(r"cache\d+")
"""What a list of caches is called if it is one of them."""
RTOL, ATOL = 1e-5, 1e-5
"""Differences below which two arrays have the same name: float32's rounding errors."""
LONGEST = 8
"""Values of a list that are shown."""


class OtherCache(NamedTuple):
    """The part of a cache in which the learner's differs from the course's: its name, and both contents by name.

    is_nameless   whether it is a tuple of arrays without a name
    """

    argument: str
    found: str
    expected: str
    is_nameless: bool

    def said_in(self, text: Text, **values: object) -> Text:
        """A sentence about it."""
        return text.fill(argument=self.argument, found=self.found, expected=self.expected, **values)


def with_cache_mismatch(caller: Caller, verdicts: list[Verdict]) -> list[Verdict]:
    """Call the first forward function wrong whose cache does not fit, and leave the functions that use it unjudged.

    If every cache fits, the verdict on a function of an assignment notes a cache that is not the course's.
    """
    by_name = {verdict.task.name: verdict for verdict in verdicts}
    found = next((wrong for reader in verdicts if (wrong := unusable_cache(caller, reader, by_name))), None)
    source = caller.source
    if found is None:
        return [*(by_name if source.is_exercise else by_name | dict(notes_on_caches(caller, by_name))).values()]
    name = found.task.name
    blamed = said.BLAMED.fill(name=name)
    return [
        found
        if verdict.task.name == name
        else Verdict(verdict.task, "not judged", blamed)
        if verdict.state == "wrong" and name in used_by(source.functions, verdict.task.name)
        else verdict
        for verdict in verdicts
    ]


def unusable_cache(caller: Caller, reader: Verdict, by_name: Mapping[str, Verdict]) -> Verdict | None:
    """The verdict on the function that makes an argument of `reader`, if `reader` is wrong only with this argument."""
    calls = [made for case in caller.cases for made in calls_with_caches(case, reader, by_name)]
    if reader.state != "right" or reader.way.given.names or not calls:
        return None
    broken = outcome_of(caller.again(reader).by(caches="own in turn"), reader.task).verdict
    if broken.state == "right" or broken.symptom is None:
        return None
    for call, argument, writer in calls:
        if other := mismatch(caller, call, argument, writer):
            symptom = other.said_in(MISMATCH, reader=reader.task.name)
            break
    else:
        call, argument, writer = calls[0]
        symptom = UNUSABLE.fill(argument=argument, reader=reader.task.name, why=broken.symptom)
    cause = Finding("another cache", symptom, writer.task.section)
    return Verdict(writer.task, "wrong", symptom, (cause,), writer.task.calls_in(call.case)[0])


def notes_on_caches(caller: Caller, by_name: Mapping[str, Verdict]) -> Iterator[tuple[str, Verdict]]:
    """Name and verdict of each right function whose cache is not the course's.

    A cache of other tensors is wrong, and so is one cache for a list of them.
    """
    for reader in by_name.values():
        for call, argument, writer in calls_with_caches(caller.cases[0], reader, by_name):
            other = mismatch(caller, call, argument, writer)
            if other and (other.is_nameless or ONE_OF_SEVERAL.fullmatch(other.found)):
                wrong = other.said_in(OF_ANOTHER_CALL if other.is_nameless else ONE_ALONE)
                cause = Finding("another cache", wrong, writer.task.section)
                yield writer.task.name, replace(writer, state="wrong", symptom=wrong, findings=(cause,))
            elif other:
                note = replace(finding("own cache"), text=other.said_in(NOTE))
                yield writer.task.name, replace(writer, symptom=note.text, findings=(note,))


def calls_with_caches(
    case: TestCase, reader: Verdict, by_name: Mapping[str, Verdict]
) -> Iterator[tuple[Call, str, Verdict]]:
    """The calls of a function with a cache that another right function makes, its argument, and the other's verdict."""
    by_key = {verdict.task.key: verdict for verdict in by_name.values()}
    for call in reader.task.calls_in(case):
        for argument, made in call.learners.items():
            writer = by_key.get(made.function)
            if writer is not None and writer.state == "right" and not (writer.way.given.names or writer.way.named):
                yield call, argument, writer


def mismatch(caller: Caller, call: Call, argument: str, writer: Verdict) -> OtherCache | None:
    """How the argument that the learner's own function makes differs from the course's. None if they agree."""
    made, layout = call.learners[argument], caller.layout
    answer = caller.learner.call(*caller.cache_call(made))
    if isinstance(answer, Failure):
        return None
    found, expected = answer.result[1], handed(call.arguments[argument], argument, layout)
    if is_equal(found, expected):
        return None
    known = [*zip(writer.task.argument_names, all_handed(made.arguments, layout), strict=False)]
    known += [*entries(call.arguments[argument], expected), (writer.task.result, answer.result[0])]
    name, found, expected = deepest(argument, found, expected, known)
    is_nameless = {*flat(found, known)} == {"?"}
    return OtherCache(name, named(found, known), listed(expected, known), is_nameless)


def deepest(name: str, found: Any, expected: Any, known: list[tuple[str, Any]]) -> tuple[str, Any, Any]:
    """The entry in which two values differ, and both contents, down to an entry that is known or has another length."""
    if isinstance(found, list | tuple) and isinstance(expected, list | tuple) and len(found) == len(expected):
        for i, pair in enumerate(zip(found, expected, strict=True)):
            unknown = not any(is_equal(pair[0], value) for _, value in known)
            if unknown and all(isinstance(value, list | tuple) for value in pair):
                return deepest(f"{name}[{i}]", *pair, known)
    return name, found, expected


def entries(value: Value, expected: Any, l: int = 0) -> Iterator[tuple[str, Any]]:
    """The names of the parts of a cache, and the parts in the learner's form. A list has the parts cache1, cache2, …"""
    if isinstance(value, list):
        for l, (cache, part) in enumerate(zip(value, expected, strict=True), start=1):
            yield f"cache{l}", part
            yield from entries(cache, part, l)
    elif isinstance(value, dict):
        yield from expected.items()
    elif hasattr(value, "_fields"):
        for name, inner, part in zip(value._fields, value, expected, strict=True):
            yield f"A{l - 1}" if l and name == "A_prev" else f"{name}{l or ''}", part
            yield from entries(inner, part, l)


def named(value: Any, known: list[tuple[str, Any]]) -> str:
    """The name of a known value, otherwise its parts. A transpose has the name of the known value with ᵀ."""
    for mark, turned in (("", value), ("ᵀ", value.T if isinstance(value, np.ndarray) else None)):
        for name, other in known:
            if turned is not None and is_equal(turned, other):
                return name + mark
    return listed(value, known)


def listed(value: Any, known: list[tuple[str, Any]]) -> str:
    """The parts of a value by name, such as (A, W, b). A question mark stands for an array without a name."""
    if isinstance(value, list | tuple):
        names = [named(part, known) for part in value]
        return f"({', '.join(names[:LONGEST] + ['…'] * (len(names) > LONGEST))})"
    if isinstance(value, dict):
        pairs = ((key, named(part, known)) for key, part in value.items())
        return "{" + ", ".join(key if key == name else f"{key}: {name}" for key, name in pairs) + "}"
    return "?" if isinstance(value, np.ndarray) else str(value)


def flat(value: Any, known: list[tuple[str, Any]]) -> Iterator[str]:
    """The names of the parts of a value, and of their parts."""
    for part in value if isinstance(value, list | tuple) else ():
        yield from flat(part, known) if isinstance(part, list | tuple) else [named(part, known)]


def is_equal(a: Any, b: Any) -> bool:
    """Whether two values have the same structure and, up to rounding errors, the same numbers."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.shape == b.shape and np.allclose(a, b, RTOL, ATOL, equal_nan=True)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(is_equal, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(is_equal(a[key], b[key]) for key in a)
    return type(a) is type(b) and not isinstance(a, np.ndarray) and bool(a == b)
