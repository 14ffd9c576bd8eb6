"""Right solutions of the chapters, in rows and in columns. They are written for NumPy."""

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
)


def solution(chapter: str, library: str, layout: str) -> str:
    """The text of the right solution of a chapter."""
    text = Path(__file__).with_name(f"{chapter}_{layout}.py").read_text(encoding="utf-8")
    return in_torch(text) if library == "torch" else text


def in_torch(text: str) -> str:
    """The same code for torch."""
    for numpy, torch in (*TORCH, (r"\bkeepdims=", "keepdim=")):
        text = re.sub(numpy, torch, text)
    return text
