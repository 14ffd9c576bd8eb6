"""What jsonargparse says becomes one sentence in both languages, with the option that was meant."""

import shlex

import pytest

from course_torch.command_line.sentences import did_you_mean
from course_torch.commands.main import main
from tests.conftest import usage_error
from tests.support.fixture_types import Capsys


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("check --hint", "course-torch check：错误：--hint：后面应有一个值\n"),
        ("check a.py relu --hnt 1", "course-torch check：错误：没有这个选项或参数：--hnt 1；你要的是 --hint 吗？\n"),
        ("compare --model.learning_rate nan", "model.learning_rate：得到 'nan'，应为 float\n"),
        ("lesson --language fr", "course-torch: error: language: found 'fr', expected en or zh\n"),
        ("configs planar_shalow", "planar_shallow 之一；你要的是 planar_shallow 吗？\n"),
    ],
)
def test_a_refusal_is_chinese_where_the_language_is(line: str, message: str, capsys: Capsys) -> None:
    """tests/test_refusals.py compares the two languages of every refusal."""
    arguments = shlex.split(line)
    language = [] if "--language" in arguments else ["--language", "zh"]
    assert usage_error(main, [*arguments, *language], capsys).endswith(message)


SUGGESTED = {
    "unrecognized arguments: --learning_rate 1": "--model.learning_rate",
    "unrecognized arguments: --model.seeds 1": "--data.seed",
    "Group 'data' does not accept option 'sed'": "--data.seed",
    "Option 'models.seed' is not accepted": "--data.seed",
    "unrecognized arguments: --weather": "",
    "unrecognized arguments: a.py": "",
    "seed": "",
}


@pytest.mark.parametrize(("message", "option"), SUGGESTED.items())
def test_the_option_of_any_group_that_is_spelled_alike_is_suggested(message: str, option: str) -> None:
    options = ["help", "model.learning_rate", "data.seed", "seed", "trainer.accelerator"]
    assert did_you_mean(message, options).en == (f"; did you mean {option}?" if option else "")
