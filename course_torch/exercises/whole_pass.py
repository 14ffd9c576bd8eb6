"""The function that is added to a learner's file: it calls the learner's functions, from X to the gradients."""

import ast
from dataclasses import replace

from course_torch.exercises.source import Piece, Source
from course_torch.exercises.task import Chapter

NAME = "course_torch_pass"


def with_pass(source: Source, chapter: Chapter) -> Source:
    """The file with the chapter's function NAME at its end."""
    return replace(source, pieces=(*source.pieces, Piece("course_torch", chapter.whole_pass)))


def used_by(source: Source, name: str) -> set[str]:
    """The functions of the file that a function calls, directly or through others."""
    used: set[str] = set()
    waiting = [name]
    while waiting:
        names = {node.id for node in ast.walk(source.functions[waiting.pop()]) if isinstance(node, ast.Name)}
        new = (names & source.functions.keys()) - used
        used |= new
        waiting += new
    return used
