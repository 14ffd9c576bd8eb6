"""docs/first_run.md: both languages state the same numbers, and those that need no training are worked out again."""

import re
from dataclasses import replace

import numpy as np
import torch

from course_torch.data import bundled
from course_torch.data.table import load_data_set
from tests.docs.page import pages_of, tables

ENGLISH, CHINESE = pages_of("first_run").values()


def numbers(text: str) -> list[str]:
    return sorted(re.findall(r"\d+(?:\.\d+)?", re.sub(r"!\[.*?\]\(.*?\)", "", text, flags=re.DOTALL)))


def test_both_languages_state_the_same_numbers() -> None:
    english, chinese = tables(ENGLISH), tables(CHINESE)
    assert [[numbers(cell) for cell in row] for table in english for row in table] == [
        [numbers(cell) for cell in row] for table in chinese for row in table
    ]
    assert set(numbers(ENGLISH)) == set(numbers(CHINESE))


def test_the_splits_are_those_of_the_file() -> None:
    with np.load(bundled.FILE) as file:
        splits = [file["part"] == number for number in range(3)]
        expected = [
            [str(split.sum()), str(len(set(file["motif"][split]))), str(file["is_animal"][split].sum())]
            for split in splits
        ]
    assert [row[1:] for row in tables(ENGLISH)[0]] == expected


def test_the_eigenvalues_are_those_of_the_features() -> None:
    data = load_data_set("pictures")
    found = []
    for centered in (False, True):
        X = replace(data, centered=centered).features(data.train.X, torch.float64)
        largest = torch.linalg.eigvalsh(X @ X.T / len(X))[-1].item()
        found.append([f"{largest:.0f}", f"{8 / largest:.2g}" if not centered else f"{8 / largest:.3g}"])
    assert [row[1:] for row in tables(ENGLISH)[1]] == found
    assert data.mean is not None
    assert f"{data.mean.square().sum():.0f} of the 3564" in ENGLISH
