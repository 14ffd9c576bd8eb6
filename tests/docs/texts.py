"""Reads the texts of the docs, and what the site and its extensions make of them."""

import re
import sys
from collections.abc import Mapping
from importlib import import_module
from itertools import cycle
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SECTIONS = sorted(path.stem for path in (DOCS / "en" / "lessons").glob("*.md"))
"""The sections that have a lesson."""
IN_TURN = [*zip(SECTIONS, cycle(("en", "zh")))]
"""Each section in one language, for what depends on a lesson's widgets and not on its words."""
STATIONS = ["slope", "graph", "neuron", "layer", "backward", "trace", "write"]
"""The pages of the seven stations from nothing, in order."""
CODE = sorted(path.stem for path in (DOCS / "code").glob("*.py"))
"""The names of the code files: of each lesson, and of the stations and guides that compute numbers."""
PAGES = sorted(path.relative_to(DOCS / "en").as_posix() for path in (DOCS / "en").rglob("*.md"))
"""The pages of the English tree, which the Chinese tree mirrors."""
IN_FORMULAS = {"参数个数": "parameters", "0 轴：": "axis 0: ", "1 轴：": "axis 1: "}
"""The words in formulas that are translated, in Chinese and in English."""
DISPLAYED = re.compile(r"^\$\$\n(.*?)\n\$\$$", re.MULTILINE | re.DOTALL)
CHINESE = "一-鿿"


def module_of_extension(name: str) -> ModuleType:
    """Import a module of docs/_ext or of docs, as conf.py does."""
    sys.path += [path for path in (str(DOCS / "_ext"), str(DOCS)) if path not in sys.path]
    return import_module(name)


other_names = module_of_extension("_terms.other_names")


def both(page: str) -> tuple[str, str]:
    """A page for readers of the repository in English and in Chinese: README or docs/NAME."""
    english, chinese = ((ROOT / f"{page}{ending}").read_text(encoding="utf-8") for ending in (".md", ".zh-CN.md"))
    return english, chinese


def text_of(language: str, page: str) -> str:
    return (DOCS / language / page).read_text(encoding="utf-8")


def headings(text: str) -> list[tuple[str, int]]:
    """The label and the level of each heading, in order. Text of a code fence is no heading."""
    found = re.findall(r"(?:^\(([\w.-]+)\)=\n)?^(#+) ", prose(text), flags=re.MULTILINE)
    return [(label, len(level)) for label, level in found]


def directives(text: str) -> list[str]:
    """The directives in order, with arguments and options, without captions. Files have the same name without zh-CN."""
    found = re.findall(r"^```\{([\w-]+)\} ?(.*)\n((?::.*\n)*)", text.replace(".zh-CN.md", ".md"), flags=re.MULTILINE)
    return [
        " ".join((name, argument, *(option for option in options.splitlines() if not option.startswith(":caption:"))))
        for name, argument, options in found
    ]


def displayed_formulas(text: str) -> list[str]:
    """The formulas that stand alone, in order, with their words in English."""
    for chinese, english in IN_FORMULAS.items():
        text = text.replace(f"\\text{{{chinese}}}", f"\\text{{{english}}}")
    return DISPLAYED.findall(text)


def inline_formulas(text: str) -> set[str]:
    """The formulas in sentences. A language may repeat a formula or not, and has its own order."""
    return {" ".join(each.split()) for each in re.findall(r"\$([^$]+)\$", DISPLAYED.sub("", text))}


def numbers(text: str) -> list[str]:
    """The measured numbers, sorted: a sentence may put them in another order."""
    return sorted(re.findall(r"\{n\}`([^`]+)`", text))


def inline_code(text: str) -> set[str]:
    text = re.sub(r"^```.*$|\{n\}`[^`]+`", "", text, flags=re.MULTILINE)
    return set(re.findall(r"`([^`\n]+)`", text))


def counts_on(text: str) -> list[tuple[int, ...]]:
    """The rows of a table of counts, without their names."""
    rows = re.findall(r"^\| [^|]+((?:\| \d+ )+)\|$", text, flags=re.MULTILINE)
    return [tuple(map(int, re.findall(r"\d+", row))) for row in rows]


def links(text: str) -> list[str]:
    return sorted(re.findall(r"\]\(([^)]+)\)", text))


def sentences(text: str) -> str:
    """The words of the text alone: no code, formulas, roles, labels, directive lines or link targets."""
    text = re.sub(r"^```(?:\w+|\{eval-rst\})\n.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"^(?:```|\(|:).*$", "", DISPLAYED.sub("", text), flags=re.MULTILINE)
    text = re.sub(r"\$[^$]+\$|\{n\}`[^`]+`|`[^`\n]+`", "", text)
    return re.sub(r"\]\([^)]+\)", "]", text)


def wrong_chinese(text: str) -> list[str]:
    """What the words of a Chinese text must not have: other punctuation, English sentences, other names of the terms.

    Names, such as the name of a command, have up to two English words in a row.
    """
    return [
        *re.findall(f"[{CHINESE}][,;:!?.]|[,;:!?][{CHINESE}]", text),
        *re.findall(r"(?:[A-Za-z]{2,}[ ,]+){2,}[A-Za-z]{2,}", text),
        *(term for term in other_names.CHINESE if term in text),
    ]


Matrix = NDArray[np.float64]
FUNCTIONS = {"tanh": np.tanh, "exp": np.exp, "ln": np.log, "sigmoid": lambda Z: 1 / (1 + np.exp(-Z))}


def code_blocks(text: str, language: str = r"\w*") -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def prose(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def tables(text: str) -> list[list[list[str]]]:
    """Each table's rows of cells, without its header."""
    blocks = re.findall(r"(?:^\|.*\|\n)+", text, flags=re.MULTILINE)
    return [[[cell.strip() for cell in row.split("|")[1:-1]] for row in block.splitlines()[2:]] for block in blocks]


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
