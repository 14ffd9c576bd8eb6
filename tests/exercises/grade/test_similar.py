"""Copies among independent solutions: what stays the same under other names, and what everybody writes."""

import ast
import random
from itertools import product
from pathlib import Path

import pytest

from course_torch.exercises.grade.similar import (
    Pair,
    equal_files,
    fingerprints,
    left_out,
    most_sharing,
    prints_of,
    similar_pairs,
)
from course_torch.exercises.tasks import CHAPTERS
from tests.exercises.judge.assignments import as_script

SPELLINGS = {  # ways in which people write lines of the assignment of week 4
    "Z = np.dot(W, A) + b": ["Z = W @ A + b", "Z = np.matmul(W, A) + b", "Z = np.add(W.dot(A), b)"],
    "dW = np.dot(dZ, A_prev.T) / m": ["dW = (1 / m) * dZ @ A_prev.T", "dW = np.multiply(1. / m, dZ.dot(A_prev.T))"],
    "L = len(caches)": ["L = len(caches)\n    count = L - 1", "L = int(len(caches))"],
}
OWN = """
def linear_forward(A, W, b):
    rows, columns = W.shape
    total = np.zeros((rows, A.shape[1]))
    for unit in range(rows):
        for feature in range(columns):
            total[unit] = total[unit] + W[unit, feature] * A[feature]
        total[unit] += b[unit, 0]
    return total, (A, W, b)


def linear_backward(dZ, cache):
    A_prev, W, b = cache
    n, m = dZ.shape
    dW, db = np.zeros_like(W), np.zeros_like(b)
    for example in range(m):
        for unit in range(n):
            dW[unit] += dZ[unit, example] * A_prev[:, example] / m
            db[unit, 0] += dZ[unit, example] / m
    return W.T.dot(dZ), dW, db
"""
RENAMED = (
    OWN.replace("total", "s").replace("feature", "j").replace("unit", "i").replace("example", "k").replace("rows", "r")
    .replace("columns", "c").replace("\n    for", "\n    # over the units\n    for").replace(" * ", "*")
)  # fmt: skip


def text(own: str) -> str:
    return as_script("deep") + own


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """A class of eight: the right solution in other spellings, each with another own line."""
    ways = [*product(*([line, *others] for line, others in SPELLINGS.items()))]
    found = {}
    for number, lines in enumerate(random.Random(1).sample(ways, 8)):
        written = as_script("deep")
        for line, other in zip(SPELLINGS, lines, strict=True):
            assert line in written
            written = written.replace(line, other)
        found[f"{number}.py"] = tmp_path / f"{number}.py"
        found[f"{number}.py"].write_text(written)
    return found


def add(files: dict[str, Path], name: str, content: str) -> None:
    files[name] = next(iter(files.values())).with_name(name)
    files[name].write_text(content)


def pairs_in(files: dict[str, Path]) -> list[Pair]:
    return similar_pairs(prints_of(files, CHAPTERS["deep"]), most_sharing(len(files)))


def test_right_solutions_of_people_who_work_alone_are_no_pair(files: dict[str, Path]) -> None:
    assert pairs_in(files) == []


def test_a_copy_with_other_names_comments_and_spaces_is_the_only_pair(files: dict[str, Path]) -> None:
    add(files, "a.py", text(OWN))
    add(files, "b.py", text(RENAMED))
    (pair,) = pairs_in(files)
    assert pair == (1.0, "a.py", "b.py")
    assert "a.py" not in left_out(prints_of(files, CHAPTERS["deep"]), [pair])


def test_an_edited_copy_comes_after_an_exact_copy(files: dict[str, Path]) -> None:
    add(files, "a.py", text(OWN))
    add(files, "b.py", text(RENAMED))
    edited = RENAMED.replace("np.zeros_like(b)", "np.zeros((W.shape[0], 1))").replace("n, m = ", "_, m = ")
    add(files, "c.py", text(edited))
    pairs = pairs_in(files)
    assert [(first, second) for _, first, second in pairs[:1]] == [("a.py", "b.py")]
    assert {(first, second) for _, first, second in pairs[1:]} == {("a.py", "c.py"), ("b.py", "c.py")}
    assert all(0.6 < similarity < 1 for similarity, _, _ in pairs[1:])


def test_what_half_of_the_class_writes_is_no_hint_and_its_files_are_said_to_be_left_out(files: dict[str, Path]) -> None:
    for name in "abcdefgh":
        add(files, f"{name}.py", text(OWN))
    assert pairs_in(files) == []
    assert {f"{name}.py" for name in "abcdefgh"} <= {*left_out(prints_of(files, CHAPTERS["deep"]), [])}


def prints(code: str) -> set[int]:
    (function,) = ast.parse(code).body
    assert isinstance(function, ast.FunctionDef)
    return fingerprints(function)


def test_the_order_of_names_counts_and_not_the_names() -> None:
    first = "def f(a, b):\n    c = a @ b\n    return c + a"
    assert prints(first) == prints('def g(x, y):\n    """Text."""\n    z = x @ y  # comment\n\n    return (z + x)')
    assert prints(first) != prints(first.replace("c + a", "c + b"))
    assert prints(first) != prints(first.replace("@", "*"))


def test_files_with_equal_hashes_are_a_group() -> None:
    assert equal_files({"c": "1", "a": "1", "b": "2", "d": "", "e": ""}) == [["a", "c"]]
