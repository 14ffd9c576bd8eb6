"""Reads the tables of a page, or those that a notebook shows."""

import re


def cells(html: str) -> list[list[str]]:
    """The cells of each row, with the header first."""
    return [re.findall(r"<t[hd](?: [^>]*)?>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", html)]
