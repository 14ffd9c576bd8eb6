"""The statements that run: the imports, the definitions, and the statements that give the functions their names."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_torch.exercises.learners_file.cells import Piece
from course_torch.exercises.learners_file.statements import needed, statements_of

USES = "def f(x):\n    return x + c\n"


def run(code: str, *names: str) -> list[str]:
    """The statements that run if these functions are called."""
    statements = statements_of([(Piece("mine.py", code), ast.parse(code))])
    return [statement.code for statement in needed(statements, names or ("f",))]


@pytest.mark.parametrize(
    "line",
    ["c = 1", "c: int = 1", "c, d = 1, 2", "import numpy as c", "from math import pi as c", "for c in range(3): pass",
     "with open('x') as c: pass", "if (c := 3): pass", "if True: c = 1", "def c(): pass", "class c: pass",
     "try: c = load()\nexcept Exception: c = None"],
)  # fmt: skip
def test_a_statement_that_gives_a_function_its_name_runs(line: str) -> None:
    assert run(f"{line}\n{USES}") == [line, USES.rstrip()]


@pytest.mark.parametrize("line", ["c[0] = 1", "c.x = 1", "c.append(1)", "c += 1", "c[0].x.append(2)", "del c[0]"])
def test_a_statement_that_changes_what_a_function_uses_runs(line: str) -> None:
    assert run(f"c = make()\n{line}\n{USES}") == ["c = make()", line, USES.rstrip()]


@pytest.mark.parametrize(
    "line",
    ["import h5py", "d = load()", "print(f(1))", "f(1)", "while True: pass", "raise SystemExit", "exit()",
     "np.random.seed(1)", "plt.rcParams['figure.figsize'] = (5, 4)", "assert f(1) == 2",
     "if __name__ == '__main__': c = 2", "if '__main__' == __name__: c = 2"],
)  # fmt: skip
def test_a_statement_that_no_function_needs_does_not_run(line: str) -> None:
    assert run(f"c = 1\n{USES}{line}") == ["c = 1", USES.rstrip()]


IN_TURN = ["import os", "a = os.cpu_count()", "b = a + 1", "c = b", USES.rstrip()]


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("\n".join([*IN_TURN[:4], "unused = a", USES]), IN_TURN),
        ("from dnn_utils import *\ndef f(x): pass", ["from dnn_utils import *", "def f(x): pass"]),
        ("from __future__ import division\ndef f(x): pass", ["from __future__ import division", "def f(x): pass"]),
        (f"import sys\nsys.path.append('..')\nfrom helpers import c\n{USES}",
         ["import sys", "sys.path.append('..')", "from helpers import c", USES.rstrip()]),
        (f"c = 1; d = 2\n{USES}", ["c = 1; d = 2", USES.rstrip()]),
        ("def mark(g):\n    return g\n@mark\ndef f(x):\n    return x\n",
         ["def mark(g):\n    return g", "@mark\ndef f(x):\n    return x"]),
    ],
    ids=["in turn", "all names", "the future", "folders of imports", "one line", "a decorator"],
)  # fmt: skip
def test_what_a_needed_statement_needs_runs(code: str, lines: list[str]) -> None:
    assert run(code) == lines


def test_names_inside_other_functions_and_classes_count() -> None:
    code = (
        "c = 1\nd = 2\ndef f(x):\n    def inner(y):\n        return y + c\n    return K().g(inner(x))\n"
        "class K:\n    def g(self, y):\n        return y + d\n"
    )
    assert len(run(code)) == 4
    assert run("c = 1\ndef f(x):\n    c = 2\n    return c\n") == ["def f(x):\n    c = 2\n    return c"]


def test_a_statement_keeps_its_line() -> None:
    code = f"\n\nc = 1\n{USES}"
    statements = statements_of([(Piece("mine.py", code), ast.parse(code))])
    assert [(statement.line, statement.binds) for statement in statements] == [(3, {"c"}), (4, {"f"})]


LINES = [
    "c = 1", "c = 1\\\n  + 2", "c = 1\\\n# a comment", "c = (1,\n     2)", "c = 1; d = 2;", "é = 'é' # é",
    "# a comment",
    "", "    ", "c = '''a\n  b\\\n'''", "@g\n# between\n@g\ndef h(x):\n\treturn x", "if c: d = 3",
    "if c:\n    d = 3\nelse:\n    d = 4 # e",
    "def k(x): return x", "class C:\n    x = 1", "for c in (1,): pass", "c = 1 # \\",
]  # fmt: skip
"""Statements as files have them: joined, in several lines, with comments, strings and decorators."""


@given(st.lists(st.sampled_from(LINES), max_size=6))
def test_what_python_reads_is_read_in_statements_that_python_reads(lines: list[str]) -> None:
    """Together the statements hold every node of the file."""
    code = "\n".join([*lines, ""])
    statements = statements_of([(Piece("mine.py", code), tree := ast.parse(code))])
    found = [node for statement in statements for node in ast.parse(statement.code).body]
    assert [ast.dump(node) for node in found] == [ast.dump(node) for node in tree.body]
