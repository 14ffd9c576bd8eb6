"""The right choice of a prediction is computed again, from the numbers that the question gives to the reader."""

import re
import runpy
from math import exp, log
from pathlib import Path

import numpy as np
import pytest
import torch

from course_torch.formulas.shallow_network import Parameters, backward, forward
from tests.docs.texts import DOCS, text_of

LINES = Path(__file__).with_name("answers.txt").read_text(encoding="utf-8").splitlines()[1:]
PREDICTION = re.compile(r"^```\{predict\}\n((?:.*\n)*?)```$", re.MULTILINE)
RIGHT = re.compile(r"^- \[x\] (.+)$", re.MULTILINE)
NUMBER = re.compile(r"−?\d+(?:\.\d+)?")


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z))


def runs(code: str) -> str:
    try:
        eval(code, NAMES)
    except ValueError:
        return "fails"
    return "runs"


def not_0_from_zero(labels: list[list[float]]) -> str:
    """The slopes of a 2-2-1 network that are not 0 if all its parameters are 0."""
    X, Y = torch.tensor([[1.0, 2.0], [2.0, -1.0]]), torch.tensor(labels)
    zero = Parameters(torch.zeros(2, 2), torch.zeros(1, 2), torch.zeros(1, 2), torch.zeros(1, 1))
    slopes = backward(X, Y, forward(X, zero), zero)._asdict()
    found = [name for name in ("dW2", "db2", "dW1", "db1") if slopes[name].any()]
    return f"only {' and '.join(found)}" if found else "none"


NAMES = {each.__name__: each for each in (log, sigmoid, runs, not_0_from_zero)} | {"np": np}
"""What the lines compute with."""


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.split(" | ")[0])
def test_the_right_choice_follows_from_the_numbers_of_the_question(line: str) -> None:
    place, words, rest = line.split(" | ")
    (page, number), (code, choice) = place.split(), rest.split(" => ")
    question, _, _ = PREDICTION.findall(text_of("en", f"{page}.md"))[int(number) - 1].partition("\n+++\n")
    assert [each for each in words.split(" … ") if each not in " ".join(question.split())] == []
    assert RIGHT.findall(question) == [choice]
    answer = eval(code, NAMES)
    if isinstance(answer, str):
        assert answer == choice
    else:
        assert answer == pytest.approx(float(NUMBER.findall(choice)[0].replace("−", "-")), abs=1e-12)


def test_station_5_names_every_weight_with_the_steepest_slope(language: str) -> None:
    numbers = runpy.run_path(str(DOCS / "code" / "backward.py"))["numbers"]
    slopes = {
        f"{dz:g} \\cdot {a:g}": dz * a
        for l in (1, 2, 3)
        for dz in numbers[f"dZ{l}"][0]
        for a in numbers["X" if l == 1 else f"A{l - 1}"][0]
    }
    steepest = max(abs(slope) for slope in slopes.values())
    named = re.findall(r"\$(-?[\d.]+ \\cdot [\d.]+) = -2\$", text_of(language, "start/backward.md"))
    assert named == [product for product, slope in slopes.items() if abs(slope) == steepest]


def test_with_one_label_of_each_kind_no_slope_is_left() -> None:
    """So lesson 2.5 must say which labels it means."""
    assert not_0_from_zero([[1.0], [0.0]]) == "none"
