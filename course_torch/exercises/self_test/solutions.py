"""Right solutions of the chapters, in rows and in columns. They are written for NumPy, and rewritten for torch."""

import re
from pathlib import Path

FORMS = [(library, layout) for library in ("numpy", "torch") for layout in ("rows", "columns")]
"""Every form of a learner's file."""
TORCH = (
    (r"import numpy as np", "import torch"),
    (r'"numpy"', '"torch"'),
    (r"\bnp\.random\.randn", "torch.randn"),
    (r"\bnp\.", "torch."),
    (r"\baxis=", "dim="),
    (r"\bkeepdims=", "keepdim="),
)


def solution(chapter: str, library: str, layout: str) -> str:
    """The text of the right solution of a chapter."""
    text = Path(__file__).with_name("right").joinpath(f"{chapter}_{layout}.py").read_text(encoding="utf-8")
    return in_torch(text) if library == "torch" else text


def in_torch(text: str) -> str:
    """The same code for torch."""
    for numpy, torch in TORCH:
        text = re.sub(numpy, torch, text)
    return text


def changed(text: str, function: str, old: str, new: str) -> str:
    """The text with `new` in place of the first `old` in the body of the function. Raises ValueError without `old`."""
    before, head, after = text.partition(f"def {function}(")
    body, end, rest = after.partition("\n\n\n")
    if old not in body:
        raise ValueError(f"{function}: {old}")
    return before + head + body.replace(old, new, 1) + end + rest
