"""Reads a page of the docs: its code blocks, its tables, and its worked results with the formulas that lead to them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[2]
Matrix = NDArray[np.float64]
FUNCTIONS = {"tanh": np.tanh, "exp": np.exp, "ln": np.log, "sigmoid": lambda Z: 1 / (1 + np.exp(-Z))}


@dataclass
class Result:
    """`name = formula = … = value`, where value is a printed literal, with the worked entries that follow it."""

    name: str
    formulas: list[str]
    value: str
    entries: list[tuple[int, int, str, str]] = field(default_factory=list)  # row, column, arithmetic, printed value


def pages_of(name: str) -> dict[str, str]:
    """File name -> text of the page in English and in Chinese."""
    return {file: (ROOT / "docs" / file).read_text(encoding="utf-8") for file in (f"{name}.md", f"{name}.zh-CN.md")}


def code_blocks(text: str, language: str = r"\w*") -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def prose(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def tables(text: str) -> list[list[list[str]]]:
    """Each table's rows of cells, without its header."""
    blocks = re.findall(r"(?:^\|.*\|\n)+", text, flags=re.MULTILINE)
    return [[[cell.strip() for cell in row.split("|")[1:-1]] for row in block.splitlines()[2:]] for block in blocks]


def results(text: str) -> list[Result]:
    """All results of the blocks marked `text`; a line that starts with a space continues the line before it."""
    found: list[Result] = []
    for block in code_blocks(text, "text"):
        for statement in re.sub(r"\n +", " ", block).split("\n"):
            if entry := re.fullmatch(r"\((\d), (\d)\): (.+) = (.+)", statement):
                row, column, arithmetic, value = entry.groups()
                found[-1].entries.append((int(row) - 1, int(column) - 1, arithmetic, value))
            elif statement:
                name, *formulas, value = statement.split(" = ")
                found.append(Result(name, formulas, value))
    return found


def as_python(formula: str) -> str:
    """The page's notation as NumPy: W[1]ᵀ is W1.T, `P Q` is P @ Q, g'(Z[1]) is g1, Σ_i adds up examples."""
    formula = formula.replace("−", "-").replace("·", "*").replace("ᵀ", ".T").replace("²", "**2")
    formula = re.sub(r"g'\(Z(?:\[(\d)\])?\)", r"g\1", formula)
    formula = re.sub(r"(\w+)\[(\w)\]", r"\1\2", formula).replace(".grad", "_grad")
    formula = formula.replace("(1/m) ", "(1/m) * ")
    formula = re.sub(r"Σ_i (\w+)", r"sum_examples(\1)", formula)
    formula = re.sub(r"Σ (\w+)", r"sum_all(\1)", formula)
    return re.sub(r"(?<=[A-Za-z\d]) (?=[A-Za-z])", " @ ", formula)


def evaluate(formula: str, values: Mapping[str, object], examples_axis: int = 0) -> Matrix:
    """The value of a formula in the page's notation; `values` holds what its names stand for."""
    sums = {"sum_examples": lambda P: P.sum(axis=examples_axis, keepdims=True), "sum_all": lambda P: P.sum()}
    return np.asarray(eval(as_python(formula), {**FUNCTIONS, **sums, **values}), dtype=float)


def literal(value: str) -> Matrix:
    return np.asarray(eval(value.replace("−", "-")), dtype=float)
