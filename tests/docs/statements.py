"""The statements that stand alone on a page, and the tests that check them."""

import re
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

CLAIMED: set[str] = set()
"""The statements that a test checks."""


def checks(*statements: str) -> Callable[[Callable], Callable]:
    """Mark the statements of a page that a test checks."""
    CLAIMED.update(statements)
    return lambda test: test


def evaluates(*statements: str) -> pytest.MarkDecorator:
    """Give the statements to a test that evaluates them as they stand on the page."""
    CLAIMED.update(statements)
    return pytest.mark.parametrize("statement", statements)


def statements_of(formula: str) -> list[str]:
    """The statements of a formula, each with its equals sign, without what only arranges them."""
    text = re.sub(r"\\\\\n&", "", formula)  # a statement of two lines goes on with & in the second
    text = re.sub(r"\\(?:begin|end)\{aligned\}|\\textstyle|\\[,!](?=\s)", "", text)
    parts = re.split(r",?\s*(?:\\qquad|\\\\(?:\[1ex\])?(?=\n)|, & |$)", text)
    return [" ".join(part.replace("&", "").split()) for part in parts if part.strip()]


def randn(*shape: int, seed: int = 1) -> Tensor:
    """Random numbers of order 1 by which autograd can differentiate."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed)).requires_grad_()
