"""Sentences in two languages, and the values in them."""

import pytest

from course_torch.language import Text, same

RETURNS = Text("it returns {found} here", "返回了 {found} 才对")


@pytest.mark.parametrize(
    ("found", "chinese"),
    [
        (Text("a dict", "一个字典"), "返回了一个字典才对"),
        (Text("a dict", "一个 dict"), "返回了一个 dict 才对"),
        (Text("3 values", "3 个值"), "返回了 3 个值才对"),
        (same("None"), "返回了 None 才对"),
    ],
)
def test_no_space_stands_between_two_chinese_characters(found: Text, chinese: str) -> None:
    assert RETURNS.fill(found=found) == Text(f"it returns {found.en} here", chinese)


def test_a_value_that_is_no_text_keeps_its_spaces() -> None:
    """It may be a name that the user has chosen."""
    assert RETURNS.fill(found="我的 文件").zh == "返回了 我的 文件 才对"
