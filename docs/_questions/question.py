"""A question with numbers: its right answer, and the numbers that known mistakes give for it.

A question is about a tensor of the two passes (`tensor`), about a function of the exercises (`function`), or about a
formula of its own with wrong formulas of its own (`own`). The mistakes of the first two are those of the records.
"""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from itertools import chain
from string import Formatter
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from course_torch.language import Text
from course_torch.mistakes import RECORDS
from course_torch.mistakes.context import BackwardContext
from course_torch.mistakes.record import IMPOSSIBLE, Edit, Mistake, edited_text, evaluate, text_of
from course_torch.mistakes.solution import change_of, replace_in, solution, solution_functions

Matrix = NDArray[np.float64]
LARGEST = (3, 3)
"""Rows and columns of the largest answer: a phone shows three fields side by side."""
INVERSES = {"sigmoid": torch.logit, "tanh": torch.atanh}
"""Z from A: the text gives A, and a mistake may take Z."""
Wrong = tuple[str, str, str]
"""A formula that somebody may compute instead, and the sentence that names the mistake, in English and in Chinese."""


class Way(NamedTuple):
    """A wrong answer, and the sentence that names the mistake."""

    answer: Matrix
    sentence: Text


@dataclass(frozen=True)
class Question:
    """A question and its answers.

    asked   a tensor and its activation, or "chapter function", or a formula
    given   name -> number, matrix or function
    right   the right answer, a matrix
    ways    wrong ways whose answers have the shape of the right answer and differ from it
    """

    asked: str
    given: dict[str, Any]
    right: Matrix
    ways: list[Way]

    def sentences(self) -> list[tuple[Matrix, list[Text]]]:
        """Each wrong answer with the sentences of all mistakes that give it."""
        found: list[tuple[Matrix, list[Text]]] = []
        for answer, sentence in self.ways:
            known = next((texts for other, texts in found if np.allclose(other, answer, rtol=1e-9)), None)
            if known is None:
                found.append((answer, [sentence]))
            elif sentence not in known:
                known.append(sentence)
        return found


def question(asked: str, given: dict[str, Any], right: object, ways: Iterable[tuple[object, Text]]) -> Question:
    """The question with those ways that somebody could type and that are wrong."""
    answer = matrix(right)
    assert all(size <= most for size, most in zip(answer.shape, LARGEST, strict=True)), answer.shape
    typed = [Way(matrix(made), sentence) for made, sentence in ways if np.shape(made) == np.shape(right)]
    wrong = [way for way in typed if np.isfinite(way.answer).all() and not np.allclose(way.answer, answer)]
    return Question(asked, given, answer, wrong)


def matrix(value: object) -> Matrix:
    """A number as a matrix with one entry."""
    return np.atleast_2d(np.asarray(value, dtype=float))


def tensor(name: str, activation: str = "", **given: object) -> Question:
    """The question for a tensor of the two passes, such as dW. The first given tensor has m rows and n columns."""
    tensors = {key: torch.tensor(value, dtype=torch.float64) for key, value in given.items()}
    m, n = next(iter(tensors.values())).shape
    context = {**tensors, "m": m, "n": n, "i": torch.arange(m)[:, None]}
    if activation in INVERSES:
        derivative_of = partial(BackwardContext.derivative_of, None)  # it uses nothing of a context
        context |= {"Z": INVERSES[activation](tensors["A"]), "derivative_of": derivative_of}

    def ways() -> Iterator[tuple[object, Text]]:
        for edit, sentence in edits_with_sentences():
            if edit.place == name and edit.possible_with(activation, n):
                try:
                    yield evaluate(edited_text(edit, activation), context).double(), sentence
                except (*IMPOSSIBLE, ValueError):  # the formula of this activation has no such piece
                    continue

    right = evaluate(text_of(name, function=activation), context).double()
    return question(f"{name} {activation}".rstrip(), {**given, "m": m}, right, ways())


def function(name: str, *wrong: Wrong, part: int | slice | None = None, **given: Any) -> Question:
    """The question for the result of "chapter function" of the exercises, or for a part of the result."""
    chapter, _, called = name.partition(" ")
    text = solution(chapter, "numpy", "rows")

    def result(code: str) -> object:
        arguments = {key: as_array(deepcopy(value)) for key, value in given.items()}
        namespace: dict[str, Any] = {}
        exec(compile(code, name, "exec"), namespace)
        with np.errstate(all="ignore"):
            returned = namespace[called](**arguments)
        return np.asarray(returned if part is None else returned[part], dtype=float)

    def ways() -> Iterator[tuple[object, Text]]:
        for edit, sentence in edits_with_sentences():
            used = edit.place in solution_functions(chapter)[called]
            if used and (change := change_of(edit, chapter, "numpy", "rows")):
                try:
                    yield result(replace_in(text, edit.place, *change)), sentence
                except Exception:  # changed code may raise anything
                    continue

    return question(name, given, result(text), chain(ways(), answers(wrong, given)))


def own(right: str, *wrong: Wrong, **given: object) -> Question:
    """The question for a formula of the given numbers. With these numbers no wrong formula gives the right answer."""
    asked = question(right, given, computed(right, given), answers(wrong, given))
    assert len(asked.ways) == len(wrong), f"{right}: a wrong formula gives the right answer, or another shape"
    return asked


def answers(wrong: Iterable[Wrong], given: dict[str, Any]) -> Iterator[tuple[object, Text]]:
    """What the wrong formulas give."""
    return ((computed(formula, given), Text(en, zh)) for formula, en, zh in wrong)


def computed(formula: str, given: dict[str, Any]) -> object:
    """What a formula gives, with lists as arrays."""
    return eval(formula, {"np": np}, {name: as_array(value) for name, value in given.items()})


def as_array(value: object) -> object:
    return np.array(value) if isinstance(value, list) else value


def edits_with_sentences() -> Iterator[tuple[Edit, Text]]:
    """Every edit of the records that changes numbers and whose sentence needs no number of a diagnosis."""
    for mistake in RECORDS:
        for edit in mistake.edits if mistake.recognized != "exception" else ():
            if (sentence := sentence_of(mistake, edit)) and edit.need != "float64":
                yield edit, sentence


def sentence_of(mistake: Mistake, edit: Edit) -> Text | None:
    """The sentence of the record for this edit."""
    names = {name for _, name, _, _ in Formatter().parse(mistake.sentence.en) if name}
    return mistake.sentence.fill(value=edit.value) if names <= {"value"} else None
