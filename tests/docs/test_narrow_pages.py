"""Code and formulas for any width: what a box shows is the package's code, and what may wrap or stack is marked."""

import ast
import inspect
import re
from pkgutil import resolve_name
from textwrap import dedent

import pytest
from bs4 import BeautifulSoup
from pygments import highlight
from pygments.lexers import PythonLexer

from tests.docs.texts import PAGES, directives, module_of_extension, text_of


@pytest.mark.parametrize(
    ("tex", "parts"),
    [
        (r"a = b, \qquad c = d", ["a = b, ", " c = d"]),
        (r"a\,b \quad c \quadratic", [r"a\,b ", r" c \quadratic"]),
        (r"\text{a\quad b} \{c\}", [r"\text{a\quad b} \{c\}"]),
        (r"\begin{aligned}a \quad b\end{aligned}\qquad\left(c \quad d\right)", 2),
    ],
)
def test_the_parts_of_a_formula_are_separated_outside_of_braces_and_environments(
    tex: str, parts: list[str] | int
) -> None:
    found = list(module_of_extension("katex_math").parts(tex))
    assert (len(found) if isinstance(parts, int) else found) == parts


shown, narrow = module_of_extension("lessons.shown"), module_of_extension("lessons.narrow")
SOURCES = sorted(
    {line.split()[1] for page in PAGES for line in directives(text_of("en", page)) if line.startswith("source ")}
)


def statements(code: str) -> str:
    """The statements of a code, with the words of its docstrings and comments on one line."""
    words = " ".join(part.strip("# ") for line in code.splitlines() if (part := line.strip()).startswith("#"))
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = " ".join(node.value.split())
    return ast.dump(tree) + words


@pytest.mark.slow
@pytest.mark.parametrize("name", SOURCES)
def test_a_box_shows_the_code_of_the_package_in_lines_that_fit(name: str) -> None:
    source = dedent(inspect.getsource(resolve_name(name))).rstrip()
    code = narrow.narrow(source)
    assert statements(code) == statements(source)
    words = {line for line in code.splitlines() if '"""' in line or line.strip().startswith("#")}
    words |= {line for text in re.findall(r'"""(.*?)"""', code, flags=re.DOTALL) for line in text.splitlines()}
    words |= {line for line in code.splitlines() if line.strip().startswith(('f"', '"'))}
    assert [line for line in code.splitlines() if line not in words and len(line) > narrow.WIDTH] == []


def test_paragraphs_of_words_become_lines_and_tables_and_strings_stay() -> None:
    source = '''def f():
    """One
    two.

    a   b
    c   d

    Three
    four.
    """
    # five
    # six
    return """seven
    eight"""'''
    code = source.replace("One\n    two", "One two").replace("Three\n    four", "Three four")
    assert narrow.narrow(source) == code.replace("five\n    # six", "five six")


@pytest.mark.parametrize(
    ("code", "hangs"),
    [
        ("if a:\n    b = 1", [4, 8]),
        ('def f():\n    """One.\n\n    Two."""', [4, 4, 4, 4]),
        ("# a\nif a:\n    # b\n    c", [2, 4, 6, 8]),
    ],
)
def test_a_wrapped_line_goes_on_behind_its_indentation_and_words_go_on_below_their_beginning(
    code: str, hangs: list[int]
) -> None:
    html = highlight(code, PythonLexer(), module_of_extension("code_lines").Lines())
    assert [int(found) for found in re.findall(r"--hang: (\d+)ch", html)] == hangs
    assert BeautifulSoup(html, "html.parser").get_text().rstrip("\n") == code
