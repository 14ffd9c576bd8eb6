"""Every mistake has a Chinese name that says the same about the same tensors."""

import re

import pytest

from course_torch.verification.mistakes import MISTAKES
from course_torch.verification.mistakes.chinese import CHINESE, title

IN_CODE = {"sigmoid", "softmax", "tanh", "leaky", "log", "keepdim", "reshape", "float", "bfloat", "return", "dslope"}
"""Words that Chinese names keep, because they stand in the code or name a function."""
SYMBOLS = re.compile(r"dA_prev|A_prev|dslope|d[AZWb]\b|1/m|g'|ReLU|\d+|[AZWY](?:\[[lL](?:-\d)?\])?")
names = pytest.mark.parametrize("name", [mistake.name for mistake in MISTAKES])


@names
def test_a_chinese_name_has_no_english_word(name: str) -> None:
    """A word has three small letters or more: dW and A_prev are no words."""
    assert {*re.findall(r"(?<![A-Za-z_])[a-z]{3,}", title(name).zh)} <= IN_CODE


@names
def test_a_chinese_name_has_the_symbols_of_the_english_name(name: str) -> None:
    assert {*SYMBOLS.findall(title(name).en)} <= {*SYMBOLS.findall(title(name).zh)}


def test_no_two_mistakes_have_the_same_chinese_name() -> None:
    chinese = [title(mistake.name).zh for mistake in MISTAKES]
    assert len({*chinese}) == len(chinese)


def test_every_chinese_name_belongs_to_a_mistake() -> None:
    assert {*CHINESE} <= {mistake.name for mistake in MISTAKES}
