"""Which line of a learner's file computes a tensor."""

from pathlib import Path

import pytest

from course_torch.exercises.learners_file.source import Piece, Source
from course_torch.exercises.learners_pass.lines import learners_line

LAYER = """
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    dW = dZ @ A_prev.T / m
    db = 0
    db += dZ.sum() / m
    return W.T @ dZ, dW, db

def backward(AL, Y, caches):
    dA, dW, db = linear_backward(AL - Y, caches[-1])
    grads["dW" + str(L)] = dW
    return grads
"""
ONE = "def backward(a, b):\n    dW1 = b @ a\n    {}\n"
TWO = "def other(a):\n    dW = a\n\n\ndef mine(a):\n    dW = a @ a\n"


@pytest.mark.parametrize(
    ("text", "tensor", "functions", "line"),
    [
        (LAYER, "dW[2]", (), (4, "dW = dZ @ A_prev.T / m")),  # which computes it, and does not pass it on
        (LAYER, "db[1]", (), (6, "db += dZ.sum() / m")),  # a sum begins with a number, which is no formula
        *(
            (ONE.format(written), tensor, (), (3, written))
            for written, tensor in [
                ("dW2 = a @ b", "dW[2]"),
                ('grads["dW2"] = a @ b', "dW[2]"),
                ('grads["dW" + str(l)] = a @ b', "dW[2]"),
                ('grads[f"dW{l}"] = a @ b', "dW[2]"),
                ("dw, db = a @ b, a.sum()", "dW[2]"),
                ("cost = -a.mean()", "J"),
            ]
        ),
        (TWO, "dW[1]", ("mine",), (6, "dW = a @ a")),  # only the functions of the pass are searched
        (TWO, "db[1]", (), None),
    ],
)
def test_the_line_computes_the_tensor(
    text: str, tensor: str, functions: tuple[str, ...], line: tuple[int, str] | None
) -> None:
    source = Source(Path("mine.py"), (Piece("mine.py", text),))
    found = learners_line(source, functions or source.functions, tensor)
    assert (found and (found["line"], found["code"])) == line


def test_a_line_of_a_notebook_is_a_line_of_its_cell() -> None:
    source = Source(Path("mine.ipynb"), (Piece("cell 3", "\ndef mine(a):\n    dW = a\n"),))
    found = learners_line(source, ["mine"], "dW[1]")
    assert found["place"] == {"en": "line 3 of cell 3", "zh": "单元格 3 第 3 行"}
    assert (found["first_line"], found["text"]) == (2, "def mine(a):\n    dW = a")
