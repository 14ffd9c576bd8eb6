"""The words of an InputError that several packages share."""

import pytest

from course_torch.errors import InputError, check_name, one_of


def test_a_single_choice_is_named_alone() -> None:
    assert one_of(["a", "b"]) == "one of a, b"
    assert one_of(iter(["a"])) == "a"
    with pytest.raises(InputError, match=r"^monitor: found 'x', expected train/cost$"):
        check_name("monitor", "x", {"train/cost": 0})
