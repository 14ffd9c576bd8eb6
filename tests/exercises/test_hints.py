"""The third hint shows a mistake in few numbers."""

import pytest

from course_torch.exercises.chapters import CHAPTERS
from course_torch.exercises.hints import hint_lines
from course_torch.exercises.self_test.in_this_process import judge_of
from course_torch.exercises.self_test.solutions import changed, solution


@pytest.mark.parametrize(
    ("function", "old", "new", "words"),
    [
        ("linear_backward", "m = A_prev.shape[1]", "m = A_prev.shape[0]", "your dW = [["),
        # with two layers the first layer alone takes X, so only a deeper network shows the mistake
        ("L_model_forward", "linear_activation_forward(A,", "linear_activation_forward(A if l == L else X,", "your AL"),
    ],
)
def test_numbers_that_show_the_mistake(function: str, old: str, new: str, words: str) -> None:
    judge, chapter = (
        judge_of(changed(solution("deep", "numpy", "columns"), function, old, new), "deep"),
        CHAPTERS["deep"],
    )
    task = next(each for each in chapter.tasks if each.name == function)
    lines = list(hint_lines(3, judge.judge(task, {}), judge, chapter, "en"))
    assert any(line.startswith(words) for line in lines)
