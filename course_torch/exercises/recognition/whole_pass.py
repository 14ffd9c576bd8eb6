"""The whole pass of a learner's file: a function at its end that calls the learner's functions, from X to dW and db."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from course_torch.exercises.recognition.contents import Contents
from course_torch.exercises.recognition.signatures import PASS, places, required_by
from course_torch.exercises.sandbox.source import Function, Piece, Source
from course_torch.exercises.tasks.task import Chapter, Task

NAME = "course_torch_pass"
"""The function that is added to a learner's file: it calls the learner's functions, from X to the gradients."""


def with_pass(source: Source, chapter: Chapter, parts: Iterable[Chapter] = ()) -> Source:
    """The file with the chapter's function NAME at its end. Only what the functions of the chapters need runs."""
    training = [chapter.training.function] if chapter.training else []
    tasks = [
        *Contents(source, chapter).present,
        *(task for part in parts for task in part.tasks if task.name in source.functions),
    ]
    text = chapter.whole_pass
    for task in tasks:
        call = partial(own_call, source.functions[task.name], task)
        text = re.sub(rf"\b{task.key}\((.*?)\)", call, text)
    asked = frozenset([NAME, *training, *(name for task in tasks for name in (task.name, task.key))])
    pieces = (*source.pieces, Piece(PASS, text))
    return replace(source, pieces=pieces, asked=asked)


def own_call(function: Function, task: Task, call: re.Match[str]) -> str:
    """A call in the whole pass, with the function's arguments in its own order, and those that it requires besides."""
    given = dict(enumerate(call[1].split(", ")))
    further = required_by(function)[len(given) :]
    return f"{task.name}({', '.join([*(given[place] for place in places(function, task)), *further])})"
