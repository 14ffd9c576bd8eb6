"""Reads numbers from a widget."""

import re


def number(text: str) -> float:
    """The last number of a text, with a typographic minus."""
    return float(re.findall(r"−?\d+(?:\.\d+)?", text)[-1].replace("−", "-"))
